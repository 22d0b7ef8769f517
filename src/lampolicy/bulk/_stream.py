"""The one function most need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lampolicy.authorize import Authorizer
from lampolicy.bulk._arrow import Reader
from lampolicy.bulk._decider import TableDecider
from lampolicy.organization import Organization

if TYPE_CHECKING:
    from typing import Unpack

    from lampolicy.bulk._options import Chosen


def decide_table(
    authorizer: Authorizer | Organization,
    table: object,
    *,
    progress: bool | None = None,
    **options: Unpack[Chosen],
) -> Reader:
    """Decide every row of a table.

    Args:
        authorizer: Who decides; or the organization.
        table: Anything with `__arrow_c_stream__`: a pyarrow table or reader, a polars or pandas frame, a duckdb
            relation. Columns: `principal` (text, or a struct; see the reference page), `action`, `resource`, and, if
            there are any, `account` (the owner of the resource, where the organization does not know it) and `context`
            (a struct with a field, or a map with an entry, for each condition key; a null stands for an absent key).
        progress: Whether to show on standard error how far it is; `None`: if that is a terminal.
        **options: The fields of `Options`: `keep`, `ignore_others`, `unknown`, `on_error`, `evidence`, `dictionaries`,
            `batch_rows`, `remember`.

    Returns:
        A `pyarrow.RecordBatchReader` that decides while it is read: the columns kept, then `decision`, `reason` and
        `statement`, row for row. Memory is bounded by `batch_rows` and `remember`.

    Raises:
        TableError: Columns are missing, of the wrong type or not known; it names all of them.
        RowError: While reading, with `on_error="raise"`: a row cannot be decided. Otherwise its decision is `refused`.
        RequestError: An option has an impossible value.
    """
    return TableDecider(authorizer, **options).decide(table, progress=progress)
