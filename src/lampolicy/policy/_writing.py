"""Writes a policy as the document it came from, in AWS's own order of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lampolicy.policy._types import (
    AllExcept,
    Condition,
    Only,
    PrincipalPattern,
    PrincipalType,
    Statement,
)

if TYPE_CHECKING:
    from lampolicy.policy._policy import Policy


def write_policy(policy: Policy) -> dict[str, object]:
    """Write the document: Version, Id, Statement; in a statement Sid, Effect, Principal, Action, Resource, Condition.

    A list of one value is written as that value. Two conditions with the same operator and key, which only a policy
    built by hand can hold, have no form in JSON; the last one wins.
    """
    document: dict[str, object] = {"Version": str(policy.version)}
    if policy.id is not None:
        document["Id"] = policy.id
    document["Statement"] = [_statement(statement) for statement in policy.statements]
    return document


def _statement(statement: Statement) -> dict[str, object]:
    written: dict[str, object] = {}
    if statement.sid is not None:
        written["Sid"] = statement.sid
    written["Effect"] = str(statement.effect)
    principals: Only[PrincipalPattern] | AllExcept[PrincipalPattern] | None = getattr(statement, "principals", None)
    if principals is not None:
        written[_element("Principal", principals)] = _principals(principals.patterns)
    written[_element("Action", statement.actions)] = _values(statement.actions.patterns)
    resources: Only[str] | AllExcept[str] | None = getattr(statement, "resources", None)
    if resources is not None:
        written[_element("Resource", resources)] = _resources(resources.patterns)
    if statement.conditions:
        written["Condition"] = _conditions(statement.conditions)
    return written


def _element(name: str, selection: object) -> str:
    return f"Not{name}" if isinstance(selection, AllExcept) else name


def _values(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _resources(patterns: Sequence[str]) -> object:
    """Write no resource at all as AWS takes it: a list of `null` (semantics G8)."""
    return _values(patterns) if patterns else [None]


def _principals(patterns: Sequence[PrincipalPattern]) -> object:
    if [p.type for p in patterns] == [PrincipalType.STAR]:
        return "*"
    grouped: dict[str, list[str]] = {}
    for pattern in patterns:
        grouped.setdefault(str(pattern.type), []).append(pattern.value)
    return {key: _values(values) for key, values in grouped.items()}


def _conditions(conditions: Sequence[Condition]) -> dict[str, dict[str, str | list[str]]]:
    written: dict[str, dict[str, str | list[str]]] = {}
    for condition in conditions:
        written.setdefault(str(condition.operator), {})[condition.key] = _values(condition.values)
    return written
