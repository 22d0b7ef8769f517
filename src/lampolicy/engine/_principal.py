"""Whether a statement's principals name the caller, and in which way (semantics E11, E18)."""

from __future__ import annotations

from enum import Enum

from lampolicy._typing import TYPE_CHECKING
from lampolicy.policy import Only, PrincipalPattern, PrincipalType, Selection
from lampolicy.request import (
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

if TYPE_CHECKING:
    from typing import Final


class Naming(Enum):
    """In which way a principal element names a caller."""

    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED_USER = "federated user"
    ACCOUNT = "account"
    STAR = "everybody"
    SERVICE = "service"
    PROVIDER = "provider"


Namings = frozenset[Naming]
NOBODY: Final[Namings] = frozenset()
_EVERYBODY: Final = frozenset({Naming.STAR})


class Caller:
    """A principal with every text that names it.

    Attributes:
        principal: Who it is.
        account: Its account.
        bounded: It has a permissions boundary.
        names: Every text that names it, of whatever type of principal.
    """

    __slots__ = ("_aws", "_others", "account", "bounded", "names", "principal")

    def __init__(self, principal: Principal, *, bounded: bool) -> None:
        self.principal = principal
        self.account = principal.account
        self.bounded = bounded
        self._aws = _aws_names(principal)
        self._others = _other_names(principal)
        self.names = frozenset(self._aws) | {name for _, name in self._others}

    def named_by(self, principals: Selection[PrincipalPattern] | None) -> Namings:
        """How `principals` name the caller; `NOBODY` if the statement does not reach it."""
        if principals is None:
            return NOBODY
        if isinstance(principals, Only):
            return frozenset(n for p in principals.patterns if (n := self._naming(p)) is not None)
        return NOBODY if self._exempt(principals.patterns) else _EVERYBODY

    def _naming(self, pattern: PrincipalPattern) -> Naming | None:
        if pattern.type is PrincipalType.STAR:
            return Naming.STAR
        if pattern.type is PrincipalType.AWS:
            return Naming.STAR if pattern.value == "*" else self._aws.get(pattern.value)
        return self._others.get((pattern.type, pattern.value))

    def _exempt(self, patterns: tuple[PrincipalPattern, ...]) -> bool:
        """Whether NotPrincipal spares the caller: only if all of it is listed, and never with a boundary (E11)."""
        if self.bounded:
            return False
        listed = {n for p in patterns if (n := self._naming(p)) is not None}
        return Naming.STAR in listed or listed >= _listed_when_exempt(self.principal)


def texts_named(principals: Selection[PrincipalPattern] | None) -> frozenset[str] | None:
    """The only texts by which an element can name a caller; `None` where it may name one by none of its names."""
    if not isinstance(principals, Only):
        return frozenset() if principals is None else None
    if any(p.type is PrincipalType.STAR or p.value == "*" for p in principals.patterns):
        return None
    return frozenset(p.value for p in principals.patterns)


def _aws_names(principal: Principal) -> dict[str, Naming]:
    names: dict[str, Naming] = {}
    match principal:
        case User(arn=arn, unique_id=unique_id):
            names = {arn: Naming.USER, unique_id or "": Naming.USER}
        case RoleSession(role=role, session=session, role_id=role_id):
            names = {role: Naming.ROLE, role_id or "": Naming.ROLE, principal.session_arn or "": Naming.SESSION}
            if role_id and session is not None:
                names[f"{role_id}:{session}"] = Naming.SESSION
        case FederatedUser(arn=arn, issuer=issuer):
            names = {issuer: Naming.USER, arn: Naming.FEDERATED_USER}
        case Service() | Anonymous() | WebIdentity() | Saml():
            return {}
        case Root():
            pass
    names.pop("", None)
    # The account's id and its root ARN mean the same (G10), the ARN in the caller's own partition.
    partition = principal.caller_arn.split(":", 2)[1]
    names[principal.account] = names[f"arn:{partition}:iam::{principal.account}:root"] = Naming.ACCOUNT
    return names


def _other_names(principal: Principal) -> dict[tuple[PrincipalType, str], Naming]:
    match principal:
        case Service(name=name, aliases=aliases):
            return {(PrincipalType.SERVICE, n): Naming.SERVICE for n in (name, *aliases)}
        case WebIdentity(provider=provider) | Saml(provider=provider):
            return {(PrincipalType.FEDERATED, provider): Naming.PROVIDER}
        case _:
            return {}


def _listed_when_exempt(principal: Principal) -> frozenset[Naming]:
    """What a NotPrincipal has to list to spare a caller of this kind (E11)."""
    match principal:
        case User():
            return frozenset({Naming.ACCOUNT, Naming.USER})
        case RoleSession():
            return frozenset({Naming.ACCOUNT, Naming.ROLE, Naming.SESSION})
        case FederatedUser():
            return frozenset({Naming.ACCOUNT, Naming.FEDERATED_USER})
        case Root():
            return frozenset({Naming.ACCOUNT})
        case Service():
            return frozenset({Naming.SERVICE})
        case WebIdentity() | Saml():
            return frozenset({Naming.PROVIDER})
        case Anonymous():
            return frozenset({Naming.STAR})
