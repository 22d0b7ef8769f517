"""Why a side that stayed silent had to speak."""

from __future__ import annotations

from lampolicy.decision import ImplicitlyDenied, Missing, Side
from lampolicy.organization import Policies
from lampolicy.policy import PolicyKind
from lampolicy.request import Anonymous, FederatedUser, Request, Saml, Service, WebIdentity


def why_missing(request: Request, policies: Policies, decision: ImplicitlyDenied) -> tuple[str, ...]:
    """One sentence for every side that stayed silent."""
    sides = {missing.side for missing in decision.missing}
    return tuple(_why(missing, request, policies, sides) for missing in decision.missing)


def _why(missing: Missing, request: Request, policies: Policies, sides: set[Side]) -> str:
    match missing.side:
        case Side.SERVICE_CONTROL:
            return f"every level of service control policies must allow it, and {level_name(missing.level)} does not"
        case Side.RESOURCE_CONTROL:
            return f"{level_name(missing.level)} of the resource control policies does not allow it"
        case Side.ENDPOINT:
            return "the request came through a VPC endpoint, whose policy does not let it pass"
        case Side.TRUST | Side.RESOURCE:
            return _why_resource(request, policies, sides)
        case Side.IDENTITY:
            return _why_identity(request, sides)
        case Side.BOUNDARY:
            return "the permissions boundary does not allow it, and it limits what the other policies grant"
        case Side.SESSION:
            return _why_session(request, policies)


def level_name(level: int | None) -> str:
    """Name a level of SCPs or RCPs."""
    return "the organization's root (level 0)" if level == 0 else f"level {level}"


def _why_resource(request: Request, policies: Policies, sides: set[Side]) -> str:
    caller = request.principal
    policy = _policy_name(policies.resource_kind)
    match caller:
        case Service():
            return f"a service has no policies of its own: {policy} must name {caller.name}"
        case Anonymous():
            return f"nobody signed the request: {policy} must grant it to everyone"
        case WebIdentity() | Saml():
            return f"the caller has no policies of its own: {policy} must name the provider under Federated"
        case _ if caller.account != request.owner:
            return f"the caller is of account {caller.account}, the resource of {request.owner}: {policy} must grant it"
        case _ if policies.resource_kind in {PolicyKind.KEY, PolicyKind.TRUST}:
            return f"{policy} must name the caller, or its account and leave the rest to identity policies"
        case _:
            return f"{'or ' if Side.IDENTITY in sides else ''}{policy} would have to name the caller itself"


def _policy_name(kind: PolicyKind) -> str:
    return "the role's trust policy" if kind is PolicyKind.TRUST else f"the {kind}'s policy"


def _why_identity(request: Request, sides: set[Side]) -> str:
    if request.principal.account != request.owner:
        return "no policy of the caller allows it, and across accounts its own side must as well"
    if Side.RESOURCE in sides:
        return "no policy of the caller allows it"
    return "no policy of the caller allows it, and nothing else grants it to the caller itself"


def _why_session(request: Request, policies: Policies) -> str:
    if isinstance(request.principal, FederatedUser) and policies.session is None:
        return "no session policy was passed for the federated user, so its issuer's permissions do not count (E8)"
    return "the session policies passed for this session do not allow it"
