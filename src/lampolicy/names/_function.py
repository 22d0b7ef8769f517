"""The ARN of a function and what it addresses: the function itself, a version or an alias."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from lampolicy.diagnostic import InvalidName
from lampolicy.names._arn import Arn, is_account_id
from lampolicy.record import field, record

_PARTITION: Final = re.compile(r"aws[a-z-]*", re.ASCII)
_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", re.ASCII)
_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{1,140}", re.ASCII)
_VERSION: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_ALIAS: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}", re.ASCII)


@record
class Unqualified:
    """No qualifier: the function itself, a resource of its own (semantics L2)."""

    def __str__(self) -> str:
        return ""


@record
class Latest:
    """`$LATEST`, or `$LATEST.PUBLISHED` of a function on a capacity provider; both are qualified (semantics L2)."""

    published: bool = False

    def __str__(self) -> str:
        return "$LATEST.PUBLISHED" if self.published else "$LATEST"


@record
class Version:
    """A published version; its number is kept as written."""

    number: str

    def __post_init__(self) -> None:
        if _VERSION.fullmatch(self.number) is None:
            msg = f"`{self.number}` is not a version of a function: it needs digits only"
            raise InvalidName(msg)

    def __str__(self) -> str:
        return self.number


@record
class Alias:
    """An alias: 1 to 128 letters, digits, `-` and `_`, not digits alone."""

    name: str

    def __post_init__(self) -> None:
        if _ALIAS.fullmatch(self.name) is None or _VERSION.fullmatch(self.name) is not None:
            msg = f"`{self.name}` is not an alias: it needs letters, digits, `-` or `_`, and not digits alone"
            raise InvalidName(msg)

    def __str__(self) -> str:
        return self.name


Qualifier: TypeAlias = Unqualified | Latest | Version | Alias
"""What of a function an ARN addresses; each has a policy of its own (semantics L4)."""

UNQUALIFIED: Final = Unqualified()


def parse_qualifier(text: str) -> Qualifier:
    """Read a qualifier as AWS writes it: `$LATEST`, a version's number, an alias; the empty text is `Unqualified`.

    Raises:
        InvalidName: The text is none of these.
    """
    match text:
        case "":
            return UNQUALIFIED
        case "$LATEST":
            return Latest()
        case "$LATEST.PUBLISHED":
            return Latest(published=True)
        case _:
            return Version(text) if _VERSION.fullmatch(text) else Alias(text)


@record
class FunctionArn:
    """The ARN of a function, of one version or of one alias; `FunctionArn.parse(str(arn)) == arn`.

    The ARNs of web functions (`...:web-function/NAME/endpoint/E`), durable executions
    (`...:function:NAME:VERSION/durable-execution/NAME/ID`), layers and event source mappings are none; they are
    resources of their own, matched as any other.

    Attributes:
        partition: `aws`, `aws-cn` ...
        region: The region.
        account: The owner's account id.
        name: The function's name, 1 to 140 characters, compared with case.
        qualifier: What of the function is addressed.

    Source:
        Lambda API reference, `FunctionName` of `Invoke`; semantics L2.
    """

    partition: str
    region: str
    account: str
    name: str
    qualifier: Qualifier = field(default=UNQUALIFIED)

    def __post_init__(self) -> None:
        sound = _PARTITION.fullmatch(self.partition) and _REGION.fullmatch(self.region)
        if not sound or not is_account_id(self.account) or _NAME.fullmatch(self.name) is None:
            msg = (
                f"`arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}` is not the ARN of a "
                "function: it needs a partition, a region, twelve digits and a name of letters, digits, `-`, `_` or `.`"
            )
            raise InvalidName(msg)

    @classmethod
    def parse(cls, text: str) -> FunctionArn:
        """Read an ARN; raise `InvalidName` naming `text` if it is not a function's."""
        arn = Arn.parse(text)
        kind, _, rest = arn.resource.partition(":")
        name, colon, qualifier = rest.partition(":")
        if arn.service != "lambda" or kind != "function" or (colon and not qualifier) or "/" in qualifier:
            msg = f"`{text}` is not the ARN of a function: {_instead(arn)}"
            raise InvalidName(msg)
        return cls(arn.partition, arn.region, arn.account, name, parse_qualifier(qualifier))

    @property
    def unqualified(self) -> FunctionArn:
        """The ARN of the function itself."""
        return self.qualified(UNQUALIFIED)

    def qualified(self, qualifier: Qualifier | str) -> FunctionArn:
        """Address another version or alias of the same function; raise `InvalidName` if the text is no qualifier."""
        found = parse_qualifier(qualifier) if isinstance(qualifier, str) else qualifier
        return FunctionArn(self.partition, self.region, self.account, self.name, found)

    def __str__(self) -> str:
        base = f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}"
        return base if isinstance(self.qualifier, Unqualified) else f"{base}:{self.qualifier}"


def _instead(arn: Arn) -> str:
    """What an ARN of Lambda names if not a function (semantics L22), and what a function's would look like."""
    form = "arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]"
    if "/durable-execution/" in arn.resource:
        return f"it names a durable execution; the function's is {form}"
    kind = re.match(r"[a-z-]+", arn.resource)
    if arn.service != "lambda" or kind is None or kind[0] == "function":
        return form
    what = kind[0].replace("-", " ")
    return f"it names {'an' if what[0] in 'aeiou' else 'a'} {what}; a function's is {form}"


def is_function_arn(text: str) -> bool:
    """Tell whether `text` is the ARN of a function, version or alias."""
    try:
        FunctionArn.parse(text)
    except InvalidName:
        return False
    return True
