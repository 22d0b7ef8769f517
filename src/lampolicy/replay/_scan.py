"""Takes a stream of JSON apart without holding it: records out of a `Records` list, or lines one by one.

CloudTrail writes a whole file as one line, so neither the file nor the line may be held; a record may, up to a limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_OUTSIDE: Final = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""Everything up to the next bracket; a text that does not end in this piece is left."""
_INSIDE: Final = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_LIST_OF_RECORDS: Final = re.compile(rb'"(?:Records|Events)"\s*:\s*\Z')
_NAME_LENGTH: Final = 64
_OPENING: Final = b"{["


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one record.

    Attributes:
        text: The text; `None` if it is longer than the limit.
        number: Which record of the file it is, counted from 1; for lines the number of the line.
        complete: Whether it ends; the last one of a truncated file does not.
    """

    text: bytes | None
    number: int
    complete: bool = True


def lines(chunks: Iterable[bytes], limit: int) -> Iterator[Piece]:
    """Take a stream apart at its line ends; blank lines are passed over but counted."""
    number, rest, too_long = 1, bytearray(), False
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            rest += chunk[start:end]
            yield from _line(rest, number, limit, too_long=too_long)
            number, start, too_long = number + 1, end + 1, False
            rest.clear()
        rest += chunk[start:]
        if len(rest) > limit:
            too_long = True
            rest.clear()
    yield from _line(rest, number, limit, too_long=too_long)


def _line(text: bytearray, number: int, limit: int, *, too_long: bool) -> Iterator[Piece]:
    if too_long or len(text) > limit:
        yield Piece(None, number)
    elif text.strip():
        yield Piece(bytes(text), number)


def records(chunks: Iterable[bytes], limit: int) -> Iterator[Piece]:
    """Take a document apart: the members of its `Records` or `Events`, of a list, or the objects that stand alone."""
    scanner = _Scanner(limit)
    for chunk in chunks:
        yield from scanner.feed(chunk)
    yield from scanner.end()


class _Scanner:
    """Follows brackets and texts through pieces of a stream, and keeps the bytes of one record at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._depth = 0
        self._lists: list[int] = []
        """Depths at which a list of records is open: there are none, one, or one inside the other."""
        self._in_text = self._escaped = False
        self._start_depth: int | None = None
        """The depth of the record that is being kept."""
        self._kept = bytearray()
        self._too_long = False
        self._tail = b""
        """The last bytes before a bracket, which may hold the name of a list."""
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Go through one more piece."""
        at = kept_from = 0
        while at < len(chunk):
            at = self._to_bracket(chunk, at)
            if at >= len(chunk):
                break
            opens = chunk[at] in _OPENING
            if opens:
                kept_from = self._open(chunk, at, kept_from)
                at += 1
            else:
                at += 1
                piece = self._close(chunk, at, kept_from)
                if piece is not None:
                    kept_from = at
                    yield piece
        self._keep(chunk, kept_from, len(chunk))
        self._tail = (self._tail + chunk[-_NAME_LENGTH:])[-_NAME_LENGTH:]

    def _to_bracket(self, chunk: bytes, at: int) -> int:
        """Move on to the next bracket outside of a text, or to the end of the piece."""
        while at < len(chunk):
            if self._escaped:
                self._escaped = False
                at += 1
                continue
            if self._in_text:
                at = _end(_INSIDE, chunk, at)
                if at < len(chunk):
                    self._in_text = chunk[at] != ord('"')
                    self._escaped = self._in_text
                    at += 1
                continue
            at = _end(_OUTSIDE, chunk, at)
            if at < len(chunk) and chunk[at] == ord('"'):
                self._in_text = True
                at += 1
                continue
            return at
        return at

    def _open(self, chunk: bytes, at: int, kept_from: int) -> int:
        self._depth += 1
        if self._start_depth is None or self._is_outermost():
            if chunk[at] == ord("["):
                if self._depth == 1 or self._names_records(chunk, at):
                    self._lists.append(self._depth)
                    self._drop()
            elif self._depth == 1 or (self._lists and self._depth == self._lists[-1] + 1):
                self._drop()
                self._start_depth = self._depth
                return at
        return kept_from

    def _is_outermost(self) -> bool:
        """The object that is kept may turn out to hold the list of records instead of being one."""
        return self._start_depth == 1 and self._depth == 2

    def _names_records(self, chunk: bytes, at: int) -> bool:
        before = (self._tail + chunk[:at])[-_NAME_LENGTH:] if at < _NAME_LENGTH else chunk[at - _NAME_LENGTH : at]
        return _LIST_OF_RECORDS.search(before) is not None

    def _close(self, chunk: bytes, at: int, kept_from: int) -> Piece | None:
        piece = None
        if self._depth == self._start_depth:
            self._keep(chunk, kept_from, at)
            self._number += 1
            piece = Piece(None if self._too_long else bytes(self._kept), self._number)
            self._drop()
        if self._lists and self._depth == self._lists[-1]:
            self._lists.pop()
        self._depth = max(0, self._depth - 1)
        return piece

    def _keep(self, chunk: bytes, start: int, end: int) -> None:
        if self._start_depth is None or self._too_long:
            return
        self._kept += chunk[start:end]
        if len(self._kept) > self._limit:
            self._too_long = True
            self._kept.clear()

    def _drop(self) -> None:
        self._start_depth, self._too_long = None, False
        self._kept.clear()

    def end(self) -> Iterator[Piece]:
        """Say what is left: a record that does not end, or a list that does not."""
        if self._start_depth is not None or self._depth or self._in_text:
            yield Piece(None if self._too_long else bytes(self._kept), self._number + 1, complete=False)


def _end(pattern: re.Pattern[bytes], chunk: bytes, at: int) -> int:
    found = pattern.match(chunk, at)
    return at if found is None else found.end()
