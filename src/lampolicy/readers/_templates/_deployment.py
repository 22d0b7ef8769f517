"""Where a template is deployed, and what is known of it beside the template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.names import is_account_id

_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", re.ASCII)
_STACK: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}", re.ASCII)
_PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stack: where it is, and what was given to it.

    Attributes:
        account: Its account, twelve digits.
        region: Its region.
        stack: The name of the stack.
        parameters: Values of parameters by name; for a parameter that names an SSM parameter, what that one holds.
        imports: Values that other stacks export, by the name of the export.
        attributes: Values of `Fn::GetAtt` that the template does not tell, by `LogicalId.Attribute`.
        physical: Physical ids that the stack's resources really have, by logical id.
        stack_id: The stack's ARN, where it is known.
        lenient: Names of parameters that came with an export of the stack; those the template no longer has are no
            fault.
    """

    account: str
    region: str
    stack: str = "template"
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    physical: Mapping[str, str] = field(default_factory=dict[str, str])
    stack_id: str | None = None
    lenient: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not is_account_id(self.account):
            raise InvalidName(f"`{self.account}` is not an account id: it needs twelve digits")
        if _REGION.fullmatch(self.region) is None:
            raise InvalidName(f"`{self.region}` is not a region: give one such as `eu-west-1`")
        if _STACK.fullmatch(self.stack) is None:
            raise InvalidName(f"`{self.stack}` is not the name of a stack: letters, digits and `-`, a letter first")

    @property
    def partition(self) -> str:
        """The partition of its region."""
        return next((name for prefix, name in _PARTITIONS.items() if self.region.startswith(prefix)), "aws")

    @property
    def suffix(self) -> str:
        """What `AWS::URLSuffix` is."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


def stack_name(text: str) -> str:
    """A name for a stack that nobody named, from the name of a file."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", text, flags=re.ASCII).strip("-")
    words = re.sub(r"-template$", "", words)
    return words[:128] if words[:1].isalpha() else "template"
