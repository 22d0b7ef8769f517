"""Wildcards as AWS counts them: `*` any run, `?` one UTF-16 code unit (M1); linear, without regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
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
_BEYOND_BMP: Final = re.compile("[\U00010000-\U0010ffff]")
_FEW: Final = 1500


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
    if text.isascii():
        return text
    return _BEYOND_BMP.sub(lambda m: _surrogates(ord(m[0])), text)


def _surrogates(code: int) -> str:
    code -= 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


class _Segment:
    """What stands between two stars of a pattern with `?`: literal chunks at fixed offsets."""

    __slots__ = ("_at", "_chunks", "_longest", "length")

    def __init__(self, part: list[Token]) -> None:
        self.length = 0
        self._chunks: list[tuple[int, str]] = []
        for token in part:
            if isinstance(token, str):
                self._chunks.append((self.length, token))
                self.length += len(token)
            else:
                self.length += 1
        self._at, self._longest = max(self._chunks, key=lambda c: len(c[1]), default=(0, ""))

    def stands_at(self, text: str, at: int) -> bool:
        return all(text.startswith(chunk, at + offset) for offset, chunk in self._chunks)

    def find(self, text: str, start: int, end: int) -> int:
        """The first place in `text[start:end]` where the segment stands whole; -1 if there is none."""
        last = end - self.length
        if not self._chunks:
            return start if start <= last else -1
        if text.count(self._longest, start, end) * len(self._chunks) > _FEW:
            return self._find_all_at_once(text, start, end)
        limit = last + self._at + len(self._longest)
        at = text.find(self._longest, start + self._at, limit)
        while at >= 0:
            if self.stands_at(text, at - self._at):
                return at - self._at
            at = text.find(self._longest, at + 1, limit)
        return -1

    def _find_all_at_once(self, text: str, start: int, end: int) -> int:
        # Every starting place is one bit; each letter of the segment strikes out the places where it does not stand.
        window = text[start:end]
        masks = _positions(window, {letter for _, chunk in self._chunks for letter in chunk})
        places = (1 << max(0, len(window) - self.length + 1)) - 1
        for offset, chunk in self._chunks:
            for index, letter in enumerate(chunk, offset):
                places &= masks[letter] >> index
                if not places:
                    return -1
        return start + (places & -places).bit_length() - 1


def _positions(window: str, letters: set[str]) -> dict[str, int]:
    size = len(window)
    digits = {letter: bytearray(b"0") * size for letter in letters}
    for at, letter in enumerate(window):
        row = digits.get(letter)
        if row is not None:
            row[size - 1 - at] = 49
    return {letter: int(row, 2) if row else 0 for letter, row in digits.items()}


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
        at = first.length
        for segment in middle:
            found = segment.find(text, at, end)
            if found < 0:
                return False
            at = found + segment.length
        return True

    return match
