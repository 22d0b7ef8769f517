"""Wildcards as AWS counts them: `*` any run, `?` one UTF-16 code unit (M1); linear, without regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final, TypeAlias

from lampolicy.names._segment import Chunks, Link, Segment, chain, in_turn, units

Matcher: TypeAlias = Callable[[str], bool]


class Wild(Enum):
    """A wildcard of a pattern."""

    STAR = "*"
    ONE = "?"


Token: TypeAlias = str | Wild
Tokens: TypeAlias = tuple[Token, ...]
"""A pattern as literal texts and wildcards: a literal `*` (from `${*}` or a substituted value) stays literal."""

_SPLIT: Final = re.compile(r"([*?])")
_FEW: Final = 8
_WILD: Final = {"*": Wild.STAR, "?": Wild.ONE}


def tokens(text: str) -> Tokens:
    """Split a pattern as written into literals and wildcards."""
    return tuple(_WILD.get(part, part) for part in _SPLIT.split(text) if part)


def fold(text: str) -> str:
    """Lower ASCII letters only, so that no fold ever changes a length."""
    return (
        text.lower()
        if text.isascii()
        else text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    )


def fold_tokens(pattern: Tokens) -> Tokens:
    """Lower the ASCII letters of a pattern's literals."""
    return tuple(fold(t) if isinstance(t, str) else t for t in pattern)


def is_literal(pattern: Tokens) -> bool:
    """Tell whether a pattern holds no wildcard."""
    return all(isinstance(t, str) for t in pattern)


def glob(pattern: Tokens) -> Matcher:
    """Compile a pattern into a function that matches a whole text, with case.

    The cost of a match is linear in the text for every pattern without `?`, and bounded for one with it, whatever the
    pattern: there is no backtracking.
    """
    if Wild.ONE in pattern:
        return _glob_of_units(pattern)
    pieces = _pieces(pattern)
    if len(pieces) == 1:
        return pieces[0].__eq__
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 2:
        return _bracket(first, last)
    middle = tuple(p for p in pieces[1:-1] if p)
    return _sequence(first, middle, last) if len(middle) <= _FEW else _long_sequence(first, middle, last)


def _pieces(pattern: Iterable[Token]) -> list[str]:
    pieces = [""]
    for token in pattern:
        if isinstance(token, str):
            pieces[-1] += token
        else:
            pieces.append("")
    return pieces


def _bracket(first: str, last: str) -> Matcher:
    if not last:
        return (lambda _: True) if not first else lambda text: text.startswith(first)
    least = len(first) + len(last)
    return lambda text: text.startswith(first) and text.endswith(last) and len(text) >= least


def _sequence(first: str, middle: tuple[str, ...], last: str) -> Matcher:
    least = len(first) + len(last)

    def match(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return match


def _long_sequence(first: str, middle: tuple[str, ...], last: str) -> Matcher:
    at, behind = len(first), len(last)
    links, least = tuple(chain(((0, piece, len(piece)) for piece in middle), 0)), at + sum(map(len, middle)) + behind

    def match(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        return in_turn(links, text, at, len(text) - behind)

    return match


def _parts(pattern: Tokens) -> Iterator[tuple[Chunks, int]]:
    """What stands between the stars: the literal chunks with their offsets, and the length in all."""
    part: list[Token] = []
    for token in pattern:
        if token is Wild.STAR:
            yield chunks_of(part)
            part = []
        else:
            part.append(token)
    yield chunks_of(part)


def chunks_of(part: Iterable[Token]) -> tuple[Chunks, int]:
    """The literal chunks of a pattern without stars, with their offsets, and its length in code units."""
    chunks: list[tuple[int, str]] = []
    length, open_chunk = 0, False
    for token in part:
        if not isinstance(token, str):
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


def _glob_of_units(pattern: Tokens) -> Matcher:
    parts = list(_parts(pattern))
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
