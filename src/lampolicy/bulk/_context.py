"""The context of every row as columns, one for each spelling of a key, be it a struct's field or a map's key."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final, Protocol

import numpy as np

from lampolicy.bulk._arrow import Array, Codes, is_valid, pa, pc, plain
from lampolicy.bulk._column import Column
from lampolicy.bulk._reader import Flaw, Reader

_TWICE: Final = Flaw("a map holds the key twice")


class Context(Protocol):
    """The contexts of a batch. Nothing is read before it is asked for."""

    def codes(self, column: Column) -> Codes:
        """The values of a column; -1 where a row's context lacks the key."""
        ...


class Contexts:
    """What is known of a table's contexts from batch to batch.

    Attributes:
        columns: A column for every spelling of a key seen so far.
    """

    __slots__ = ("_keys", "_names", "columns")

    def __init__(self) -> None:
        self.columns: list[Column] = []
        self._names: set[str] = set()
        self._keys: Reader[Hashable] = Reader(_as_it_is)

    def __len__(self) -> int:
        return len(self.columns) + len(self._keys.vocabulary) + sum(len(column.values) for column in self.columns)

    def of(self, array: Array) -> Context:
        """The contexts of a batch; adds columns that were not seen before."""
        if pa.types.is_struct(array.type):
            fields = {array.type.field(place).name: place for place in range(array.type.num_fields)}
            self._add(fields)
            return _Struct(array, fields)
        found = _Map(array, self._keys)
        self._add(name for name in self._keys.vocabulary.values if isinstance(name, str))
        return found

    def _add(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._names:
                self._names.add(name)
                self.columns.append(Column(name))


class _Struct:
    """Contexts in a struct."""

    __slots__ = ("_array", "_fields")

    def __init__(self, array: Array, fields: dict[str, int]) -> None:
        self._array = array
        self._fields = fields

    def codes(self, column: Column) -> Codes:
        place = self._fields.get(column.name)
        if place is None:
            return np.full(len(self._array), -1, dtype=np.int32)
        # Nulls of the struct itself count for its fields too; where there are none, the field is there at once.
        array = self._array
        return column.reader.codes(pc.struct_field(array, place) if array.null_count else array.field(place))


class _Map:
    """Contexts in a map."""

    __slots__ = ("_items", "_keys", "_length", "_names", "_rows")

    def __init__(self, array: Array, names: Reader[Hashable]) -> None:
        self._length = len(array)
        self._names = names
        offsets = plain(array.offsets)
        first, count = int(offsets[0]), int(offsets[-1] - offsets[0])
        self._items = array.items.slice(first, count)
        self._keys = names.codes(array.keys.slice(first, count))
        self._rows = np.repeat(np.arange(self._length), np.diff(offsets))
        if array.null_count:
            self._keys = np.where(is_valid(array)[self._rows], self._keys, np.int32(-1))

    def codes(self, column: Column) -> Codes:
        places = np.flatnonzero(self._keys == self._names.vocabulary.number(column.name))
        rows = self._rows[places]
        codes = np.full(self._length, -1, dtype=np.int32)
        codes[rows] = column.reader.codes(self._items.take(pa.array(places)))
        again = rows[1:][rows[1:] == rows[:-1]]
        if again.size:
            codes[again] = column.reader.vocabulary.number(_TWICE)
        return codes


def _as_it_is(value: object) -> Hashable:
    return value if isinstance(value, str) else Flaw("a key of a map is no text")
