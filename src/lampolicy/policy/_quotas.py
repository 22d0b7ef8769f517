"""How large a policy may be, counted as AWS counts (semantics 1.3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType

from lampolicy._typing import TYPE_CHECKING
from lampolicy.policy._types import PolicyKind
from lampolicy.record import record, replace

if TYPE_CHECKING:
    from typing import Final

    from lampolicy.diagnostic import Diagnostic, Pointer

K = PolicyKind
_BLANKS: Final = str.maketrans("", "", " \t\n\r")


class Counting(Enum):
    """What AWS counts."""

    CHARACTERS = "characters"
    """Every character of the text as written, blanks too."""
    NON_BLANK = "characters without white space"
    """Characters of the text, white space left out wherever it stands."""
    BYTES = "bytes"
    """Bytes of the document written without blanks."""


@record
class Quota:
    """A limit on size.

    Attributes:
        what: What it limits, for messages.
        limit: The greatest size AWS takes, in the units of `counting`.
        counting: What is counted.
        default: Below `limit`, where AWS's default stands if it can be raised, or where sources disagree; sizes between
            the two are a warning.
        code: AWS's error code.
    """

    what: str
    limit: int
    counting: Counting
    default: int | None = None
    code: str = "LimitExceeded"

    def size(self, source: str | Mapping[str, object]) -> int:
        """Count the size of a policy, given as the text that is sent or as the document's value."""
        if self.counting is Counting.BYTES:
            value: object = json.loads(source) if isinstance(source, str) else source
            return len(_compact(value).encode("utf-8", "replace"))
        text = source if isinstance(source, str) else _compact(source)
        return len(text.translate(_BLANKS)) if self.counting is Counting.NON_BLANK else len(text)

    @property
    def safe(self) -> int:
        """A text of so many bytes needs no counting: none of the ways of counting gives more than its bytes."""
        return self.default or self.limit

    def surely_met_by(self, text: str) -> bool:
        """Tell cheaply that a text needs no counting."""
        return len(text.encode("utf-8", "replace")) <= self.safe

    def check(self, size: int, at: Pointer = ()) -> tuple[Diagnostic, ...]:
        """Give the fault or warning of a size, if there is one."""
        unit = self.counting.value
        if size > self.limit:
            message = f"{self.what} may have {self.limit} {unit}, not {size}"
            return (_too_long(message, at, self.code),)
        if self.default is not None and size > self.default:
            message = f"{self.what} has {size} {unit}, which is more than the {self.default} every account may have"
            return (_nearly_too_long(message, at),)
        return ()


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


_HELP: Final = "join statements, use wildcards, or split the policy"


def _too_long(message: str, at: Pointer, code: str) -> Diagnostic:
    from lampolicy.diagnostic import AwsError, Code, Diagnostic

    return Diagnostic(Code.TOO_LONG, message, at, help=_HELP, aws=AwsError(code))


def _nearly_too_long(message: str, at: Pointer) -> Diagnostic:
    from lampolicy.diagnostic import Code, Diagnostic, Severity

    return Diagnostic(Code.NEARLY_TOO_LONG, message, at, help=_HELP, severity=Severity.WARNING)


def _too_many(message: str, at: Pointer) -> Diagnostic:
    from lampolicy.diagnostic import AwsError, Code, Diagnostic

    return Diagnostic(Code.TOO_MANY, message, at, help=_HELP, aws=AwsError("LimitExceeded"))


MANAGED: Final = Quota("a managed policy", 6144, Counting.NON_BLANK)
INLINE_USER: Final = Quota("the inline policies of a user together", 2048, Counting.NON_BLANK)
INLINE_GROUP: Final = Quota("the inline policies of a group together", 5120, Counting.NON_BLANK)
INLINE_ROLE: Final = Quota("the inline policies of a role together", 10_240, Counting.NON_BLANK)
TRUST: Final = Quota("a trust policy", 8192, Counting.NON_BLANK, default=2048)
SESSION: Final = Quota(
    "session policies together with the ARNs of managed ones", 2048, Counting.CHARACTERS, code="PackedPolicyTooLarge"
)
SCP: Final = Quota(
    "a service control policy", 10_240, Counting.CHARACTERS, default=5120, code="ConstraintViolationException"
)
RCP: Final = Quota("a resource control policy", 5120, Counting.CHARACTERS, code="ConstraintViolationException")
FUNCTION: Final = Quota("a function's policy", 20_480, Counting.BYTES, code="PolicyLengthExceededException")
LAYER: Final = replace(FUNCTION, what="a layer version's policy")
BUCKET: Final = Quota("a bucket policy", 20_480, Counting.BYTES, code="PolicyTooLarge")
QUEUE: Final = Quota("a queue's policy", 8192, Counting.BYTES, code="OverLimit")
SIMULATION: Final = Quota("the input of a simulation", 131_072, Counting.CHARACTERS, code="InvalidInput")
UNLIMITED: Final = Quota("a policy that nobody writes to AWS", 2**62, Counting.CHARACTERS)
"""No limit: for the policies AWS itself manages, which are longer than a customer's may be, and for generated ones."""
MOST_SESSION_ARNS: Final = 10

QUOTAS: Final = MappingProxyType(
    {
        K.IDENTITY: INLINE_ROLE,
        K.BOUNDARY: MANAGED,
        K.SESSION: SESSION,
        K.TRUST: TRUST,
        K.SERVICE_CONTROL: SCP,
        K.RESOURCE_CONTROL: RCP,
        K.FUNCTION: FUNCTION,
        K.LAYER: LAYER,
        K.BUCKET: BUCKET,
        K.QUEUE: QUEUE,
    }
)
"""The limit on one document of each kind, the widest there is: an identity policy may be a role's inline policy.

Kinds that semantics 1.3 does not mention have none. Who knows more (managed or inline, on a user or a group) passes the
narrower quota.
"""


def size_of(source: str | Mapping[str, object], kind: PolicyKind) -> int | None:
    """Count the size of a policy as AWS counts it for its kind; `None` where no limit is known."""
    quota = QUOTAS.get(kind)
    return None if quota is None else quota.size(source)


def check_inline(
    sources: Iterable[str | Mapping[str, object]], quota: Quota, at: Pointer = ()
) -> tuple[Diagnostic, ...]:
    """Check the inline policies of one user, group or role together, with the quota of which it is."""
    return quota.check(sum(map(quota.size, sources)), at)


def check_session(
    sources: Iterable[str | Mapping[str, object]], managed: Iterable[str] = (), at: Pointer = ()
) -> tuple[Diagnostic, ...]:
    """Check what is passed with a session: inline policy and ARNs of managed ones, at most ten."""
    arns = tuple(managed)
    found = SESSION.check(sum(map(SESSION.size, sources)) + sum(map(len, arns)), at)
    if len(arns) > MOST_SESSION_ARNS:
        message = f"a session takes {MOST_SESSION_ARNS} managed policies, not {len(arns)}"
        found += (_too_many(message, at),)
    return found
