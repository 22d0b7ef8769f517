"""Replays a trail against an organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from os import PathLike
from pathlib import Path
from typing import Final, TypeAlias

from lampolicy.organization import Organization
from lampolicy.replay._asked import LONGEST_ARN, Asked, Unmapped
from lampolicy.replay._authorized import authorized
from lampolicy.replay._callers import Caller, caller_of
from lampolicy.replay._circumstances import context_of
from lampolicy.replay._decide import Ask, Decider, Now
from lampolicy.replay._event import BadRecord, Event, read_event
from lampolicy.replay._groups import Groups, Period
from lampolicy.replay._json_values import text_at
from lampolicy.replay._reading import DEFAULT_TRAIL_LIMITS, Fault, Place, Read, TrailLimits
from lampolicy.replay._refusals import doubts_about
from lampolicy.replay._report import Change, Counts, Difference, Example, Open, Report, Skipped
from lampolicy.replay._rights import Exercise, rights_of
from lampolicy.replay._seen import Seen
from lampolicy.replay._sources import Opened, read_trail
from lampolicy.replay._then import Granted, NotComparable, Refused, then_of
from lampolicy.replay._world import World

AnyPath: TypeAlias = str | PathLike[str]

_FAULTS_KEPT: Final = 1000
_WAITING: Final = 65_536
_TOLD_EVERY: Final = 2000


def replay(
    *trail: AnyPath,
    against: Organization,
    since: str | None = None,
    until: str | None = None,
    limits: TrailLimits = DEFAULT_TRAIL_LIMITS,
    opened: Opened | None = None,
) -> Report:
    """Decide the calls of a trail again with the policies of an organization, and compare with what became of them.

    Args:
        trail: Files and folders, as `read_trail` takes them.
        against: The organization, from files (`lampolicy.load_organization`) or from anything else that makes one.
        since: Only calls from this time on, as `2026-11-01T00:00:00Z` or a date.
        until: Only calls before this time.
        limits: How much is held at once.
        opened: Told of every file as it is opened, and of the place now and then.

    Returns:
        What would be decided differently, what cannot be told, what could not be mapped, and which rights of users and
        roles were used. It is true if nothing would be decided differently.
    """
    items = read_trail(*(Path(path) for path in trail), limits=limits, opened=opened)
    told = items if opened is None else _telling(items, opened)
    return replay_records(told, against=against, since=since, until=until, limits=limits)


def _telling(items: Iterable[Read | Fault], opened: Opened) -> Iterator[Read | Fault]:
    """Tell of the place now and then, for a file may be long."""
    for number, item in enumerate(items, 1):
        if number % _TOLD_EVERY == 0:
            opened(str(item.place))
        yield item


def replay_records(
    items: Iterable[Read | Fault | object],
    *,
    against: Organization,
    since: str | None = None,
    until: str | None = None,
    limits: TrailLimits = DEFAULT_TRAIL_LIMITS,
) -> Report:
    """Do as `replay` does with records from anywhere: JSON values, or what `read_trail` gives."""
    run = _Run(against, limits, since or "", until or "\U0010ffff")
    for number, item in enumerate(items, 1):
        match item:
            case Fault():
                run.fault(item)
            case Read():
                run.take(item)
            case _:
                run.take(Read(Place("records", record=number), item))
    return run.report()


class _Run:
    """One pass over a trail."""

    def __init__(self, organization: Organization, limits: TrailLimits, since: str, until: str) -> None:
        self._world = World(organization, limits.remembered_decisions)
        self._decider = Decider(self._world, limits.remembered_decisions)
        self._since, self._until = since, until
        self._seen = Seen(limits.remembered_ids)
        self._waiting: dict[str, tuple[Event, Place, str]] = {}
        """Events that could not be mapped, without what they said, while their twin in another account may come."""
        self._counts = {field.name: 0 for field in fields(Counts)}
        self._period: Period | None = None
        self._faults: list[Fault] = []
        self._differences: Groups[tuple[Change, str, str, str, tuple[str, ...]]] = Groups(limits.groups)
        self._open: Groups[tuple[str, str, tuple[str, ...]]] = Groups(limits.groups)
        self._incomparable: Groups[tuple[str, str, str]] = Groups(limits.groups)
        self._unmapped: Groups[tuple[str, str, str]] = Groups(limits.groups)
        self._exercise = Exercise(self._world)

    def fault(self, fault: Fault) -> None:
        """Count what could not be read."""
        self._counts["faults"] += 1
        if len(self._faults) < _FAULTS_KEPT:
            self._faults.append(fault)

    def take(self, item: Read) -> None:
        """Take one record."""
        self._counts["records"] += 1
        try:
            event = read_event(item.record)
        except BadRecord as error:
            self.fault(Fault(item.place, str(error)))
            return
        if not self._since <= event.time < self._until:
            self._counts["outside"] += 1
        elif event.id is not None and event.id in self._seen:
            self._counts["duplicates"] += 1
        else:
            self._map(event, item.place)

    def _map(self, event: Event, place: Place) -> None:
        """Tell what was asked by whom; what cannot be told waits for the same call in another account's trail."""
        twin = self._waiting.get(event.id) if event.id is not None else None
        if twin is not None:
            self._counts["duplicates"] += 1
        try:
            caller = caller_of(event, self._world)
            then = then_of(event)
            asked = _asked(event, then)
        except Unmapped as reason:
            if twin is None:
                self._wait(event, place, str(reason))
            return
        if event.id is not None:
            self._waiting.pop(event.id, None)
            self._seen.add(event.id)
        self._count(event)
        self._compare(event, place, caller, then, asked)

    def _wait(self, event: Event, place: Place, reason: str) -> None:
        if event.id is None or not event.shared:
            self._give_up(event, place, reason)
            return
        self._waiting[event.id] = (_slim(event), place, reason)
        if len(self._waiting) > _WAITING:
            self._give_up(*self._waiting.pop(next(iter(self._waiting))))

    def _give_up(self, event: Event, place: Place, reason: str) -> None:
        if event.id is not None:
            self._seen.add(event.id)
        self._count(event)
        self._counts["unmapped"] += 1
        self._exercise.unmapped(event)
        key = (event.source, event.api, reason)
        self._unmapped.add(key, event.time, lambda: _example(event, place))

    def _count(self, event: Event) -> None:
        self._counts["calls"] += 1
        self._exercise.logged(event)
        if self._period is None:
            self._period = Period(1, event.time, event.time)
        else:
            self._period.add(event.time)

    def _compare(
        self,
        event: Event,
        place: Place,
        caller: Caller,
        then: Granted | Refused | NotComparable,
        asked: tuple[Asked, ...],
    ) -> None:
        if isinstance(then, NotComparable):
            self._counts["not_comparable"] += 1
            key = (event.source, event.api, then.reason)
            self._incomparable.add(key, event.time, lambda: _example(event, place))
            return
        asks: tuple[Ask, ...] = tuple((each, context_of(event, caller, each, self._world)) for each in asked)
        now = self._decider.decide(caller, asks)
        if isinstance(then, Granted):
            self._exercise.used(caller.entity, now, event.time)
        self._judge(event, place, caller, now, then)

    def _judge(self, event: Event, place: Place, caller: Caller, now: tuple[Now, ...], then: Granted | Refused) -> None:
        granted = isinstance(then, Granted)
        allowed, deciding = _verdict(now)
        if allowed is granted:
            self._counts["same"] += 1
            return
        doubts = deciding.needs if allowed is None else deciding.doubts
        if isinstance(then, Refused) and allowed:
            doubts = (*doubts, *doubts_about(event, then, self._world))

        def example() -> Example:
            return _example(event, place, deciding.asked.resource)

        if allowed is None or doubts:
            self._counts["open"] += 1
            self._open.add((caller.entity, deciding.asked.action, doubts), event.time, example)
            return
        self._counts["different"] += 1
        change = Change.REFUSED_NOW if granted else Change.ALLOWED_NOW
        about = family_of(deciding.asked.resource)
        key = (change, caller.entity, deciding.asked.action, about, deciding.why)
        self._differences.add(key, event.time, example)

    def report(self) -> Report:
        """Give everything that was found."""
        for event, place, reason in self._waiting.values():
            self._give_up(event, place, reason)
        self._waiting.clear()
        groups = (self._differences, self._open, self._incomparable, self._unmapped)
        self._counts["more"] = sum(group.more for group in groups)
        return Report(
            None if self._period is None else self._period.first,
            None if self._period is None else self._period.last,
            Counts(**self._counts),
            tuple(Difference(*key, span, example) for key, span, example in self._differences.ranked()),
            tuple(Open(*key, span, example) for key, span, example in self._open.ranked()),
            tuple(Skipped(*key, span, example) for key, span, example in self._incomparable.ranked()),
            tuple(Skipped(*key, span, example) for key, span, example in self._unmapped.ranked()),
            tuple(self._faults),
            rights_of(self._world, self._exercise),
        )


def _slim(event: Event) -> Event:
    return replace(event, parameters={}, response={}, resources=())


def _asked(event: Event, then: Granted | Refused | NotComparable) -> tuple[Asked, ...]:
    """What was authorized. Where a refusal names action and resource, AWS itself has said it."""
    try:
        asked = authorized(event)
    except Unmapped:
        if not isinstance(then, Refused) or then.action is None or then.resource is None:
            raise
        return (Asked(then.action, then.resource),)
    if not isinstance(then, Refused) or then.action is None:
        return asked
    return tuple(_named(asked, then.action, then.resource))


def _named(asked: tuple[Asked, ...], action: str, resource: str | None) -> Iterable[Asked]:
    found = [each for each in asked if each.action.lower() == action.lower()]
    if not found and resource is None:
        raise Unmapped(f"it was refused for `{action}`, on what the record does not tell")
    if resource is None:
        return asked
    exact = next((each for each in found if each.resource == resource), None)
    if exact is not None:
        return (exact, *(each for each in asked if each is not exact))
    named = Asked(action, resource, found[0].told if found else {})
    return (named, *(each for each in asked if each not in found))


def _verdict(now: tuple[Now, ...]) -> tuple[bool | None, Now]:
    """All must pass (semantics M10): one that is refused decides, else one that is open, else one with doubts."""
    refused = [each for each in now if each.allowed is False]
    certain = [each for each in refused if not each.doubts]
    if refused:
        return False, (certain or refused)[0]
    open_ = [each for each in now if each.allowed is None]
    if open_:
        return None, open_[0]
    return True, next((each for each in now if each.doubts), now[0])


def _example(event: Event, place: Place, resource: str | None = None) -> Example:
    return Example(event.id, place, event.time, event.source, event.name, _name_of(event), resource, event.error)


def _name_of(event: Event) -> str:
    names = (text_at(event.identity, name) for name in ("arn", "invokedBy", "principalId"))
    return next((name[:LONGEST_ARN] for name in names if name), "unknown")


def family_of(resource: str) -> str:
    """What a resource is grouped under: an object's bucket, a log stream's group; any other is its own."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return resource
    if parts[2] == "s3" and "/" in parts[5]:
        return f"{resource.partition('/')[0]}/*"
    if parts[2] == "logs" and ":log-stream:" in parts[5]:
        return f"{resource.partition(':log-stream:')[0]}:log-stream:*"
    return resource
