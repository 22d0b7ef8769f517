"""What a caller may choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypedDict

from lampolicy.diagnostic import RequestError

OnError: TypeAlias = Literal["refuse", "raise"]

DEFAULT_BATCH: Final = 262_144
"""Rows decided at a time."""

DEFAULT_REMEMBERED: Final = 4_000_000
"""Distinct values and questions remembered from batch to batch."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a table is decided.

    Attributes:
        keep: Columns of the table that come back before the decisions: an event's id, its time. The other columns that
            are no part of a question are a fault of the table, unless `ignore_others`.
        ignore_others: Leave out columns that are neither part of a question nor kept, without complaint.
        unknown: Condition keys that are unknown wherever a row says nothing about them.
        on_error: What happens to a row that cannot be decided: `refuse` gives it the decision `refused` and the reason;
            `raise` stops at the first (`RowError`).
        evidence: Give the whole decision, too, as JSON text: the `Decision.to_dict()` of the row.
        dictionaries: Give texts as dictionaries; without, as plain texts, which Spark needs.
        batch_rows: How many rows to decide at a time.
        remember: How many distinct values and questions to remember from batch to batch.
    """

    keep: Sequence[str] = ()
    ignore_others: bool = False
    unknown: Sequence[str] = ()
    on_error: OnError = "refuse"
    evidence: bool = False
    dictionaries: bool = True
    batch_rows: int = DEFAULT_BATCH
    remember: int = DEFAULT_REMEMBERED

    def __post_init__(self) -> None:
        for name in ("keep", "unknown"):
            texts: object = getattr(self, name)
            if isinstance(texts, str):
                raise RequestError(f"`{name}` is a list of names, not one text: `{name}=[{texts!r}]`")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.on_error not in {"refuse", "raise"}:
            raise RequestError(f"`on_error` is `refuse` or `raise`, not `{self.on_error}`")
        if self.batch_rows < 1 or self.remember < 1:
            raise RequestError("`batch_rows` and `remember` are numbers from 1 on")


class Chosen(TypedDict, total=False):
    """The fields of `Options`, as keywords."""

    keep: Sequence[str]
    ignore_others: bool
    unknown: Sequence[str]
    on_error: OnError
    evidence: bool
    dictionaries: bool
    batch_rows: int
    remember: int
