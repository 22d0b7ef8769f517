"""Arrow arrays as numbers of a vocabulary, whatever their type."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar, cast

import numpy as np

from lampolicy.bulk._arrow import Array, Codes, DataType, is_list, is_text, is_valid, pa, pc, plain, value_type
from lampolicy.bulk._faults import TableError
from lampolicy.bulk._vocabulary import Sequences, Vocabulary, distinct, looked_up

MOST_ITEMS: Final = 1_000
"""A list of a context may hold so many values; a row with a longer one is refused where it matters."""

_NOT_WRITTEN: Final = -2


@dataclass(frozen=True, slots=True)
class Flaw:
    """What stands for a value that cannot be used.

    Attributes:
        reason: Why.
    """

    reason: str


T = TypeVar("T", bound=Hashable)


class Reader(Generic[T]):
    """Reads the arrays of one column, batch after batch.

    Attributes:
        vocabulary: The values seen so far.
    """

    __slots__ = ("_dictionary", "_items", "_lists", "_make", "_numbers", "_of_lists", "vocabulary")

    def __init__(self, make: Callable[[object], T]) -> None:
        """Take the function that makes a value of what Arrow holds; equal results are one value."""
        self.vocabulary: Vocabulary[T] = Vocabulary()
        self._make = make
        self._dictionary: Array = None
        self._numbers: Codes = np.empty(0, dtype=np.int32)
        self._items: Reader[Hashable] | None = None
        self._lists = Sequences()
        self._of_lists: list[int] = []

    def codes(self, array: Array) -> Codes:
        """The numbers of the values of an array; -1 for nulls."""
        kind = array.type
        if pa.types.is_null(kind):
            return np.full(len(array), -1, dtype=np.int32)
        if pa.types.is_dictionary(kind):
            return self._by_dictionary(array)
        if is_list(kind):
            return self._by_items(array)
        coded = (array.cast(pa.large_string()) if is_text(kind) else array).dictionary_encode()
        return self._written(coded.dictionary).take(plain(coded.indices))

    def _by_dictionary(self, array: Array) -> Codes:
        dictionary, codes = array.dictionary, plain(array.indices)
        if codes.size and (codes.max() >= len(dictionary) or codes.min() < -1):
            raise TableError(("a dictionary column points beyond its dictionary: the table is damaged",))
        if self._dictionary is None or not _same(dictionary, self._dictionary):
            self._dictionary, self._numbers = dictionary, self._written(dictionary)
        numbers = self._numbers
        return codes if _is_counting(numbers) else numbers.take(codes)

    def _written(self, values: Array) -> Codes:
        number, make = self.vocabulary.number, self._make
        numbers = [-1 if value is None else number(make(value)) for value in values_of(values)]
        return np.array([*numbers, -1], dtype=np.int32)

    def _by_items(self, array: Array) -> Codes:
        """Lists, position by position: what two lists have in common is read once."""
        if self._items is None:
            self._items = Reader(_as_it_is)
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        items = self._items.codes(array.flatten())
        starts = np.cumsum(lengths) - lengths
        states = np.zeros(len(array), dtype=np.int32)
        for depth in range(min(int(lengths.max(initial=0)), MOST_ITEMS)):
            rows = np.flatnonzero(lengths > depth)
            longer = self._lists.longer(states[rows], items[starts[rows] + depth], len(self._items.vocabulary))
            states[rows] = longer
        codes = self._numbers_of_lists(states)
        if lengths.max(initial=0) > MOST_ITEMS:
            too_long = Flaw(f"a list holds more than {MOST_ITEMS:,} values")
            codes[lengths > MOST_ITEMS] = self.vocabulary.number(self._make(too_long))
        if array.null_count:
            codes[~is_valid(array)] = -1
        return codes

    def _numbers_of_lists(self, states: Codes) -> Codes:
        numbers = self._of_lists
        numbers += [_NOT_WRITTEN] * (len(self._lists) - len(numbers))
        items = [] if self._items is None else self._items.vocabulary.values
        for state in distinct(states):
            if numbers[state] == _NOT_WRITTEN:
                held = tuple(None if item < 0 else items[item] for item in self._lists.items(state))
                numbers[state] = self.vocabulary.number(self._make(held))
        return looked_up(numbers, states)


def _as_it_is(value: object) -> Hashable:
    # Of numbers that are equal, such as 0.0 and -0.0, each keeps its own text.
    return (value, repr(value)) if isinstance(value, float) else (value, "")


def bare(item: Hashable) -> object:
    """The value behind an item of a list."""
    return cast("tuple[object, str]", item)[0] if isinstance(item, tuple) else item


def _is_counting(numbers: Codes) -> bool:
    return numbers.size <= 1 or bool((numbers[:-1] == np.arange(numbers.size - 1, dtype=np.int32)).all())


def _same(one: Array, other: Array) -> bool:
    """Whether two dictionaries hold the same; quick if they are the same memory, which the one kept keeps alive."""
    return bool(one.type == other.type and (_places(one) == _places(other) or one.equals(other)))


def _places(array: Array) -> tuple[object, ...]:
    return (len(array), array.offset, *(None if b is None else (b.address, b.size) for b in array.buffers()))


def values_of(array: Array) -> Iterable[object]:
    """The values of an array as Python has them; times as the texts IAM compares."""
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        array = array.cast(pa.timestamp("us", tz=array.type.tz), safe=False)
    try:
        return [_written(value) for value in array.to_pylist()]
    except (ValueError, OverflowError):
        return [_read(scalar) for scalar in array]


def _read(scalar: Any) -> object:  # noqa: ANN401 - a scalar of pyarrow's
    try:
        return _written(scalar.as_py())
    except (ValueError, OverflowError):
        return Flaw("it is no text in UTF-8, or no time that can be written")


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _moment(moment: datetime) -> str:
    """Write a time in UTC, as AWS does; one without a zone is taken to be in UTC."""
    utc = moment.astimezone(UTC) if moment.tzinfo is not None else moment
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds" if utc.microsecond else "seconds") + "Z"


def is_scalar(kind: DataType) -> bool:
    """Whether values of a type can be one value of a condition key."""
    types, plain_type = pa.types, value_type(kind)
    return bool(
        is_text(plain_type)
        or types.is_boolean(plain_type)
        or types.is_integer(plain_type)
        or types.is_floating(plain_type)
        or types.is_decimal(plain_type)
        or types.is_timestamp(plain_type)
        or types.is_date(plain_type)
        or types.is_null(plain_type)
    )


def is_condition_value(kind: DataType) -> bool:
    """Whether values of a type can be what a condition key holds: one value, or a list of them."""
    held = value_type(kind)
    return is_scalar(held) or (is_list(held) and is_scalar(held.value_type))
