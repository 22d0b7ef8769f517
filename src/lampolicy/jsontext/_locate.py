"""From a JSON pointer to line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeAlias

from lampolicy.diagnostic import Pointer, Span
from lampolicy.jsontext._grammar import read_words
from lampolicy.jsontext._limits import DEFAULT_LIMITS
from lampolicy.jsontext._tree import Node, build

Place: TypeAlias = tuple[Pointer, bool]
"""A pointer, and whether its key is meant rather than its value."""


def locate(text: str, wanted: Iterable[Place], *, most: int = DEFAULT_LIMITS.tokens) -> dict[Place, Span]:
    """Find the places of several pointers in one reading of `text`.

    A pointer that leads nowhere gives the place of the deepest value on its way, so that what is said about a missing
    element points at its parent. Where a key is written twice its last value counts, as in the reader of values.

    Args:
        text: The JSON text; a byte order mark before it has no column.
        wanted: Pointers, each with whether its key is meant; an item of a list has no key, its value is taken.
        most: Most words to read, at some three microseconds each.

    Returns:
        The place of each; empty where `text` is not JSON or has more words.
    """
    places = list(wanted)
    root = _tree(text, most) if places else None
    return {} if root is None else {place: _find(root, *place) for place in places}


def places_in(text: str, *, most: int = DEFAULT_LIMITS.tokens) -> Callable[[Pointer, bool], Span | None]:
    """Give the function that finds places in `text`, which is read when the first is asked for, and only then.

    Args:
        text: The JSON text, as `locate` takes it.
        most: Most words to read.
    """
    read = cache(lambda: _tree(text, most))

    def find(pointer: Pointer, on_key: bool) -> Span | None:  # noqa: FBT001 - part of a place
        root = read()
        return None if root is None else _find(root, pointer, on_key)

    return find


def _tree(text: str, most: int) -> Node | None:
    reading = read_words(text.removeprefix("\ufeff"), most)
    return build(reading.words) if reading.complete else None


def span_of(text: str, pointer: Pointer, on_key: bool = False) -> Span | None:  # noqa: FBT001, FBT002 - part of a place
    """Find the place of one pointer (see `locate`); `None` where it cannot be told."""
    return locate(text, [(pointer, on_key)]).get((pointer, on_key))


def _find(node: Node, pointer: Pointer, on_key: bool) -> Span:  # noqa: FBT001 - part of a place
    for step in pointer:
        child = node.child(step)
        if child is None:
            return node.span
        node = child
    return node.key.span if on_key and node.key else node.span
