"""A world made smaller, as long as what is wrong with it stays wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lampolicy.organization import Levels, Policies
from lampolicy.policy import Policy, Statement
from lampolicy.testing._statements import rebuilt
from lampolicy.testing._worlds import World, asked_with

_LISTS: Final = ("identity", "boundary", "session", "endpoint")
_LEVELS: Final = ("service_control", "resource_control")
_ALL: Final = (*_LISTS, "resource", "resource_kind", *_LEVELS, "management_account", "facts")


def shrunk(world: World, is_wrong: Callable[[World], bool]) -> World:
    """Drop layers, policies, statements, conditions, values and context keys, greedily, while `is_wrong` holds."""
    while (smaller := next((w for w in _smaller(world) if is_wrong(w)), None)) is not None:
        world = smaller
    return world


def policies_with(policies: Policies, **changes: Any) -> Policies:  # noqa: ANN401 - the fields differ in type
    """The policies with some of their parts changed."""
    return Policies(**({name: getattr(policies, name) for name in _ALL} | changes))


def policy_with(policy: Policy, statements: tuple[Statement, ...]) -> Policy:
    """The policy with other statements."""
    return Policy(policy.kind, statements, policy.version, name=policy.name)


def _smaller(world: World) -> Iterator[World]:
    for policies in _smaller_policies(world.policies):
        yield World(world.request, policies, world.what_if)
    for key in world.request.context:
        context = {name: value for name, value in world.request.context.items() if name != key}
        yield World(asked_with(world.request, context=context), world.policies, world.what_if)
    if world.request.via:
        yield World(asked_with(world.request, via=world.request.via[1:]), world.policies, world.what_if)


def _smaller_policies(policies: Policies) -> Iterator[Policies]:
    for name in (*_LISTS, "resource", "facts", "management_account"):
        if getattr(policies, name):
            empty: object = () if name in {"identity", "facts"} else None
            yield policies_with(policies, **{name: empty})
    for name in _LISTS:
        for smaller in _smaller_list(getattr(policies, name) or ()):
            yield policies_with(policies, **{name: smaller})
    for name in _LEVELS:
        for levels in _smaller_levels(getattr(policies, name)):
            yield policies_with(policies, **{name: levels})
    if policies.resource is not None:
        for policy in _smaller_policy(policies.resource):
            yield policies_with(policies, resource=policy)


def _smaller_levels(levels: Levels) -> Iterator[Levels]:
    for at, level in enumerate(levels):
        yield (*levels[:at], *levels[at + 1 :])
        for smaller in _smaller_list(level):
            yield (*levels[:at], smaller, *levels[at + 1 :])


def _smaller_list(policies: tuple[Policy, ...]) -> Iterator[tuple[Policy, ...]]:
    for at, policy in enumerate(policies):
        if len(policies) > 1:
            yield (*policies[:at], *policies[at + 1 :])
        for smaller in _smaller_policy(policy):
            yield (*policies[:at], smaller, *policies[at + 1 :])


def _smaller_policy(policy: Policy) -> Iterator[Policy]:
    statements = policy.statements
    for at, statement in enumerate(statements):
        if len(statements) > 1:
            yield policy_with(policy, (*statements[:at], *statements[at + 1 :]))
        for smaller in _smaller_statement(statement):
            yield policy_with(policy, (*statements[:at], smaller, *statements[at + 1 :]))


def _smaller_statement(statement: Statement) -> Iterator[Statement]:
    for at, condition in enumerate(statement.conditions):
        front, back = statement.conditions[:at], statement.conditions[at + 1 :]
        yield rebuilt(statement, conditions=front + back)
        for index in range(len(condition.values) if len(condition.values) > 1 else 0):
            values = condition.values[:index] + condition.values[index + 1 :]
            changed = type(condition)(condition.operator, condition.key, values)
            yield rebuilt(statement, conditions=(*front, changed, *back))
    for name in ("actions", "resources", "principals"):
        yield from _smaller_selection(statement, name)
    if statement.sid is not None:
        yield rebuilt(statement, sid=None)


def _smaller_selection(statement: Statement, name: str) -> Iterator[Statement]:
    selection = getattr(statement, name, None)
    if selection is None or len(selection.patterns) < 2:
        return
    for at in range(len(selection.patterns)):
        kept = selection.patterns[:at] + selection.patterns[at + 1 :]
        yield rebuilt(statement, **{name: type(selection)(kept)})
