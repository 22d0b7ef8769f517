"""JSON values of statements, told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether `value` is a JSON object."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Tell whether `value` is a JSON list; a tuple will do."""
    return isinstance(value, list | tuple)


def listed(value: object) -> list[object]:
    """The values of an element that may be one text or a list of them; none if it is not there."""
    return [] if value is None else list(value) if is_list(value) else [value]


def first_of(value: object) -> str:
    """The first of them as text."""
    return str(listed(value)[0])


def conditions_of(statement: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    """The conditions of a statement as (operator, key, value or values)."""
    block = statement.get("Condition")
    for operator, keys in block.items() if is_object(block) else ():
        for key, value in keys.items() if is_object(keys) else ():
            yield operator, key, value
