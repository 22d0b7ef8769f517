"""What a replay found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lampolicy.policy import StatementId
from lampolicy.replay._reading import Fault, Place


class Change(StrEnum):
    """In which way a call would be decided differently."""

    REFUSED_NOW = "allowed then, refused now"
    ALLOWED_NOW = "refused then, allowed now"


class Use(StrEnum):
    """What a trail says about the use of a right."""

    USED = "used"
    NEVER_USED = "never used"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Span:
    """How often, and from when to when.

    Attributes:
        count: How many calls.
        first: Time of the first, as ISO 8601 in UTC.
        last: Time of the last.
    """

    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Example:
    """One call of a group: the first that was read.

    Attributes:
        event: `eventID`, or `sharedEventID` where there is one; `None` if the record has neither.
        place: Where the record stands.
        time: When.
        source: `eventSource`.
        name: `eventName`.
        caller: Who called, as the record says: the ARN of a session, not of its role.
        resource: The resource that decided.
        error: `errorCode`.
    """

    event: str | None
    place: Place
    time: str
    source: str
    name: str
    caller: str
    resource: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Calls that would be decided differently now.

    Attributes:
        change: In which way.
        caller: ARN of the user or role, or the service, that called.
        action: The action that decides now, or that was refused then.
        resource: What it was about; an S3 object's bucket, a log stream's group.
        why: What decides now: the statements, or the sides that stay silent.
        span: How often and when.
        example: One of them.
    """

    change: Change
    caller: str
    action: str
    resource: str
    why: tuple[str, ...]
    span: Span
    example: Example


@dataclass(frozen=True, slots=True)
class Open:
    """Calls of which it cannot be told how they would be decided now.

    Attributes:
        caller: ARN of the user or role, or the service, that called.
        action: The action.
        needs: What it hangs on: condition keys, or policies that are not known.
        span: How often and when.
        example: One of them.
    """

    caller: str
    action: str
    needs: tuple[str, ...]
    span: Span
    example: Example


@dataclass(frozen=True, slots=True)
class Skipped:
    """Events that could not be compared.

    Attributes:
        source: `eventSource`.
        name: The API's name.
        reason: Why.
        span: How often and when.
        example: One of them.
    """

    source: str
    name: str
    reason: str
    span: Span
    example: Example


@dataclass(frozen=True, slots=True)
class ActionUse:
    """One action pattern of a statement.

    Attributes:
        pattern: As the statement writes it; of a `NotAction`, `NotAction` itself.
        use: What the trail says.
        used: The actions it granted, each with how often and when.
        reason: Why nothing can be told, or what must be kept in mind.
        available: How many actions AWS has that it fits, as far as the catalogue is installed and knows.
    """

    pattern: str
    use: Use
    used: tuple[tuple[str, Span], ...] = ()
    reason: str | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class StatementUse:
    """One Allow statement of a user or role.

    Attributes:
        statement: Which one.
        use: What the trail says of it as a whole.
        actions: Its action patterns, one by one.
    """

    statement: StatementId
    use: Use
    actions: tuple[ActionUse, ...]


@dataclass(frozen=True, slots=True)
class EntityUse:
    """A user or role, and which of its rights it used.

    Attributes:
        entity: Its ARN.
        span: Its calls that were mapped; `None` if there are none.
        statements: Its Allow statements.
    """

    entity: str
    span: Span | None
    statements: tuple[StatementUse, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many.

    Attributes:
        records: Records read, whatever they say.
        faults: Places that could not be read.
        outside: Records before `since`, or from `until` on.
        duplicates: Records of a call that was counted already.
        calls: Calls, each counted once.
        same: Calls that would be decided as they were.
        different: Calls that would be decided differently.
        open: Calls of which it cannot be told.
        not_comparable: Calls that were never authorized, or refused by what is not known.
        unmapped: Events of which it cannot be told what AWS authorized, or for whom.
        more: Calls in groups beyond the limit on groups.
    """

    records: int = 0
    faults: int = 0
    outside: int = 0
    duplicates: int = 0
    calls: int = 0
    same: int = 0
    different: int = 0
    open: int = 0
    not_comparable: int = 0
    unmapped: int = 0
    more: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a replay found.

    Attributes:
        first: Time of the first call; `None` if there is none.
        last: Time of the last.
        counts: How many.
        differences: Calls that would be decided differently, most frequent first.
        open: Calls of which it cannot be told.
        not_comparable: Calls that were never authorized, or refused by what is not known.
        unmapped: Events of which it cannot be told what AWS authorized, or for whom.
        faults: Places that could not be read; the first of them, `counts.faults` counts all.
        rights: Every user and role of the organization, and which of its rights it used.
    """

    first: str | None
    last: str | None
    counts: Counts
    differences: tuple[Difference, ...] = ()
    open: tuple[Open, ...] = ()
    not_comparable: tuple[Skipped, ...] = ()
    unmapped: tuple[Skipped, ...] = ()
    faults: tuple[Fault, ...] = ()
    rights: tuple[EntityUse, ...] = ()

    def __bool__(self) -> bool:
        """True if every call of which it can be told would be decided as it was."""
        return not self.differences and self.counts.different == 0

    def to_dict(self) -> dict[str, object]:
        """Write the report as a JSON value, as `docs/reference/schemas/replay-report.schema.json` describes it."""
        from lampolicy.replay._wire import report_value

        return report_value(self)

    def __str__(self) -> str:
        from lampolicy.replay._text import text_report

        return text_report(self)


def merged(spans: Iterable[Span]) -> Span | None:
    """Put spans together; `None` for none."""
    found = tuple(spans)
    if not found:
        return None
    return Span(sum(s.count for s in found), min(s.first for s in found), max(s.last for s in found))
