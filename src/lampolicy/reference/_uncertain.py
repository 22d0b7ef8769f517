"""The rules AWS leaves uncertain (semantics section 9), each of which may be read the other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class UncertainRule:
    """A rule that is documented thinly, or in two ways, or inferred.

    Attributes:
        rule: Its number in the semantics, such as `M7`.
        text: How it is read here, in one line.
    """

    rule: str
    text: str


Turned: TypeAlias = frozenset[UncertainRule]
"""Rules to read the other way, in order to see whether a decision rests on them."""

STAR_CROSSES_COLONS: Final = UncertainRule(
    "M7", "a `*` that ends one of the first five parts of an ARN pattern runs over the colons behind it"
)
SHORT_PATTERN: Final = UncertainRule(
    "M8", "an ARN pattern of fewer than six parts may match, with `*` for what is missing"
)
UNRESOLVED_EXCLUDES_NOTHING: Final = UncertainRule(
    "M12", "a `NotResource` pattern whose variable cannot be resolved excludes nothing"
)
TAG_CASE: Final = UncertainRule("C3", "of two keys that differ only by case, the one that sorts last counts")
ANY_VALUE_IF_EXISTS: Final = UncertainRule("C12", "`ForAnyValue:...IfExists` is false when the key is missing")
SERVICE_TYPE_ABSENT: Final = UncertainRule("K1", "a service principal carries no `aws:PrincipalType`")
AUTO_ATTACHED: Final = UncertainRule("E6", "`RCPFullAWSAccess` hangs on every level, so that RCPs only ever deny")
USER_UNLIMITED: Final = UncertainRule(
    "E7", "a grant to an IAM user's own ARN is limited by neither boundary nor session policy"
)
STAR_UNLIMITED: Final = UncertainRule("E7", "a grant to `*` is not limited by a silent session policy")
ROOT_ACROSS_ACCOUNTS: Final = UncertainRule(
    "E10", "the root user needs no more than the resource's grant in another account"
)
EXEMPT_BY_FULL_LIST: Final = UncertainRule(
    "E11", "`NotPrincipal` spares a caller only if its account and every ARN of its own are listed"
)
STAR_ADMITS_SERVICES: Final = UncertainRule("G12", "the principal `*` admits AWS services")

UNCERTAIN_RULES: Final = (
    STAR_CROSSES_COLONS,
    SHORT_PATTERN,
    UNRESOLVED_EXCLUDES_NOTHING,
    TAG_CASE,
    ANY_VALUE_IF_EXISTS,
    SERVICE_TYPE_ABSENT,
    AUTO_ATTACHED,
    USER_UNLIMITED,
    STAR_UNLIMITED,
    ROOT_ACROSS_ACCOUNTS,
    EXEMPT_BY_FULL_LIST,
    STAR_ADMITS_SERVICES,
)
"""Every uncertain rule that can change a decision, in the order of the semantics' families."""
