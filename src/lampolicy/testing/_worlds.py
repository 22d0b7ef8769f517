"""A world: one request, and every policy that bears on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lampolicy.organization import Levels, Policies
from lampolicy.policy import BaseOperator, Condition, Operator, Policy, PolicyKind
from lampolicy.record import replace
from lampolicy.request import (
    Anonymous,
    Context,
    FederatedUser,
    Principal,
    Request,
    Saml,
    Service,
    WebIdentity,
)
from lampolicy.testing._dice import Dice
from lampolicy.testing._requests import Asked, draw_asked, draw_context, draw_value
from lampolicy.testing._statements import aim_at, draw_policy, draw_statement
from lampolicy.testing._words import ACCOUNTS, DERIVED_KEYS, MANAGEMENT_ACCOUNT, TARGETS

_DERIVED: Final = tuple(DERIVED_KEYS)
_CROWD: Final = 60
_WITHOUT_IDENTITY: Final = (Service, Anonymous, WebIdentity, Saml)
_FACTS: Final[tuple[tuple[str, str | tuple[str, ...]], ...]] = (
    ("aws:PrincipalOrgID", "o-1"),
    ("aws:PrincipalOrgPaths", ("o-1/r-1/ou-1/",)),
    ("aws:ResourceOrgID", "o-1"),
)


@dataclass(frozen=True, slots=True)
class World:
    """One request with every policy that bears on it.

    Attributes:
        request: The question.
        policies: What bears on it.
        what_if: Whether the request's context may contradict what AWS derives from the caller.
    """

    request: Request
    policies: Policies
    what_if: bool = False


def draw_world(dice: Dice) -> World:
    """Choose a request and policies aimed at it."""
    asked = draw_asked(dice)
    policies = draw_bearing(dice, asked)
    return _with_contradiction(dice, World(asked.request, policies))


def _with_contradiction(dice: Dice, world: World) -> World:
    """Put a key that AWS derives into the context of a few requests; most of them ask "what if"."""
    if not dice.chance(8):
        return world
    key = dice.pick(_DERIVED)
    context = dict(world.request.context) | {key: draw_value(dice, key, unknown=10)}
    return World(asked_with(world.request, context=context), world.policies, what_if=dice.chance(80))


def asked_with(request: Request, **changes: Any) -> Request:  # noqa: ANN401 - the parts differ in type
    """The request with some of its parts changed."""
    fields = ("principal", "action", "resource", "context", "resource_account", "via")
    values: dict[str, Any] = {name: getattr(request, name) for name in fields} | changes
    return Request(**values)


def draw_family(dice: Dice, size: int) -> list[World]:
    """Choose policies and `size` requests to them: the first is the one they aim at, the others stray from it."""
    first = draw_world(dice)
    return [first, *(_strayed(dice, first) for _ in range(size - 1))]


def _strayed(dice: Dice, world: World) -> World:
    """Ask the same policies something else."""
    match dice.below(5):
        case 0:
            request = asked_with(world.request, context=draw_context(dice, most=4))
        case 1:
            action = dice.pick(TARGETS).action
            request = asked_with(world.request, action=action)
        case 2:
            request = draw_asked(dice, world.request.principal).request
        case 3:
            request = asked_with(world.request, context=_with_one_changed(dice, world.request))
        case _:
            request = draw_asked(dice).request
    return World(request, world.policies, world.what_if)


def _with_one_changed(dice: Dice, request: Request) -> dict[str, object]:
    context: dict[str, object] = dict(request.context)
    if not context:
        return context
    key = dice.pick(tuple(context))
    if dice.chance(40):
        del context[key]
    else:
        context[key] = draw_value(dice, key, unknown=15)
    return context


def draw_bearing(dice: Dice, asked: Asked, *, odd: bool = True) -> Policies:
    """Choose the policies of every layer, aimed at a request; odd ones AWS may not store."""
    layers, caller = _Layers(dice, asked, odd=odd), asked.request.principal
    return Policies(
        identity=layers.identity(),
        boundary=layers.maybe(PolicyKind.BOUNDARY, percent=30),
        session=layers.maybe(PolicyKind.SESSION, percent=70 if isinstance(caller, FederatedUser) else 30),
        resource=layers.resource(),
        resource_kind=asked.kind,
        service_control=layers.levels(PolicyKind.SERVICE_CONTROL, percent=40, sure=80),
        resource_control=layers.levels(PolicyKind.RESOURCE_CONTROL, percent=35, sure=4),
        endpoint=layers.maybe(PolicyKind.ENDPOINT, percent=15),
        management_account=dice.pick((MANAGEMENT_ACCOUNT, *ACCOUNTS)) if dice.chance(30) else None,
        facts=_FACTS if dice.chance(15) else (),
    )


class _Layers:
    """Chooses the policies of one layer after the other, all aimed at one request."""

    def __init__(self, dice: Dice, asked: Asked, *, odd: bool) -> None:
        self._dice, self._asked, self._odd = dice, asked, odd
        self._aim = aim_at(asked.request)
        self._twins = odd and dice.chance(3)

    def _policy(self, kind: PolicyKind, *, sure: int, name: str) -> Policy:
        made = draw_policy(self._dice, kind, self._aim, odd=self._odd, sure=sure, name=name)
        return _comparing_with_itself(made, self._asked.request.context) if self._twins else made

    def _several(self, kind: PolicyKind, count: int, *, sure: int, name: str) -> tuple[Policy, ...]:
        return tuple(self._policy(kind, sure=sure, name=f"{name}-{number}") for number in range(count))

    def identity(self) -> tuple[Policy, ...]:
        """Choose none to two identity policies, and now and then one of very many statements."""
        kind = PolicyKind.IDENTITY
        found = self._several(kind, self._dice.pick((1, 1, 0, 2)), sure=60, name=str(kind))
        return (*found, self._crowd(kind)) if self._odd and self._dice.chance(2) else found

    def _crowd(self, kind: PolicyKind) -> Policy:
        """Choose a policy of so many statements that an engine may look them up instead of trying all."""
        statements = tuple(draw_statement(self._dice, kind, self._aim, odd=True) for _ in range(_CROWD))
        return Policy(kind, statements, name=f"{kind}-crowd")

    def resource(self) -> Policy | None:
        """Choose the resource's policy, or that it has none."""
        kind = self._asked.kind
        needed = kind in {PolicyKind.KEY, PolicyKind.TRUST} or isinstance(self._aim.principal, _WITHOUT_IDENTITY)
        if not self._dice.chance(90 if needed else 55):
            return None
        return self._policy(kind, sure=65 if needed else 35, name=str(kind))

    def maybe(self, kind: PolicyKind, *, percent: int) -> tuple[Policy, ...] | None:
        """Choose the policies of a layer that is there in so many of hundred worlds."""
        if not self._dice.chance(percent):
            return None
        return self._several(kind, self._dice.pick((1, 1, 1, 2)), sure=55, name=str(kind))

    def levels(self, kind: PolicyKind, *, percent: int, sure: int) -> Levels:
        """Choose SCPs or RCPs on one to three levels, in so many of hundred worlds."""
        if not self._dice.chance(percent):
            return ()
        depth = self._dice.pick((1, 2, 3))
        counts = [self._dice.pick((1, 1, 2)) for _ in range(depth)]
        return tuple(
            self._several(kind, count, sure=sure, name=f"{kind}-{level}") for level, count in enumerate(counts)
        )


def _comparing_with_itself(policy: Policy, context: Context) -> Policy:
    """The policy with a condition that compares a key with its own value, in one version of the language only (V3).

    Every policy of a world gets the same text, so that one text stands in policies of both versions.
    """
    key = min((key for key, value in context.items() if isinstance(value, str)), default="aws:username")
    condition = Condition(Operator(BaseOperator.STRING_EQUALS), key, (f"${{{key}}}",))
    statements = tuple(replace(statement, conditions=(condition,)) for statement in policy.statements[:1])
    return replace(policy, statements=(*statements, *policy.statements[1:]))


def layer_policies(policies: Policies) -> dict[str, tuple[Policy, ...]]:
    """Every policy of a world, by the name of its layer."""
    return {
        "resource_control": tuple(policy for level in policies.resource_control for policy in level),
        "service_control": tuple(policy for level in policies.service_control for policy in level),
        "endpoint": policies.endpoint or (),
        "resource": (policies.resource,) if policies.resource else (),
        "identity": policies.identity,
        "boundary": policies.boundary or (),
        "session": policies.session or (),
    }


def kind_of(principal: Principal) -> str:
    """The caller's kind, by its class's name."""
    return type(principal).__name__
