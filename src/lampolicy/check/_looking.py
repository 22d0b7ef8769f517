"""Questions the rules ask about a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from lampolicy.diagnostic import Pointer
from lampolicy.names import action_pattern, fold
from lampolicy.policy import (
    AllExcept,
    BaseOperator,
    BoundaryStatement,
    Condition,
    Effect,
    IdentityStatement,
    Only,
    Policy,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TrustStatement,
)

T = TypeVar("T")

NEGATED = frozenset(base for base in BaseOperator if "Not" in base.value)
"""Operators that hold where nothing matches, and so where the key is missing (semantics C4)."""

GRANTING_RESOURCE_KINDS = frozenset(
    {
        PolicyKind.FUNCTION,
        PolicyKind.LAYER,
        PolicyKind.BUCKET,
        PolicyKind.QUEUE,
        PolicyKind.TOPIC,
        PolicyKind.SECRET,
        PolicyKind.KEY,
        PolicyKind.RESOURCE,
    }
)
"""Policies that hang on a resource and can grant by themselves."""


def statements(policy: Policy, effect: Effect) -> Iterator[tuple[int, Statement]]:
    """The statements of one effect, with their index."""
    return ((i, statement) for i, statement in enumerate(policy.statements) if statement.effect is effect)


def only(selection: Selection[T] | None) -> tuple[T, ...]:
    """The patterns of `Action`, `Resource` or `Principal`; nothing of their `Not` kin."""
    return selection.patterns if isinstance(selection, Only) else ()


def resources(statement: Statement) -> Selection[str] | None:
    """The `Resource` or `NotResource` of a statement; `None` if it has neither."""
    return None if isinstance(statement, TrustStatement) else statement.resources


def principals(statement: Statement) -> Selection[PrincipalPattern] | None:
    """The `Principal` or `NotPrincipal` of a statement; `None` if it has neither."""
    if isinstance(statement, IdentityStatement | BoundaryStatement | SessionStatement | ServiceControlStatement):
        return None
    return statement.principals


def services(statement: Statement) -> tuple[str, ...]:
    """The service principals a statement names."""
    return tuple(p.value for p in only(principals(statement)) if p.type is PrincipalType.SERVICE)


def names_everybody(statement: Statement) -> bool:
    """Tell whether the statement's principal is `*`, as plain text or under `AWS` (semantics G12)."""
    return any(
        p.value == "*" and p.type in {PrincipalType.STAR, PrincipalType.AWS} for p in only(principals(statement))
    )


def covers(statement: Statement, action: str) -> bool:
    """Tell whether the statement's actions cover `action`, whatever its other elements say."""
    held = any(pattern_covers(pattern, action) for pattern in statement.actions.patterns)
    return not held if isinstance(statement.actions, AllExcept) else held


def pattern_covers(pattern: str, action: str) -> bool:
    """Tell whether an action pattern fits `action`."""
    return action_pattern(pattern)(fold(action))


def reads(statement: Statement, *keys: str) -> Iterator[Condition]:
    """The conditions of a statement on any of `keys` (in lower case; a key that ends in `/` means its whole family)."""
    for condition in statement.conditions:
        key = condition.key.lower()
        if any(key == wanted or (wanted.endswith("/") and key.startswith(wanted)) for wanted in keys):
            yield condition


def requires(statement: Statement, key: str) -> bool:
    """Tell whether the statement holds only where the context has `key`, because another condition says so."""
    return any(_requires(condition) for condition in reads(statement, key.lower()))


def _requires(condition: Condition) -> bool:
    operator = condition.operator
    if operator.base is BaseOperator.NULL:
        return all(value.lower() != "true" for value in condition.values) and operator.quantifier is None
    if operator.if_exists:
        return False
    if operator.quantifier is not None:
        return operator.quantifier.value == "ForAnyValue"
    return operator.base not in NEGATED


def at_condition(index: int, condition: Condition) -> Pointer:
    """The place of a condition."""
    return ("Statement", index, "Condition", str(condition.operator), condition.key)


def at_action(index: int, statement: Statement, position: int) -> Pointer:
    """The place of the action at `position`."""
    return ("Statement", index, "NotAction" if isinstance(statement.actions, AllExcept) else "Action", position)


def at_resource(index: int, position: int) -> Pointer:
    """The place of the `Resource` at `position`."""
    return ("Statement", index, "Resource", position)
