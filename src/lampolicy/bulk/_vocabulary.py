"""Values, pairs and sequences, each numbered as it is first seen."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from lampolicy.bulk._arrow import Codes, Keys

T = TypeVar("T", bound=Hashable)
Make: TypeAlias = Callable[[int, int], int]

MOST_CELLS: Final = 1 << 24
"""Pairs are looked up in a table as long as it has no more cells than this (64 MiB)."""

_SHIFT: Final = np.int64(32)
_NONE: Final = np.int32(-1)
_FREE: Final = np.int64(-1)
_SPREAD: Final = np.int64(0x1E3779B97F4A7C15)
"""Odd and near the golden ratio, so that neighbouring keys come to lie far apart."""


class Vocabulary(Generic[T]):
    """Numbers values from 0 on.

    Attributes:
        values: The values, by number.
    """

    __slots__ = ("_numbers", "values")

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def number(self, value: T) -> int:
        """The number of a value, new or known."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number


class Pairs:
    """Numbers pairs of numbers, each -1 or more, by a function that is asked once for each distinct pair.

    A table while that is small, else a hash table.
    """

    __slots__ = ("_cells", "_count", "_hashed", "_make", "_shape")

    def __init__(self, make: Make) -> None:
        self._make = make
        self._count = 0
        self._shape = (1, 1)
        self._cells: Codes = np.full(1, _NONE)
        self._hashed: HashTable | None = None

    def __len__(self) -> int:
        return self._count

    def of(self, left: Codes, right: Codes, sizes: tuple[int, int]) -> Codes:
        """The numbers of pairs, whose members are less than `sizes`."""
        hashed = self._hashed or self._outgrown(sizes)
        return self._by_table(left, right) if hashed is None else self._by_hash(hashed, left, right)

    def alone(self, left: Codes, size: int) -> Codes:
        """The numbers of pairs with nothing, -1, on the right; every number below `size` gets one."""
        every = np.arange(size + 1, dtype=np.int32)
        every[size] = -1  # where numpy finds -1
        return self.of(every, np.full(size + 1, _NONE), (size, 0)).take(left)

    def _new(self, left: int, right: int) -> int:
        self._count += 1
        return self._make(left, right)

    def _outgrown(self, sizes: tuple[int, int]) -> HashTable | None:
        """Make the table large enough; give the hash table that takes over if it would be too large."""
        height, width = (max(_room_for(size), held) for size, held in zip(sizes, self._shape, strict=True))
        if (height, width) == self._shape:
            return None
        filled = np.flatnonzero(self._cells != _NONE)
        numbers, (left, right) = self._cells[filled], self._pairs_at(filled)
        self._shape = (height, width)
        if height * width > MOST_CELLS:
            self._cells, self._hashed = np.full(1, _NONE), HashTable()
            self._hashed.add(_keys(left, right), numbers)
            return self._hashed
        self._cells = np.full(height * width, _NONE)
        self._cells[left * np.int32(width) + right] = numbers
        return None

    def _pairs_at(self, cells: Keys) -> tuple[Codes, Codes]:
        """The pairs whose numbers stand in some cells."""
        height, width = self._shape
        left, right = np.divmod((cells + 1) % (height * width), width)
        return np.where(left >= height - 1, -1, left).astype(np.int32), (right - 1).astype(np.int32)

    def _by_table(self, left: Codes, right: Codes) -> Codes:
        # What is below 0 counts from the end, where numpy finds it: no row is shifted to make room for -1.
        at = left * np.int32(self._shape[1])
        at += right
        found: Codes = self._cells.take(at)
        if not found.size or found.min() >= 0:
            return found
        new = np.unique(at[found < 0] % np.int32(len(self._cells)))
        for cell, one, other in zip(new.tolist(), *(pair.tolist() for pair in self._pairs_at(new)), strict=True):
            self._cells[cell] = self._new(one, other)
        again: Codes = self._cells.take(at)
        return again

    def _by_hash(self, hashed: HashTable, left: Codes, right: Codes) -> Codes:
        keys = _keys(left, right)
        found = hashed.find(keys)
        if found.size and found.min() < 0:
            new = np.unique(keys[found < 0])
            numbers = [self._new((key >> 32) - 1, (key & 0xFFFFFFFF) - 1) for key in new.tolist()]
            hashed.add(new, np.array(numbers, dtype=np.int32))
            found = hashed.find(keys)
        return found


class HashTable:
    """From keys, 0 or more, to numbers, for whole arrays at a time: open addressing, the next free place is taken."""

    __slots__ = ("_count", "_keys", "_numbers")

    def __init__(self) -> None:
        self._count = 0
        self._keys: Keys = np.full(1 << 10, _FREE)
        self._numbers: Codes = np.full(1 << 10, _NONE)

    def find(self, keys: Keys) -> Codes:
        """The numbers of keys; -1 where there is none."""
        places = self._first_places(keys)
        found = self._numbers.take(places)
        held = self._keys.take(places)
        rest = np.flatnonzero((held != keys) & (held != _FREE))
        while rest.size:
            places[rest] = (places[rest] + 1) & (len(self._keys) - 1)
            held = self._keys.take(places[rest])
            found[rest] = self._numbers.take(places[rest])
            rest = rest[(held != keys[rest]) & (held != _FREE)]
        return found

    def add(self, keys: Keys, numbers: Codes) -> None:
        """Take distinct keys that are not there yet."""
        self._count += len(keys)
        if self._count * 2 > len(self._keys):
            self._grow()
        places = self._first_places(keys)
        while keys.size:
            free = self._keys.take(places) == _FREE
            _, first = np.unique(places, return_index=True)
            lands = np.zeros(len(keys), dtype=np.bool_)
            lands[first] = True
            lands &= free
            self._keys[places[lands]], self._numbers[places[lands]] = keys[lands], numbers[lands]
            keys, numbers = keys[~lands], numbers[~lands]
            places = (places[~lands] + 1) & (len(self._keys) - 1)

    def _grow(self) -> None:
        held = self._keys != _FREE
        keys, numbers = self._keys[held], self._numbers[held]
        size = 1 << (self._count * 4).bit_length()
        self._keys, self._numbers, self._count = np.full(size, _FREE), np.full(size, _NONE), self._count - len(keys)
        self.add(keys, numbers)

    def _first_places(self, keys: Keys) -> Keys:
        places = keys * _SPREAD
        places >>= np.int64(20)
        places &= len(self._keys) - 1
        return places


def _keys(left: Codes, right: Codes) -> Keys:
    keys = left.astype(np.int64)
    keys += 1
    keys <<= _SHIFT
    keys += right
    keys += 1
    return keys


def _room_for(size: int) -> int:
    """A power of two with room for -1 too, so that a table grows seldom."""
    return 1 << max(size, 1).bit_length()


class Sequences:
    """Numbers sequences of numbers, one step at a time; 0 is the empty one."""

    __slots__ = ("_came_from", "_pairs")

    def __init__(self) -> None:
        self._came_from: list[tuple[int, int]] = [(-1, -1)]
        self._pairs = Pairs(self._new)

    def __len__(self) -> int:
        return len(self._came_from)

    def _new(self, before: int, item: int) -> int:
        self._came_from.append((before, item))
        return len(self._came_from) - 1

    def longer(self, before: Codes, items: Codes, size: int) -> Codes:
        """The numbers of sequences, each one item longer; items are less than `size`."""
        return self._pairs.of(before, items, (len(self), size))

    def items(self, number: int) -> tuple[int, ...]:
        """The sequence of a number."""
        found: list[int] = []
        while number > 0:
            number, item = self._came_from[number]
            found.append(item)
        return tuple(reversed(found))


def distinct(numbers: NDArray[np.int32]) -> list[int]:
    """The numbers that occur."""
    found: list[int] = np.unique(numbers).tolist()
    return found


def looked_up(table: Sequence[int], codes: Codes) -> Codes:
    """What a table holds for codes; -1 for -1."""
    return np.array([*table, -1], dtype=np.int32).take(codes)
