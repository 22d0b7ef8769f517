"""A world made smaller, as long as what is wrong with it stays wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lampolicy.organization import Levels, Policies
from lampolicy.policy import Condition, Only, Policy, PrincipalPattern, PrincipalType, Statement, Version
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
    plain = _Plain(world.request.action)
    for policies in plain.policies(world.policies):
        yield World(world.request, policies, world.what_if)
    for key in world.request.context:
        context = {name: value for name, value in world.request.context.items() if name != key}
        yield World(asked_with(world.request, context=context), world.policies, world.what_if)
    if world.request.via:
        yield World(asked_with(world.request, via=world.request.via[1:]), world.policies, world.what_if)


class _Plain:
    """Ways to make policies smaller, or plainer, for a request of one action."""

    def __init__(self, action: str) -> None:
        self._plain: dict[str, tuple[Only[Any], Only[Any]]] = {
            "actions": (Only((action,)), Only(("sts:TagSession",))),
            "resources": (Only(("*",)), Only(("arn:aws:s3:::nothing",))),
            "principals": (_named("*"), _named("000000000000")),
        }
        """The plain hit and the plain miss of each element."""

    def policies(self, policies: Policies) -> Iterator[Policies]:
        """Without a layer, or with a smaller one."""
        for name in (*_LISTS, "resource", "facts", "management_account"):
            if getattr(policies, name):
                empty: object = () if name in {"identity", "facts"} else None
                yield policies_with(policies, **{name: empty})
        for name in _LISTS:
            for smaller in self._list(getattr(policies, name) or ()):
                yield policies_with(policies, **{name: smaller})
        for name in _LEVELS:
            for levels in self._levels(getattr(policies, name)):
                yield policies_with(policies, **{name: levels})
        if policies.resource is not None:
            for policy in self._policy(policies.resource):
                yield policies_with(policies, resource=policy)

    def _levels(self, levels: Levels) -> Iterator[Levels]:
        for at, level in enumerate(levels):
            yield (*levels[:at], *levels[at + 1 :])
            for smaller in self._list(level):
                yield (*levels[:at], smaller, *levels[at + 1 :])

    def _list(self, policies: tuple[Policy, ...]) -> Iterator[tuple[Policy, ...]]:
        for at, policy in enumerate(policies):
            if len(policies) > 1:
                yield (*policies[:at], *policies[at + 1 :])
            for smaller in self._policy(policy):
                yield (*policies[:at], smaller, *policies[at + 1 :])

    def _policy(self, policy: Policy) -> Iterator[Policy]:
        statements = policy.statements
        if policy.version is not Version.V2012:
            yield Policy(policy.kind, statements, name=policy.name)
        for at, statement in enumerate(statements):
            if len(statements) > 1:
                yield policy_with(policy, (*statements[:at], *statements[at + 1 :]))
            for smaller in self._statement(statement):
                yield policy_with(policy, (*statements[:at], smaller, *statements[at + 1 :]))

    def _statement(self, statement: Statement) -> Iterator[Statement]:
        for conditions in _smaller_conditions(statement.conditions):
            yield rebuilt(statement, conditions=conditions)
        for name in ("actions", "resources", "principals"):
            yield from self._selection(statement, name)
        if statement.sid is not None:
            yield rebuilt(statement, sid=None)

    def _selection(self, statement: Statement, name: str) -> Iterator[Statement]:
        selection = getattr(statement, name, None)
        if selection is None or selection in self._plain[name]:
            return
        for plain in self._plain[name]:
            yield rebuilt(statement, **{name: plain})
        for at in range(len(selection.patterns) if len(selection.patterns) > 1 else 0):
            kept = selection.patterns[:at] + selection.patterns[at + 1 :]
            yield rebuilt(statement, **{name: type(selection)(kept)})


def _named(value: str) -> Only[Any]:
    return Only((PrincipalPattern(PrincipalType.AWS, value),))


def _smaller_conditions(conditions: tuple[Condition, ...]) -> Iterator[tuple[Condition, ...]]:
    for at, condition in enumerate(conditions):
        front, back = conditions[:at], conditions[at + 1 :]
        yield front + back
        for index in range(len(condition.values) if len(condition.values) > 1 else 0):
            values = condition.values[:index] + condition.values[index + 1 :]
            yield (*front, Condition(condition.operator, condition.key, values), *back)
