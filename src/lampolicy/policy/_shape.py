"""The shapes JSON values take in a policy, told in words."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy._typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from typing import Final

_SHORT: Final = 200
_DOUBLE: Final = 1024


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether `value` is a JSON object: a mapping whose keys are texts."""
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)  # pyright: ignore[reportUnknownVariableType]


def is_list(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Tell whether `value` is a JSON list; a tuple will do."""
    return isinstance(value, list | tuple)


def described(value: object) -> str:
    """Say what `value` is: `a list`, `a number` ..."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if is_list(value):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return f"a Python {type(value).__name__}"


def scalar_text(value: object) -> str | None:
    """Write a JSON scalar as the text IAM compares (semantics G16); `None` for anything else.

    An integer beyond the range of a double, which only a value of Python can hold, is none: Python may refuse to
    write it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _DOUBLE else None
    return str(value) if isinstance(value, float) else None


def short(text: str) -> str:
    """Cut a text that a message repeats, so that no document makes its messages longer than itself."""
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
