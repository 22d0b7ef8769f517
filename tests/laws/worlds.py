"""Worlds changed in one respect, for laws that compare a decision before and after."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lampolicy.authorize import authorize
from lampolicy.decision import Decision
from lampolicy.organization import Policies
from lampolicy.policy import Condition, Effect, Only, Policy, PolicyKind, PrincipalPattern, PrincipalType, Statement
from lampolicy.request import UNKNOWN, FederatedUser, Principal, Request, RoleSession, User
from lampolicy.testing import World
from lampolicy.testing import strategies as aws
from lampolicy.testing._dice import Dice
from lampolicy.testing._requests import draw_asked
from lampolicy.testing._shrink import policies_with, policy_with
from lampolicy.testing._statements import CLASSES, rebuilt
from lampolicy.testing._worlds import asked_with

LAW = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much],  # a law may concern a third of all worlds only
)

KINDS_OF_LAYERS = {
    "identity": PolicyKind.IDENTITY,
    "boundary": PolicyKind.BOUNDARY,
    "session": PolicyKind.SESSION,
    "endpoint": PolicyKind.ENDPOINT,
}
ALWAYS = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Actions AWS grants without a statement (semantics E17)."""
FOR_TOKENS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Actions of who bears an assertion or a token, and of nobody who signs (semantics E20)."""


def decided(world: World) -> Decision:
    """The engine's decision; what the request's context says wins over what AWS derives."""
    return authorize(world.request, world.policies, what_if=True)


def with_policies(world: World, **changes: Any) -> World:
    """The world with some layers changed."""
    return World(world.request, policies_with(world.policies, **changes), world.what_if)


def with_request(world: World, **changes: Any) -> World:
    """The world with a request changed in some parts."""
    return World(asked_with(world.request, **changes), world.policies, world.what_if)


def without_unknowns(world: World) -> World:
    """The world with no key unknown: unknown ones are absent, and an id AWS would know is given."""
    context = {key: value for key, value in world.request.context.items() if value is not UNKNOWN}
    if isinstance(world.request.principal, User | RoleSession):
        context = {key: value for key, value in context.items() if key.lower() != "aws:userid"}
        context["aws:userid"] = "AIDAEXAMPLE1"
    return with_request(world, context=context)


def bears_identity(principal: Principal) -> bool:
    """Whether identity policies concern this kind of caller."""
    return isinstance(principal, User | RoleSession | FederatedUser)


def with_statement(world: World, layer: str, statement: Statement, *, first: bool) -> World:
    """The world with a statement more in the first policy of a layer, which gets one if it is empty."""
    if layer == "resource":
        kind = world.policies.resource_kind
        policy = world.policies.resource or Policy(kind, (), name=str(kind))
        return with_policies(world, resource=_grown(policy, statement, first=first))
    found = getattr(world.policies, layer) or (Policy(KINDS_OF_LAYERS[layer], (), name=layer),)
    return with_policies(world, **{layer: (_grown(found[0], statement, first=first), *found[1:])})


def _grown(policy: Policy, statement: Statement, *, first: bool) -> Policy:
    own = (statement, *policy.statements) if first else (*policy.statements, statement)
    return policy_with(policy, own)


def with_effect(statement: Statement, effect: Effect) -> Statement:
    """The statement with another effect."""
    return rebuilt(statement, effect=effect)


def as_kind(kind: PolicyKind, effect: Effect, **changes: Any) -> Statement:
    """A statement of a kind that matches everything, changed in some parts."""
    everybody = Only((PrincipalPattern(PrincipalType.STAR, "*"),))
    parts: dict[str, Any] = {"actions": Only(("*",)), "conditions": ()}
    if kind is not PolicyKind.TRUST:
        parts["resources"] = Only(("*",))
    if kind not in {PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SERVICE_CONTROL}:
        parts["principals"] = everybody
    parts |= changes
    return CLASSES[kind](effect, **parts)


def alone(request: Request, *statements: Statement) -> World:
    """A world with one identity policy and nothing else."""
    return World(request, Policies(identity=[Policy(PolicyKind.IDENTITY, statements)], resource_kind="resource"))


def own_requests() -> st.SearchStrategy[Request]:
    """Requests of a user for resources of its own account, such as a policy could allow."""

    def make(dice: Dice) -> Request:
        request = draw_asked(dice, User("arn:aws:iam::111111111111:user/alice", "AIDAEXAMPLE1")).request
        parts = request.resource.split(":", 5)
        own = "*" if request.resource == "*" else ":".join([*parts[:4], parts[4] and "111111111111", parts[5]])
        context = {key: value for key, value in request.context.items() if value is not UNKNOWN}
        return Request(request.principal, request.action, own.replace("arn:aws-cn:", "arn:aws:"), context)

    return aws.drawn(make).filter(lambda request: request.action.lower() not in {*ALWAYS, *FOR_TOKENS})


def with_condition(effect: Effect, condition: Condition) -> Statement:
    """An identity statement on everything, under one condition."""
    return as_kind(PolicyKind.IDENTITY, effect, conditions=(condition,))


def mapped(value: Any, change: Any) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, str) and type(value) is str:
        return change(value)
    if isinstance(value, tuple | list):
        return type(value)(mapped(part, change) for part in value)
    if isinstance(value, dict):
        return {mapped(key, change): mapped(part, change) for key, part in value.items()}
    if isinstance(value, Policies):
        return Policies(**{f.name: mapped(getattr(value, f.name), change) for f in fields(value)})
    if isinstance(value, Request):
        parts = ("principal", "action", "resource", "context", "resource_account", "via")
        return asked_with(value, **{name: mapped(getattr(value, name), change) for name in parts})
    if is_dataclass(value) and not isinstance(value, type):
        init = {f.name: mapped(getattr(value, f.name), change) for f in fields(value) if f.init}
        return type(value)(**init)
    return value
