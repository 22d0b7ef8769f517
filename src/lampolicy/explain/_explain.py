"""The entry: replay a request through the reference, and say why."""

from __future__ import annotations

from dataclasses import replace

from lampolicy.authorize import authorize
from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.diagnostic import LampolicyError
from lampolicy.explain._explanation import Explanation
from lampolicy.explain._layers import explained_layers
from lampolicy.explain._missing import why_missing
from lampolicy.explain._remedy import remedies, why_none, why_unreachable, without_statements
from lampolicy.explain._sentence import aws_sentence
from lampolicy.organization import Policies
from lampolicy.policy import Effect
from lampolicy.reference import Trace, decide, trace
from lampolicy.request import Request


class ExplanationRefused(LampolicyError):  # noqa: N818 - a refusal to speak, no fault of the request
    """Engine and reference disagree, so there is nothing to explain.

    Attributes:
        engine: What the engine decided.
        reference: What the reference decided.
    """

    def __init__(self, engine: Decision, reference: Decision) -> None:
        self.engine = engine
        self.reference = reference
        super().__init__(
            f"engine and reference disagree, which is a fault of lampolicy: please report it"
            f" (engine: {engine!r}; reference: {reference!r})"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.engine, self.reference))


def explain(
    request: Request, policies: Policies, *, what_if: bool = False, same_organization: bool = True
) -> Explanation:
    """Say why a request is decided as it is, what is missing, and the smallest addition that would allow it.

    The request is decided by the engine and replayed through the reference; every addition that is proposed has been
    put into the policies and the request decided again.

    Args:
        request: What is asked.
        policies: Every policy that bears on it.
        what_if: Let condition keys given with the request win over those derived from the caller.
        same_organization: Whether caller and resource are of one organization; if not, AWS's sentence leaves out the
            reason across accounts (semantics E22).

    Raises:
        RequestError: The request contradicts what is derived from its caller, and `what_if` is not set.
        ExplanationRefused: Engine and reference disagree.
    """
    policies = policies.settled(request.action, request.resource)
    replay = trace(request, policies, what_if=what_if)
    decided = authorize(request, policies, what_if=what_if)
    if decided != replay.decision:
        raise ExplanationRefused(decided, replay.decision)
    said = Explanation(
        request,
        decided,
        explained_layers(replay),
        sentence=aws_sentence(request, decided, same_organization=same_organization),
        rests_on=replay.rests_on,
    )
    match decided:
        case ImplicitlyDenied():
            return _with_remedies(said, policies, decided, what_if=what_if)
        case ExplicitlyDenied():
            return replace(said, otherwise=_without_denies(replay, policies, what_if=what_if))
        case _:
            return said


def _with_remedies(said: Explanation, policies: Policies, denied: ImplicitlyDenied, *, what_if: bool) -> Explanation:
    if unreachable := why_unreachable(said.request):
        return replace(said, no_remedy=unreachable)
    found = remedies(said.request, policies, denied, what_if=what_if)
    said = replace(said, missing=why_missing(said.request, policies, denied), remedies=found)
    return said if found else replace(said, no_remedy=why_none(said.request, policies, denied, what_if=what_if))


def _without_denies(replay: Trace, policies: Policies, *, what_if: bool) -> Decision:
    """What the decision would be without the statements that deny."""
    denies = [s for layer in replay.layers for s in layer.about if s.effect is Effect.DENY and s.possible]
    left = without_statements(policies, [(s.policy, s.index) for s in denies])
    return decide(replay.request, left, what_if=what_if)
