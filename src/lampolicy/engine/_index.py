"""Many statements for one action: find those whose resource may match without trying all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lampolicy._typing import TYPE_CHECKING
from lampolicy.engine._compile import CompiledStatement
from lampolicy.engine._resource import ResourcePattern
from lampolicy.names import HEAD_PARTS

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_GRAM: Final = 5
INDEX_FROM: Final = 24
"""From how many statements on an index pays."""

_Key: TypeAlias = tuple[str, str]
"""Where a pattern may be filed: whether whole, by its beginning, its end or a piece; and the text."""

_WHOLE, _BEGINNING, _END, _PIECE = "whole", "beginning", "end", "piece"


class ResourceIndex:
    """Statements filed by what the last part of an ARN must be or contain for their resource element to match.

    Each pattern is filed once, where the fewest others are: under its whole text, under its text before the first or
    behind the last wildcard, or under five characters in a row. What cannot be filed (a bare star, NotResource,
    variables, short ARNs) is always tried. Since a star that ends an early part may eat colons (M7), the last part may
    begin behind any colon from the fifth on; so each of those beginnings is looked up.
    """

    __slots__ = ("_always", "_by_beginning", "_by_end", "_by_piece", "_whole", "statements")

    def __init__(self, statements: Sequence[CompiledStatement]) -> None:
        self.statements = tuple(statements)
        self._whole: dict[str, list[int]] = {}
        self._by_beginning: dict[int, dict[str, list[int]]] = {}
        self._by_end: dict[int, dict[str, list[int]]] = {}
        self._by_piece: dict[str, list[int]] = {}
        self._always: list[int] = []
        keys = {id(p): tuple(_keys(p)) for s in statements for p in s.patterns}
        crowd = Counter(key for found in keys.values() for key in found)
        for index, statement in enumerate(statements):
            if statement.on is None or statement.inverted_resources:
                self._always.append(index)
                continue
            for pattern in statement.patterns:
                if pattern.match is not None or pattern.waiting is not None:
                    self._file(index, min(keys[id(pattern)], key=crowd.__getitem__, default=None))

    def _file(self, index: int, key: _Key | None) -> None:
        if key is None:
            self._always.append(index)
            return
        how, text = key
        if how is _WHOLE:
            self._whole.setdefault(text, []).append(index)
        elif how is _PIECE:
            self._by_piece.setdefault(text, []).append(index)
        else:
            by_length = self._by_beginning if how is _BEGINNING else self._by_end
            by_length.setdefault(len(text), {}).setdefault(text, []).append(index)

    def candidates(self, arn: str) -> list[int]:
        """Indexes of the statements that may match a normal ARN, in order; none that does is left out."""
        found = set(self._always)
        for tail in _tails(arn):
            found.update(self._whole.get(tail, ()))
            for length, filed in self._by_beginning.items():
                found.update(filed.get(tail[:length], ()))
        for length, filed in self._by_end.items():
            found.update(filed.get(arn[-length:], ()))
        if self._by_piece:
            self._add_by_piece(arn, found)
        return sorted(found)

    def _add_by_piece(self, arn: str, found: set[int]) -> None:
        filed = self._by_piece.get
        for at in range(len(arn) - _GRAM + 1):
            hit = filed(arn[at : at + _GRAM])
            if hit is not None:
                found.update(hit)


def _tails(arn: str) -> Iterator[str]:
    *_, tail = arn.split(":", HEAD_PARTS)
    yield tail
    while ":" in tail:
        tail = tail.partition(":")[2]
        yield tail


def _keys(pattern: ResourcePattern) -> Iterator[_Key]:
    """Where a pattern of six parts without variables may be filed, by its last part."""
    texts = [t for t in pattern.tail if isinstance(t, str)]
    if pattern.waiting is not None or not pattern.head or not texts:
        return
    if len(texts) == len(pattern.tail):
        yield _WHOLE, "".join(texts)
        return
    if isinstance(pattern.tail[0], str):
        yield _BEGINNING, texts[0]
    if isinstance(pattern.tail[-1], str):
        yield _END, texts[-1]
    for text in texts:
        yield from ((_PIECE, text[at : at + _GRAM]) for at in range(len(text) - _GRAM + 1))
