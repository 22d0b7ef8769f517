"""The report for machines, version 1: pydantic models and their JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lampolicy.policy import StatementId
from lampolicy.replay._reading import Fault, Place
from lampolicy.replay._report import (
    ActionUse,
    Change,
    Difference,
    EntityUse,
    Example,
    Open,
    Report,
    Skipped,
    Span,
    StatementUse,
)

_CHANGES: dict[Change, Literal["refused-now", "allowed-now"]] = {
    Change.REFUSED_NOW: "refused-now",
    Change.ALLOWED_NOW: "allowed-now",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceModel(_Model):
    """Where in a trail something stands, counted from 1."""

    file: str
    line: int | None = Field(None, description="for JSON lines")
    record: int | None = Field(None, description="for a `Records` document; the row, for Parquet")


class ExampleModel(_Model):
    """The first call of a group that was read."""

    event: str | None = Field(None, description="`sharedEventID` where there is one, else `eventID`")
    place: PlaceModel
    time: str
    source: str = Field(description="`eventSource`")
    name: str = Field(description="`eventName`")
    caller: str
    resource: str | None = None
    error: str | None = Field(None, description="`errorCode`")


class _Counted(_Model):
    count: int
    first: str = Field(description="ISO 8601, UTC")
    last: str


class UsedModel(_Counted):
    """An action that was used."""

    action: str


class SpanModel(_Counted):
    """How often, and from when to when."""


class DifferenceModel(_Counted):
    """Calls that would be decided differently now."""

    change: Literal["refused-now", "allowed-now"]
    caller: str
    action: str
    resource: str = Field(description="an S3 object's bucket, a log stream's group, else the resource itself")
    why: list[str] = Field(description="statements that decide now, or sides that stay silent")
    example: ExampleModel


class OpenModel(_Counted):
    """Calls of which it cannot be told how they would be decided now."""

    caller: str
    action: str
    needs: list[str] = Field(description="condition keys in lower case, or in words what else is not known")
    example: ExampleModel


class SkippedModel(_Counted):
    """Events that could not be compared."""

    source: str
    name: str
    reason: str
    example: ExampleModel


class FaultModel(_Model):
    """A place that could not be read."""

    place: PlaceModel
    message: str


class ActionModel(_Model):
    """One action pattern of a statement."""

    pattern: str
    use: Literal["used", "never used", "cannot tell"]
    used: list[UsedModel]
    reason: str | None = None
    available: int | None = Field(None, description="how many actions AWS has that it fits, if that is known")


class StatementModel(_Model):
    """One Allow statement of a user or role."""

    policy: str
    index: int
    sid: str | None = None
    file: str | None = None
    use: Literal["used", "never used", "cannot tell"]
    actions: list[ActionModel]


class EntityModel(_Model):
    """A user or role, and which of its rights it used."""

    entity: str
    calls: SpanModel | None = Field(None, description="its calls that were granted and mapped")
    statements: list[StatementModel]


class CountsModel(_Model):
    """How many."""

    records: int
    faults: int
    outside: int
    duplicates: int
    calls: int
    same: int
    different: int
    open: int
    not_comparable: int
    unmapped: int
    more: int = Field(description="calls in groups beyond the limit on groups")


class ReplayModel(_Model):
    """Everything one run of `lampolicy replay` found."""

    model_config = ConfigDict(title="lampolicy replay report")

    version: Literal[1] = 1
    tool: str = Field(description="lampolicy and its version")
    first: str | None = Field(None, description="time of the first call")
    last: str | None = None
    counts: CountsModel
    differences: list[DifferenceModel]
    open: list[OpenModel]
    not_comparable: list[SkippedModel]
    unmapped: list[SkippedModel]
    faults: list[FaultModel]
    rights: list[EntityModel]


def report_model(report: Report, tool: str) -> ReplayModel:
    """Turn a report into its wire form."""
    return ReplayModel(
        tool=tool,
        first=report.first,
        last=report.last,
        counts=CountsModel.model_validate(report.counts, from_attributes=True),
        differences=[_difference(each) for each in report.differences],
        open=[_open(each) for each in report.open],
        not_comparable=_skipped(report.not_comparable),
        unmapped=_skipped(report.unmapped),
        faults=[_fault(each) for each in report.faults],
        rights=[_entity(each) for each in report.rights],
    )


def report_value(report: Report) -> dict[str, object]:
    """Write a report as a JSON value."""
    import lampolicy

    return report_model(report, f"lampolicy {lampolicy.__version__}").model_dump()


def schema() -> dict[str, object]:
    """The JSON Schema of the report, draft 2020-12, as `docs/reference/schemas/` publishes it."""
    found = ReplayModel.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _difference(each: Difference) -> DifferenceModel:
    return DifferenceModel(
        change=_CHANGES[each.change],
        caller=each.caller,
        action=each.action,
        resource=each.resource,
        why=list(each.why),
        example=_example(each.example),
        count=each.span.count,
        first=each.span.first,
        last=each.span.last,
    )


def _open(each: Open) -> OpenModel:
    span = each.span
    return OpenModel(
        caller=each.caller,
        action=each.action,
        needs=list(each.needs),
        example=_example(each.example),
        count=span.count,
        first=span.first,
        last=span.last,
    )


def _skipped(found: Iterable[Skipped]) -> list[SkippedModel]:
    return [
        SkippedModel(
            source=each.source,
            name=each.name,
            reason=each.reason,
            example=_example(each.example),
            count=each.span.count,
            first=each.span.first,
            last=each.span.last,
        )
        for each in found
    ]


def _example(example: Example) -> ExampleModel:
    return ExampleModel(
        event=example.event,
        place=_place(example.place),
        time=example.time,
        source=example.source,
        name=example.name,
        caller=example.caller,
        resource=example.resource,
        error=example.error,
    )


def _place(place: Place) -> PlaceModel:
    return PlaceModel(file=place.file, line=place.line, record=place.record)


def _fault(fault: Fault) -> FaultModel:
    return FaultModel(place=_place(fault.place), message=fault.message)


def _entity(each: EntityUse) -> EntityModel:
    return EntityModel(
        entity=each.entity,
        calls=None if each.span is None else _span(each.span),
        statements=[_statement(statement) for statement in each.statements],
    )


def _span(span: Span) -> SpanModel:
    return SpanModel(count=span.count, first=span.first, last=span.last)


def _statement(each: StatementUse) -> StatementModel:
    named: StatementId = each.statement
    return StatementModel(
        policy=named.policy,
        index=named.index,
        sid=named.sid,
        file=named.file,
        use=each.use.value,
        actions=[_action(action) for action in each.actions],
    )


def _action(each: ActionUse) -> ActionModel:
    return ActionModel(
        pattern=each.pattern,
        use=each.use.value,
        used=[UsedModel(action=name, count=s.count, first=s.first, last=s.last) for name, s in each.used],
        reason=each.reason,
        available=each.available,
    )
