"""What stands between two stars of a pattern with `?`: literal chunks at fixed offsets, counted in code units (M1).

A search begins with `str.find`, chunk by chunk. Where that has been in vain too often it goes on with numbers, in which
each place of the text is one bit: a few operations for each letter of the segment at most, and mostly far fewer.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from sys import byteorder
from typing import Final, TypeAlias

Pieces: TypeAlias = Sequence[str]
"""What stands in front of, between and behind the `?`s of a pattern without stars; empty where nothing does."""
Chunks: TypeAlias = tuple[tuple[int, str], ...]
"""Literals with their offsets, in order, no two of them adjacent."""

_PATIENCE: Final = 100
"""How many chunks may be looked for within one text before the search goes on with numbers."""
_MANY_CHUNKS: Final = 12
"""From how many chunks on a search begins with numbers."""
_SHORT: Final = 8
"""Up to how many letters are compared one by one, each with all places."""
_USES: Final = 5
"""How often a segment is searched in one text before all its places are written down."""
_BLANKS: Final = b"0" * 256


def units(text: str) -> str:
    """Write each character above U+FFFF as its two UTF-16 code units."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(
        map(chr, array("H", text.encode("utf-16-le" if byteorder == "little" else "utf-16-be", "surrogatepass")))
    )


def characters(text: str) -> str:
    """Join the code units of `units` to characters again."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def count_of(pieces: Pieces) -> int:
    """How many chunks there are."""
    return len(pieces) - pieces.count("")


def chunks_of(pieces: Pieces) -> Chunks:
    """The literal chunks of pieces, with their offsets."""
    chunks: list[tuple[int, str]] = []
    offset = 0
    for piece in pieces:
        if piece:
            chunks.append((offset, piece))
        offset += len(piece) + 1
    return tuple(chunks)


def _encoded(text: str, least: int = 8) -> tuple[bytes, int]:
    """A text in bytes, and how many bits each code unit takes: 8 where all fit and so few will do, else 16."""
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        least = 16
    else:
        if least == 8:
            return data, 8
    return text.encode("utf-16-le", "surrogatepass"), least


def _digits(plane: bytes, value: int) -> int:
    """The number whose binary digits tell where a byte stands."""
    return int(plane.translate(_BLANKS[:value] + b"1" + _BLANKS[value + 1 :]) or b"0", 2)


class Letters:
    """Where each letter stands, as a number with one bit for each place."""

    __slots__ = ("_masks", "_planes")

    def __init__(self, text: str, *, first_is_lowest: bool) -> None:
        data, width = _encoded(text)
        planes = (data,) if width == 8 else (data[::2], data[1::2])
        self._planes = tuple(plane[::-1] for plane in planes) if first_is_lowest else planes
        self._masks: dict[str, int] = {}

    def mask(self, letter: str) -> int:
        found = self._masks.get(letter)
        if found is None:
            found = self._masks[letter] = self._mask(ord(letter))
        return found

    def _mask(self, code: int) -> int:
        low, *high = self._planes
        if high:
            return _digits(low, code & 255) & _digits(high[0], code >> 8)
        return _digits(low, code) if code < 256 else 0


class Text:
    """One text while it is matched, with what has been found out about it.

    Attributes:
        units: The text in code units.
        patience: How many chunks may still be looked for one by one.
        standing: Of segments that come again and again, a digit for each place: `1` where it stands.
    """

    __slots__ = ("_letters", "_number", "_uses", "_width", "patience", "standing", "units")

    def __init__(self, text: str) -> None:
        self.units = text
        self.patience = _PATIENCE
        self._letters: Letters | None = None
        self._number, self._width = 0, 0
        self.standing: dict[Segment, str] = {}
        self._uses: dict[Segment, int] = {}

    def search(self, segment: Segment, start: int, last: int) -> int:
        """The first place from `start` to `last` where a segment stands; -1 if there is none."""
        if last < start:
            return -1
        if segment.letters > _SHORT:
            return self.first(segment, (1 << last + 1) - (1 << start))
        letters = self._where()
        uses = self._uses[segment] = self._uses.get(segment, 0) + 1
        if uses < _USES:
            return _lowest(segment.places(letters, (1 << last + 1) - (1 << start)))
        places = segment.places(letters, (1 << len(self.units)) - 1)
        found = self.standing[segment] = f"{places:b}"[::-1]
        return found.find("1", start, last + 1)

    def _where(self) -> Letters:
        if self._letters is None:
            self._letters = Letters(self.units, first_is_lowest=True)
        return self._letters

    def first(self, segment: Segment, places: int) -> int:
        """The first of some places, given as bits, where a segment stands, for all of which the text is long enough.

        The first place left is tried; where a letter is wrong, every place goes that the same letters make wrong.
        """
        letters = self._where()
        if segment.letters <= _SHORT:
            return _lowest(segment.places(letters, places))
        if not self._width:
            data, self._width = _encoded(self.units)
            self._number = int.from_bytes(data, "little")
        width = self._width
        spelling = segment.spelling()
        numbers = spelling.numbers(width)
        if numbers is None:
            return -1
        wanted, counts = numbers
        theirs = Letters(spelling.letters, first_is_lowest=False)
        while places:
            place = _lowest(places)
            wrong = (self._number >> place * width ^ wanted) & counts
            if not wrong:
                return place
            at = (wrong.bit_length() - 1) // width
            places &= letters.mask(spelling.letters[at]) >> at
            # The same letter of the text is wrong wherever it meets another letter of the segment.
            meets = spelling.fixed & ~theirs.mask(self.units[place + at])
            shift = place + at - segment.length + 1
            places &= ~(meets << shift if shift >= 0 else meets >> -shift)
        return -1


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1


class Segment:
    """Literal chunks at fixed offsets.

    Args:
        pieces: The code units in front of, between and behind the `?`s.

    Attributes:
        length: Code units in all.
        letters: Code units that are no wildcard.
    """

    __slots__ = ("_chunks", "_count", "_first", "_pieces", "_spelling", "length", "letters")

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._count = count_of(pieces)
        self.letters = sum(map(len, pieces))
        self.length = self.letters + len(pieces) - 1
        # Where there are many, a search may well do without them.
        self._chunks = chunks_of(pieces) if self._count < _MANY_CHUNKS else ()
        lengths = [len(chunk) for _, chunk in self._chunks]
        self._first = lengths.index(max(lengths)) if lengths else 0
        self._spelling: Spelling | None = None

    def chunks(self) -> Chunks:
        """Its chunks, even if they are many."""
        if self._count and not self._chunks:
            self._chunks = chunks_of(self._pieces)
        return self._chunks

    def stands_at(self, text: str, at: int) -> bool:
        """Whether it stands at a place of a text, which the text is long enough for."""
        for offset, chunk in self._chunks or self.chunks():  # noqa: SIM110 - a generator costs as much as the match
            if not text.startswith(chunk, at + offset):
                return False
        return True

    def behind(self, text: Text, at: int, end: int) -> int:
        """Where it ends, standing as early as it can within `text[at:end]`; -1 if it does not."""
        last = end - self.length
        standing = text.standing.get(self)
        if standing is not None:
            found = standing.find("1", at, last + 1) if last >= at else -1
        elif self._count < _MANY_CHUNKS:
            found = self._leap(text, at, last)
        else:
            found = text.search(self, at, last)
        return found + self.length if found >= 0 else -1

    def _leap(self, text: Text, place: int, last: int) -> int:
        """Let each chunk in turn move the place on to where it stands, until all agree."""
        chunks, find = self._chunks, text.units.find
        many, which, agreed = len(chunks), self._first, 0
        steps = max(text.patience, many)
        for step in range(steps):
            offset, chunk = chunks[which]
            found = find(chunk, place + offset) - offset
            if found != place:
                if found < place or found > last:
                    return -1
                place, agreed = found, 0
            agreed += 1
            if agreed == many:
                text.patience -= step
                return place if place <= last else -1
            which = which + 1 if which + 1 < many else 0
        text.patience -= steps
        return text.search(self, place, last)

    def places(self, letters: Letters, places: int) -> int:
        """Those of the places where it stands."""
        for offset, chunk in self.chunks():
            for at, letter in enumerate(chunk, offset):
                places &= letters.mask(letter) >> at
        return places

    def spelling(self) -> Spelling:
        """Its letters one by one, which only a hard search asks for."""
        if self._spelling is None:
            self._spelling = Spelling(self._pieces)
        return self._spelling


class Spelling:
    """A segment letter by letter.

    Attributes:
        letters: The letters, with NUL for each wildcard.
        fixed: A number with one bit for each letter that is no wildcard, the first letter's the highest.
    """

    __slots__ = ("_digits", "_numbers", "fixed", "letters")

    def __init__(self, pieces: Pieces) -> None:
        self._numbers: dict[int, tuple[int, int] | None] = {}
        self._digits = "0".join(["1" * len(piece) for piece in pieces])
        self.letters = "\0".join(pieces)
        self.fixed = int(self._digits, 2)

    def numbers(self, width: int) -> tuple[int, int] | None:
        """The letters as one number, and the bits of it that count; `None` if a letter takes more bits."""
        if width not in self._numbers:
            data, needed = _encoded(self.letters, width)
            self._numbers[width] = (int.from_bytes(data, "little"), self._marks(width)) if needed == width else None
        return self._numbers[width]

    def _marks(self, width: int) -> int:
        size = width // 8
        marks = self._digits.encode().replace(b"0", b"\0" * size).replace(b"1", b"\xff" * size)
        return int.from_bytes(marks, "little")
