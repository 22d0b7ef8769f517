"""Text from strangers, made fit for a terminal."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

_TAB: Final = 4
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PLAIN: Final = re.compile(r"[ -~]*")


def visible(text: str) -> str:
    """Write control characters, direction marks and halves of characters as `<U+001B>`, so that none of them acts."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) in _UNSEEN else c for c in text)


def quoted(text: str, most: int = 60) -> str:
    """Put a document's own words into a message: in backticks, with at most `most` characters."""
    return f"`{visible(text if len(text) <= most else text[: most - 1] + '…')}`"


class Cell(NamedTuple):
    """One character as a terminal shows it, and how many columns it takes there."""

    shown: str
    width: int


def cells(line: str) -> list[Cell]:
    """Give one cell for each character of `line`: four blanks for a tab, a question mark for what is unseen."""
    return [_cell(character) for character in line]


@lru_cache(maxsize=1024)
def _cell(character: str) -> Cell:
    if character == "\t":
        return Cell(" " * _TAB, _TAB)
    if unicodedata.category(character) in _UNSEEN:
        return Cell("\ufffd", 1)
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return Cell(character, 0)
    return Cell(character, 2 if unicodedata.east_asian_width(character) in "WF" else 1)
