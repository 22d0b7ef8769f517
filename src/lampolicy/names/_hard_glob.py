"""Globs that need more than `str.find` in a row: with `?`, or of many pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from lampolicy.names._segment import Chunks, Link, Segment, chain, in_turn, units

Part: TypeAlias = Iterable[str | None]
"""What stands between two stars: literals, and `None` for each `?`."""


def long_sequence(first: str, middle: tuple[str, ...], last: str) -> Callable[[str], bool]:
    """Compile a pattern of many literals without `?`; it begins with the first and ends with the last."""
    at, behind = len(first), len(last)
    links, least = tuple(chain(((0, piece, len(piece)) for piece in middle), 0)), at + sum(map(len, middle)) + behind

    def match(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        return in_turn(links, text, at, len(text) - behind)

    return match


def chunks_of(part: Part) -> tuple[Chunks, int]:
    """The literal chunks of a pattern without stars, with their offsets, and its length in code units."""
    chunks: list[tuple[int, str]] = []
    length, open_chunk = 0, False
    for token in part:
        if token is None:
            length, open_chunk = length + 1, False
            continue
        written = units(token)
        if open_chunk:
            offset, before = chunks.pop()
            chunks.append((offset, before + written))
        else:
            chunks.append((length, written))
        length, open_chunk = length + len(written), True
    return tuple(chunks), length


def _middle(parts: Iterable[tuple[Chunks, int]]) -> Iterator[Link]:
    """Segments of several chunks; those of one chunk, and those of none, joined to chains."""
    same: dict[Chunks, Segment] = {}
    steps: list[tuple[int, str, int]] = []
    skip = 0
    for chunks, length in parts:
        if len(chunks) > 1:
            yield from chain(steps, skip)
            steps, skip = [], 0
            # What stands between the outermost chunks tells segments apart; wildcards around them are skipped.
            key = (*chunks, (length, ""))
            if key not in same:
                same[key] = Segment(chunks, length)
            yield same[key]
        elif chunks:
            ((offset, chunk),) = chunks
            steps.append((skip + offset, chunk, len(chunk)))
            skip = length - offset - len(chunk)
        else:
            skip += length
    yield from chain(steps, skip)


def glob_of_units(between_stars: Iterable[Part]) -> Callable[[str], bool]:
    """Compile a pattern with `?`, cut at its stars."""
    parts = [chunks_of(part) for part in between_stars]
    first, last = Segment(*parts[0]), Segment(*parts[-1])
    if len(parts) == 1:

        def match_whole(text: str) -> bool:
            text = units(text)
            return len(text) == first.length and first.stands_at(text, 0)

        return match_whole
    middle, least = tuple(_middle(parts[1:-1])), sum(length for _, length in parts)

    def match(text: str) -> bool:
        text = units(text)
        end = len(text) - last.length
        if len(text) < least or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        return not middle or in_turn(middle, text, first.length, end)

    return match
