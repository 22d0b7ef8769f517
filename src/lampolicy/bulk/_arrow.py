"""pyarrow, which has no types of its own, and the types of what is passed around here."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

pa: Final[Any] = import_module("pyarrow")
pc: Final[Any] = import_module("pyarrow.compute")

Array: TypeAlias = Any
"""A `pyarrow.Array`."""

Batch: TypeAlias = Any
"""A `pyarrow.RecordBatch`."""

Reader: TypeAlias = Any
"""A `pyarrow.RecordBatchReader`."""

Schema: TypeAlias = Any
"""A `pyarrow.Schema`."""

DataType: TypeAlias = Any
"""A `pyarrow.DataType`."""

Codes: TypeAlias = NDArray[np.int32]
"""Numbers from 0 on, one for each row; -1 where there is nothing."""

Keys: TypeAlias = NDArray[np.int64]


def plain(array: Array) -> Codes:
    """An array of whole numbers as numpy has it, -1 for nulls; no copy where none is needed."""
    whole = array if array.type == pa.int32() else array.cast(pa.int32())
    _, held = whole.buffers()
    if held is None or not len(whole):
        return np.full(len(whole), -1, dtype=np.int32)
    codes: Codes = np.frombuffer(held, dtype=np.int32)[whole.offset : whole.offset + len(whole)]
    if not whole.null_count:
        return codes
    return codes | (is_valid(whole).view(np.int8) - np.int8(1))  # all bits where there is nothing, none elsewhere


def is_valid(array: Array) -> NDArray[np.bool_]:
    """Which values of an array are no nulls."""
    bits = array.buffers()[0]
    if bits is None:
        return np.ones(len(array), dtype=np.bool_)
    first = array.offset // 8
    held = np.frombuffer(bits, dtype=np.uint8)[first : (array.offset + len(array) + 7) // 8]
    skipped = array.offset - 8 * first
    return np.unpackbits(held, bitorder="little")[skipped : skipped + len(array)].view(np.bool_)


def is_text(kind: DataType) -> bool:
    """Whether a type is text, in whichever layout."""
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def is_list(kind: DataType) -> bool:
    """Whether a type is a list, in a layout that can be walked."""
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def value_type(kind: DataType) -> DataType:
    """The type of the values themselves, dictionary or not."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind
