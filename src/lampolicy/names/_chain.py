"""Literals that follow each other at any distance: each found as early as it can be, in one go where they are many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, groupby, repeat
from operator import contains, length_hint
from typing import Final, TypeAlias, cast

from lampolicy.names._segment import Segment, Text

Step: TypeAlias = tuple[int, str, int]
"""A segment of one chunk: how many code units are skipped in front of the chunk, the chunk, and its length."""

_RUN: Final = 4
_LEAPS: Final = 64
"""From how many like steps on they are taken at once, without and with letters that are skipped."""
MANY_STEPS: Final = 400
"""From how many steps of a pattern on it is cheaper to go through the text letter by letter than to search each."""
_STRETCH: Final = 8
"""From how many letters in a row on."""


def chain(steps: Iterable[Step], trail: int, *, many: bool) -> Iterator[Link]:
    """Segments of one chunk each, one after the other.

    Args:
        steps: The segments.
        trail: How many code units are skipped in the end.
        many: Whether the whole pattern has `MANY_STEPS`.
    """
    open_steps: list[Step] = []
    for step, group in groupby(steps):
        skip, chunk, length = step
        count = sum(1 for _ in group)
        if count < (_LEAPS if skip else _RUN) or (skip and length > 1):
            open_steps += [step] * count
            continue
        yield from _searched(open_steps, 0, many=many)
        open_steps = []
        yield Leaps(skip, chunk, count) if skip else Run(chunk, count)
    yield from _searched(open_steps, trail, many=many)


def _searched(steps: Sequence[Step], trail: int, *, many: bool) -> Iterator[Link]:
    waiting: list[Step] = []
    for skip, group in groupby(steps, lambda step: step[0] if many and step[2] == 1 else None):
        stretch = list(group)
        if skip is None or len(stretch) < _STRETCH:
            waiting += stretch
            continue
        if waiting:
            yield Chain(waiting, 0)
            waiting = []
        yield InOrder(skip, [letter for _, letter, _ in stretch])
    if waiting or trail:
        yield Chain(waiting, trail)


class Run:
    """One chunk again and again."""

    __slots__ = ("_chunk", "_count")

    def __init__(self, chunk: str, count: int) -> None:
        self._chunk = chunk
        self._count = count

    def behind(self, text: Text, at: int, end: int) -> int:
        """Where the last one ends, all standing as early as they can within `text[at:end]`; -1 if they do not."""
        between = text.units[at:end].split(self._chunk, self._count)
        return end - len(between[-1]) if len(between) > self._count else -1


class Leaps:
    """One letter again and again, each behind so many letters that may be any.

    The one place with a regular expression. None of its parts can be matched in two ways, so it never goes back.
    """

    __slots__ = ("_expression", "_pattern")

    def __init__(self, skip: int, letter: str, count: int) -> None:
        escaped = re.escape(letter)
        self._expression = f"(?:.{{{skip}}}[^{escaped}]*+{escaped}){{{count}}}"
        self._pattern: re.Pattern[str] | None = None

    def behind(self, text: Text, at: int, end: int) -> int:
        """Where the last one ends, all standing as early as they can within `text[at:end]`; -1 if they do not."""
        if self._pattern is None:
            self._pattern = re.compile(self._expression, re.DOTALL)
        found = self._pattern.match(text.units, at, end)
        return -1 if found is None else found.end()


_comes_in: Final = cast("Callable[[Iterator[str], str], bool]", contains)
"""To look for a letter in an iterator takes from it all that comes up to that letter."""


class InOrder:
    """Letters in this order, each behind so many letters that may be any, with anything between them."""

    __slots__ = ("_letters", "_skip")

    def __init__(self, skip: int, letters: Sequence[str]) -> None:
        self._skip = skip
        self._letters = letters

    def behind(self, text: Text, at: int, end: int) -> int:
        """Where the last one ends, all standing as early as they can within `text[at:end]`; -1 if they do not."""
        ahead = iter(text.units[at:end])
        if not self._skip:
            return end - length_hint(ahead) if all(map(_comes_in, repeat(ahead), self._letters)) else -1
        # Before each letter is given, as many as are skipped are taken; when none are left, none is given.
        letters = compress(self._letters, zip(*[ahead] * self._skip, strict=False))
        found = sum(map(_comes_in, repeat(ahead), letters))
        return end - length_hint(ahead) if found == len(self._letters) else -1


class Chain:
    """Segments of one chunk each, one after the other."""

    __slots__ = ("_skip", "_steps")

    def __init__(self, steps: Sequence[Step], trail: int) -> None:
        skips = [*(skip for skip, _, _ in steps), trail]
        self._skip = skips[0]
        self._steps = tuple((chunk, length + skip) for (_, chunk, length), skip in zip(steps, skips[1:], strict=True))

    def behind(self, text: Text, at: int, end: int) -> int:
        """Where the last one ends, all standing as early as they can within `text[at:end]`; -1 if they do not."""
        index = text.units.index
        at += self._skip
        try:
            for chunk, step in self._steps:
                at = index(chunk, at) + step
        except ValueError:
            return -1
        return at if at <= end else -1


Link: TypeAlias = Segment | Chain | Run | Leaps | InOrder


def in_turn(links: Iterable[Link], text: str, at: int, end: int) -> bool:
    """Whether all links stand in `text[at:end]`, one behind the other; each takes the first place it can."""
    within = Text(text)
    for link in links:
        at = link.behind(within, at, end)
        if at < 0:
            return False
    return True
