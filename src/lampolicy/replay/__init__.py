"""Real calls decided again: a CloudTrail trail against an organization.

Takes: records of CloudTrail, from files or as values, and an organization.
Gives: a `Report`: what would be decided differently now, what cannot be told, and which rights were never used.
Never: guesses what an event was authorized on, holds a whole trail, or stops at a record it cannot read.
"""

from lampolicy.replay._asked import Asked, Unmapped
from lampolicy.replay._authorized import MAPPED_SERVICES, authorizations
from lampolicy.replay._event import BadRecord, Event, Touched, read_event
from lampolicy.replay._published import json_report, replay_schema
from lampolicy.replay._reading import DEFAULT_TRAIL_LIMITS, Fault, Place, Read, TrailLimits
from lampolicy.replay._report import (
    ActionUse,
    Change,
    Counts,
    Difference,
    EntityUse,
    Example,
    Open,
    Report,
    Skipped,
    Span,
    StatementUse,
    Use,
)
from lampolicy.replay._run import replay, replay_records
from lampolicy.replay._sources import read_trail
from lampolicy.replay._text import markdown_report, text_report

__all__ = [
    "DEFAULT_TRAIL_LIMITS",
    "MAPPED_SERVICES",
    "ActionUse",
    "Asked",
    "BadRecord",
    "Change",
    "Counts",
    "Difference",
    "EntityUse",
    "Event",
    "Example",
    "Fault",
    "Open",
    "Place",
    "Read",
    "Report",
    "Skipped",
    "Span",
    "StatementUse",
    "Touched",
    "TrailLimits",
    "Unmapped",
    "Use",
    "authorizations",
    "json_report",
    "markdown_report",
    "read_event",
    "read_trail",
    "replay",
    "replay_records",
    "replay_schema",
    "text_report",
]
