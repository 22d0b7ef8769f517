"""What is refused: a table as a whole, or a row of it."""

from __future__ import annotations

from lampolicy.diagnostic import LampolicyError


class TableError(LampolicyError):
    """A table cannot be decided: columns are missing, of the wrong type, or not known.

    Attributes:
        faults: Every fault of the table, one sentence each.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(faults)

    def __str__(self) -> str:
        return "\n".join(self.faults)


class RowError(LampolicyError):
    """A row cannot be decided, and the caller wants to hear of the first one (`on_error="raise"`).

    Attributes:
        row: Its place in the table, counted from 0.
        reason: Why.
    """

    def __init__(self, row: int, reason: str) -> None:
        self.row = row
        self.reason = reason
        super().__init__(row, reason)

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"
