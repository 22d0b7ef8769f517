"""Who made a call: `userIdentity` of every type, turned into the caller of a request.

Source: CloudTrail User Guide, "CloudTrail userIdentity element"; semantics K1, K2, E8, E14, E18.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.names import Arn, is_account_id
from lampolicy.replay._asked import LONGEST_ARN, Told, Unmapped, shortened
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import text_at, value_at
from lampolicy.replay._world import World
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    ContextValue,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

_FORWARDED: Final = ("aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ViaAWSService")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called.

    Attributes:
        principal: The caller of the request.
        told: Condition keys the identity tells, or leaves open.
        via: The service that forwarded the call, if one did (semantics E14).
        entity: What the calls are counted under: the ARN of the user or role, else what AWS prints for the caller.
        session_policy: Whether the session may be limited by a policy that matters and is not in the trail.
    """

    principal: Principal
    told: Told = field(default_factory=dict[str, ContextValue | None])
    via: tuple[str, ...] = ()
    entity: str = ""
    session_policy: bool = False


def caller_of(event: Event, world: World) -> Caller:
    """Tell who called; raise `Unmapped` where the record does not tell, or no policy of IAM concerns the caller."""
    kind = text_at(event.identity, "type") or _kind_without_type(event)
    reader = _KINDS.get(kind)
    if reader is None:
        raise Unmapped(f"a caller of type `{kind[:40]}` is not one that policies of IAM decide about")
    try:
        caller = reader(event, world)
    except InvalidName as error:
        raise Unmapped(f"the caller cannot be read: {shortened(error)}") from None
    if len(caller.entity) > LONGEST_ARN or len(caller.principal.caller_arn) > LONGEST_ARN:
        raise Unmapped("the caller's name is longer than any of AWS")
    return caller


def _kind_without_type(event: Event) -> str:
    """Events of a service alone hold no more than who called."""
    return "AWSService" if text_at(event.identity, "invokedBy") else "none"


def _user(event: Event, world: World) -> Caller:
    arn = text_at(event.identity, "arn")
    if arn is None:
        raise Unmapped("the record does not tell the user's ARN")
    user = User(arn, text_at(event.identity, "principalId"))
    return _with_forwarding(event, world, user, arn, _session_keys(event))


def _role(event: Event, world: World) -> Caller:
    principal_id = text_at(event.identity, "principalId") or ""
    role_id, _, session = principal_id.partition(":")
    role = text_at(event.identity, "sessionContext", "sessionIssuer", "arn") or _role_of(event, world, role_id)
    if role is None:
        raise Unmapped(
            "the record does not tell the session's role with its path, and the organization does not know it"
        )
    told = {**_session_keys(event), **_function_keys(event)}
    name = (session or _last(text_at(event.identity, "arn"))) if world.sessions_matter else None
    caller = RoleSession(role, name or None, role_id or None)
    return _with_forwarding(event, world, caller, role, told)


def _last(arn: str | None) -> str:
    return "" if arn is None else arn.rsplit("/", 1)[-1]


def _role_of(event: Event, world: World, role_id: str) -> str | None:
    """A session without its issuer: the role's id tells it, or its name where only one role has it."""
    known = world.roles_by_id.get(role_id)
    arn = text_at(event.identity, "arn")
    if known is not None or arn is None:
        return known
    if ":role/" in arn:
        return arn
    try:
        principal = world.organization.principal(arn)
    except InvalidName:
        return None
    return principal.role if isinstance(principal, RoleSession) else None


def _root(event: Event, world: World) -> Caller:
    del world
    if str(value_at(event.identity, "sessionContext", "assumedRoot")).lower() == "true":
        raise Unmapped("the session of `sts:AssumeRoot` is limited by a task policy the record does not tell")
    account = text_at(event.identity, "accountId") or ""
    arn = text_at(event.identity, "arn")
    root = Root(account, Arn.parse(arn).partition if arn else event.partition)
    via = _service(text_at(event.identity, "invokedBy"))
    return Caller(root, _session_keys(event), (via,) if via else (), root.caller_arn)


def _federated(event: Event, world: World) -> Caller:
    arn = text_at(event.identity, "arn")
    issuer = text_at(event.identity, "sessionContext", "sessionIssuer", "arn")
    if arn is None or issuer is None or ":user/" not in issuer:
        raise Unmapped("the record does not tell the federated user and who asked for the token")
    caller = FederatedUser(arn, issuer)
    told = _with_forwarding(event, world, caller, issuer, _session_keys(event))
    return Caller(told.principal, told.told, told.via, issuer, session_policy=True)


def _aws_service(event: Event, world: World) -> Caller:
    del world
    name = text_at(event.identity, "invokedBy") or event.address
    if name is None or "." not in name:
        raise Unmapped("the record does not tell which service called")
    arn = event.text("sourceArn") or text_at(event.identity, "inScopeOf", "sourceArn")
    account = event.text("sourceAccount") or text_at(event.identity, "inScopeOf", "sourceAccount")
    told: dict[str, ContextValue | None] = {"aws:SourceOrgID": UNKNOWN, "aws:SourceOrgPaths": UNKNOWN}
    if arn is None:
        told["aws:SourceArn"] = UNKNOWN
    if not is_account_id(account):
        account, told["aws:SourceAccount"] = None, UNKNOWN
    return Caller(Service(name, arn, account), told, entity=name)


def _other_account(event: Event, world: World) -> Caller:
    """A caller from another account: its ARN is not always there, and its id only helps where it is known."""
    if (
        text_at(event.identity, "accountId") == "anonymous"
        or text_at(event.identity, "principalId") == "ANONYMOUS_PRINCIPAL"
    ):
        return Caller(Anonymous(), entity="anonymous")
    invoked = _service(text_at(event.identity, "invokedBy"))
    arn = text_at(event.identity, "arn")
    if arn is None and invoked and text_at(event.identity, "principalId") is None:
        return _aws_service(event, world)
    unique = (text_at(event.identity, "principalId") or "").partition(":")[0]
    if (arn is not None and ":user/" in arn) or unique in world.users_by_id:
        user = arn or world.users_by_id[unique]
        return _with_forwarding(event, world, User(user, unique or None), user, _open_session())
    if arn is not None and arn.endswith(":root"):
        return Caller(Root(Arn.parse(arn).account, Arn.parse(arn).partition), _open_session(), entity=arn)
    role = _role_of(event, world, unique)
    if role is None:
        raise Unmapped("the caller is of another account, and the record does not tell its ARN")
    session = (text_at(event.identity, "principalId") or "").partition(":")[2] or _last(arn)
    name = session if world.sessions_matter else None
    return _with_forwarding(event, world, RoleSession(role, name or None, unique or None), role, _open_session())


def _web_identity(event: Event, world: World) -> Caller:
    del world
    provider = text_at(event.identity, "identityProvider")
    if provider is None:
        raise Unmapped("the record does not tell the identity provider")
    return Caller(WebIdentity(provider, _account(event, provider)), entity=provider)


def _account(event: Event, provider: str) -> str | None:
    """A provider without an ARN is Amazon's, Google's and so on: the role's account stands for it."""
    return None if provider.startswith("arn:") else event.account


def _saml(event: Event, world: World) -> Caller:
    del world
    provider = event.text("principalArn")
    if provider is None:
        raise Unmapped("the record does not tell the ARN of the SAML provider")
    return Caller(Saml(provider), entity=provider)


_KINDS: Final[Mapping[str, Callable[[Event, World], Caller]]] = {
    "IAMUser": _user,
    "AssumedRole": _role,
    "Role": _role,
    "Root": _root,
    "FederatedUser": _federated,
    "AWSService": _aws_service,
    "AWSAccount": _other_account,
    "WebIdentityUser": _web_identity,
    "SAMLUser": _saml,
}
"""`IdentityCenterUser`, `Directory` and `Unknown` are missing: policies of IAM do not decide about them."""


def _session_keys(event: Event) -> dict[str, ContextValue | None]:
    """What the credentials tell: MFA and the session's age are absent for long-term keys (semantics K2)."""
    context = value_at(event.identity, "sessionContext")
    long_term = (text_at(event.identity, "accessKeyId") or "").startswith("AKIA")
    if context is None or long_term:
        if long_term:
            return dict.fromkeys(
                ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime", "aws:SourceIdentity")
            )
        return _open_session()
    mfa = str(value_at(context, "attributes", "mfaAuthenticated")).lower()
    told: dict[str, ContextValue | None] = {
        "aws:MultiFactorAuthPresent": mfa if mfa in {"true", "false"} else UNKNOWN,
        "aws:MultiFactorAuthAge": None if mfa == "false" else UNKNOWN,
        "aws:TokenIssueTime": text_at(context, "attributes", "creationDate") or UNKNOWN,
        "aws:SourceIdentity": text_at(context, "sourceIdentity"),
    }
    provider = text_at(context, "webIdFederationData", "federatedProvider")
    if provider is not None:
        told["aws:FederatedProvider"] = provider
    delivery = text_at(context, "ec2RoleDelivery")
    if delivery is not None:
        told["ec2:RoleDelivery"] = delivery
    return told


def _open_session() -> dict[str, ContextValue | None]:
    names = ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime", "aws:SourceIdentity")
    return dict.fromkeys(names, UNKNOWN)


def _function_keys(event: Event) -> Told:
    """Newer records tell for which function credentials were issued."""
    if text_at(event.identity, "inScopeOf", "issuerType") != "AWS::Lambda::Function":
        return {}
    function = text_at(event.identity, "inScopeOf", "credentialsIssuedTo")
    return {} if function is None else {"lambda:SourceFunctionArn": function}


def _service(name: str | None) -> str | None:
    return name if name is not None and name.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")) else None


def _with_forwarding(
    event: Event, world: World, principal: Principal, entity: str, told: Mapping[str, ContextValue | None]
) -> Caller:
    """Tell whether a service forwarded the caller's own call (E14), as far as `invokedBy` tells it.

    A service that acts with a role of its own looks the same, unless the role does not trust that service; and of a
    chain of services only the last is recorded.
    """
    invoked = text_at(event.identity, "invokedBy")
    if invoked is None:
        return Caller(principal, told, entity=entity)
    service = _service(invoked)
    if service is None or (isinstance(principal, RoleSession) and world.may_trust(principal.role, service)):
        return Caller(principal, {**told, **dict.fromkeys(_FORWARDED, UNKNOWN)}, entity=entity)
    chain: dict[str, ContextValue] = {"aws:CalledVia": UNKNOWN, "aws:CalledViaFirst": UNKNOWN}
    return Caller(principal, {**told, **chain}, (service,), entity)
