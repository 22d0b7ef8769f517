"""The entry: replay a request through the reference, and say why."""

from __future__ import annotations

from lampolicy.authorize import authorize
from lampolicy.decision import Decision
from lampolicy.diagnostic import LampolicyError, RequestError
from lampolicy.explain._explanation import Explanation
from lampolicy.organization import Policies
from lampolicy.reference import trace
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
    request: Request,
    policies: Policies,
    *,
    what_if: bool = False,
    same_organization: bool = True,
    decision: Decision | None = None,
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
        decision: The decision to explain, where the engine has made it already (`authorize`, `Authorizer.decide`), so
            that it need not make it again.

    Raises:
        RequestError: The request contradicts what is derived from its caller, and `what_if` is not set; or `decision`
            is not the one on this request and these policies.
        ExplanationRefused: Engine and reference disagree.
    """
    policies = policies.settled(request.action, request.resource)
    replay = trace(request, policies, what_if=what_if)
    if decision != replay.decision:
        decided = authorize(request, policies, what_if=what_if)
        if decided != replay.decision:
            raise ExplanationRefused(decided, replay.decision)
        if decision is not None:
            msg = f"the decision to explain is {decision!r}, but this request and these policies make {decided!r}"
            raise RequestError(f"{msg}: give those it was made with")
    return Explanation(replay, policies, what_if=what_if, same_organization=same_organization)
