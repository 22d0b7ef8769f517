"""Decide one request with the policies in hand."""

from __future__ import annotations

from lampolicy.authorize._half import HalfDecided, bounded
from lampolicy.authorize._layers import guards_of, identity_layers, resource_layer
from lampolicy.condition import shape_of
from lampolicy.decision import Decision
from lampolicy.engine import Caller, Stack, derive
from lampolicy.names import normal_arn
from lampolicy.organization import Policies
from lampolicy.request import Principal, Request


def authorize(request: Request, policies: Policies, *, what_if: bool = False) -> Decision:
    """Decide a request.

    Args:
        request: Who asks for what, and in which circumstances.
        policies: Every policy that bears on it.
        what_if: Let keys in the request's context win over what AWS would derive from the caller and the resource,
            instead of refusing the contradiction.

    Returns:
        The decision with its evidence. It is true only if the request is allowed.

    Raises:
        RequestError: The context contradicts the caller or the resource.

    Source:
        Semantics 4.1; IAM User Guide, "Policy evaluation logic".
    """
    policies = policies.settled(request.action, request.resource)
    shape = shape_of(tuple(request.context))
    derived = derive(request.principal, request.known_owner, policies.facts, request.via)
    derived = derived.checked_against(request.context, shape, what_if=what_if)
    caller = Caller(request.principal, bounded=bounded(request.principal, policies.boundary))
    half = HalfDecided(request, policies, derived, caller, _InHand(request.principal, policies))
    own = None if policies.resource is None else Stack((resource_layer(policies.resource_kind, policies.resource),))
    return half.residual(normal_arn(request.resource), own).decide(request.context, shape)


class _InHand:
    """The stacks of policies in hand, for one request."""

    __slots__ = ("_policies", "_principal", "identity")

    def __init__(self, principal: Principal, policies: Policies) -> None:
        self._principal = principal
        self._policies = policies
        self.identity = Stack(tuple(identity_layers(principal, policies)))

    def guards(self, rcp_binds: bool, /) -> Stack:  # noqa: FBT001 - one question, two answers
        """The layers of organization and network."""
        return Stack(tuple(guards_of(self._principal, self._policies, rcp=rcp_binds)))
