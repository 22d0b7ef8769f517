"""Places in large files: where a policy begins and ends, found by skimming the text once.

An export of a whole account has megabytes; telling every word of it apart by grammar, to point at one, would take
seconds. The text has been read before, so it is sound JSON, and brackets, strings and commas tell enough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from lampolicy.diagnostic import Pointer, Span

Stretch: TypeAlias = tuple[int, int]
"""Offsets of the first character and of the one behind the last."""

_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def skim(text: str, wanted: Iterable[Pointer]) -> dict[Pointer, Stretch]:
    """Find where values stand in a sound JSON text; pointers that lead nowhere are left out.

    Of a text that is no JSON the answer means nothing, but there is one.
    """
    skimmer = _Skimmer(frozenset(wanted))
    for word in _WORD.finditer(text.removeprefix("\ufeff")):
        skimmer.take(word.group(), word.start(), word.end())
    return skimmer.found


@dataclass(slots=True)
class _Frame:
    """A list or object that is not yet closed: the step to its current item, and where the item's key is awaited."""

    step: str | int
    awaits_key: bool


@dataclass(slots=True)
class _Skimmer:
    wanted: frozenset[Pointer]
    found: dict[Pointer, Stretch] = field(default_factory=dict[Pointer, Stretch])
    frames: list[_Frame] = field(default_factory=list[_Frame])
    starts: list[int] = field(default_factory=list[int])

    def take(self, word: str, start: int, end: int) -> None:
        top = self.frames[-1] if self.frames else None
        match word[0]:
            case "{" | "[":
                self.starts.append(start)
                self.frames.append(_Frame("", awaits_key=True) if word == "{" else _Frame(0, awaits_key=False))
            case "}" | "]":
                if top is not None:
                    self.frames.pop()
                    self._note(self.starts.pop(), end)
            case ":":
                pass
            case "," if top is not None:
                if isinstance(top.step, int):
                    top.step += 1
                else:
                    top.awaits_key = True
            case '"' if top is not None and top.awaits_key:
                top.step, top.awaits_key = _unquoted(word), False
            case _:
                self._note(start, end)

    def _note(self, start: int, end: int) -> None:
        pointer = tuple(frame.step for frame in self.frames)
        if pointer in self.wanted:
            self.found[pointer] = (start, end)


def _unquoted(word: str) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        return word


@dataclass(frozen=True, slots=True)
class Piece:
    """A value inside a text, to be located by itself.

    Attributes:
        text: The value's own text.
        line: Lines before it.
        column: Characters before it in its first line.
    """

    text: str
    line: int = 0
    column: int = 0

    def place(self, span: Span | None) -> Span | None:
        """Turn a place in the piece into one in the whole text."""
        if span is None:
            return None
        first, last = self._columns(span.line), self._columns(span.end_line)
        return Span(span.line + self.line, span.column + first, span.end_line + self.line, span.end_column + last)

    def whole(self) -> Span:
        """The place of the value itself."""
        lines = self.text.split("\n")
        inside = Span(1, 1, len(lines), len(lines[-1]) + 1)
        return self.place(inside) or inside

    def _columns(self, line: int) -> int:
        return self.column if line == 1 else 0


def piece(text: str, stretch: Stretch) -> Piece:
    """Cut a value out of a text."""
    text = text.removeprefix("\ufeff")
    start, end = stretch
    return Piece(text[start:end], text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1)
