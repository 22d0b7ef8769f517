"""Functions called by their name, and resources in general."""

from __future__ import annotations

from lampolicy.catalog import near
from lampolicy.check._refused import Refused
from lampolicy.diagnostic import Code
from lampolicy.organization import Function, Organization


def resource_arn(organization: Organization, text: str) -> str:
    """Read a resource: an ARN or `*` as it is, `NAME` or `NAME:QUALIFIER` as the function of that name."""
    if text == "*" or text.startswith("arn:"):
        return text
    name, _, qualifier = text.partition(":")
    arn = function_named(organization, name).arn
    return str(arn.qualified(qualifier)) if qualifier else str(arn)


def function_named(organization: Organization, name: str) -> Function:
    """Find a function by its name or ARN; raise `Refused` if none or several are called so."""
    functions = organization.functions
    found = [f for f in functions if name in {f.arn.name, str(f.arn)}]
    if len(found) == 1:
        return found[0]
    if found:
        arns = ", ".join(f"`{f.arn}`" for f in found)
        raise Refused(Code.BAD_QUESTION, f"several functions are called `{name}`", f"write one of {arns}")
    close = near(name, [f.arn.name for f in functions])
    help_ = f"did you mean `{close}`?" if close else "write an ARN, `*`, or the name of a function found here"
    raise Refused(Code.BAD_QUESTION, f"`{name}` is no ARN, and no function of that name was found", help_)
