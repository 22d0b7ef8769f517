"""The report for people: text for a terminal, Markdown for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from lampolicy.diagnostic import visible
from lampolicy.replay._decide import label
from lampolicy.replay._report import (
    ActionUse,
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

T = TypeVar("T")

_MOST: Final = 50
"""How many groups of a list the text shows; JSON has them all."""


def text_report(report: Report) -> str:
    """Write a report as text: the counts, what is different, what cannot be told, what was left out, unused rights."""
    return "\n".join(visible(line) for line in _lines(report)) + "\n"


def markdown_report(report: Report) -> str:
    """Write a report as Markdown: the same lists as tables."""
    return "\n".join(_markdown(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from summary(report)
    yield from _section("Would be decided differently now", report.differences, _difference)
    yield from _section("Cannot be told", report.open, _open)
    yield from _section("Not comparable", report.not_comparable, _skipped)
    yield from _section("Not mapped", report.unmapped, _skipped)
    if report.faults:
        yield from ("", f"Could not be read ({report.counts.faults})")
        yield from (f"  {fault.place}: {fault.message}" for fault in report.faults[:_MOST])
        yield from _rest(len(report.faults[:_MOST]), report.counts.faults)
    entities = [entity for entity in report.rights if entity.statements]
    if entities:
        yield from ("", "Rights, and whether this trail shows their use")
        for entity in entities:
            yield from _entity(entity)


def summary(report: Report) -> Iterator[str]:
    """The counts, in two lines or three."""
    counts = report.counts
    if report.first is None or report.last is None:
        yield f"{_count(counts.records, 'record')}, and no call among them"
    else:
        yield f"{_count(counts.calls, 'call')} from {report.first} to {report.last}"
        parts = (
            f"{counts.same} would be decided as they were",
            f"{counts.different} differently",
            f"{counts.open} cannot be told",
            f"{counts.not_comparable} not comparable",
            f"{counts.unmapped} not mapped",
        )
        yield ", ".join(parts)
    beside = {
        "came twice": counts.duplicates,
        "outside the period": counts.outside,
        "could not be read": counts.faults,
        "in groups that are not listed": counts.more,
    }
    told = [f"{number} {what}" for what, number in beside.items() if number]
    if told:
        yield f"beside them: {', '.join(told)}"


def _section(title: str, groups: tuple[T, ...], write: Callable[[T], Iterator[str]]) -> Iterator[str]:
    if not groups:
        return
    yield from ("", f"{title} ({_count(len(groups), 'group')})")
    for group in groups[:_MOST]:
        yield ""
        yield from write(group)
    yield from _rest(min(len(groups), _MOST), len(groups))


def _rest(shown: int, there: int) -> Iterator[str]:
    if there > shown:
        yield f"  ... and {there - shown} more; `--format json` lists them"


def _difference(group: Difference) -> Iterator[str]:
    yield f"  {group.change}: {_often(group.span)}"
    yield f"    {group.caller}"
    yield f"    {group.action} on {group.resource}"
    yield from (f"    because {why}" if i == 0 else f"        and {why}" for i, why in enumerate(group.why))
    yield f"    such as {_example(group.example)}"


def _open(group: Open) -> Iterator[str]:
    yield f"  {_often(group.span)}"
    yield f"    {group.caller}"
    yield f"    {group.action}, hangs on {', '.join(group.needs)}"
    yield f"    such as {_example(group.example)}"


def _skipped(group: Skipped) -> Iterator[str]:
    yield f"  {group.source} {group.name}: {_often(group.span)}"
    yield f"    {group.reason}"
    yield f"    such as {_example(group.example)}"


def _example(example: Example) -> str:
    on = f" on {example.resource}" if example.resource else ""
    error = f", {example.error}" if example.error else ""
    return f"{example.name} by {example.caller}{on}{error} ({example.place})"


def _often(span: Span) -> str:
    if span.first == span.last:
        return f"{_count(span.count, 'call')} at {span.first}"
    return f"{_count(span.count, 'call')} from {span.first} to {span.last}"


def _entity(entity: EntityUse) -> Iterator[str]:
    yield ""
    yield f"  {entity.entity}: {'no call' if entity.span is None else _often(entity.span)}"
    for statement in entity.statements:
        yield f"    {label(statement.statement)}: {statement.use}"
        yield from (f"      {line}" for line in _actions(statement))


def _actions(statement: StatementUse) -> Iterator[str]:
    """What of a statement was not used; of a pattern that was, how much of it."""
    for action in statement.actions:
        if action.use is not Use.USED:
            yield f"{action.use}: {action.pattern}{f' ({action.reason})' if action.reason else ''}"
        elif action.available is not None or action.pattern in {"*", "NotAction"} or len(statement.actions) > 1:
            yield _used(action)


def _used(action: ActionUse) -> str:
    names = ", ".join(name for name, _ in action.used)
    if action.available is None:
        return f"used: {action.pattern}" if names == action.pattern else f"used: {action.pattern}, for {names}"
    return f"used: {action.pattern}, {len(action.used)} of {action.available} actions: {names}"


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _markdown(report: Report) -> Iterator[str]:
    yield "# Replay"
    yield ""
    yield from ("\n\n".join(_cell(line) for line in summary(report)),)
    rows = [
        (d.change.value, str(d.span.count), d.caller, d.action, d.resource, "; ".join(d.why), d.span.first, d.span.last)
        for d in report.differences
    ]
    head = ("change", "calls", "caller", "action", "resource", "because", "first", "last")
    yield from _table("Would be decided differently now", head, rows)
    rows_open = [
        (str(o.span.count), o.caller, o.action, ", ".join(o.needs), o.span.first, o.span.last) for o in report.open
    ]
    yield from _table("Cannot be told", ("calls", "caller", "action", "hangs on", "first", "last"), rows_open)
    for title, groups in (("Not comparable", report.not_comparable), ("Not mapped", report.unmapped)):
        left_out = [(str(s.span.count), s.source, s.name, s.reason, s.span.first, s.span.last) for s in groups]
        yield from _table(title, ("calls", "source", "event", "reason", "first", "last"), left_out)
    faults = [(str(fault.place), fault.message) for fault in report.faults]
    yield from _table("Could not be read", ("place", "what"), faults)
    yield from _table(
        "Rights this trail does not show in use", ("who", "statement", "action", "", "why"), _unused(report)
    )


def _unused(report: Report) -> list[tuple[str, ...]]:
    return [
        (entity.entity, label(statement.statement), action.pattern, action.use.value, action.reason or "")
        for entity in report.rights
        for statement in entity.statements
        for action in statement.actions
        if action.use is not Use.USED
    ]


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        return
    yield from ("", f"## {title}", "", _row(head), "|" + "---|" * len(head))
    yield from (_row(row) for row in listed)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """What came from a trail must not become markup."""
    shown = visible(text).replace("\n", " ").replace("\\", "\\\\")
    for mark in "|`*_<>[]":
        shown = shown.replace(mark, f"\\{mark}")
    return shown
