"""Globs as AWS matches them (semantics M1): `*`, `?`, nothing else, in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

_LAST_SINGLE_UNIT: Final = "\uffff"


class Token(NamedTuple):
    """One step of a pattern.

    Attributes:
        takes: The code units it accepts; `None` for all of them.
        but: A code unit it refuses all the same.
        repeats: Whether it accepts any number of them, none included.
    """

    takes: str | None
    but: str | None = None
    repeats: bool = False


Tokens: TypeAlias = tuple[Token, ...]

ANY_RUN: Final = Token(None, repeats=True)
ANY_ONE: Final = Token(None)
RUN_IN_PART: Final = Token(None, but=":", repeats=True)
ONE_IN_PART: Final = Token(None, but=":")


def code_units(text: str) -> str:
    """Write a text with one character for every UTF-16 code unit (semantics M1)."""
    if text.isascii() or max(text) <= _LAST_SINGLE_UNIT:
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2))


@lru_cache(maxsize=4096)
def literal(unit: str, *, ignore_case: bool = False) -> Token:
    """A token for one code unit as it stands, or for both cases of an ASCII letter."""
    if ignore_case and unit.isascii() and unit.isalpha():
        return Token(unit.lower() + unit.upper())
    return Token(unit)


@lru_cache(maxsize=4096)
def tokens(pattern: str, *, ignore_case: bool = False) -> Tokens:
    """Read a pattern in which `*` and `?` are wildcards and nothing else is special (semantics M1)."""
    wild = {"*": ANY_RUN, "?": ANY_ONE}
    return tuple(wild.get(unit) or literal(unit, ignore_case=ignore_case) for unit in code_units(pattern))


@lru_cache(maxsize=4096)
def literal_tokens(text: str) -> Tokens:
    """Read a text in which nothing is a wildcard (semantics V6, V8)."""
    return tuple(literal(unit) for unit in code_units(text))


def matches(pattern: Tokens, text: str) -> bool:
    """Tell whether the whole text matches; work is at most pattern length times text length."""
    units = code_units(text)
    fixed = _length_before_first_run(pattern)
    if len(units) < fixed or not all(map(_takes, pattern[:fixed], units)):
        return False
    here = _over_runs(pattern, {fixed})
    for unit in units[fixed:]:
        here = _over_runs(pattern, _one_further(pattern, here, unit))
        if not here:
            return False
    return len(pattern) in here


def _length_before_first_run(pattern: Tokens) -> int:
    return next((at for at, token in enumerate(pattern) if token.repeats), len(pattern))


def _takes(token: Token, unit: str) -> bool:
    return (token.takes is None or unit in token.takes) and unit != token.but


def _one_further(pattern: Tokens, here: Iterable[int], unit: str) -> set[int]:
    """The places reached from `here` by one code unit of the text."""
    return {at if pattern[at].repeats else at + 1 for at in here if at < len(pattern) and _takes(pattern[at], unit)}


def _over_runs(pattern: Tokens, here: set[int]) -> set[int]:
    """`here` and the places behind the runs that stand there, since a run may be empty."""
    reached = set(here)
    for start in here:
        at = start
        while at < len(pattern) and pattern[at].repeats:
            at += 1
            reached.add(at)
    return reached
