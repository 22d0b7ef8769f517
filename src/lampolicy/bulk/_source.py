"""Anything that speaks Arrow, as a stream of batches."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.bulk._arrow import Batch, Reader, pa
from lampolicy.bulk._faults import TableError


def open_stream(table: object) -> Reader:
    """Open a table; raise `TableError` if it does not speak Arrow."""
    if hasattr(table, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(table)
    if hasattr(table, "__arrow_c_array__"):
        batch = pa.record_batch(table)
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])
    kind = f"{type(table).__module__}.{type(table).__qualname__}"
    raise TableError((f"a {kind} is no table: give one of pyarrow, polars, pandas or duckdb (`__arrow_c_stream__`)",))


def sliced(batch: Batch, rows: int) -> Iterator[Batch]:
    """Parts of a batch with at most so many rows; nothing is copied."""
    return (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))
