"""How far the values of a row's context move it from its plan's first cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lampolicy.bulk._arrow import Codes
from lampolicy.bulk._column import Column
from lampolicy.bulk._plans import Layout

_MOST_BITS: Final = 12
"""Columns of few values are packed into one number of so many bits, for which a table knows the way at once."""


class Steps:
    """Adds up strides times classes: for columns of few values by one table, for the others one by one."""

    __slots__ = ("_bits", "_made_for", "_packed", "_single", "_starts", "_strides", "_table")

    def __init__(self) -> None:
        self._made_for: object = None
        self._packed: list[tuple[int, int]] = []
        self._single: list[int] = []
        self._bits = 0
        self._starts: Codes = np.empty(0, dtype=np.int32)
        self._strides: dict[int, Codes] = {}
        self._table: Codes = np.empty(0, dtype=np.int32)

    def cells(self, plans: Codes, codes: Mapping[int, Codes], layout: Layout, columns: Sequence[Column]) -> Codes:
        """The cell of every row, whose values are given by column."""
        self._prepare(layout, columns)
        at: Codes = layout.offsets.take(plans)
        if not layout.used:
            return at
        ways: Codes = self._starts.take(plans)
        packed = ways.copy()
        for place, shift in self._packed:
            packed += codes[place] << np.int32(shift)
        at += self._table.take(packed)
        if self._single:
            ways >>= np.int32(self._bits)
        for place in self._single:
            at += self._strides[place].take(ways) * columns[place].class_of(codes[place])
        return at

    def _prepare(self, layout: Layout, columns: Sequence[Column]) -> None:
        made_for = (layout.version, [len(columns[place].values) for place in layout.used])
        if made_for == self._made_for:
            return
        self._made_for = made_for
        self._pack(layout.used, columns)
        table = np.zeros((len(layout.strides), 1 << self._bits), dtype=np.int32)
        numbers = np.arange(1 << self._bits, dtype=np.int32)
        for place, shift in self._packed:
            size = len(columns[place].values)
            held = ((numbers >> shift) & ((1 << size.bit_length()) - 1)) - 1
            classes = columns[place].class_of(np.where(held < size, held, np.int32(-1)))
            table += layout.strides[:, place, None] * classes
        self._table = table.reshape(-1)
        nothing = sum(1 << shift for _, shift in self._packed)  # a code of -1 is packed as 0
        self._starts = (layout.way_of << np.int32(self._bits)) + np.int32(nothing)
        self._strides = {place: np.ascontiguousarray(layout.strides[:, place]) for place in self._single}

    def _pack(self, used: Sequence[int], columns: Sequence[Column]) -> None:
        self._packed, self._single, self._bits = [], [], 0
        for place in sorted(used, key=lambda place: len(columns[place].values)):
            width = len(columns[place].values).bit_length()
            if self._bits + width > _MOST_BITS:
                self._single.append(place)
            else:
                self._packed.append((place, self._bits))
                self._bits += width
