"""Parquet files, as CloudTrail Lake, Athena and Security Lake export them; needs pyarrow, from `lampolicy[arrow]`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Final, cast

from lampolicy.replay._json_values import is_list, is_object
from lampolicy.replay._reading import Fault, Place, Read, TrailLimits

_MISSING: Final = "Parquet needs pyarrow: pip install 'lampolicy[arrow]'"


def rows(name: str, limits: TrailLimits) -> Iterator[Read | Fault]:
    """Read the rows of a file, some thousand at a time; a file that breaks off is counted, what came before stays."""
    if find_spec("pyarrow") is None:
        yield Fault(Place(name), _MISSING)
        return
    number = 0
    try:
        for row in _rows(name, limits):
            number += 1
            yield Read(Place(name, record=number), row)
    except Exception as error:  # noqa: BLE001 - a broken file may raise any of pyarrow's errors
        told = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        yield Fault(Place(name), f"the Parquet file is broken behind row {number}: {told}")


def _rows(name: str, limits: TrailLimits) -> Iterator[object]:
    from pyarrow import parquet  # pyright: ignore[reportMissingTypeStubs]

    file: Any = parquet.ParquetFile(name)
    try:
        for batch in file.iter_batches(batch_size=limits.batch_rows):
            for row in batch.to_pylist():
                yield _plain(row)
    finally:
        file.close()


def _plain(value: object) -> object:
    """Bring Arrow's values into the form JSON has: times as text, and nothing where a struct has no value."""
    if is_object(value):
        return {str(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if is_list(value):
        return _plain_list(value)
    if isinstance(value, datetime):
        at = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return at.isoformat()
    if isinstance(value, Decimal):
        return int(value)
    return value


def _plain_list(values: list[object]) -> object:
    """A map of Arrow comes as a list of pairs."""
    pairs = [cast("tuple[object, object]", value) for value in values if isinstance(value, tuple)]
    if pairs and len(pairs) == len(values):
        return {str(key): _plain(inner) for key, inner in pairs if inner is not None}
    return [_plain(inner) for inner in values]
