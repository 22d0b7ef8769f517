"""Early parts of a pattern against an ARN of many colons: every place reached at once, each one bit of a number (M7).

However many ways a star that eats colons leaves open, each letter of the pattern costs the same few operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from lampolicy.names._glob import Token, Tokens, Wild, between_stars, fold, glob
from lampolicy.names._hard_glob import pieces_of
from lampolicy.names._segment import Letters, Segment, Text, characters, units

Step: TypeAlias = Token | None
"""A literal, or a wildcard that stays inside its part; `None` is a star that may eat colons."""


def _steps(part: Tokens) -> Iterator[Step]:
    if part and part[-1] is Wild.STAR:
        return iter((*part[:-1], None))
    return iter(part)


def _without(lead: int, steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        if not lead:
            yield step
        elif isinstance(step, str):
            rest = step[lead:]
            lead -= len(step) - len(rest)
            if rest:
                yield rest


class _Reach:
    """The places of a text that a pattern has reached: bit `n` stands for the place in front of the unit `n`."""

    __slots__ = ("_everywhere", "_inside", "_letters", "places")

    def __init__(self, text: str, at: int) -> None:
        self._letters = Letters(text, first_is_lowest=True)
        self._everywhere = (1 << len(text) + 1) - 1
        self._inside = self._everywhere >> 1 & ~self._letters.mask(":")
        self.places = 1 << at

    def follow(self, steps: Iterable[Step]) -> int:
        """Go on by steps; the places then reached."""
        for step in steps:
            if isinstance(step, str):
                self._literal(step)
            elif step is Wild.ONE:
                self.places = (self.places & self._inside) << 1
            elif step is Wild.STAR:
                # The carry of the sum runs from each place to the end of its part.
                self.places |= ((self.places & self._inside) + self._inside) ^ self._inside
            else:
                self.places = self._everywhere & -(self.places & -self.places)
            if not self.places:
                break
        return self.places

    def _literal(self, text: str) -> None:
        for letter in units(text):
            self.places = (self.places & self._letters.mask(letter)) << 1
            if not self.places:
                return


class AtOnce:
    """A pattern of six parts for ARNs of many colons.

    Args:
        parts: The first five parts, folded.
        tail: The sixth.
        lead: The text in front of the first wildcard, with which the ARNs to be matched begin.
    """

    __slots__ = ("_at", "_front", "_steps", "_tail", "_whole")

    def __init__(self, parts: Sequence[Tokens], tail: Tokens, lead: str) -> None:
        steps = chain.from_iterable((*_steps(part), ":") for part in parts)
        self._steps = tuple(_without(len(lead), steps))
        self._at = len(units(lead))
        self._whole = Wild.STAR not in tail
        self._front = Segment(pieces_of(between_stars(tail)[0]))
        self._tail = glob(tail)

    def match(self, arn: str) -> bool:
        """Whether a normal ARN matches, each star that ends an early part eating colons."""
        arn = units(arn)
        last = len(arn) - self._front.length
        if last < 0:
            return False
        places = _Reach(fold(arn), self._at).follow(self._steps) & (1 << last + 1) - 1
        if self._whole:
            return places >> last > 0 and self._front.stands_at(arn, last)
        # Behind the front comes a star: what fails behind the first front fails behind every later one.
        first = Text(arn).first(self._front, places)
        return first >= 0 and self._tail(characters(arn[first:]))


def match_short(heads: Sequence[Tokens], last: Tokens, folded: str) -> bool:
    """Whether a folded ARN of many colons matches a folded pattern of fewer than six parts."""
    text = units(folded)
    steps = (*chain.from_iterable((*_steps(part), ":") for part in heads), *_steps(last))
    return _Reach(text, 0).follow(steps) >> len(text) > 0
