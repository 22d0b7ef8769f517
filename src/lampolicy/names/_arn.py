"""ARNs and account ids, parsed once."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import InvalidName, pydantic_schema
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import Final

_ACCOUNT_ID_DIGITS: Final = 12
_PARTS: Final = 6


def is_account_id(text: object) -> bool:
    """Tell whether `text` is an AWS account id: twelve digits, as text."""
    return isinstance(text, str) and len(text) == _ACCOUNT_ID_DIGITS and text.isascii() and text.isdigit()


@record
class Arn:
    """An Amazon Resource Name, split into its six parts.

    `Arn.parse(str(arn)) == arn`. The resource part keeps its colons (semantics M5).

    Attributes:
        partition: `aws`, `aws-cn`, `aws-us-gov` ...
        service: The service's prefix, such as `lambda`.
        region: The region; empty for global services.
        account: The owner's account id; empty where the ARN does not tell (S3 buckets).
        resource: Everything behind the fifth colon.

    Source:
        IAM User Guide, "Amazon Resource Names (ARNs)".
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Read an ARN; raise `InvalidName` if `text` has fewer than six parts or does not begin with `arn:`."""
        parts = str(text).split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn" or not parts[1] or not parts[2]:
            msg = f"`{text}` is not an ARN: it needs six parts, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"
            raise InvalidName(msg)
        return cls(*parts[1:])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        """Let pydantic models hold ARNs, written as text."""
        return pydantic_schema(cls, _read, str)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, object]:
        """Give the JSON Schema of an ARN's text."""
        return {"type": "string", "pattern": r"^arn:[^:]+:[^:]+:[^:]*:[^:]*:[\s\S]*$"}

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def _read(value: object) -> Arn:
    if not isinstance(value, str):
        msg = "an ARN is a text"
        raise InvalidName(msg)
    return Arn.parse(value)
