"""Answering Lambda's own questions and comparing the answers with what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lampolicy.check._lambda_cases import LambdaCase
from lampolicy.check._lambda_words import explained
from lampolicy.decision import Undetermined
from lampolicy.diagnostic import LampolicyError
from lampolicy.function import Answer, Obstacle, Result, Trace
from lampolicy.organization import Organization


@dataclass(frozen=True, slots=True)
class LambdaAnswer:
    """What was answered, in the words of an expected-decision file.

    Attributes:
        decision: `allow`, `deny` or `unknown`; `error` where the question could not be answered.
        refused: The refused actions, in the order AWS would complain about them.
        obstacles: What stands in the way whatever the policies say.
        needs: For `unknown`, the condition keys it hangs on.
        broken_at: For a trace, the first refused hop, counted from 1.
        error: Why it could not be answered.
    """

    decision: Literal["allow", "deny", "unknown", "error"]
    refused: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    needs: tuple[str, ...] = ()
    broken_at: int | None = None
    error: str | None = None

    def __str__(self) -> str:
        match self.decision:
            case "deny":
                return f"deny ({'; '.join(self._reasons())})"
            case "unknown":
                return f"unknown (hangs on {_words(self.needs)})" if self.needs else "unknown"
            case "error":
                return f"no answer ({self.error})"
            case "allow":
                return "allow"

    def _reasons(self) -> Iterator[str]:
        if self.broken_at is not None:
            yield f"broken at hop {self.broken_at}"
        yield from (f"obstacle {obstacle.rule}: {obstacle.message}" for obstacle in self.obstacles)
        if self.refused:
            yield f"refused: {_words(self.refused)}"


@dataclass(frozen=True, slots=True)
class LambdaJudgement:
    """A question, its answer, and what is wrong with it.

    Attributes:
        case: The question.
        answer: The answer.
        differences: What is not as expected; empty if all is.
        explanation: Why the answer is what it is, and what would mend it; only where something differs.
    """

    case: LambdaCase
    answer: LambdaAnswer
    differences: tuple[str, ...]
    explanation: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


def judge_lambda(case: LambdaCase, organization: Organization) -> LambdaJudgement:
    """Answer one question and compare; explain only where something differs, for it costs far more."""
    try:
        found = case.ask()
    except LampolicyError as error:
        answer = LambdaAnswer("error", error=str(error))
        return LambdaJudgement(case, answer, tuple(differences(case, answer)))
    answer = answer_of(found)
    differing = tuple(differences(case, answer))
    return LambdaJudgement(case, answer, differing, _explanation(found, organization) if differing else None)


def differences(case: LambdaCase, answer: LambdaAnswer) -> Iterator[str]:
    """Say what is not as expected, the decision first; finer differences only where the decision is right."""
    check = case.check
    if check.expect != answer.decision:
        yield f"expected {check.expect}, got {answer}"
        return
    if check.refused is not None and check.refused.lower() not in [action.lower() for action in answer.refused[:1]]:
        yield f"expected `{check.refused}` to be refused first, got {answer}"
    if check.obstacle is not None and check.obstacle not in {obstacle.rule for obstacle in answer.obstacles}:
        yield f"expected an obstacle of {check.obstacle}, got {answer}"
    if case.broken_at is not None and case.broken_at != answer.broken_at:
        yield f"expected it to break at hop {case.broken_at}, got {answer}"


def answer_of(found: Answer | Trace) -> LambdaAnswer:
    """Put an answer in the words of an expected-decision file."""
    if isinstance(found, Answer):
        return _of_parts(found)
    if found.broken is not None:
        answer = _of_parts(found.broken.answer)
        return LambdaAnswer("deny", answer.refused, answer.obstacles, broken_at=found.hops.index(found.broken) + 1)
    needs = tuple(dict.fromkeys(key for hop in found.hops for key in _needs(hop.answer)))
    return LambdaAnswer("allow") if found.result is Result.ALLOWED else LambdaAnswer("unknown", needs=needs)


def _of_parts(answer: Answer) -> LambdaAnswer:
    if answer:
        return LambdaAnswer("allow")
    refused = tuple(part.request.action for part in answer.refused)
    if refused or answer.obstacles or not answer.undetermined:
        return LambdaAnswer("deny", refused, answer.obstacles)
    return LambdaAnswer("unknown", needs=_needs(answer))


def _needs(answer: Answer) -> tuple[str, ...]:
    decisions = [part.decision for part in answer.undetermined]
    return tuple(dict.fromkeys(key for d in decisions if isinstance(d, Undetermined) for key in d.needs))


def _explanation(found: Answer | Trace, organization: Organization) -> str:
    try:
        return str(found) if isinstance(found, Trace) else explained(found, organization)
    except LampolicyError as error:
        return f"no explanation: {error}"


def _words(items: tuple[str, ...]) -> str:
    return ", ".join(f"`{item}`" for item in items)
