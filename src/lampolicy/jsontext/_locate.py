"""From a JSON pointer to line and column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from lampolicy.diagnostic import Pointer, Span
from lampolicy.jsontext._grammar import parse_json
from lampolicy.jsontext._limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token] | Token

Place: TypeAlias = tuple[Pointer, bool]
"""A pointer, and whether its key is meant rather than its value."""


def locate(text: str, wanted: Iterable[Place], *, most: int = DEFAULT_LIMITS.tokens) -> dict[Place, Span]:
    """Find the places of several pointers in one reading of `text`.

    A pointer that leads nowhere gives the place of the deepest value on its way, so that what is said about a missing
    element points at its parent. Where a key is written twice its last value counts, as in the reader of values.

    Args:
        text: The JSON text.
        wanted: Pointers, each with whether its key is meant; an item of a list has no key, its value is taken.
        most: Most words to read, at some five microseconds each.

    Returns:
        The place of each; empty where `text` is not JSON or has more words.
    """
    places = list(wanted)
    tree = parse_json(text, most).tree if places else None
    if tree is None:
        return {}
    return {place: _find(tree.children[0], *place) for place in places}


def span_of(text: str, pointer: Pointer, on_key: bool = False) -> Span | None:  # noqa: FBT001, FBT002 - part of a place
    """Find the place of one pointer (see `locate`); `None` where it cannot be told."""
    return locate(text, [(pointer, on_key)]).get((pointer, on_key))


def _find(node: Node, pointer: Pointer, on_key: bool) -> Span:  # noqa: FBT001
    key: Token | None = None
    for step in pointer:
        found = _child(node, step)
        if found is None:
            return _span(node)
        key, node = found
    return _span(key if on_key and key is not None else node)


def _child(node: Node, step: str | int) -> tuple[Token | None, Node] | None:
    if isinstance(step, int):
        items = _items(node)
        return (None, items[step]) if 0 <= step < len(items) else None
    return next((pair for pair in reversed(list(_pairs(node))) if _key(pair[0]) == step), None)


def _items(node: Node) -> list[Node]:
    return [] if isinstance(node, str) or node.data != "array" else node.children


def _pairs(node: Node) -> Iterator[tuple[Token, Node]]:
    if not isinstance(node, str) and node.data == "object":
        for pair in node.children:
            key, value = pair.children  # type: ignore[union-attr]
            yield key, value  # type: ignore[misc]


def _key(token: Token) -> str:
    return str(json.loads(token))


def _span(node: Node) -> Span:
    place = node if isinstance(node, str) else node.meta
    return Span(place.line or 1, place.column or 1, place.end_line or 1, place.end_column or 1)
