"""Columns of requests: every row of a table decided, every distinct question once.

Takes: an `Authorizer`, and anything that speaks Arrow (`__arrow_c_stream__`): pyarrow, polars, duckdb, pandas.
Gives: `decide_table`, a stream of decisions row for row; `TableDecider`, which remembers and travels to other machines.
Never: decides by itself, grants a row it cannot read, or holds more than a batch and what it was allowed to remember.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lampolicy.diagnostic import LampolicyError

if TYPE_CHECKING:
    from lampolicy.bulk._decider import TableDecider
    from lampolicy.bulk._faults import RowError, TableError
    from lampolicy.bulk._options import DEFAULT_BATCH, DEFAULT_REMEMBERED, Options
    from lampolicy.bulk._stream import decide_table

__all__ = [
    "DEFAULT_BATCH",
    "DEFAULT_REMEMBERED",
    "Options",
    "RowError",
    "TableDecider",
    "TableError",
    "decide_table",
]

_LATER = {
    "_decider": ("TableDecider",),
    "_faults": ("RowError", "TableError"),
    "_options": ("DEFAULT_BATCH", "DEFAULT_REMEMBERED", "Options"),
    "_stream": ("decide_table",),
}


def __getattr__(name: str) -> object:
    """Load pyarrow and numpy on first use, and say how to get them where they are missing."""
    module = next((module for module, names in _LATER.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module `lampolicy.bulk` has no attribute `{name}`")
    from importlib import import_module

    try:
        value: object = getattr(import_module(f"lampolicy.bulk.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name not in {"numpy", "pyarrow"}:
            raise
        msg = f"tables need {error.name}: `pip install 'lampolicy[arrow]'`"
        raise LampolicyError(msg) from None
    globals()[name] = value
    return value
