"""Records of strangers: whatever stands in one, the replay goes on, holds little, and says what it could not use."""

from __future__ import annotations

import copy
import gc
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.replay import Read, json_report, markdown_report, replay_records, text_report
from lampolicy.replay._reading import Place
from lampolicy.replay._seen import Seen
from tests.replay.test_callers import KINDS, allow, world
from tests.replay.test_services import ROWS
from tests.replay.trail import A, record, session_identity

ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1, 1e308, "", "x", "arn:", "arn:aws:iam::1:role/", "*", "\ud800", [], {}, [[]], [{}], {"x": {}}]
).map(copy.deepcopy)
EVERY_KEY = world(
    *(
        allow({"StringEquals": {key: "x"}})
        for key in (
            "aws:SourceIp",
            "aws:userid",
            "aws:PrincipalTag/a",
            "aws:RequestTag/a",
            "s3:prefix",
            "kms:ViaService",
        )
    )
).organization


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _put(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    value[path[0]] = _put(value[path[0]], path[1:], new)
    return value


@st.composite
def damaged(draw: st.DrawFn) -> object:
    """A record of one of the tables, by a caller of any kind, with one or two values replaced."""
    service, name, parameters, _ = draw(st.sampled_from(ROWS))
    _, identity, _ = draw(st.sampled_from(KINDS))
    found: Any = record(service, name, copy.deepcopy(parameters), userIdentity=copy.deepcopy(identity))
    if draw(st.booleans()):
        found |= {"errorCode": "AccessDenied", "errorMessage": draw(MESSAGES)}
    for _ in range(draw(st.integers(1, 2))):
        found = _put(found, draw(st.sampled_from(list(_places(found)))), draw(ODD))
    return found


MESSAGES = st.sampled_from(
    [
        None,
        "Access Denied",
        "User: x is not authorized to perform: s3:GetObject",
        "is not authorized to perform: s3:GetObject on resource: *",
        "is not authorized to perform: s3:GetObject on resource: nonsense because no",
        'is not authorized to perform: kms:Decrypt on resource: "arn:aws:kms:us-east-1:1:key/x"',
        "is not authorized to perform: " * 500,
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(damaged(), min_size=1, max_size=3))
def test_no_record_stops_a_replay(records: list[object]) -> None:
    report = replay_records(records, against=EVERY_KEY)

    counts = report.counts
    assert counts.records == len(records)
    assert counts.calls + counts.duplicates + counts.faults == len(records)
    assert counts.same + counts.different + counts.open + counts.not_comparable + counts.unmapped == counts.calls
    assert text_report(report)
    assert markdown_report(report)
    json.loads(json_report(report, "test"))


def _many(count: int) -> Iterator[dict[str, Any]]:
    """Calls that have nothing in common: nothing may be kept of each but an id."""
    for number in range(count):
        role = f"arn:aws:iam::{A}:role/r{number}"
        match number % 4:
            case 0:
                identity, name = session_identity(role, f"s{number}"), "Invoke"
            case 1:
                identity, name = session_identity(f"arn:aws:iam::{A}:role/team/worker", f"s{number}"), "Invoke"
            case 2:
                identity, name = session_identity(role, "s"), f"Do{number}"
            case _:
                identity, name = {"type": f"T{number}"}, "Invoke"
        yield record("lambda", name, {"functionName": f"f{number}"}, userIdentity=identity, eventID=f"{number}")


def test_memory_does_not_grow_with_the_trail() -> None:
    from lampolicy.replay import TrailLimits

    limits = TrailLimits(groups=20, remembered_ids=200, remembered_decisions=100)

    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        replay_records(_many(count), against=world().organization, limits=limits)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(200)

    assert peak(3000) < 1.5 * peak(1500)


@pytest.mark.parametrize(
    "path", [("eventName",), ("eventID",), ("requestParameters", "functionName"), ("userIdentity", "arn")]
)
def test_endless_names_do_not_become_names_of_groups(path: tuple[str, ...]) -> None:
    endless = _put(record("lambda", "Invoke", {"functionName": "f"}), path, "x" * 100_000)

    report = replay_records([endless], against=world().organization)

    assert len(text_report(report)) < 10_000


def test_ids_are_remembered_at_least_as_long_as_told() -> None:
    seen = Seen(1000)

    assert [seen.add(str(number)) for number in range(2500)] == [True] * 2500
    assert not any(seen.add(str(number)) for number in range(1500, 2500))
    assert "2499" in seen
    assert "nobody" not in seen


def test_a_reader_may_give_places_of_its_own() -> None:
    report = replay_records([Read(Place("queue", record=7), {})], against=world().organization)

    assert str(report.faults[0].place) == "queue, record 7"
