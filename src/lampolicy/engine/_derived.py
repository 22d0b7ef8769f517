"""The condition keys AWS derives from the caller and the resource (semantics K1, K2)."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy.condition import Shape, Value, value_of
from lampolicy.diagnostic import RequestError
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    Context,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)


class Derived:
    """Keys known without looking at a context, in lower case.

    Attributes:
        fixed: Keys whose value is certain; a context that says otherwise contradicts itself.
        known: Everything derived: what is certain, and what a context may set.
    """

    __slots__ = ("fixed", "known")

    def __init__(self, fixed: Mapping[str, Value], defaults: Mapping[str, Value]) -> None:
        self.fixed = fixed
        self.known: Mapping[str, Value] = {**defaults, **fixed}

    def checks(self, shape: Shape) -> tuple[tuple[str, Value], ...]:
        """What a context of this shape repeats of what is certain, as (spelling, value) pairs."""
        fixed = self.fixed
        return tuple((spelt, fixed[key]) for key, spelt in shape.derivable if key in fixed)

    def checked_against(self, context: Context, shape: Shape, *, what_if: bool) -> Derived:
        """Refuse a context that contradicts what is certain; with `what_if`, let the context win."""
        given = {key: value_of(key, context[shape[key]]) for key in shape.keys() & self.fixed.keys()}
        contradicted = sorted(key for key, value in given.items() if value != self.fixed[key])
        if not contradicted:
            return self
        if not what_if:
            key = contradicted[0]
            msg = (
                f"the context says `{shape[key]}` is `{given[key]}`, but for this caller and resource it is "
                f"`{self.fixed[key]}`; leave it out, or ask with what_if=True"
            )
            raise RequestError(msg)
        return Derived({k: v for k, v in self.fixed.items() if k not in contradicted}, self.known)


def derive(
    principal: Principal,
    owner: str | None,
    facts: tuple[tuple[str, str | tuple[str, ...]], ...] = (),
    via: tuple[str, ...] = (),
) -> Derived:
    """Derive what can be: `owner` is the resource's account as far as it is known, `via` the forwarding services."""
    keys: dict[str, Value] = {key.lower(): value for key, value in facts}
    keys.update(_of_principal(principal))
    keys.update(_of_forwarding(via))
    keys.update((f"aws:principaltag/{tag.lower()}", value) for tag, value in sorted(_tags(principal)))
    if owner is not None:
        keys["aws:resourceaccount"] = owner
    defaults: dict[str, Value] = {key: value for key, value in keys.items() if value is UNKNOWN}
    defaults.update(_of_signature(principal))
    defaults["aws:viaawsservice"] = "true" if via else "false"
    return Derived({key: value for key, value in keys.items() if value is not UNKNOWN}, defaults)


def _of_principal(principal: Principal) -> dict[str, Value]:
    match principal:
        case User(arn=arn, unique_id=unique_id):
            name = arn.rsplit("/", 1)[1]
            return _identity(arn, "User", principal.account, unique_id or UNKNOWN) | {"aws:username": name}
        case RoleSession(role=role, session=session, role_id=role_id):
            userid = f"{role_id}:{session}" if role_id and session is not None else UNKNOWN
            return _identity(role, "AssumedRole", principal.account, userid)
        case FederatedUser(arn=arn):
            userid = f"{principal.account}:{arn.split(':', 5)[5].removeprefix('federated-user/')}"
            return _identity(arn, "FederatedUser", principal.account, userid)
        case Root(account=account):
            return _identity(principal.caller_arn, "Account", account, account)
        case Service():
            return _of_service(principal)
        case Anonymous():
            return _identity(None, "Anonymous", "anonymous", "anonymous")
        case WebIdentity(provider=provider) | Saml(provider=provider):
            return _identity(None, "User", principal.account, provider)


def _identity(arn: str | None, kind: str, account: str | None, userid: Value) -> dict[str, Value]:
    keys: dict[str, Value] = {
        "aws:principalarn": arn,
        "aws:principaltype": kind,
        "aws:principalaccount": account,
        "aws:userid": userid,
    }
    return {key: value for key, value in keys.items() if value is not None}


def _of_service(service: Service) -> dict[str, Value]:
    keys: dict[str, Value] = {
        "aws:principalservicename": service.name,
        "aws:principalservicenameslist": (service.name, *service.aliases),
        "aws:sourcearn": service.source_arn,
        "aws:sourceaccount": service.source_account,
        "aws:sourceorgid": service.source_org,
    }
    return {key: value for key, value in keys.items() if value is not None}


def _tags(principal: Principal) -> tuple[tuple[str, str], ...]:
    return principal.tags if isinstance(principal, User | RoleSession | FederatedUser) else ()


def _of_signature(principal: Principal) -> dict[str, Value]:
    if isinstance(principal, Anonymous):
        return {}
    return {"aws:principalisawsservice": "true" if isinstance(principal, Service) else "false"}


def _of_forwarding(via: tuple[str, ...]) -> dict[str, Value]:
    """Forward access sessions: the caller stays who it is, and the services that carry its call are named (E14)."""
    if not via:
        return {}
    return {"aws:calledvia": via, "aws:calledviafirst": via[0], "aws:calledvialast": via[-1]}
