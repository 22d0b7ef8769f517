"""Rows whose context contradicts what is certain of their caller or resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lampolicy.bulk._arrow import Codes, Keys
from lampolicy.bulk._plans import Layout

_MOST_BITS: Final = 31
_NO_ROWS: Final[Keys] = np.empty(0, dtype=np.int64)


class Certain:
    """Finds contradictions: all certain columns are packed into a word, to be compared with the word of the plan."""

    __slots__ = ("_made_for", "_words")

    def __init__(self) -> None:
        self._made_for: object = None
        self._words: list[tuple[list[tuple[int, int]], Codes]] = []

    def contradicted(self, plans: Codes, codes: Mapping[int, Codes], layout: Layout, sizes: Sequence[int]) -> Keys:
        """The rows, in order; `sizes` tells how many values each column has."""
        if not layout.certain or not codes:
            return _NO_ROWS
        differs = np.zeros(len(plans), dtype=np.bool_)
        for packing, expected in self._packed(layout, sizes):
            word = np.zeros(len(plans), dtype=np.int32)
            for place, shift in packing:
                word += codes[place] << np.int32(shift)
            differs |= word != expected.take(plans)
        return _contradicting(np.flatnonzero(differs), plans, codes, layout)

    def _packed(self, layout: Layout, sizes: Sequence[int]) -> list[tuple[list[tuple[int, int]], Codes]]:
        bits = tuple((sizes[place] + 1).bit_length() for place in layout.certain)
        made_for = (bits, layout.certain, len(layout.offsets))
        if made_for != self._made_for:
            self._made_for, self._words = made_for, []
            for packing in _packings(bits):
                expected = np.zeros(len(layout.offsets), dtype=np.int32)
                for which, shift in packing:
                    expected += layout.agreed[which] << np.int32(shift)
                self._words.append(([(layout.certain[which], shift) for which, shift in packing], expected))
        return self._words


def _packings(bits: Sequence[int]) -> list[list[tuple[int, int]]]:
    """Which columns share a word, and from which bit on each."""
    words: list[list[tuple[int, int]]] = []
    at = _MOST_BITS
    for which, width in enumerate(bits):
        if at + width > _MOST_BITS:
            words.append([])
            at = 0
        words[-1].append((which, at))
        at += width
    return words


def _contradicting(rows: Keys, plans: Codes, codes: Mapping[int, Codes], layout: Layout) -> Keys:
    """Of rows that differ from what is certain, those that do not merely leave it out or tell more."""
    of = plans[rows]
    contradicts = np.zeros(len(rows), dtype=np.bool_)
    for place, agreed in zip(layout.certain, layout.agreed, strict=True):
        given, expected = codes[place][rows], agreed.take(of)
        contradicts |= (given >= 0) & (expected >= 0) & (given != expected)
    return rows[contradicts]
