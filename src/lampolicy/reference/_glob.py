"""Globs as AWS matches them (semantics M1): `*`, `?`, nothing else, in UTF-16 code units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

_LAST_SINGLE_UNIT: Final = "\uffff"
_RUNS: Final = re.compile(r"\*+")


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
    units = _RUNS.sub("*", code_units(pattern))  # `**` says no more than `*`
    return tuple(wild.get(unit) or literal(unit, ignore_case=ignore_case) for unit in units)


@lru_cache(maxsize=4096)
def literal_tokens(text: str) -> Tokens:
    """Read a text in which nothing is a wildcard (semantics V6, V8)."""
    return tuple(literal(unit) for unit in code_units(text))


Glob: TypeAlias = Callable[[str], bool]
"""A pattern that is read: whether a whole text matches."""


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Glob:
    """Read a pattern in which case counts; it says what `matches(tokens(pattern), text)` says."""
    units = code_units(pattern)
    head = units.removesuffix("*")
    if "*" in head or "?" in head:
        return glob_of(tokens(pattern))
    if head != units:
        return lambda text: code_units(text).startswith(head)
    return units.__eq__ if units.isascii() else lambda text: code_units(text) == units


def glob_of(pattern: Tokens) -> Glob:
    """Read tokens; it says what `matches` says.

    If every run takes everything, what stands between two runs may be taken at its first place for good (`(?>...)`):
    the run behind it makes up for whatever was passed over. So the work stays linear here, too. A run that ends at a
    colon cannot do that.
    """
    if RUN_IN_PART in pattern:
        return lambda text: matches(pattern, text)
    first, *others = _between_runs(pattern)
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece)
    last = f".*{others[-1]}" if others else ""
    found = re.compile(first + middle + last, re.DOTALL).fullmatch
    return lambda text: found(code_units(text)) is not None


def _between_runs(pattern: Tokens) -> list[str]:
    pieces = [""]
    for token in pattern:
        if token.repeats:
            pieces.append("")
        else:
            pieces[-1] += _one_unit(token)
    return pieces


def _one_unit(token: Token) -> str:
    if token.takes is None:
        return "." if token.but is None else f"[^{re.escape(token.but)}]"
    return re.escape(token.takes) if len(token.takes) == 1 else f"[{re.escape(token.takes)}]"


def ascii_lower(text: str) -> str:
    """The text with its ASCII letters in lower case, and no others."""
    return text.lower() if text.isascii() else "".join(unit.lower() if unit.isascii() else unit for unit in text)


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
