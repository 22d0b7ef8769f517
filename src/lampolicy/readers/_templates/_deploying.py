"""From what is said of a template's stack, and what an export of the stack adds, to its deployment."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic import Code, Diagnostic
from lampolicy.readers._given import Given
from lampolicy.readers._templates._deployment import Deployment, stack_name
from lampolicy.readers._templates._exported import StackExport

_TELL: Final = "give them: `--account 111122223333 --region eu-west-1`; in Python, `account=` and `region=`"


def deployment_of(given: Given, export: StackExport, file_stem: str) -> Deployment | Diagnostic:
    """The deployment of a template; or what is missing to tell it.

    Raises:
        InvalidName: The account, region or name is none.
    """
    account, region = given.account or export.account, given.region or export.region
    if account is None or region is None:
        missing = " and ".join(what for what, known in (("account", account), ("region", region)) if not known)
        return Diagnostic(
            Code.NO_DEPLOYMENT,
            f"nothing tells the {missing} of this template's stack",
            help=_TELL,
        )
    return Deployment(
        account,
        region,
        given.stack or export.name or stack_name(file_stem),
        {**export.parameters, **given.parameters},
        given.imports,
        given.attributes,
        export.physical,
        export.id,
        frozenset(export.parameters.keys() - given.parameters.keys()),
    )
