"""Counts calls into groups, each with its first and last time and one example; the number of groups is bounded."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lampolicy.replay._report import Example, Span

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Period:
    """A count with the first and the last time; the mutable twin of `Span`."""

    count: int
    first: str
    last: str

    def add(self, time: str) -> None:
        """Count one more."""
        self.count += 1
        if time < self.first:
            self.first = time
        elif time > self.last:
            self.last = time

    def span(self) -> Span:
        """What was counted."""
        return Span(self.count, self.first, self.last)


@dataclass(slots=True)
class Group:
    """A period, and the first call of it that was read."""

    period: Period
    example: Example


class Groups(Generic[K]):
    """Groups by key.

    Attributes:
        more: Calls that would have needed a group beyond the limit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: dict[K, Group] = {}
        self.more = 0

    def add(self, key: K, time: str, example: Callable[[], Example]) -> None:
        """Count a call; `example` is asked only for the first of a group."""
        group = self._found.get(key)
        if group is not None:
            group.period.add(time)
        elif len(self._found) < self._limit:
            self._found[key] = Group(Period(1, time, time), example())
        else:
            self.more += 1

    def ranked(self) -> list[tuple[K, Span, Example]]:
        """The groups, the most frequent first, then by what they are about."""
        rows = [(key, group.period.span(), group.example) for key, group in self._found.items()]
        return sorted(rows, key=lambda row: (-row[1].count, str(row[0])))
