"""Globs that need more than `str.find` in a row: with `?`, or of many pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lampolicy.names._chain import MANY_STEPS, Link, Step, chain, in_turn
from lampolicy.names._segment import Pieces, Segment, count_of, units

_OUTER: Final = 2


def long_sequence(first: str, middle: tuple[str, ...], last: str) -> Callable[[str], bool]:
    """Compile a pattern of many literals without `?`; it begins with the first and ends with the last."""
    at, behind = len(first), len(last)
    least = at + sum(map(len, middle)) + behind
    links: list[Link] = []

    def match(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        if not links:
            links[:] = chain(((0, piece, len(piece)) for piece in middle), 0, many=len(middle) >= MANY_STEPS)
        return in_turn(links, text, at, len(text) - behind)

    return match


def pieces_of(part: Pieces) -> Pieces:
    """Pieces in code units."""
    return part if "".join(part).isascii() else [units(piece) for piece in part]


def _middle(parts: Sequence[Pieces]) -> Iterator[Link]:
    """Segments of several chunks; those of one chunk, and those of none, joined to chains."""
    many = len(parts) >= MANY_STEPS
    same: dict[Pieces, Segment] = {}
    steps: list[Step] = []
    skip = 0
    for pieces in parts:
        count = count_of(pieces)
        if count > 1:
            yield from chain(steps, skip, many=many)
            steps, skip = [], 0
            key = tuple(pieces)
            if key not in same:
                same[key] = Segment(key)
            yield same[key]
        elif count:
            chunk = "".join(pieces)
            offset = pieces.index(chunk)
            steps.append((skip + offset, chunk, len(chunk)))
            skip = len(pieces) - 1 - offset
        else:
            skip += len(pieces) - 1
    yield from chain(steps, skip, many=many)


def glob_of_units(between_stars: Sequence[Pieces]) -> Callable[[str], bool]:
    """Compile a pattern with `?`, cut at its stars."""
    parts = [pieces_of(part) for part in between_stars]
    first, last = Segment(parts[0]), Segment(parts[-1])
    if len(parts) == 1:

        def match_whole(text: str) -> bool:
            text = units(text)
            return len(text) == first.length and first.stands_at(text, 0)

        return match_whole
    least = sum(len("?".join(part)) for part in parts)
    middle: list[Link] = []

    def match(text: str) -> bool:
        text = units(text)
        end = len(text) - last.length
        if len(text) < least or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        if len(parts) > _OUTER and not middle:
            middle[:] = _middle(parts[1:-1])
        return in_turn(middle, text, first.length, end)

    return match
