"""The hop on which Lambda reads a queue or stream for a function: what stands in it does not invoke (semantics L16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._nearby import unknown_address
from lampolicy.function._poll import may_poll
from lampolicy.function._view import FunctionView
from lampolicy.organization import EventSourceMapping, event_source_kind


def polled(view: FunctionView, arn: str) -> Answer:
    """Decide whether what is in a queue or stream comes to the function, by the event source mapping that is known.

    Without a mapping nothing polls. One that is not known here may be there, so that the answer stays open; what the
    execution role would need is decided all the same.

    Args:
        view: The function as addressed.
        arn: The queue or stream; or the table or stream whose own stream or consumer is read.
    """
    answer = _decided(view, arn)
    return replace(answer, notes=(*answer.notes, *unknown_address(view)))


def _decided(view: FunctionView, arn: str) -> Answer:
    reading = tuple(_reading(view, arn))
    fitting = tuple(m for m in reading if m.function == view.arn)
    if fitting:
        return _through(view, next((m for m in fitting if m.enabled), fitting[0]))
    if reading:
        return _barred(may_poll(view, reading[0]), _of_another(reading[0], view))
    unknown = _unknown(view, arn)
    if event_source_kind(arn) is None:
        return Answer(f"may Lambda poll a stream of {arn} for {view.arn}", (), (unknown,))
    return _barred(may_poll(view, arn), unknown)


def _reading(view: FunctionView, arn: str) -> Iterator[EventSourceMapping]:
    for mapping in view.authorizer.organization.event_sources_of(view.function):
        source = mapping.source or ""
        if source == arn or source.startswith((f"{arn}/stream/", f"{arn}/consumer/")):
            yield mapping


def _through(view: FunctionView, mapping: EventSourceMapping) -> Answer:
    answer = may_poll(view, mapping)
    if mapping.enabled:
        return answer
    help_ = f"aws lambda update-event-source-mapping --uuid {mapping.uuid} --enabled"
    return _barred(answer, Obstacle("L16", f"the event source mapping `{mapping.uuid}` is disabled", help_))


def _of_another(mapping: EventSourceMapping, view: FunctionView) -> Obstacle:
    name = str(mapping.function).rpartition(":function:")[2]
    return Obstacle(
        "L16",
        f"the event source mapping `{mapping.uuid}` invokes `{name}`, not the function as it is addressed here",
        f"write `{name}` in the path, or make a mapping for {view.arn}",
    )


def _unknown(view: FunctionView, arn: str) -> Obstacle:
    return Obstacle(
        "L16",
        f"no event source mapping of {view.function.arn} for `{arn}` is known here, and without one nothing is polled",
        f"export them with `aws lambda list-event-source-mappings --function-name {view.function.arn.name}`",
        open=True,
    )


def _barred(answer: Answer, obstacle: Obstacle) -> Answer:
    return replace(answer, obstacles=(obstacle, *answer.obstacles))
