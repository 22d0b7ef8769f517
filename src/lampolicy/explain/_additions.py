"""The statement that one layer lacks, as narrow as the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from lampolicy.decision import Missing, Side
from lampolicy.diagnostic import InvalidName, PolicyError
from lampolicy.explain._parts import Addition
from lampolicy.names import Arn
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind, Statement, TrustStatement, Version
from lampolicy.request import (
    Anonymous,
    Context,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

_KINDS: Final[Mapping[Side, PolicyKind]] = {
    Side.SERVICE_CONTROL: PolicyKind.SERVICE_CONTROL,
    Side.ENDPOINT: PolicyKind.ENDPOINT,
    Side.IDENTITY: PolicyKind.IDENTITY,
    Side.BOUNDARY: PolicyKind.BOUNDARY,
    Side.SESSION: PolicyKind.SESSION,
}
_CLAIMS: Final = (":aud", ":sub")
_NAME: Final = "addition"


def proposed(request: Request, policies: Policies, place: Missing) -> Addition | None:
    """Write the statement that a silent side lacks; `None` where nobody can add one (RCPs only deny)."""
    if place.side is Side.RESOURCE_CONTROL:
        return None
    statement: dict[str, object] = {"Effect": "Allow"}
    if place.side in {Side.RESOURCE, Side.TRUST, Side.ENDPOINT}:
        statement["Principal"] = _principal_for(request, policies, place.side)
    statement["Action"] = request.action
    if place.side is not Side.TRUST:
        statement["Resource"] = _resource_element(request, policies, place.side)
    if place.side in {Side.RESOURCE, Side.TRUST} and (conditions := _conditions(request)):
        statement["Condition"] = conditions
    return Addition(place.side, place.level, _policy_to_extend(policies, place, statement), statement)


def _principal_for(request: Request, policies: Policies, side: Side) -> object:
    account = request.principal.account
    if side is Side.RESOURCE and policies.resource_kind is PolicyKind.LAYER and account is not None:
        # a layer's policy names whole accounts, an organization or everybody (semantics L15)
        return {"AWS": Root(account, Arn.parse(request.resource).partition).caller_arn}
    return principal_element(request.principal)


def principal_element(caller: Principal) -> object:
    """How a resource's policy names a caller: the role rather than one session of it (semantics G10)."""
    match caller:
        case User():
            return {"AWS": caller.arn}
        case RoleSession():
            return {"AWS": caller.role}
        case FederatedUser():
            return {"AWS": caller.arn}
        case Root():
            return {"AWS": caller.caller_arn}
        case Service():
            return {"Service": caller.name}
        case WebIdentity() | Saml():
            return {"Federated": caller.provider}
        case Anonymous():
            return "*"


def _resource_element(request: Request, policies: Policies, side: Side) -> str:
    if side is Side.RESOURCE and policies.resource_kind is PolicyKind.KEY:
        return "*"  # a key policy speaks of its own key only
    resource = policies.resource
    old = side is Side.RESOURCE and resource is not None and resource.version is Version.V2008
    return request.resource if old or request.resource == "*" else _escaped(request.resource)


def _escaped(arn: str) -> str:
    """Write an ARN so that it matches itself only: wildcards and variables of its last part escaped (semantics V6)."""
    parts = arn.split(":", 5)
    last = parts.pop().replace("${", "\0").replace("*", "${*}").replace("?", "${?}").replace("\0", "${$}{")
    return ":".join([*parts, last])


def _conditions(request: Request) -> dict[str, dict[str, str]]:
    """A grant to a service names its source, one to a token's bearer its claims, as the request carries them."""
    caller = request.principal
    if isinstance(caller, Service):
        return _source_conditions(caller)
    if isinstance(caller, WebIdentity | Saml):
        claims = {key: value for key, value in _texts(request.context).items() if key.lower().endswith(_CLAIMS)}
        return {"StringEquals": claims} if claims else {}
    return {}


def _source_conditions(caller: Service) -> dict[str, dict[str, str]]:
    """Name the source; its account only where the ARN does not, as that of a bucket (semantics K4, L7)."""
    conditions: dict[str, dict[str, str]] = {}
    if caller.source_arn is not None:
        conditions["ArnLike"] = {"aws:SourceArn": caller.source_arn}
    if caller.source_account is not None and _account_of(caller.source_arn) != caller.source_account:
        conditions["StringEquals"] = {"aws:SourceAccount": caller.source_account}
    return conditions


def _account_of(arn: str | None) -> str | None:
    """The account a source's ARN tells; `None` for that of a bucket, and for a text that is no ARN."""
    try:
        return None if arn is None else Arn.parse(arn).account or None
    except InvalidName:
        return None


def _texts(context: Context) -> dict[str, str]:
    return {key: value for key, value in context.items() if isinstance(value, str)}


def _policy_to_extend(policies: Policies, place: Missing, statement: Mapping[str, object]) -> str | None:
    """The policy a statement can simply be added to: the only one of its layer."""
    found = [policy for policy in _policies_of(policies, place) if not _hangs_elsewhere(policy, statement)]
    return found[0].name or str(found[0].kind) if len(found) == 1 else None


def _hangs_elsewhere(policy: Policy, statement: Mapping[str, object]) -> bool:
    """L4: every version and alias of a function has a policy of its own, as every version of a layer has."""
    if policy.kind not in {PolicyKind.FUNCTION, PolicyKind.LAYER}:
        return False
    named = {pattern for s in policy.statements for pattern in _patterns(s)}
    return bool(named) and statement["Resource"] not in named


def _patterns(statement: Statement) -> tuple[str, ...]:
    resources = None if isinstance(statement, TrustStatement) else statement.resources
    return () if resources is None else resources.patterns


def _policies_of(policies: Policies, place: Missing) -> Sequence[Policy]:
    match place.side:
        case Side.SERVICE_CONTROL:
            return policies.service_control[place.level or 0]
        case Side.ENDPOINT:
            return policies.endpoint or ()
        case Side.TRUST | Side.RESOURCE:
            return (policies.resource,) if policies.resource is not None else ()
        case Side.IDENTITY:
            return policies.identity
        case Side.BOUNDARY:
            return policies.boundary or ()
        case Side.SESSION:
            return policies.session or ()
        case Side.RESOURCE_CONTROL:
            return ()


def with_additions(policies: Policies, additions: Sequence[Addition]) -> Policies:
    """The policies with statements added; raise `PolicyError` if AWS would refuse one of them."""
    changed = policies
    for addition in additions:
        changed = _added(changed, addition)
    return changed


def _added(policies: Policies, addition: Addition) -> Policies:
    if addition.side in {Side.RESOURCE, Side.TRUST}:
        return replace(policies, resource=_extended(policies, addition.statement))
    new = _policy(addition.statement, _KINDS[addition.side])
    match addition.side:
        case Side.SERVICE_CONTROL:
            levels = list(policies.service_control)
            levels[addition.level or 0] += (new,)
            return replace(policies, service_control=tuple(levels))
        case Side.ENDPOINT:
            return replace(policies, endpoint=(*(policies.endpoint or ()), new))
        case Side.IDENTITY:
            return replace(policies, identity=(*policies.identity, new))
        case Side.BOUNDARY:
            return replace(policies, boundary=(*(policies.boundary or ()), new))
        case _:
            return replace(policies, session=(*(policies.session or ()), new))


def _extended(policies: Policies, statement: Mapping[str, object]) -> Policy:
    """The resource's policy with one more statement, or the policy it does not have yet."""
    old = policies.resource
    if old is None or _hangs_elsewhere(old, statement):
        return _policy(statement, policies.resource_kind)
    new = _policy(statement, old.kind)
    joined = Policy(old.kind, old.statements + new.statements, old.version, old.id, old.name, old.file, old.pointer)
    if _is_accepted(old):
        Policy.parse(joined.to_dict(), kind=joined.kind, name=joined.name)  # statements may clash with one another
    return joined


def _is_accepted(policy: Policy) -> bool:
    """Whether AWS would accept a policy as it stands; one built by hand need not be."""
    try:
        Policy.parse(policy.to_dict(), kind=policy.kind)
    except PolicyError:
        return False
    return True


def _policy(statement: Mapping[str, object], kind: PolicyKind) -> Policy:
    return Policy.parse({"Version": str(Version.V2012), "Statement": [dict(statement)]}, kind=kind, name=_NAME)
