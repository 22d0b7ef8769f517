"""The source line a diagnostic points at, cut to what fits and underlined."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic._model import Span
from lampolicy.diagnostic._visible import Cell, cells

WIDTH: Final = 120
"""Columns of a terminal a source line may take."""
_BEFORE: Final = 40
_CUT: Final = "…"
_FAR: Final = WIDTH + 1
"""Characters on each side of the place that can matter for the window."""


def lines_of(text: str) -> list[str]:
    """Give the lines of a text as places count them, without the byte order mark before it."""
    return text.removeprefix("\ufeff").split("\n")


def excerpt(lines: list[str], span: Span) -> tuple[str, str]:
    """Give the line of `lines` that `span` begins on and, for the next line of the screen, carets under what it covers.

    A line wider than `WIDTH` is cut to a window around the carets, with an ellipsis on each side that was cut. Carets
    of a span that goes on over several lines, or beyond the window, end with the line.
    """
    line = lines[span.line - 1].removesuffix("\r") if span.line <= len(lines) else ""
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - _FAR)
    near = cells(line[first : start + _FAR])
    left, right = _window(near, start - first)
    before = _CUT if first + left else ""
    after = _CUT if first + right < len(line) else ""
    shown = before + "".join(cell.shown for cell in near[left:right]) + after
    gap = len(before) + _columns(near[left : start - first])
    width = _columns(near[start - first : min(end - first, right)])
    return shown, " " * gap + "^" * max(1, width)


def _window(line: list[Cell], caret: int) -> tuple[int, int]:
    """Give the half-open range of characters to show: all if they fit, else up to `WIDTH` columns around `caret`."""
    if _columns(line) <= WIDTH:
        return 0, len(line)
    left = _step(line, caret, -1, _BEFORE)
    right = _step(line, left, 1, WIDTH)
    return (left, right) if right < len(line) else (_step(line, len(line), -1, WIDTH), len(line))


def _step(line: list[Cell], start: int, way: int, columns: int) -> int:
    """Walk from `start` in `way` as long as no more than `columns` columns are passed."""
    here = start
    while 0 <= (there := here + way) <= len(line):
        columns -= line[min(here, there)].width
        if columns < 0:
            break
        here = there
    return here


def _columns(line: list[Cell]) -> int:
    return sum(cell.width for cell in line)
