"""From paths to records: every form a trail is kept in, recognised by its content, with the place of each record."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, TypeAlias

import orjson

from lampolicy.replay._json_values import is_list, is_object
from lampolicy.replay._reading import DEFAULT_TRAIL_LIMITS, Fault, Place, Read, TrailLimits
from lampolicy.replay._scan import Piece, lines, records

Opened: TypeAlias = Callable[[str], None]
"""Told of every file as it is opened."""

_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_DOCUMENT: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:\[|\{\s*"(?:Records|Events)"\s*:|\{\s*\n\s*"|\{\s*\Z)', re.DOTALL
)
_READ: Final = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz", ".gz", ".parquet", ".log")
_DEEPEST: Final = 64


def read_trail(
    *paths: Path, limits: TrailLimits = DEFAULT_TRAIL_LIMITS, opened: Opened | None = None
) -> Iterator[Read | Fault]:
    """Read files and folders of a trail, record by record; nothing that cannot be read stops it.

    Files are recognised by content: gzip of any of the rest, Parquet, a `Records` document as CloudTrail writes it, the
    `Events` of `aws cloudtrail lookup-events`, and JSON lines of records. Of a folder, files with the names of such are
    read, in the order of their names; links are not followed.

    Args:
        paths: Files and folders.
        limits: How much is held at once.
        opened: Told of every file as it is opened.
    """
    for path in paths:
        for file in _files(path, 0):
            if isinstance(file, Fault):
                yield file
                continue
            if opened is not None:
                opened(str(file))
            yield from _read(file, limits)


def _files(path: Path, depth: int) -> Iterator[Path | Fault]:
    if not path.is_dir():
        yield path
        return
    if depth > _DEEPEST:
        yield Fault(Place(str(path)), "the folder is nested too deep: give it itself")
        return
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        yield Fault(Place(str(path)), f"the folder cannot be listed: {_reason(error)}")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(entry, depth + 1)
        elif entry.name.lower().endswith(_READ) and "CloudTrail-Digest" not in entry.name:
            yield entry


def _reason(error: OSError) -> str:
    return (error.strerror or "the system refused").lower()


def _read(file: Path, limits: TrailLimits) -> Iterator[Read | Fault]:
    try:
        with file.open("rb") as stream:
            yield from _read_stream(str(file), stream, limits)
    except OSError as error:
        yield Fault(Place(str(file)), f"cannot be read: {_reason(error)}")


def _read_stream(name: str, stream: IO[bytes], limits: TrailLimits) -> Iterator[Read | Fault]:
    start = stream.read(4)
    stream.seek(0)
    if start == _PARQUET:
        from lampolicy.replay._parquet import rows

        yield from rows(name, limits)
        return
    faults: list[Fault] = []
    chunks = _chunks(name, stream, faults, packed=start.startswith(_GZIP))
    first = next(chunks, b"")
    yield from _of_text(name, first, chunks, limits)
    yield from faults


def _chunks(name: str, stream: IO[bytes], faults: list[Fault], *, packed: bool) -> Iterator[bytes]:
    """The bytes of a file, unpacked; where a pack is broken, what came before counts."""
    source = gzip.GzipFile(fileobj=stream) if packed else stream
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except EOFError:
        faults.append(Fault(Place(name), "the gzip file ends too early: records are missing at its end"))
    except (gzip.BadGzipFile, zlib.error) as error:
        faults.append(Fault(Place(name), f"the gzip file is broken, what follows is lost: {error}"))


def _of_text(name: str, first: bytes, rest: Iterator[bytes], limits: TrailLimits) -> Iterator[Read | Fault]:
    def chunks() -> Iterator[bytes]:
        yield first.removeprefix(b"\xef\xbb\xbf")
        yield from rest

    document = _DOCUMENT.match(first[:4096]) is not None
    split = records if document else lines
    for piece in split(chunks(), limits.record_bytes):
        place = Place(name, record=piece.number) if document else Place(name, line=piece.number)
        yield from _of_piece(piece, place, limits)


def _of_piece(piece: Piece, place: Place, limits: TrailLimits) -> Iterator[Read | Fault]:
    if piece.text is None:
        yield Fault(place, f"longer than {limits.record_bytes} bytes, passed over")
        return
    if not piece.complete:
        yield Fault(place, "the file ends in the middle of it: records are missing at its end")
        return
    try:
        value: object = orjson.loads(piece.text)
    except (ValueError, RecursionError) as error:
        yield Fault(place, f"is not JSON: {_short(error)}")
        return
    yield from _of_value(value, place)


def _short(error: Exception) -> str:
    return str(error).partition(": ")[0][:120]


def _of_value(value: object, place: Place) -> Iterator[Read | Fault]:
    """One record; or all of a `Records` document that stands on one line, or of an event that was looked up."""
    if is_object(value):
        for name in ("Records", "Events"):
            inner = value.get(name)
            if is_list(inner):
                for number, item in enumerate(inner, 1):
                    yield from _of_record(item, Place(place.file, place.line, place.record or number))
                return
    yield from _of_record(value, place)


def _of_record(value: object, place: Place) -> Iterator[Read | Fault]:
    if is_object(value):
        text = value.get("CloudTrailEvent")
        if isinstance(text, str):
            yield from _looked_up(text, place)
            return
    yield Read(place, value)


def _looked_up(text: str, place: Place) -> Iterator[Read | Fault]:
    try:
        yield Read(place, orjson.loads(text))
    except ValueError as error:
        yield Fault(place, f"its `CloudTrailEvent` is not JSON: {_short(error)}")
