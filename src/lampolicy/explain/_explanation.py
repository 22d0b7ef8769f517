"""An explanation: the replay of a decision, and what it tells."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from functools import cached_property
from typing import Final

from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.explain._layers import explained_layers
from lampolicy.explain._missing import why_missing
from lampolicy.explain._parts import ExplainedLayer, Remedy
from lampolicy.explain._remedy import remedies, why_none, why_unreachable, without_statements
from lampolicy.explain._sentence import aws_sentence
from lampolicy.organization import Policies
from lampolicy.policy import Effect
from lampolicy.reference import Trace, UncertainRule, decide
from lampolicy.request import Request

_PARTS: Final = (
    "request",
    "decision",
    "layers",
    "missing",
    "remedies",
    "no_remedy",
    "otherwise",
    "sentence",
    "rests_on",
)


class Explanation:
    """Why a request was decided as it was. It does not change, and two that say the same are equal.

    `str(explanation)` is the text for people, `explanation.to_dict()` the JSON for machines. The decision, how every
    element of every statement fared, and what is uncertain were found when it was made; its sentences are written, and
    its remedies decided again, when they are first read.

    Attributes:
        request: What was asked.
        decision: What was decided.
        rests_on: The uncertain rules of the semantics that would change the decision, read the other way.
    """

    request: Request
    decision: Decision
    rests_on: tuple[UncertainRule, ...]
    _replay: Trace
    _policies: Policies
    _what_if: bool
    _same_organization: bool

    def __init__(self, replay: Trace, policies: Policies, *, what_if: bool, same_organization: bool) -> None:
        """Take a replay whose decision is the engine's, and the settled policies it was made with."""
        self.__dict__.update(
            request=replay.request,
            decision=replay.decision,
            rests_on=replay.rests_on,
            _replay=replay,
            _policies=policies,
            _what_if=what_if,
            _same_organization=same_organization,
        )

    @cached_property
    def layers(self) -> tuple[ExplainedLayer, ...]:
        """Every layer that had a say, in AWS's order."""
        return explained_layers(self._replay)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """For an implicit deny, why each silent side had to speak, one sentence each."""
        if not isinstance(self.decision, ImplicitlyDenied) or self._unreachable:
            return ()
        return why_missing(self.request, self._policies, self.decision)

    @cached_property
    def remedies(self) -> tuple[Remedy, ...]:
        """For an implicit deny, the smallest additions that allow it; several are alternatives."""
        if not isinstance(self.decision, ImplicitlyDenied) or self._unreachable:
            return ()
        return remedies(self.request, self._policies, self.decision, what_if=self._what_if)

    @cached_property
    def no_remedy(self) -> str | None:
        """Why no addition can allow it, where none can."""
        if not isinstance(self.decision, ImplicitlyDenied):
            return None
        if self._unreachable or self.remedies:
            return self._unreachable
        return why_none(self.request, self._policies, self.decision, what_if=self._what_if)

    @cached_property
    def otherwise(self) -> Decision | None:
        """For an explicit deny, what the decision would be without the statements that deny."""
        if not isinstance(self.decision, ExplicitlyDenied):
            return None
        possible = [s for layer in self._replay.layers for s in layer.about if s.possible]
        denies = [(s.policy, s.index) for s in possible if s.effect is Effect.DENY]
        return decide(self.request, without_statements(self._policies, denies), what_if=self._what_if)

    @cached_property
    def sentence(self) -> str | None:
        """What AWS would print (semantics E22); `None` where AWS prints nothing."""
        return aws_sentence(self.request, self.decision, same_organization=self._same_organization)

    @cached_property
    def _unreachable(self) -> str | None:
        return why_unreachable(self.request)

    def __str__(self) -> str:
        from lampolicy.explain._text import text_of

        return text_of(self)

    def to_dict(self) -> dict[str, object]:
        """Write the explanation as plain values for JSON."""
        from lampolicy.explain._wire import to_wire

        return to_wire(self)

    def _said(self) -> tuple[object, ...]:
        return tuple(getattr(self, part) for part in _PARTS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Explanation) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash((self.request, self.decision))

    def __repr__(self) -> str:
        said = ", ".join(f"{part}={value!r}" for part, value in zip(_PARTS, self._said(), strict=True))
        return f"Explanation({said})"

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")
