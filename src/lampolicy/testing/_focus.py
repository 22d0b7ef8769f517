"""Worlds with one thing in focus: a condition, a resource element or a grant, on which everything hangs."""

from __future__ import annotations

from typing import Any, Final

from lampolicy.diagnostic import InvalidName
from lampolicy.organization import Policies
from lampolicy.policy import (
    AllExcept,
    Condition,
    Effect,
    Only,
    Policy,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    Version,
)
from lampolicy.request import MULTIVALUED_KEYS, UNKNOWN, ContextValue, Request, RoleSession, User
from lampolicy.testing._conditions import OPERAND, draw_condition_on
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import damaged, resource_pattern
from lampolicy.testing._principals import caller_forms
from lampolicy.testing._requests import draw_asked, draw_context, draw_principal, draw_scalar, draw_value, known_keys
from lampolicy.testing._statements import CLASSES
from lampolicy.testing._words import KEYS, TARGETS
from lampolicy.testing._worlds import World, asked_with, draw_family

_KEYS: Final = tuple(KEYS)
_OWN: Final = "111111111111"
_OPEN_KEYS: Final = ("aws:SourceVpc", "s3:prefix")
_FILLERS: Final = ("", "x", "a/b", "c:d", "*", "?", "\n", "\U00010400")
_CONDITIONED: Final = (PolicyKind.IDENTITY, PolicyKind.SESSION)
_PATTERNED: Final = (
    PolicyKind.IDENTITY,
    PolicyKind.SERVICE_CONTROL,
    PolicyKind.ENDPOINT,
    PolicyKind.RESOURCE,
    PolicyKind.RESOURCE_CONTROL,
)


def draw_worlds(dice: Dice, size: int) -> list[World]:
    """Choose `size` worlds that share their policies: broad ones as a rule, else such with one thing in focus."""
    match dice.pick((0, 0, 0, 0, 1, 1, 2, 3)):
        case 1:
            return _on_a_condition(dice, size)
        case 2:
            return _on_a_resource(dice, size)
        case 3:
            return [_on_a_grant(dice) for _ in range(size)]
        case _:
            return draw_family(dice, size)


def _caller(dice: Dice) -> User | RoleSession:
    if dice.chance(70):
        return User(f"arn:aws:iam::{_OWN}:user/alice", "AIDAEXAMPLE1", (("team", dice.pick(("red", "*", ""))),))
    drawn = draw_principal(dice, RoleSession)
    session = drawn.session if isinstance(drawn, RoleSession) else None
    return RoleSession(f"arn:aws:iam::{_OWN}:role/team/deploy", session, "AROAEXAMPLE1")


def _statement_policy(kind: PolicyKind, effect: Effect, version: Version = Version.V2012, **parts: Any) -> Policy:  # noqa: ANN401
    """A policy of one statement that matches everything, but for the parts given; an RCP only denies."""
    fields: dict[str, Any] = {"actions": Only(("*",)), "resources": Only(("*",)), "conditions": ()}
    if kind in {PolicyKind.ENDPOINT, PolicyKind.RESOURCE, PolicyKind.RESOURCE_CONTROL}:
        fields["principals"] = Only((PrincipalPattern(PrincipalType.STAR, "*"),))
    name = f"focus-{kind}" if parts else f"all-{kind}"
    return Policy(kind, (CLASSES[kind](effect, **(fields | parts)),), version, name=name)


def _around(kind: PolicyKind, effect: Effect, focus: Policy) -> Policies:
    """Policies that allow everything but for what the policy in focus says."""
    alone = kind in {PolicyKind.IDENTITY, PolicyKind.RESOURCE} and effect is Effect.ALLOW
    everything = () if alone else (_statement_policy(PolicyKind.IDENTITY, Effect.ALLOW),)
    denied = kind in {PolicyKind.SESSION, PolicyKind.SERVICE_CONTROL, PolicyKind.ENDPOINT} and effect is Effect.DENY
    layer = (focus, _statement_policy(kind, Effect.ALLOW)) if denied else (focus,)
    return Policies(
        identity=(*layer, *everything) if kind is PolicyKind.IDENTITY else everything,
        session=layer if kind is PolicyKind.SESSION else None,
        resource=focus if kind is PolicyKind.RESOURCE else None,
        service_control=(layer,) if kind is PolicyKind.SERVICE_CONTROL else (),
        resource_control=(layer,) if kind is PolicyKind.RESOURCE_CONTROL else (),
        endpoint=layer if kind is PolicyKind.ENDPOINT else None,
    )


def _effect(dice: Dice, kind: PolicyKind) -> Effect:
    return Effect.DENY if kind is PolicyKind.RESOURCE_CONTROL or dice.chance(40) else Effect.ALLOW


def _version(dice: Dice) -> Version:
    return Version.V2008 if dice.chance(12) else Version.V2012


def _on_a_condition(dice: Dice, size: int) -> list[World]:
    key, kind = dice.pick(_KEYS), dice.pick(_CONDITIONED)
    effect = _effect(dice, kind)
    context = draw_context(dice, most=2) | {key: draw_value(dice, key, unknown=0)}
    request = Request(_caller(dice), "s3:GetObject", "arn:aws:s3:::photos/a.jpg", context)
    condition = draw_condition_on(dice, key, known_keys(request), odd=True)
    focus = _statement_policy(kind, effect, _version(dice), conditions=(condition,))
    policies = _around(kind, effect, focus)
    contexts = [context, *(context | {key: _near(dice, key, condition)} for _ in range(size - 1))]
    return [World(asked_with(request, context=each), policies) for each in contexts]


def _near(dice: Dice, key: str, condition: Condition) -> ContextValue:
    """Choose a value that the condition might be meant for."""
    several = dice.chance(80 if key.lower() in MULTIVALUED_KEYS or condition.operator.quantifier else 8)
    values = [_near_text(dice, condition) for _ in range(dice.pick((1, 2, 0, 3)) if several else 1)]
    return values if several else values[0]


def _near_text(dice: Dice, condition: Condition) -> str:
    if condition.values and dice.chance(70):
        return from_pattern(dice, dice.pick(condition.values))
    return draw_scalar(dice, OPERAND[condition.operator.base])


def from_pattern(dice: Dice, pattern: str) -> str:
    """Choose a text a pattern matches, or nearly: wildcards are filled, most letters are kept."""
    filled = "".join(
        dice.pick(_FILLERS) if letter == "*" and dice.chance(85) else _filled(dice, letter) for letter in pattern
    )
    return damaged(dice, filled, wildcards=False) if dice.chance(20) else filled


def _filled(dice: Dice, letter: str) -> str:
    return dice.pick(("x", "", "/", "\U00010400")) if letter == "?" and dice.chance(85) else letter


def _on_a_resource(dice: Dice, size: int) -> list[World]:
    kind = dice.pick(_PATTERNED)
    effect = _effect(dice, kind)
    target = dice.pick(TARGETS[:7])
    resource = dice.pick(target.resources).replace(":A:", f":{_OWN}:")
    request = Request(_caller(dice), target.action, resource, draw_context(dice, most=2), resource_account=_OWN)
    pattern = resource_pattern(dice, resource, known_keys(request), odd=True)
    patterns = (pattern, *dice.some((pattern, resource_pattern(dice, resource, known_keys(request), odd=True)), 1))
    if dice.chance(20):
        request = asked_with(request, context=dict(request.context) | dict.fromkeys(_OPEN_KEYS, UNKNOWN))
        patterns = tuple(_open_pattern(dice, resource, key) for key in _OPEN_KEYS)
    element = AllExcept(patterns) if dice.chance(25) else Only(patterns)
    focus = _statement_policy(kind, effect, _version(dice), resources=element)
    policies = _around(kind, effect, focus)
    asked = [request, *(_elsewhere(dice, request, pattern) for _ in range(size - 1))]
    return [World(each, policies) for each in asked]


def _open_pattern(dice: Dice, resource: str, key: str) -> str:
    """Choose a pattern that hangs on a key which is not known."""
    if resource == "*":
        return f"arn:aws:s3:::${{{key}}}"
    *head, tail = resource.split(":", 5)
    return ":".join([*head, f"{tail[: dice.below(len(tail) + 1)]}${{{key}}}"])


def _elsewhere(dice: Dice, request: Request, pattern: str) -> Request:
    """Ask the same of a resource that the pattern might be meant for."""
    try:
        return asked_with(request, resource=from_pattern(dice, pattern if dice.chance(70) else request.resource))
    except InvalidName:
        return request


def _on_a_grant(dice: Dice) -> World:
    """Choose who is named by the resource's policy, and which other layers speak (semantics E4, E7, E10)."""
    asked = draw_asked(dice)
    caller, kind = (
        asked.request.principal,
        dice.pick((PolicyKind.KEY, asked.kind, PolicyKind.TRUST, PolicyKind.RESOURCE)),
    )
    named = tuple(dice.pick(caller_forms(caller)) for _ in range(dice.pick((1, 1, 2))))
    if dice.chance(15):
        named = caller_forms(draw_principal(dice))[:1]
    spared = dice.chance(15)
    principals = AllExcept(named) if spared else Only(named)
    parts: dict[str, Any] = {"actions": Only(("*",)), "principals": principals}
    if kind is not PolicyKind.TRUST:
        parts["resources"] = Only(("*",))
    grant = CLASSES[kind](Effect.DENY if spared else Effect.ALLOW, **parts)
    policies = Policies(
        identity=_speaking(dice, PolicyKind.IDENTITY) or (),
        boundary=_speaking(dice, PolicyKind.BOUNDARY),
        session=_speaking(dice, PolicyKind.SESSION),
        resource=None if dice.chance(10) else Policy(kind, (grant,), name=f"focus-{kind}"),
        resource_kind=kind,
    )
    return World(asked_with(asked.request, context={}), policies)


def _speaking(dice: Dice, kind: PolicyKind) -> tuple[Policy, ...] | None:
    """Choose a layer that is not there, or allows everything, or is silent."""
    silent: dict[str, Any] = {"actions": Only(("example:Nothing",))}
    match dice.below(4):
        case 0:
            return None
        case 1:
            return (_statement_policy(kind, Effect.ALLOW, **silent),)
        case _:
            return (_statement_policy(kind, Effect.ALLOW),)
