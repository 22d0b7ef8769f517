"""Function addresses in every form Lambda takes, and the exact ARN each is authorized on (semantics L2)."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.diagnostic import AwsError, InvalidName
from lampolicy.names import FunctionArn, Qualifier, Unqualified, parse_qualifier
from lampolicy.record import record

_PARTIAL: Final = re.compile(
    r"(?:(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}):(?=[0-9]{12}:))?(?:(?P<account>[0-9]{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9_-]{1,64})(?::(?P<q>[^:]+))?",
    re.ASCII,
)
"""As Lambda's API writes it: everything before the name may be missing, and comes first where it is there."""

MISMATCH: Final = AwsError(
    "InvalidParameterValueException",
    "The derived qualifier from the function name does not match the specified qualifier.",
)


class QualifierMismatch(InvalidName):
    """A qualifier in the function's name and another beside it; Lambda answers with `aws`."""

    aws = MISMATCH


@record
class Address:
    """What a `FunctionName` and a `Qualifier` parameter say together.

    Attributes:
        name: The function's name.
        qualifier: The qualifier, from either place.
        account: The account, where the form tells it.
        region: The region, where the form tells it.
        partition: The partition, where the form tells it.
    """

    name: str
    qualifier: Qualifier
    account: str | None = None
    region: str | None = None
    partition: str | None = None

    @classmethod
    def parse(cls, name: str, qualifier: str | None = None) -> Address:
        """Read a name, partial ARN or full ARN, each with or without qualifier, and the separate qualifier.

        A partial ARN is `[[REGION:]ACCOUNT:][function:]NAME`; a name alone has at most 64 characters.

        Raises:
            QualifierMismatch: Both tell a qualifier, and not the same.
            InvalidName: The text is no function address; the ARN of a web function or layer is none.
        """
        if _text(name).startswith("arn:"):
            arn = FunctionArn.parse(name)
            found = _joined(arn.qualifier, qualifier)
            return cls(arn.name, found, arn.account, arn.region, arn.partition)
        match = _PARTIAL.fullmatch(name)
        if match is None:
            msg = (
                f"`{name}` is not a function: give its name of at most 64 letters, digits, `-` and `_`, "
                "ACCOUNT:function:NAME or its ARN, each with or without :QUALIFIER"
            )
            raise InvalidName(msg)
        derived: Qualifier = Unqualified() if match["q"] is None else parse_qualifier(match["q"])
        return cls(match["name"], _joined(derived, qualifier), match["account"], match["region"])

    def fits(self, arn: FunctionArn) -> bool:
        """Tell whether a function's unqualified ARN is one the address may mean."""
        told = ((self.account, arn.account), (self.region, arn.region), (self.partition, arn.partition))
        return arn.name == self.name and all(mine in {None, theirs} for mine, theirs in told)


def _joined(derived: Qualifier, given: str | None) -> Qualifier:
    if given is None:
        return derived
    wanted = parse_qualifier(_text(given))
    if not isinstance(derived, Unqualified) and derived != wanted:
        msg = f"the name says `{derived}`, the qualifier `{wanted}`: they must be the same"
        raise QualifierMismatch(msg)
    return wanted


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidName(f"a function and its qualifier are texts, not {type(value).__name__}")
    return value
