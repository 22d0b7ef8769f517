"""What a caller or a manifest says of the stack of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
