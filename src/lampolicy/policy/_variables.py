"""Policy variables: where AWS reads them and where it does not (semantics V1 to V3)."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic import Code, Pointer
from lampolicy.policy._faults import Faults
from lampolicy.policy._types import Version
from lampolicy.policy._variable_bodies import bodies, is_variable

_HEAD_PARTS: Final = 5


def lint_variables(text: str, at: Pointer, version: Version, faults: Faults) -> None:
    """Warn of variables that are not read, or are not written as they should be."""
    found = list(bodies(text))
    if not found:
        return
    if version is Version.V2008:
        faults.warn(
            Code.VARIABLE_WITHOUT_VERSION,
            f"the variable in `{text}` is plain text in a policy of version 2008-10-17",
            at,
            help='add `"Version": "2012-10-17"`',
        )
        return
    for body in found:
        if not is_variable(body):
            faults.warn(
                Code.BAD_VARIABLE,
                f"`${{{body}}}` is not a policy variable",
                at,
                help="write `${key}` or `${key, 'default'}`",
            )


def lint_resource(text: str, at: Pointer, version: Version, faults: Faults) -> None:
    """Warn likewise for a resource, whose variables are read behind the fifth colon only (semantics V2)."""
    parts = text.split(":", _HEAD_PARTS)
    if version is Version.V2012 and any("${" in part for part in parts[:_HEAD_PARTS]):
        not_read(text, at, "in the first five parts of an ARN", faults)
        return
    lint_variables(text, at, version, faults)


def not_read(text: str, at: Pointer, where: str, faults: Faults) -> None:
    """Warn that a variable stands where AWS takes it for plain text."""
    faults.warn(
        Code.VARIABLE_NOT_READ,
        f"the variable in `{text}` is plain text: AWS reads none {where}",
        at,
        help="use it behind the fifth colon of a resource, or with a String or Arn operator",
    )
