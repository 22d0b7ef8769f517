"""Early parts of a pattern against an ARN of many colons: every place reached at once, each one bit of a number (M7).

However many ways a star that eats colons leaves open, each letter of the pattern costs the same few operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TypeAlias

from lampolicy.names._glob import Token, Tokens, Wild
from lampolicy.names._segment import Letters, units

MANY_COLONS: Final = 30
"""Above how many colons every place is followed at once; below, one after the other is faster."""

Step: TypeAlias = Token | None
"""A literal, or a wildcard that stays inside its part; `None` is a star that may eat colons."""


def early_steps(parts: Iterable[Tokens], lead: int) -> tuple[Step, ...]:
    """Early parts, each with its colon, without the literal lead of so many characters in front."""
    steps = chain.from_iterable((*_steps(part), ":") for part in parts)
    return tuple(_without(lead, steps))


def last_steps(part: Tokens) -> tuple[Step, ...]:
    """The last part of a short pattern."""
    return tuple(_steps(part))


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


class Reach:
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
