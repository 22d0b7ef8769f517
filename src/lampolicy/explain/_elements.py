"""Why a statement does not match: one sentence for every element that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lampolicy.decision import OpenTest, Side
from lampolicy.policy import (
    AllExcept,
    BaseOperator,
    Condition,
    PrincipalPattern,
    PrincipalType,
    Selection,
    TrustStatement,
)
from lampolicy.reference import ConditionTrace, StatementTrace, Trace, Value
from lampolicy.request import Unknown

_MOST_VALUES: Final = 4
"""How many values of an element are written out before `and N more`."""

_ORDERINGS: Final = {
    "LessThan": "less than ",
    "LessThanEquals": "at most ",
    "GreaterThan": "more than ",
    "GreaterThanEquals": "at least ",
}


def failed_elements(statement: StatementTrace, trace: Trace) -> tuple[str, ...]:
    """Say which elements of a statement failed; its action matched."""
    return tuple(_failed(statement, trace))


def held_elements(statement: StatementTrace, trace: Trace) -> tuple[str, ...]:
    """Say what made a Deny match that one might not have expected: its conditions, and whom it does not spare."""
    held = [_condition(condition) for condition in statement.conditions]
    if isinstance(getattr(statement.statement, "principals", None), AllExcept):
        has_boundary = any(layer.side is Side.BOUNDARY for layer in trace.layers)
        held.append(
            "NotPrincipal spares nobody who has a permissions boundary (E11)"
            if has_boundary
            else "NotPrincipal spares a caller only if its account and every ARN of its own are listed (E11)"
        )
    return tuple(held)


def open_elements(statement: StatementTrace) -> tuple[str, ...]:
    """Say which tests of a statement are open, and on which keys they hang."""
    return tuple(f"{test.text} hangs on {', '.join(test.keys)}" for test in sorted(statement.open_tests))


def _failed(statement: StatementTrace, trace: Trace) -> Iterator[str]:
    if statement.principal is not None and not statement.principal.matched:
        yield _principal(getattr(statement.statement, "principals", None))
    if statement.resource is not None and not statement.resource.possible:
        yield _resource(statement, trace.request.resource)
    yield from (_condition(condition) for condition in statement.conditions if condition.truth is False)


def _principal(selection: Selection[PrincipalPattern] | None) -> str:
    if selection is None:
        return "it names no principal, so it is about nobody"
    if isinstance(selection, AllExcept):
        return "NotPrincipal leaves the caller out"
    return f"Principal is {quoted([_named(pattern) for pattern in selection.patterns])}, which is not the caller"


def _named(pattern: PrincipalPattern) -> str:
    plain = pattern.type in {PrincipalType.AWS, PrincipalType.STAR}
    return pattern.value if plain else f"{pattern.type} {pattern.value}"


def _resource(statement: StatementTrace, asked: str) -> str:
    selection = None if isinstance(statement.statement, TrustStatement) else statement.statement.resources
    patterns = selection.patterns if selection is not None else ()
    if isinstance(selection, AllExcept):
        return f"NotResource {quoted(patterns)} leaves out `{asked}`"
    only = ", which nothing but `*` matches" if asked == "*" else ""  # M9
    return f"Resource is {quoted(patterns)}, request is for `{asked}`{only}"


def _condition(condition: ConditionTrace) -> str:
    written = condition.condition
    return f"condition {written.operator} {written.key}: {_held(condition)}, policy wants {_wanted(written)}"


def _held(condition: ConditionTrace) -> str:
    value, operator = condition.value, condition.condition.operator
    if isinstance(condition.truth, OpenTest):
        return "the request's value is not known"
    if value is None:
        return "request has no such key"
    if isinstance(value, tuple) and operator.quantifier is None and operator.base is not BaseOperator.NULL:
        return f"request has {_written(value)}, a list, which needs ForAnyValue or ForAllValues"
    return f"request has {_written(value)}"


def _written(value: Value) -> str:
    match value:
        case Unknown():
            return "a value nobody knows"
        case str():
            return f"`{value}`"
        case ():
            return "an empty list"
        case _:
            return quoted(value)


def _wanted(condition: Condition) -> str:
    base, values = condition.operator.base, condition.values
    if base is BaseOperator.NULL:
        return "it absent" if "true" in values else "it present"
    if "Not" in base.value:
        return f"anything but {quoted(values)}"
    words = next((said for ending, said in _ORDERINGS.items() if base.value.endswith(ending)), "")
    return f"{words}{'one of ' if len(values) > 1 else ''}{quoted(values)}"


def quoted(values: Sequence[str]) -> str:
    """Write values in backticks, with commas; the first few of a long list."""
    shown = ", ".join(f"`{value}`" for value in values[:_MOST_VALUES])
    more = len(values) - _MOST_VALUES
    return (f"{shown} and {more} more" if more > 0 else shown) or "nothing"
