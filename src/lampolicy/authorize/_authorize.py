"""Decide one request with the policies in hand."""

from __future__ import annotations

from lampolicy.authorize._side import CallerSide
from lampolicy.condition import Shape
from lampolicy.decision import Decision
from lampolicy.engine import derive
from lampolicy.names import normal_arn
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
    shape = Shape(tuple(request.context))
    derived = derive(request.principal, request.known_owner, policies.facts, request.via)
    derived = derived.checked_against(request.context, shape, what_if=what_if)
    side = CallerSide(request, policies, derived)
    return side.residual(normal_arn(request.resource), policies.resource).decide(request.context, shape)
