"""The values of a JSON text with their places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import Pointer, Span
from lampolicy.jsontext._grammar import Word

_SCALARS: Final = frozenset({"STRING", "NUMBER", "TRUE", "FALSE", "NULL"})


class Node:
    """A value with its place.

    Attributes:
        first: Its first word.
        last: Its last word.
        key: The word of its key, for a member of an object.
        members: What it holds, in document order; a key may stand twice.
    """

    __slots__ = ("first", "key", "last", "members")

    def __init__(self, first: Word, last: Word, key: Word | None = None) -> None:
        self.first = first
        self.last = last
        self.key = key
        self.members: list[Node] = []

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(self.first.line, self.first.column, self.last.span.end_line, self.last.span.end_column)

    def child(self, step: str | int) -> Node | None:
        """Give the member `step`; the last of those with one key, as a reader of values does."""
        if isinstance(step, int):
            return self.members[step] if self.first.kind == "LSQB" and 0 <= step < len(self.members) else None
        return next((member for member in reversed(self.members) if member.key and key_text(member.key) == step), None)


def build(words: list[Word]) -> Node:
    """Make the tree of the words of a complete JSON text."""
    root = Node(words[0], words[-1])
    above = [root]
    key: Word | None = None
    for word, following in zip(words, [*words[1:], None], strict=True):
        if following and following.kind == "COLON":
            key = word
        elif word.kind in _SCALARS:
            above[-1].members.append(Node(word, word, key))
            key = None
        elif word.kind in {"LBRACE", "LSQB"}:
            node = Node(word, word, key)
            above[-1].members.append(node)
            above.append(node)
            key = None
        elif word.kind in {"RBRACE", "RSQB"}:
            above.pop().last = word
    return root.members[0]


def key_text(word: Word) -> str:
    """Give the key that `word` writes."""
    return str(json.loads(word.text)) if "\\" in word.text else word.text[1:-1]


def keys_again(root: Node) -> Iterator[tuple[Pointer, Word, Word]]:
    """Give every key that an object holds already: its pointer, its word, and the word of the first."""
    todo: list[tuple[Pointer, Node]] = [((), root)]
    while todo:
        pointer, node = todo.pop()
        seen: dict[str, Word] = {}
        for index, member in enumerate(node.members):
            step = key_text(member.key) if member.key else index
            if isinstance(step, str) and member.key:
                first = seen.setdefault(step, member.key)
                if first is not member.key:
                    yield (*pointer, step), member.key, first
            if member.members:
                todo.append(((*pointer, step), member))
