"""Wildcards as AWS counts them: `*` any run, `?` one UTF-16 code unit (M1); linear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum

from lampolicy._typing import TYPE_CHECKING

if TYPE_CHECKING:
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
_FEW: Final = 8
_WILD: Final = {"*": Wild.STAR, "?": Wild.ONE}


def tokens(text: str) -> Tokens:
    """Split a pattern as written into literals and wildcards."""
    return tuple([_WILD.get(part, part) for part in _SPLIT.split(text) if part])


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
        from lampolicy.names._hard_glob import glob_of_units

        return glob_of_units(between_stars(pattern))
    pieces = _pieces(pattern)
    if len(pieces) == 1:
        return pieces[0].__eq__
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 2:
        return _bracket(first, last)
    middle = tuple(p for p in pieces[1:-1] if p)
    if len(middle) > _FEW:
        from lampolicy.names._hard_glob import long_sequence

        return long_sequence(first, middle, last)
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


def between_stars(pattern: Tokens) -> list[list[str]]:
    """A pattern cut at its stars, and each part cut at its `?`s."""
    one = Wild.ONE  # a member looked up costs as much as the rest of a turn
    parts, pieces, piece = list[list[str]](), list[str](), ""
    for token in pattern:
        if isinstance(token, str):
            piece += token
        elif token is one:
            pieces.append(piece)
            piece = ""
        else:
            parts.append([*pieces, piece])
            pieces, piece = [], ""
    return [*parts, [*pieces, piece]]
