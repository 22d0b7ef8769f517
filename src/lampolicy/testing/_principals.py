"""Principals of statements: every way to name a caller, and near misses."""

from __future__ import annotations

from typing import Final

from lampolicy.names import Arn
from lampolicy.policy import AllExcept, Effect, Only, PolicyKind, PrincipalPattern, PrincipalType, Selection
from lampolicy.request import FederatedUser, Principal, RoleSession, Root, Saml, Service, User, WebIdentity
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import worn
from lampolicy.testing._requests import draw_principal
from lampolicy.testing._words import SERVICES

EVERYBODY: Final = PrincipalPattern(PrincipalType.STAR, "*")
"""The bare `"*"`."""
_ALL_AWS: Final = PrincipalPattern(PrincipalType.AWS, "*")


def hit_principals(dice: Dice, caller: Principal) -> Only[PrincipalPattern]:
    """Choose one principal that names the caller."""
    return Only((dice.pick(caller_forms(caller)),))


def caller_forms(principal: Principal) -> tuple[PrincipalPattern, ...]:
    """Every way a policy can name this caller (semantics E18)."""
    match principal:
        case User():
            direct = [principal.arn, principal.unique_id]
        case RoleSession():
            pair = f"{principal.role_id}:{principal.session}" if principal.role_id and principal.session else None
            direct = [principal.role, principal.session_arn, principal.role_id, pair]
        case FederatedUser():
            direct = [principal.arn, principal.issuer]
        case Root():
            direct = []
        case Service():
            return (
                *(PrincipalPattern(PrincipalType.SERVICE, name) for name in (principal.name, *principal.aliases)),
                _ALL_AWS,
            )
        case WebIdentity() | Saml():
            return (PrincipalPattern(PrincipalType.FEDERATED, principal.provider), _ALL_AWS)
        case _:
            return (_ALL_AWS, EVERYBODY)
    partition = Arn.parse(principal.caller_arn).partition
    named = [*direct, principal.account, f"arn:{partition}:iam::{principal.account}:root", "*"]
    return tuple(PrincipalPattern(PrincipalType.AWS, value) for value in named if value)


def draw_principals(
    dice: Dice, kind: PolicyKind, caller: Principal, effect: Effect, *, odd: bool
) -> Selection[PrincipalPattern] | None:
    """Choose the principals of a statement, near the caller; an odd choice may be what no service stores."""
    if kind is PolicyKind.RESOURCE_CONTROL:
        return Only((EVERYBODY,))
    if odd and kind is not PolicyKind.TRUST and dice.chance(3):
        return None
    if kind is not PolicyKind.TRUST and effect is Effect.DENY and dice.chance(25):
        return AllExcept(_listed(dice, caller, kind, odd=odd, whole=dice.chance(50)))
    if dice.chance(20):
        return Only((_ALL_AWS,)) if kind is PolicyKind.TRUST and not odd else Only((EVERYBODY,))
    return Only(_listed(dice, caller, kind, odd=odd, whole=False))


def _listed(dice: Dice, caller: Principal, kind: PolicyKind, *, odd: bool, whole: bool) -> tuple[PrincipalPattern, ...]:
    """Choose principals, one type side by side, as JSON has them; `whole`: every form of the caller but `*`."""
    forms = caller_forms(caller)
    drawn = [pattern for pattern in forms if pattern.value != "*"] if whole else []
    while not drawn or dice.chance(40):
        drawn.append(_principal(dice, forms, odd=odd))
    kept = [p for p in drawn if odd or _storable(p, kind)] or [_ALL_AWS]
    kept = [_ALL_AWS if p is EVERYBODY else p for p in kept]
    types = list(dict.fromkeys(p.type for p in kept))
    return tuple(sorted(dict.fromkeys(kept), key=lambda p: types.index(p.type)))


def _principal(dice: Dice, forms: tuple[PrincipalPattern, ...], *, odd: bool) -> PrincipalPattern:
    if dice.chance(60):
        return dice.pick(forms)
    if odd and dice.chance(25):
        pattern = dice.pick(forms)
        return PrincipalPattern(dice.pick(tuple(PrincipalType)[1:]), worn(dice, pattern.value))
    if dice.chance(20):
        return PrincipalPattern(PrincipalType.SERVICE, dice.pick(SERVICES))
    return dice.pick(caller_forms(draw_principal(dice)))


def _storable(pattern: PrincipalPattern, kind: PolicyKind) -> bool:
    match pattern.type:
        case PrincipalType.AWS:
            return not pattern.value.startswith("A")
        case PrincipalType.FEDERATED:
            return kind is PolicyKind.TRUST and ":saml-provider/" in pattern.value
        case PrincipalType.CANONICAL_USER:
            return False
        case _:
            return True
