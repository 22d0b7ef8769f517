"""Whether a statement's principal matches the caller, and as what (semantics E11, E18, G10 to G14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from lampolicy.names import Arn
from lampolicy.policy import AllExcept, Effect, PrincipalPattern, PrincipalType, Selection
from lampolicy.reference._question import Question
from lampolicy.reference._uncertain import EXEMPT_BY_FULL_LIST
from lampolicy.request import Anonymous, FederatedUser, Principal, RoleSession, Root, Saml, Service, User, WebIdentity

WITH_IDENTITY: Final = (User, RoleSession, FederatedUser)


class GrantKind(Enum):
    """As what a statement names the caller (semantics E18)."""

    STAR = "everyone"
    ACCOUNT = "its account"
    USER = "the user"
    ROLE = "the role"
    SESSION = "the role session"
    FEDERATED_SESSION = "the federated session"
    SERVICE = "the service"
    PROVIDER = "the identity provider"


@dataclass(frozen=True, slots=True)
class PrincipalMatch:
    """Whether a statement's principal matches.

    Attributes:
        matched: Whether it does.
        kinds: As what the caller is named; empty for `NotPrincipal`, which names who is spared.
    """

    matched: bool
    kinds: frozenset[GrantKind] = frozenset()


def principal_match(
    question: Question, selection: Selection[PrincipalPattern] | None, effect: Effect
) -> PrincipalMatch:
    """G9, G13: any of the principals matches; a statement without any matches nobody."""
    if selection is None:
        return PrincipalMatch(matched=False)
    caller = question.request.principal
    if isinstance(selection, AllExcept):  # G14: NotPrincipal only ever denies
        return PrincipalMatch(matched=effect is Effect.DENY and not spared(question, selection.patterns))
    kinds = frozenset(kind for p in selection.patterns if (kind := grant_kind(p, caller)) is not None)
    return PrincipalMatch(matched=bool(kinds), kinds=kinds)


def grant_kind(pattern: PrincipalPattern, caller: Principal) -> GrantKind | None:
    """E18: as what one principal of a statement names the caller; no wildcards inside (G11)."""
    match pattern.type:
        case PrincipalType.STAR:
            return GrantKind.STAR
        case PrincipalType.AWS:
            return GrantKind.STAR if pattern.value == "*" else _aws_kind(pattern.value, caller)  # G12
        case PrincipalType.SERVICE:
            named = isinstance(caller, Service) and pattern.value in (caller.name, *caller.aliases)
            return GrantKind.SERVICE if named else None  # E12
        case PrincipalType.FEDERATED:
            named = isinstance(caller, WebIdentity | Saml) and pattern.value == caller.provider
            return GrantKind.PROVIDER if named else None  # E20
        case PrincipalType.CANONICAL_USER:
            return None


def _aws_kind(value: str, caller: Principal) -> GrantKind | None:
    try:
        return _remembered_names(caller).get(value)
    except TypeError:  # tags in a list cannot be remembered
        return _kinds_by_name(caller).get(value)


def _kinds_by_name(caller: Principal) -> Mapping[str, GrantKind]:
    """E18: every text that names the caller, and as what."""
    own = {name: kind for kind, names in own_names(caller).items() for name in names}
    return own | dict.fromkeys(_names_of_account(caller), GrantKind.ACCOUNT)


_remembered_names = lru_cache(maxsize=1024)(_kinds_by_name)


def _names_of_account(caller: Principal) -> tuple[str, ...]:
    """G10: the account id and its root ARN say the same."""
    match caller:
        case User(arn=arn) | RoleSession(role=arn) | FederatedUser(arn=arn):
            return (caller.account, f"arn:{Arn.parse(arn).partition}:iam::{caller.account}:root")
        case Root():
            return (caller.account, caller.caller_arn)
        case _:
            return ()


def own_names(caller: Principal) -> dict[GrantKind, tuple[str, ...]]:
    """E18: the ARNs and ids that name the caller itself, by kind; a role's ARN keeps its path."""
    match caller:
        case User():
            return {GrantKind.USER: _known(caller.arn, caller.unique_id)}
        case RoleSession():
            by_id = f"{caller.role_id}:{caller.session}" if caller.role_id and caller.session else None
            return {
                GrantKind.ROLE: _known(caller.role, caller.role_id),
                GrantKind.SESSION: _known(caller.session_arn, by_id),
            }
        case FederatedUser():
            return {GrantKind.FEDERATED_SESSION: (caller.arn,), GrantKind.USER: (caller.issuer,)}
        case _:
            return {}


def _known(*names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name is not None)


def spared(question: Question, patterns: tuple[PrincipalPattern, ...]) -> bool:
    """E11: whether `NotPrincipal` spares the caller; one with a permissions boundary is never spared."""
    caller = question.request.principal
    if has_boundary(question):
        return False
    listed = {grant_kind(pattern, caller) for pattern in patterns}
    if GrantKind.STAR in listed:
        return True
    needed = _kinds_that_spare(caller)
    if not exempt_by_full_list(question):
        return not needed.isdisjoint(listed)
    return bool(needed) and needed <= listed


def exempt_by_full_list(question: Question) -> bool:
    """E11, uncertain: every name of the caller must be listed, from its account down to its session."""
    return question.reads(EXEMPT_BY_FULL_LIST)


def has_boundary(question: Question) -> bool:
    """E9: only users and roles, and the users behind federated sessions, have boundaries."""
    return question.policies.boundary is not None and has_identity(question.request.principal)


def has_identity(caller: Principal) -> bool:
    """Whether identity policies and boundaries exist for this kind of caller."""
    return isinstance(caller, WITH_IDENTITY)


def _kinds_that_spare(caller: Principal) -> frozenset[GrantKind]:
    match caller:
        case User():
            return frozenset({GrantKind.ACCOUNT, GrantKind.USER})
        case RoleSession():
            return frozenset({GrantKind.ACCOUNT, GrantKind.ROLE, GrantKind.SESSION})
        case FederatedUser():
            return frozenset({GrantKind.ACCOUNT, GrantKind.FEDERATED_SESSION})
        case Root():
            return frozenset({GrantKind.ACCOUNT})
        case Service():
            return frozenset({GrantKind.SERVICE})
        case WebIdentity() | Saml():
            return frozenset({GrantKind.PROVIDER})
        case Anonymous():
            return frozenset()
