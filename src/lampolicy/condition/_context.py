"""What a request holds under a key, whatever JSON scalar it was and however the key was spelt (semantics C3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition._variables import Lookup, Value
from lampolicy.diagnostic import RequestError
from lampolicy.request import MULTIVALUED_KEYS, UNKNOWN, Context, ContextValue

if TYPE_CHECKING:
    from typing import Final


class Shape(dict[str, str]):
    """The keys of a context in lower case, each with the spelling that counts.

    Attributes:
        derivable: Those among them that AWS may derive from the caller or the resource, as (lower case, spelling).
        spelt: The keys as contexts spell them, in their order.
    """

    __slots__ = ("derivable", "spelt")

    def __init__(self, keys: tuple[str, ...]) -> None:
        # C3: of two keys that differ only by case AWS shows one, by no rule that was found; here the greater spelling.
        self.spelt = keys
        super().__init__((key.lower(), key) for key in sorted(keys))
        self.derivable = tuple((key, spelt) for key, spelt in self.items() if key.startswith(_DERIVABLE))


_SHAPES_KEPT: Final = 4096
_DERIVABLE: Final = ("aws:principal", "aws:resource", "aws:source", "aws:user", "aws:calledvia")


@lru_cache(maxsize=_SHAPES_KEPT)
def shape_of(keys: tuple[str, ...]) -> Shape:
    """The shape of contexts with these keys, so that no key is lowered twice."""
    return Shape(keys)


def text_of(value: str | float) -> str:
    """Write a scalar as the text AWS would compare."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def value_of(key: str, value: ContextValue) -> Value:
    """Bring a value of a context into the form comparisons take; `key` in lower case."""
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, str | bool | int | float):
        text = text_of(value)
        return (text,) if key in MULTIVALUED_KEYS else text
    texts = _texts(value)
    if texts is None:
        msg = f"the context's `{key}` is {value!r}, which is no text, number or truth value, nor a list of them"
        raise RequestError(msg)
    return texts


def _texts(values: object) -> tuple[str, ...] | None:
    """The texts of a list of scalars; `None` if it is none."""
    if not isinstance(values, list | tuple):
        return None
    texts: list[str] = []
    for value in values:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, str | int | float):
            return None
        texts.append(value if isinstance(value, str) else text_of(value))
    return tuple(texts)


def lookup_in(context: Context, shape: Shape, known: Mapping[str, Value]) -> Lookup:
    """A look-up in a context, then in `known` for the keys it does not hold."""

    def lookup(key: str) -> Value:
        spelt = shape.get(key)
        return known.get(key) if spelt is None else value_of(key, context[spelt])

    return lookup
