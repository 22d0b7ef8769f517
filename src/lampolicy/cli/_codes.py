"""Exit codes, the same in every command and every format."""

from __future__ import annotations

from typing import Final

OK: Final = 0
"""Nothing was found."""

FOUND: Final = 1
"""There are findings, a decision that was not expected, or a disagreement."""

FAILED: Final = 2
"""It could not run: usage, unreadable input, or a fault of lampolicy."""

INTERRUPTED: Final = 130
"""Somebody pressed Ctrl-C."""
