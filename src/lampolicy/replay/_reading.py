"""What reading a trail gives: records and faults, each with its place, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TrailLimits:
    """How much of a trail is held at once.

    Attributes:
        record_bytes: Longest record, or line, in bytes; a longer one is passed over and counted. CloudTrail's own
            records have at most 256 KiB, or 1 MiB where the trail asks for more.
        batch_rows: How many rows of a Parquet file are read at a time.
        remembered_ids: How many calls are remembered at least, so that one that comes twice is counted once; 16 bytes
            each.
        remembered_decisions: How many distinct calls are remembered with their decision.
        groups: Most groups of each list of the report; what goes beyond is counted, not listed.
    """

    record_bytes: int = 16_777_216
    batch_rows: int = 4096
    remembered_ids: int = 16_777_216
    remembered_decisions: int = 200_000
    groups: int = 10_000


DEFAULT_TRAIL_LIMITS: Final = TrailLimits()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a trail something stands.

    Attributes:
        file: The file, as the caller named it or its folder.
        line: The line, for JSON lines; counted from 1.
        record: The record, for a `Records` document; the row, for Parquet; counted from 1.
    """

    file: str
    line: int | None = None
    record: int | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file}:{self.line}"
        return self.file if self.record is None else f"{self.file}, record {self.record}"


@dataclass(frozen=True, slots=True)
class Read:
    """A record that could be read as JSON, whatever it says."""

    place: Place
    record: object


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of a trail that could not be read, and what is wrong with it."""

    place: Place
    message: str
