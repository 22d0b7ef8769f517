"""The sentence AWS prints for a request it denies (semantics E22)."""

from __future__ import annotations

from typing import Final

from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied, Side
from lampolicy.policy import PolicyKind
from lampolicy.request import Request, Saml, Service, WebIdentity

_SIDES: Final = {
    PolicyKind.RESOURCE_CONTROL: Side.RESOURCE_CONTROL,
    PolicyKind.SERVICE_CONTROL: Side.SERVICE_CONTROL,
    PolicyKind.ENDPOINT: Side.ENDPOINT,
    PolicyKind.TRUST: Side.TRUST,
    PolicyKind.IDENTITY: Side.IDENTITY,
    PolicyKind.BOUNDARY: Side.BOUNDARY,
    PolicyKind.SESSION: Side.SESSION,
}


def side_of(kind: PolicyKind) -> Side:
    """The layer a policy belongs to, by its kind."""
    return _SIDES.get(kind, Side.RESOURCE)


def with_article(side: Side) -> str:
    """The layer's name in AWS's words, with `a` or `an`."""
    return f"{'an' if side is Side.IDENTITY else 'a'} {side}"


def aws_sentence(request: Request, decision: Decision, *, same_organization: bool) -> str | None:
    """Write what AWS would print.

    Args:
        request: What was asked.
        decision: What was decided.
        same_organization: Whether caller and resource are of one organization; if not, AWS leaves out the reason
            across accounts.

    Returns:
        The sentence; `None` for a decision that denies nothing, and for services, to whom AWS prints nothing.
    """
    because = _reason(request, decision)
    if because is None or isinstance(request.principal, Service):
        return None
    if isinstance(request.principal, WebIdentity | Saml):
        return f"Not authorized to perform {request.action}"
    told = f"User: {request.principal.caller_arn} is not authorized to perform: {request.action}"
    told += f" on resource: {request.resource}"
    hidden = request.principal.account != request.owner and not same_organization
    return told if hidden else f"{told} {because}"


def _reason(request: Request, decision: Decision) -> str | None:
    match decision:
        case ExplicitlyDenied(by=by):
            return f"with an explicit deny in {with_article(side_of(by[0].kind))}"
        case ImplicitlyDenied(missing=missing):
            return f"because no {missing[0].side} allows the {request.action} action"
        case _:
            return None
