"""Decide one request with the policies in hand."""

from __future__ import annotations

from lampolicy.authorize._half import HalfDecided, bounded, frame_of
from lampolicy.authorize._layers import guards_of, identity_layers, rcp_binds, resource_layer
from lampolicy.condition import shape_of
from lampolicy.decision import Decision
from lampolicy.engine import Caller, Residuals, Stack, derive
from lampolicy.names import fold, normal_arn
from lampolicy.organization import Policies
from lampolicy.request import Request


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
    guards = Stack(tuple(guards_of(request.principal, policies, rcp=rcp_binds(request, policies))))
    residuals = Residuals(frame_of(request, policies, guards).conclude)
    identity = Stack(tuple(identity_layers(request.principal, policies)))
    half = HalfDecided(fold(request.action), caller, derived, guards, identity, residuals)
    own = None if policies.resource is None else Stack((resource_layer(policies.resource_kind, policies.resource),))
    return half.residual(normal_arn(request.resource), own).decide(request.context, shape, derived.known)
