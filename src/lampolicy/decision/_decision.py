"""The answer, as a closed union; each member carries the evidence that makes it what it is."""

from __future__ import annotations

from enum import StrEnum

from lampolicy._typing import TYPE_CHECKING, Literal
from lampolicy.decision._answer import Answer
from lampolicy.policy import Condition, StatementId
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import TypeAlias


class Side(StrEnum):
    """A layer of policies that a request passes, in the order AWS reports it (semantics E2), in AWS's words (E22)."""

    RESOURCE_CONTROL = "resource control policy"
    SERVICE_CONTROL = "service control policy"
    ENDPOINT = "VPC endpoint policy"
    TRUST = "role trust policy"
    RESOURCE = "resource-based policy"
    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


@record
class Missing:
    """A side that had to allow the request and stayed silent.

    Attributes:
        side: Which layer.
        level: For SCPs and RCPs, the level below the organization's root, which is 0.
    """

    side: Side
    level: int | None = None


@record
class RuleGrant:
    """A grant that no statement gives: AWS itself does.

    Attributes:
        rule: The rule of the semantics, such as `E10`.
        text: The rule in one line.
    """

    rule: str
    text: str


Grant: TypeAlias = StatementId | RuleGrant

ROOT_OF_ACCOUNT = RuleGrant("E10", "the root user may do everything in its own account")
CALLER_IDENTITY = RuleGrant("E17", "sts:GetCallerIdentity is always allowed")
SESSION_TOKEN = RuleGrant("E17", "sts:GetSessionToken needs no permission")


@record
class Allowed(Answer):
    """The request is granted and nothing denies it.

    Attributes:
        by: Every statement that grants it, resource policy first, then identity policies, in document order.
    """

    by: tuple[Grant, ...]

    def __post_init__(self) -> None:
        if not self.by:
            msg = "an Allowed needs the statement that grants"
            raise ValueError(msg)

    def __bool__(self) -> Literal[True]:
        return True


@record
class ExplicitlyDenied(Answer):
    """At least one statement denies the request; grants do not matter (semantics E1).

    Attributes:
        by: Every statement that denies it, layer by layer in the order of `Side`, in document order.
    """

    by: tuple[StatementId, ...]

    def __post_init__(self) -> None:
        if not self.by:
            msg = "an ExplicitlyDenied needs the statement that denies"
            raise ValueError(msg)

    def __bool__(self) -> Literal[False]:
        return False


@record
class ImplicitlyDenied(Answer):
    """No statement denies the request, but a grant that it needs is missing.

    Attributes:
        missing: Every side that had to speak and stayed silent; AWS blames the first (semantics E2, E22).
    """

    missing: tuple[Missing, ...]

    def __post_init__(self) -> None:
        if not self.missing:
            msg = "an ImplicitlyDenied needs the side that stayed silent"
            raise ValueError(msg)

    def __bool__(self) -> Literal[False]:
        return False


@record(order=True)
class OpenTest:
    """A test of a policy that cannot be made because a key it reads is unknown.

    Attributes:
        keys: The unknown keys it hangs on, in lower case, sorted.
        text: The test as written: `StringEquals aws:SourceVpc ["vpc-1"]`, or `Resource arn:aws:s3:::b/${aws:username}`.
    """

    keys: tuple[str, ...]
    text: str


@record
class Outcome:
    """What the decision would be if the open tests turned out as assumed.

    Attributes:
        holds: The open tests that are assumed to hold; the others are assumed not to.
        decision: The decision then.
    """

    holds: tuple[OpenTest, ...]
    decision: Allowed | ExplicitlyDenied | ImplicitlyDenied


@record
class Undetermined(Answer):
    """The answer hangs on what is not known: some outcomes allow the request, others refuse it.

    Attributes:
        needs: The unknown keys it hangs on, in lower case, sorted.
        outcomes: What it would be for each way the open tests may turn out.
    """

    needs: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def __post_init__(self) -> None:
        if not self.needs or not self.outcomes:
            msg = "an Undetermined needs the keys it hangs on and its outcomes"
            raise ValueError(msg)

    def __bool__(self) -> Literal[False]:
        return False


Decision: TypeAlias = Allowed | ExplicitlyDenied | ImplicitlyDenied | Undetermined
Determined: TypeAlias = Allowed | ExplicitlyDenied | ImplicitlyDenied


def condition_text(condition: Condition) -> str:
    """Write a condition on one line, as an `OpenTest` names it."""
    values = ", ".join(f'"{v}"' for v in condition.values)
    return f"{condition.operator} {condition.key} [{values}]"


def all_of(decisions: tuple[Decision, ...]) -> Decision:
    """Combine the decisions on several resources of one action, each of which must be allowed (semantics M10, X4).

    One explicit deny decides, then one implicit deny, then one undetermined; else all grants together.
    """
    for kind in (ExplicitlyDenied, ImplicitlyDenied, Undetermined):
        for decision in decisions:
            if isinstance(decision, kind):
                return decision
    return Allowed(tuple(dict.fromkeys(grant for d in decisions if isinstance(d, Allowed) for grant in d.by)))
