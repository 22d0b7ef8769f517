"""Statements and policies of every kind, aimed at a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

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
    Principal,
    Request,
    Root,
)
from lampolicy.testing._conditions import draw_condition, draw_conditions
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import action_pattern, resource_pattern
from lampolicy.testing._principals import EVERYBODY, draw_principals, hit_principals
from lampolicy.testing._requests import known_keys
from lampolicy.testing._words import ACCOUNTS, ACTIONS, FUNCTIONS, LAYER

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
_LAMBDA_KEYS: Final = ("aws:", "lambda:")
_ALWAYS_2012: Final = frozenset({PolicyKind.SERVICE_CONTROL, PolicyKind.BOUNDARY})
_TRUST_ACTIONS: Final = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
    "sts:TagSession",
    "sts:Assume*",
)
_RCP_ACTIONS: Final = ("s3:*", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole", "dynamodb:*", "secretsmanager:Get*")


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
    hits = (draw_hit(dice, kind, aim),) if (odd or kind in _IDENTITY_SIDE) and dice.chance(sure) else ()
    least = 0 if hits or (odd and dice.chance(2)) else 1
    drawn = tuple(draw_statement(dice, kind, aim, odd=odd) for _ in range(least + dice.below(4 - least)))
    at = dice.below(len(drawn) + 1)
    ordered = (*drawn[:at], *hits, *drawn[at:])
    statements = tuple(_numbered(dice, number, statement) for number, statement in enumerate(ordered))
    old = (odd or kind not in _ALWAYS_2012) and dice.chance(12)
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
        return TrustStatement(effect, actions, hung, principals=hit_principals(dice, aim.principal))
    resources = Only(("*",)) if aim.resource == "*" or dice.chance(60) else Only((aim.resource,))
    if kind in _IDENTITY_SIDE:
        return CLASSES[kind](effect, actions, hung, resources=resources)  # type: ignore[call-arg]
    everyone = kind in {PolicyKind.RESOURCE_CONTROL, PolicyKind.ENDPOINT} and dice.chance(80)
    principals = Only((EVERYBODY,)) if everyone else hit_principals(dice, aim.principal)
    return CLASSES[kind](effect, actions, hung, resources=resources, principals=principals)  # type: ignore[call-arg]


def _hung(dice: Dice, aim: Aim) -> tuple[Condition, ...]:
    """Choose a condition for the plain statement, now and then; as a rule where there are unknown keys."""
    if aim.open and dice.chance(55):
        return (draw_condition(dice, aim.open, odd=False),)
    return (draw_condition(dice, aim.known, odd=False),) if dice.chance(12) else ()


def draw_statement(dice: Dice, kind: PolicyKind, aim: Aim, *, odd: bool) -> Statement:
    """Choose a statement of a kind."""
    if not odd and kind is PolicyKind.LAYER:
        return _layer_statement(dice)
    if not odd and kind is PolicyKind.FUNCTION:
        return _function_statement(dice, aim)
    effect = Effect.DENY if kind is PolicyKind.RESOURCE_CONTROL or dice.chance(30) else Effect.ALLOW
    fields: dict[str, Any] = {"conditions": draw_conditions(dice, aim.known, most=3, odd=odd)}
    if kind not in _IDENTITY_SIDE:
        fields["principals"] = draw_principals(dice, kind, aim.principal, effect, odd=odd)
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
    needed = kind in _IDENTITY_SIDE or kind is PolicyKind.RESOURCE_CONTROL or (kind is PolicyKind.BUCKET and not odd)
    if not needed and dice.chance(15):
        return None
    patterns = tuple(resource_pattern(dice, aim.resource, aim.known, odd=odd) for _ in range(dice.pick((1, 1, 2, 3))))
    if odd and dice.chance(2):
        patterns = ()
    return AllExcept(patterns) if dice.chance(12) else Only(patterns)


def _function_statement(dice: Dice, aim: Aim) -> FunctionStatement:
    """Choose a statement as Lambda stores it: actions and keys of its own, and the one ARN the policy hangs on."""
    effect = Effect.DENY if dice.chance(30) else Effect.ALLOW
    action = aim.action if aim.action.lower().startswith("lambda:") else "lambda:InvokeFunction"
    actions = tuple(action_pattern(dice, action, odd=False) for _ in range(dice.pick((1, 1, 2))))
    known = {key: value for key, value in aim.known.items() if key.lower().startswith(_LAMBDA_KEYS)}
    drawn = draw_conditions(dice, known, most=3, odd=False)
    return FunctionStatement(
        effect,
        AllExcept(actions) if dice.chance(12) else Only(actions),
        tuple(condition for condition in drawn if condition.key.lower().startswith(_LAMBDA_KEYS)),
        principals=draw_principals(dice, PolicyKind.FUNCTION, aim.principal, effect, odd=False),
        resources=Only((FUNCTIONS[0].replace(":A:", ":111111111111:"),)),
    )


def _layer_statement(dice: Dice) -> LayerStatement:
    """Choose a statement as Lambda stores it: a layer version shared with an account, or with everyone."""
    return LayerStatement(
        Effect.ALLOW,
        Only(("lambda:GetLayerVersion",)),
        principals=hit_principals(dice, Root(dice.pick(ACCOUNTS))),
        resources=Only((LAYER.replace(":A:", ":111111111111:"),)),
    )
