"""Which calls came already, in sixteen bytes each and never more than twice as many as allowed."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final

_FIRST_SLOTS: Final = 1 << 12


class Seen:
    """Remembers at least the last so many ids, and at most twice as many; of older ones it forgets half at once.

    Ids are kept as 64 bits of their hash: of ten million calls, one pair is taken for one call with a chance of about
    one in 400,000.
    """

    def __init__(self, least: int) -> None:
        self._least = least
        self._now = _Table()
        self._before = _Table()

    def add(self, id_: str) -> bool:
        """Remember an id; tell whether it is new."""
        mark = int.from_bytes(blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1
        if mark in self._before or not self._now.add(mark):
            return False
        if self._now.count >= self._least:
            self._before, self._now = self._now, _Table()
        return True

    def __contains__(self, id_: str) -> bool:
        mark = int.from_bytes(blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1
        return mark in self._now or mark in self._before


class _Table:
    """A set of numbers above 0, open to the next free slot, at most half full."""

    def __init__(self) -> None:
        self.count = 0
        self._slots = array("Q", bytes(8 * _FIRST_SLOTS))

    def __contains__(self, number: int) -> bool:
        return self._slots[self._slot(number)] == number

    def add(self, number: int) -> bool:
        slot = self._slot(number)
        if self._slots[slot] == number:
            return False
        self._slots[slot] = number
        self.count += 1
        if self.count * 2 > len(self._slots):
            self._grow()
        return True

    def _slot(self, number: int) -> int:
        slots, mask = self._slots, len(self._slots) - 1
        at = number & mask
        while slots[at] not in {0, number}:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(8 * 2 * len(old)))
        for number in old:
            if number:
                self._slots[self._slot(number)] = number
