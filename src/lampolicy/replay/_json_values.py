"""JSON values of records, told apart; a record comes from a stranger, so nothing is taken for granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeGuard

JsonObject: TypeAlias = Mapping[str, object]

EMPTY: Final[JsonObject] = MappingProxyType({})


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Tell whether `value` is a JSON object: a dictionary, as every reader of JSON gives it."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether `value` is a JSON list."""
    return isinstance(value, list)


def object_at(value: object, *path: str) -> JsonObject:
    """The object at a path; an empty one if there is none."""
    found = value_at(value, *path)
    return found if is_object(found) else EMPTY


def value_at(value: object, *path: str) -> object:
    """The value at a path; `None` if there is none."""
    for name in path:
        # asked some fifty times a record
        if not isinstance(value, dict):
            return None
        inner: dict[str, object] = value  # pyright: ignore[reportUnknownVariableType]
        value = inner.get(name)
    return value


def text_at(value: object, *path: str) -> str | None:
    """The text at a path; `None` if there is none, or an empty one."""
    found = value_at(value, *path)
    return found if isinstance(found, str) and found else None


def objects_at(value: object, *path: str) -> Iterator[JsonObject]:
    """The objects of the list at a path."""
    found = value_at(value, *path)
    for item in found if is_list(found) else ():
        if is_object(item):
            yield item


def texts_at(value: object, *path: str) -> tuple[str, ...]:
    """The texts of the list at a path."""
    found = value_at(value, *path)
    return tuple(item for item in found if isinstance(item, str)) if is_list(found) else ()
