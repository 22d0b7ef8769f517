"""What a caller says of a template's stack, with what an export of the stack adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lampolicy.diagnostic import Code, Diagnostic
from lampolicy.readers._templates._deployment import Deployment, stack_name
from lampolicy.readers._templates._exported import StackExport

_TELL: Final = (
    "give them: `--account 111122223333 --region eu-west-1`, in Python `account=` and `region=`; "
    'of a template in a folder, tell them in `organization.toml` under `[templates."PATH"]`'
)


@dataclass(frozen=True, slots=True)
class Given:
    """What is told about where a template is deployed; everything may be told by an export of the stack instead.

    Attributes:
        account: The account, twelve digits.
        region: The region.
        stack: The stack's name.
        parameters: Values of parameters.
        imports: Values that other stacks export, by the name of the export.
        attributes: Values of `Fn::GetAtt` that nothing else tells, by `LogicalId.Attribute`.
    """

    account: str | None = None
    region: str | None = None
    stack: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])

    def deployment(self, export: StackExport, file_stem: str) -> Deployment | Diagnostic:
        """The deployment; or what is missing to tell it.

        Raises:
            InvalidName: The account, region or name is none.
        """
        account, region = self.account or export.account, self.region or export.region
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
            self.stack or export.name or stack_name(file_stem),
            {**export.parameters, **self.parameters},
            self.imports,
            self.attributes,
            export.physical,
            export.id,
            frozenset(export.parameters.keys() - self.parameters.keys()),
        )
