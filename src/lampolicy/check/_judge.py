"""Deciding a question and comparing the answer with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from lampolicy.authorize import Authorizer
from lampolicy.check._cases import Case
from lampolicy.check._expectations import Check, SideName
from lampolicy.decision import (
    Allowed,
    Decision,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    RuleGrant,
    Side,
    Undetermined,
)
from lampolicy.diagnostic import LampolicyError
from lampolicy.policy import PolicyKind

SIDE_NAMES: Final[dict[Side, SideName]] = {
    Side.RESOURCE_CONTROL: "resource-control-policy",
    Side.SERVICE_CONTROL: "service-control-policy",
    Side.ENDPOINT: "endpoint-policy",
    Side.TRUST: "trust-policy",
    Side.RESOURCE: "resource-policy",
    Side.IDENTITY: "identity-policy",
    Side.BOUNDARY: "permissions-boundary",
    Side.SESSION: "session-policy",
}

_SIDES: Final = {
    PolicyKind.RESOURCE_CONTROL: Side.RESOURCE_CONTROL,
    PolicyKind.SERVICE_CONTROL: Side.SERVICE_CONTROL,
    PolicyKind.ENDPOINT: Side.ENDPOINT,
    PolicyKind.TRUST: Side.TRUST,
    PolicyKind.IDENTITY: Side.IDENTITY,
    PolicyKind.BOUNDARY: Side.BOUNDARY,
    PolicyKind.SESSION: Side.SESSION,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided, in the words of an expected-decision file.

    Attributes:
        decision: `allow`, `deny` or `unknown`; `error` where the question could not be decided.
        reason: For a denial, `implicit` or `explicit`.
        blocked_by: For a denial, the layers that deny, or that are silent where they had to allow.
        statements: The Sids (or policy and index) of the statements that decide.
        needs: For `unknown`, the condition keys it hangs on.
        error: Why it could not be decided.
    """

    decision: str
    reason: str | None = None
    blocked_by: tuple[SideName, ...] = ()
    statements: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    error: str | None = None

    def __str__(self) -> str:
        match self.decision, self.reason:
            case "deny", "explicit":
                return f"deny (explicit; by {_words(self.statements)})"
            case "deny", _:
                return f"deny (implicit; silent: {_words(self.blocked_by)})"
            case "unknown", _:
                return f"unknown (hangs on {_words(self.needs)})"
            case "error", _:
                return f"no answer ({self.error})"
            case _:
                return f"allow (by {_words(self.statements)})"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question, its answer, and what is wrong with it.

    Attributes:
        case: The question.
        answer: The answer.
        differences: What is not as expected; empty if all is.
        explanation: Why the answer is what it is; only where something differs.
    """

    case: Case
    answer: Answer
    differences: tuple[str, ...]
    explanation: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


def judge(case: Case, authorizer: Authorizer, explain: Callable[[Case, Authorizer], str | None]) -> Judgement:
    """Decide one question and compare.

    Args:
        case: The question.
        authorizer: What decides.
        explain: Says why; asked only where something differs, for it costs far more than the decision.
    """
    try:
        answer = answer_of(authorizer.decide_request(case.request))
    except LampolicyError as error:
        answer = Answer("error", error=str(error))
    found = tuple(differences(case.check, answer))
    told = explain(case, authorizer) if found and answer.decision != "error" else None
    return Judgement(case, answer, found, told)


def differences(check: Check, answer: Answer) -> Iterator[str]:
    """Say what is not as expected, the decision first; finer differences only where the decision is right."""
    if check.expect != answer.decision:
        yield f"expected {_expected(check)}, got {answer}"
        return
    if check.reason is not None and check.reason != answer.reason:
        yield f"expected an {check.reason} denial, got {answer}"
    if check.blocked_by is not None and check.blocked_by not in answer.blocked_by:
        yield f"expected to be blocked by {check.blocked_by}, but it was {_words(answer.blocked_by)}"
    if check.statement is not None and check.statement not in answer.statements:
        yield f"expected statement `{check.statement}` to decide, but it was {_words(answer.statements) or 'none'}"


def answer_of(decision: Decision) -> Answer:
    """Put a decision in the words of an expected-decision file."""
    match decision:
        case Allowed():
            return Answer("allow", statements=tuple(map(_statement, decision.by)))
        case ExplicitlyDenied():
            return Answer("deny", "explicit", _deniers(decision), tuple(map(_statement, decision.by)))
        case ImplicitlyDenied():
            return Answer("deny", "implicit", tuple(SIDE_NAMES[missing.side] for missing in decision.missing))
        case Undetermined():
            return Answer("unknown", needs=decision.needs)
    assert_never(decision)


def _deniers(decision: ExplicitlyDenied) -> tuple[SideName, ...]:
    sides = dict.fromkeys(_SIDES.get(statement.kind, Side.RESOURCE) for statement in decision.by)
    return tuple(SIDE_NAMES[side] for side in sides)


def _statement(grant: Grant) -> str:
    if isinstance(grant, RuleGrant):
        return grant.text
    return grant.sid or f"{grant.policy}[{grant.index}]"


def _expected(check: Check) -> str:
    return f"{check.expect} ({check.reason})" if check.reason else check.expect


def _words(items: tuple[str, ...]) -> str:
    return ", ".join(f"`{item}`" for item in items)
