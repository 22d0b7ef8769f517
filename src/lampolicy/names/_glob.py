"""Wildcards as AWS counts them: `*` any run, `?` one UTF-16 code unit (M1); linear, without regular expressions."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from sys import byteorder
from typing import Final, TypeAlias

Matcher: TypeAlias = Callable[[str], bool]


class Wild(Enum):
    """A wildcard of a pattern."""

    STAR = "*"
    ONE = "?"


Token: TypeAlias = str | Wild
Tokens: TypeAlias = tuple[Token, ...]
"""A pattern as literal texts and wildcards: a literal `*` (from `${*}` or a substituted value) stays literal."""

_SPLIT: Final = re.compile(r"([*?])")
_WILD: Final = {"*": Wild.STAR, "?": Wild.ONE}
_PATIENCE: Final = 1000
"""How many chunks may be compared in vain before a match takes the bounded way."""
_FEW: Final = 64


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
    return _sequence(first, middle, last)


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


def units(text: str) -> str:
    """Write each character above U+FFFF as its two UTF-16 code units."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(
        map(chr, array("H", text.encode("utf-16-le" if byteorder == "little" else "utf-16-be", "surrogatepass")))
    )


class _Segment:
    """What stands between two stars of a pattern with `?`: literal chunks at fixed offsets."""

    __slots__ = ("_at", "_longest", "chunks", "length")

    def __init__(self, part: list[Token]) -> None:
        self.length = 0
        self.chunks: list[tuple[int, str]] = []
        for token in part:
            if isinstance(token, str):
                self.chunks.append((self.length, token))
                self.length += len(token)
            else:
                self.length += 1
        self._at, self._longest = max(self.chunks, key=lambda c: len(c[1]), default=(0, ""))

    def stands_at(self, text: str, at: int) -> bool:
        return all(text.startswith(chunk, at + offset) for offset, chunk in self.chunks)

    def find(self, places: _Places, start: int, end: int) -> int:
        """The first place in `text[start:end]` where the segment stands whole; -1 if there is none."""
        last = end - self.length
        if not self.chunks:
            return start if start <= last else -1
        text, longest, offset = places.text, self._longest, self._at
        limit = last + offset + len(longest)
        at = text.find(longest, start + offset, limit)
        while at >= 0:
            if self.stands_at(text, at - offset):
                return at - offset
            places.patience -= len(self.chunks)
            if places.patience < 0:
                return places.find(self, at - offset + 1, last)
            at = text.find(longest, at + 1, limit)
        return -1


class _Places:
    """One text while it is matched, and, once trying place by place has cost too much, where each letter stands.

    Every place is one bit of a number; each letter of a segment strikes out the places where the segment cannot stand.
    That bounds the cost of the worst pattern, while ordinary ones never come here.
    """

    __slots__ = ("_masks", "_where", "patience", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.patience = _PATIENCE
        self._where: dict[str, list[int]] | None = None
        self._masks: dict[str, int] = {}

    def find(self, segment: _Segment, start: int, last: int) -> int:
        if last < start:
            return -1
        places = (1 << last + 1) - (1 << start)
        for offset, chunk in segment.chunks:
            for at, letter in enumerate(chunk, offset):
                places &= self._mask(letter) >> at
                if not places:
                    return -1
        return (places & -places).bit_length() - 1

    def _mask(self, letter: str) -> int:
        mask = self._masks.get(letter)
        if mask is None:
            mask = self._masks[letter] = self._positions(letter)
        return mask

    def _positions(self, letter: str) -> int:
        if self._where is None:
            self._where = {}
            for at, found in enumerate(self.text):
                self._where.setdefault(found, []).append(at)
        where = self._where.get(letter, [])
        if len(where) <= _FEW:
            mask = 0
            for at in where:
                mask |= 1 << at
            return mask
        size = len(self.text)
        digits = bytearray(b"0") * size
        for at in where:
            digits[size - 1 - at] = 49
        return int(digits, 2)


def _segments(pattern: Tokens) -> Iterator[_Segment]:
    part: list[Token] = []
    for token in pattern:
        if token is Wild.STAR:
            yield _Segment(part)
            part = []
        else:
            part.append(units(token) if isinstance(token, str) else token)
    yield _Segment(part)


def _glob_of_units(pattern: Tokens) -> Matcher:
    segments = list(_segments(pattern))
    first, last = segments[0], segments[-1]
    if len(segments) == 1:

        def match_whole(text: str) -> bool:
            text = units(text)
            return len(text) == first.length and first.stands_at(text, 0)

        return match_whole
    middle = tuple(s for s in segments[1:-1] if s.length)
    least = first.length + last.length

    def match(text: str) -> bool:
        text = units(text)
        end = len(text) - last.length
        if len(text) < least or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        at, places = first.length, _Places(text)
        for segment in middle:
            found = segment.find(places, at, end)
            if found < 0:
                return False
            at = found + segment.length
        return True

    return match
