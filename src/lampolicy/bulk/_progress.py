"""How far a long run is, for somebody at a terminal."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import IO, Final, Self

_PATIENCE: Final = 1.0
"""Seconds before somebody at a terminal is told, and between two times."""


class Progress:
    """Rows and rows a second, on one line of standard error that goes away at the end."""

    def __init__(self, wanted: bool | None = None, stream: IO[str] | None = None) -> None:  # noqa: FBT001 - None: a terminal decides
        self._stream = stream or sys.stderr
        is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shows = is_terminal if wanted is None else wanted
        self._since = self._last = 0.0
        self._shown = False

    def __enter__(self) -> Self:
        self._since = self._last = time.monotonic()
        return self

    def at(self, rows: int) -> None:
        """Say how many rows are decided."""
        if not self._shows:
            return
        now = time.monotonic()
        if now - self._last < _PATIENCE:
            return
        self._last, self._shown = now, True
        self._stream.write(f"\r\x1b[Kdecided {rows:,} rows, {rows / (now - self._since):,.0f} a second")
        self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
