"""Statements and policies of every kind, aimed at a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from lampolicy.names import Arn
from lampolicy.policy import (
    AllExcept,
    BoundaryStatement,
    BucketStatement,
    Condition,
    Effect,
    EndpointStatement,
    FunctionStatement,
    IdentityStatement,
    KeyStatement,
    LayerStatement,
    Only,
    Policy,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    QueueStatement,
    ResourceControlStatement,
    ResourceStatement,
    SecretStatement,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TopicStatement,
    TrustStatement,
    Version,
)
from lampolicy.request import (
    UNKNOWN,
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
from lampolicy.testing._conditions import draw_condition, draw_conditions
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import action_pattern, resource_pattern, worn
from lampolicy.testing._requests import draw_principal, known_keys
from lampolicy.testing._words import ACTIONS, SERVICES

CLASSES: Final[dict[PolicyKind, type[Statement]]] = {
    PolicyKind.IDENTITY: IdentityStatement,
    PolicyKind.BOUNDARY: BoundaryStatement,
    PolicyKind.SESSION: SessionStatement,
    PolicyKind.FUNCTION: FunctionStatement,
    PolicyKind.LAYER: LayerStatement,
    PolicyKind.BUCKET: BucketStatement,
    PolicyKind.QUEUE: QueueStatement,
    PolicyKind.TOPIC: TopicStatement,
    PolicyKind.SECRET: SecretStatement,
    PolicyKind.RESOURCE: ResourceStatement,
    PolicyKind.KEY: KeyStatement,
    PolicyKind.TRUST: TrustStatement,
    PolicyKind.SERVICE_CONTROL: ServiceControlStatement,
    PolicyKind.RESOURCE_CONTROL: ResourceControlStatement,
    PolicyKind.ENDPOINT: EndpointStatement,
}
"""The statement class of every policy kind."""

_IDENTITY_SIDE: Final = frozenset(
    {PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SERVICE_CONTROL}
)
_TRUST_ACTIONS: Final = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:Assume*",
)
_RCP_ACTIONS: Final = ("s3:*", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole", "dynamodb:*", "secretsmanager:Get*")
_EVERYBODY: Final = PrincipalPattern(PrincipalType.STAR, "*")
_ALL_AWS: Final = PrincipalPattern(PrincipalType.AWS, "*")


class Aim(NamedTuple):
    """What a statement aims at: the caller, the action, the resource and the keys of a request."""

    principal: Principal
    action: str
    resource: str
    known: Mapping[str, str]
    open: Mapping[str, str]
    """Those of the keys whose value is unknown, with a value they might have."""


def aim_at(request: Request) -> Aim:
    """Aim at a request."""
    known = known_keys(request)
    unknown = {key: known[key] for key, value in request.context.items() if value is UNKNOWN}
    return Aim(request.principal, request.action, request.resource, known, unknown)


def draw_policy(dice: Dice, kind: PolicyKind, aim: Aim, *, odd: bool, sure: int = 0, name: str = "") -> Policy:
    """Choose a policy; in `sure` of hundred it holds a plain Allow that hits. An odd one AWS may not store."""
    hits = (draw_hit(dice, kind, aim),) if dice.chance(sure) else ()
    least = 0 if hits or (odd and dice.chance(2)) else 1
    drawn = tuple(draw_statement(dice, kind, aim, odd=odd) for _ in range(least + dice.below(4 - least)))
    at = dice.below(len(drawn) + 1)
    ordered = (*drawn[:at], *hits, *drawn[at:])
    statements = tuple(_numbered(dice, number, statement) for number, statement in enumerate(ordered))
    old = kind is not PolicyKind.SERVICE_CONTROL and dice.chance(12)
    return Policy(kind, statements, Version.V2008 if old else Version.V2012, name=name)


def _numbered(dice: Dice, number: int, statement: Statement) -> Statement:
    sid = f"S{number}" if dice.chance(50) else None
    return rebuilt(statement, sid=sid)


def rebuilt(statement: Statement, **changes: Any) -> Statement:  # noqa: ANN401 - the fields differ by class
    """The statement with some fields changed."""
    fields = ["effect", "actions", "conditions", "sid"]
    fields += [name for name in ("resources", "principals") if hasattr(statement, name)]
    return type(statement)(**({name: getattr(statement, name) for name in fields} | changes))


def draw_hit(dice: Dice, kind: PolicyKind, aim: Aim) -> Statement:
    """Choose a plain statement that allows what `aim` asks; for an RCP, one that denies it."""
    effect = Effect.DENY if kind is PolicyKind.RESOURCE_CONTROL else Effect.ALLOW
    actions = Only(
        (aim.action if kind in {PolicyKind.TRUST, PolicyKind.RESOURCE_CONTROL} else dice.pick((aim.action, "*")),)
    )
    hung = _hung(dice, aim)
    if kind is PolicyKind.TRUST:
        return TrustStatement(effect, actions, hung, principals=_hit_principals(dice, aim))
    resources = Only(("*",)) if aim.resource == "*" or dice.chance(60) else Only((aim.resource,))
    if kind in _IDENTITY_SIDE:
        return CLASSES[kind](effect, actions, hung, resources=resources)  # type: ignore[call-arg]
    everyone = kind in {PolicyKind.RESOURCE_CONTROL, PolicyKind.ENDPOINT} and dice.chance(80)
    principals = Only((_EVERYBODY,)) if everyone else _hit_principals(dice, aim)
    return CLASSES[kind](effect, actions, hung, resources=resources, principals=principals)  # type: ignore[call-arg]


def _hung(dice: Dice, aim: Aim) -> tuple[Condition, ...]:
    """Choose a condition for the plain statement, now and then; as a rule where there are unknown keys."""
    if aim.open and dice.chance(55):
        return (draw_condition(dice, aim.open, odd=False),)
    return (draw_condition(dice, aim.known, odd=False),) if dice.chance(12) else ()


def _hit_principals(dice: Dice, aim: Aim) -> Only[PrincipalPattern]:
    return Only((dice.pick(caller_forms(aim.principal)),))


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
            return (_ALL_AWS, _EVERYBODY)
    partition = Arn.parse(principal.caller_arn).partition
    named = [*direct, principal.account, f"arn:{partition}:iam::{principal.account}:root", "*"]
    return tuple(PrincipalPattern(PrincipalType.AWS, value) for value in named if value)


def draw_statement(dice: Dice, kind: PolicyKind, aim: Aim, *, odd: bool) -> Statement:
    """Choose a statement of a kind."""
    effect = Effect.DENY if kind is PolicyKind.RESOURCE_CONTROL or dice.chance(30) else Effect.ALLOW
    fields: dict[str, Any] = {"conditions": draw_conditions(dice, aim.known, most=3, odd=odd)}
    if kind not in _IDENTITY_SIDE:
        fields["principals"] = _principals(dice, kind, aim, effect, odd=odd)
    if kind is not PolicyKind.TRUST:
        fields["resources"] = _resources(dice, kind, aim, odd=odd)
    return CLASSES[kind](effect, _actions(dice, kind, aim, odd=odd), **fields)


def _actions(dice: Dice, kind: PolicyKind, aim: Aim, *, odd: bool) -> Selection[str]:
    count = dice.pick((1, 1, 2, 3))
    if kind is PolicyKind.TRUST and not (odd and dice.chance(40)):
        return Only(
            tuple(
                dict.fromkeys(dice.pick((aim.action, *_TRUST_ACTIONS) if odd else _TRUST_ACTIONS) for _ in range(count))
            )
        )
    if kind is PolicyKind.RESOURCE_CONTROL and not odd:
        return Only(tuple(dict.fromkeys(dice.pick(_RCP_ACTIONS) for _ in range(count))))
    patterns = tuple(_action(dice, aim, odd=odd) for _ in range(count))
    return AllExcept(patterns) if dice.chance(12) and kind is not PolicyKind.RESOURCE_CONTROL else Only(patterns)


def _action(dice: Dice, aim: Aim, *, odd: bool) -> str:
    return action_pattern(dice, aim.action if dice.chance(75) else dice.pick(ACTIONS), odd=odd)


def _resources(dice: Dice, kind: PolicyKind, aim: Aim, *, odd: bool) -> Selection[str] | None:
    needed = kind in _IDENTITY_SIDE or kind is PolicyKind.RESOURCE_CONTROL
    if not needed and dice.chance(15):
        return None
    patterns = tuple(resource_pattern(dice, aim.resource, aim.known, odd=odd) for _ in range(dice.pick((1, 1, 2, 3))))
    if odd and dice.chance(2):
        patterns = ()
    return AllExcept(patterns) if dice.chance(12) else Only(patterns)


def _principals(
    dice: Dice, kind: PolicyKind, aim: Aim, effect: Effect, *, odd: bool
) -> Selection[PrincipalPattern] | None:
    if kind is PolicyKind.RESOURCE_CONTROL:
        return Only((_EVERYBODY,))
    if odd and kind is not PolicyKind.TRUST and dice.chance(3):
        return None
    if kind is not PolicyKind.TRUST and effect is Effect.DENY and dice.chance(25):
        return AllExcept(_listed(dice, aim, kind, odd=odd, whole=dice.chance(50)))
    if dice.chance(20):
        return Only((_ALL_AWS,)) if kind is PolicyKind.TRUST and not odd else Only((_EVERYBODY,))
    return Only(_listed(dice, aim, kind, odd=odd, whole=False))


def _listed(dice: Dice, aim: Aim, kind: PolicyKind, *, odd: bool, whole: bool) -> tuple[PrincipalPattern, ...]:
    """Choose principals, one type side by side, as JSON has them; `whole`: every form of the caller but `*`."""
    forms = caller_forms(aim.principal)
    drawn = [pattern for pattern in forms if pattern.value != "*"] if whole else []
    while not drawn or dice.chance(40):
        drawn.append(_principal(dice, forms, odd=odd))
    kept = [p for p in drawn if odd or _storable(p, kind)] or [_ALL_AWS]
    kept = [_ALL_AWS if p is _EVERYBODY else p for p in kept]
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
