"""Every form a trail is kept in gives the same records, and what cannot be read is counted with its place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.replay import DEFAULT_TRAIL_LIMITS, BadRecord, Fault, Read, TrailLimits, read_event, read_trail
from lampolicy.replay._scan import records
from tests.replay.trail import A, documents, json_lines, record, session_identity, user_identity

ROLE = f"arn:aws:iam::{A}:role/team/worker"
RECORDS: list[dict[str, Any]] = [
    record("lambda", "Invoke", {"functionName": "f"}, eventID="1"),
    record("s3", "GetObject", {"bucketName": 'p"{[', "key": "a\\b"}, eventID="2", errorCode="AccessDenied"),
    record("sts", "GetCallerIdentity", None, eventID="3", userIdentity=session_identity(ROLE, "s")),
]


def _lookup(found: list[dict[str, Any]]) -> str:
    return json.dumps({"Events": [{"EventId": r["eventID"], "CloudTrailEvent": json.dumps(r)} for r in found]})


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "document.json": lambda found: documents(found).encode(),
    "indented.json": lambda found: json.dumps({"Records": found}, indent=2).encode(),
    "list.json": lambda found: json.dumps(found).encode(),
    "marked.json": lambda found: b"\xef\xbb\xbf" + documents(found).encode(),
    "lines.jsonl": lambda found: json_lines(found).encode(),
    "carriage.jsonl": lambda found: json_lines(found).replace("\n", "\r\n\r\n").encode(),
    "documents.jsonl": lambda found: "\n".join(documents([one]) for one in found).encode(),
    "lookup.json": lambda found: _lookup(found).encode(),
    "document.json.gz": lambda found: gzip.compress(documents(found).encode()),
    "lines.jsonl.gz": lambda found: gzip.compress(json_lines(found).encode()),
    "members.gz": lambda found: b"".join(gzip.compress(documents([one]).encode()) for one in found),
}


def _read(path: Path, limits: TrailLimits = DEFAULT_TRAIL_LIMITS) -> tuple[list[object], list[str]]:
    items = list(read_trail(path, limits=limits))
    return [i.record for i in items if isinstance(i, Read)], [
        f"{i.place}: {i.message}" for i in items if isinstance(i, Fault)
    ]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_records(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FORMS[name](RECORDS))

    assert _read(path) == (RECORDS, [])


def test_a_folder_is_read_in_the_order_of_names_without_hidden_files_links_and_digests(tmp_path: Path) -> None:
    for name in ("b.json", "a/x.json", ".hidden.json", "1_CloudTrail-Digest_2.json", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(documents([RECORDS[0] | {"eventID": name}]))
    (tmp_path / "link.json").symlink_to(tmp_path / "b.json")

    found = [read_event(one).id for one in _read(tmp_path)[0]]

    assert found == ["a/x.json", "b.json"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64, 1000])
@pytest.mark.parametrize("name", ["document.json", "indented.json", "list.json"])
def test_pieces_may_end_anywhere(name: str, size: int) -> None:
    text = FORMS[name](RECORDS)

    found = records((text[i : i + size] for i in range(0, len(text), size)), 100_000)

    assert [json.loads(piece.text or b"") for piece in found] == RECORDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\{}[]:,é\n', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('Records"[{', max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.lists(st.dictionaries(st.text("ab[", max_size=3), JSON, min_size=1, max_size=3), max_size=4), st.integers(1, 9)
)
def test_no_content_of_a_record_confuses_the_scanner(found: list[dict[str, Any]], size: int) -> None:
    text = json.dumps({"Records": found}, ensure_ascii=False).encode()

    pieces = list(records((text[i : i + size] for i in range(0, len(text), size)), 100_000))

    assert [json.loads(piece.text or b"") for piece in pieces] == found


@given(st.binary(max_size=60), st.integers(1, 7))
def test_no_bytes_break_the_scanner(text: bytes, size: int) -> None:
    for piece in records((text[i : i + size] for i in range(0, len(text), size)), 10):
        assert piece.text is None or len(piece.text) <= 10


class TestFaults:
    def test_a_broken_line_has_its_number_and_the_others_count(self, tmp_path: Path) -> None:
        path = tmp_path / "t.jsonl"
        path.write_text(f'{json.dumps(RECORDS[0])}\n{{"eventSource": "lam\n\n{json.dumps(RECORDS[2])}\n')

        found, faults = _read(path)

        assert found == [RECORDS[0], RECORDS[2]]
        assert len(faults) == 1
        assert faults[0].startswith(f"{path}:2: is not JSON")

    def test_a_truncated_document_keeps_what_came_before(self, tmp_path: Path) -> None:
        path = tmp_path / "t.json"
        path.write_text(documents(RECORDS)[:-40])

        found, faults = _read(path)

        assert found == RECORDS[:2]
        assert faults == [f"{path}, record 3: the file ends in the middle of it: records are missing at its end"]

    def test_a_truncated_pack_keeps_what_came_before(self, tmp_path: Path) -> None:
        path = tmp_path / "t.jsonl.gz"
        many = [RECORDS[0] | {"eventID": str(i)} for i in range(20_000)]
        path.write_bytes(gzip.compress(json_lines(many).encode())[:-3000])

        found, faults = _read(path)

        assert 0 < len(found) < len(many)
        assert found == many[: len(found)]
        assert any("the gzip file ends too early" in fault for fault in faults)

    def test_a_pack_of_noise_is_one_fault(self, tmp_path: Path) -> None:
        path = tmp_path / "t.gz"
        path.write_bytes(b"\x1f\x8b\x08\x00" + b"\xff" * 50)

        found, faults = _read(path)

        assert found == []
        assert len(faults) == 1
        assert "gzip file" in faults[0]

    @pytest.mark.parametrize("name", ["lines.jsonl", "document.json"])
    def test_a_record_beyond_the_limit_is_passed_over(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        long = RECORDS[1] | {"userAgent": "x" * 5000}
        path.write_bytes(FORMS[name]([RECORDS[0], long, RECORDS[2]]))
        size = len(json.dumps(RECORDS[2])) + 100

        found, faults = _read(path, TrailLimits(record_bytes=size))

        assert found == [RECORDS[0], RECORDS[2]]
        assert len(faults) == 1
        assert f"longer than {size} bytes" in faults[0]

    @pytest.mark.parametrize(("extra", "kept"), [(0, True), (-1, False)])
    def test_the_limit_is_exact(self, tmp_path: Path, extra: int, *, kept: bool) -> None:
        path = tmp_path / "t.jsonl"
        line = json.dumps(RECORDS[0])
        path.write_text(f"{line}\n")

        found, faults = _read(path, TrailLimits(record_bytes=len(line) + extra))

        assert (len(found), len(faults)) == ((1, 0) if kept else (0, 1))

    def test_a_line_without_end_takes_no_memory(self) -> None:
        """A gigabyte on one line: what is kept never exceeds a piece and the limit."""
        import tracemalloc

        def chunks() -> Iterator[bytes]:
            piece = b'"' + b"x" * 99_998 + b'"'
            yield b'{"Records":[{"a":'
            for _ in range(300):
                yield piece + b","

        tracemalloc.start()
        found = list(records(chunks(), 1_000_000))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert [(piece.text, piece.complete) for piece in found] == [(None, False)]
        assert peak < 5_000_000

    def test_nothing_and_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.json").write_bytes(b"")
        assert _read(tmp_path / "empty.json") == ([], [])

        found, faults = _read(tmp_path / "gone.json")
        assert found == []
        assert "no such file" in faults[0]

    @pytest.mark.parametrize(
        ("broken", "says"),
        [
            ([], "no JSON object"),
            ("x", "no JSON object"),
            ({}, "`eventSource`, `eventName`, `eventTime`"),
            ({"eventSource": "s3.amazonaws.com", "eventName": 7, "eventTime": "2026-11-02T10:00:00Z"}, "`eventName`"),
            ({"eventSource": "s", "eventName": "x", "eventTime": "yesterday"}, "no time"),
        ],
    )
    def test_a_record_without_what_every_record_has(self, broken: object, says: str) -> None:
        with pytest.raises(BadRecord, match=says):
            read_event(broken)


class TestEvent:
    @pytest.mark.parametrize(
        ("name", "api"),
        [
            ("Invoke", "Invoke"),
            ("ListFunctions20150331", "ListFunctions"),
            ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("20150331", "20150331"),
            ("Get20150331Thing", "Get20150331Thing"),
        ],
    )
    def test_the_version_behind_a_name_is_taken_off(self, name: str, api: str) -> None:
        assert read_event(record("lambda", name)).api == api

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z"),
            ("2026-11-02T10:00:00.123Z", "2026-11-02T10:00:00Z"),
            ("2026-11-02T11:00:00+01:00", "2026-11-02T10:00:00Z"),
            ("2026-11-02 10:00:00", "2026-11-02T10:00:00Z"),
        ],
    )
    def test_times_are_brought_into_one_form(self, written: str, read: str) -> None:
        assert read_event(record("lambda", "Invoke", eventTime=written)).time == read

    def test_one_call_has_one_id_in_both_accounts(self) -> None:
        assert read_event(record("sts", "AssumeRole", eventID="a", sharedEventID="s")).id == "s"

    def test_names_in_lower_case_and_values_as_text_as_athena_gives_them(self) -> None:
        session = session_identity(ROLE, "s")
        row = {
            "eventtime": "2026-11-02T10:00:00Z",
            "eventsource": "s3.amazonaws.com",
            "eventname": "GetObject",
            "awsregion": "us-east-1",
            "useridentity": {
                "type": "AssumedRole",
                "principalid": session["principalId"],
                "sessioncontext": {
                    "attributes": {"mfaauthenticated": "true"},
                    "sessionissuer": {"arn": ROLE},
                },
            },
            "requestparameters": '{"bucketName": "photos", "Key": "a"}',
            "resources": [{"arn": "arn:aws:s3:::photos", "accountid": A, "type": "AWS::S3::Bucket"}],
            "recipientaccountid": A,
            "readonly": "true",
        }

        event = read_event(row)

        assert event.parameters == {"bucketName": "photos", "Key": "a"}
        assert event.identity["sessionContext"] == {
            "attributes": {"mfaAuthenticated": "true"},
            "sessionIssuer": {"arn": ROLE},
        }
        assert [(r.arn, r.account) for r in event.resources] == [("arn:aws:s3:::photos", A)]
        assert event.read_only is True

    def test_a_record_of_security_lake(self) -> None:
        row = {
            "metadata": {"uid": "e1", "event_code": "AwsApiCall", "product": {"feature": {"name": "Data"}}},
            "time": 1793613600000,
            "cloud": {"region": "us-east-1", "account": {"uid": A}},
            "api": {
                "operation": "Invoke",
                "service": {"name": "lambda.amazonaws.com"},
                "request": {"data": '{"functionName": "f"}'},
                "response": {"error": "AccessDenied", "message": "no"},
            },
            "actor": {
                "user": {"type": "AssumedRole", "uid": f"arn:aws:sts::{A}:assumed-role/worker/s", "uid_alt": "AROA1:s"},
                "session": {"issuer": ROLE, "is_mfa": True},
            },
            "src_endpoint": {"ip": "203.0.113.7"},
            "tls": {"version": "TLSv1.3"},
            "unmapped": {"recipientAccountId": A},
        }

        event = read_event(row)

        assert (event.id, event.time, event.api, event.error) == (
            "e1",
            "2026-11-02T10:00:00Z",
            "Invoke",
            "AccessDenied",
        )
        assert event.parameters == {"functionName": "f"}
        assert event.identity["principalId"] == "AROA1:s"
        assert (event.data, event.encrypted, event.address, event.account) == (True, True, "203.0.113.7", A)

    def test_flat_parameters_of_security_lake_are_put_together(self) -> None:
        row = {
            "metadata": {"uid": "e1"},
            "time": 0,
            "api": {"operation": "GetObject", "service": {"name": "s3.amazonaws.com"}},
            "actor": {"user": {"type": "Root"}},
            "unmapped": {"requestParameters.bucketName": "b", "requestParameters.vpc.id": "v", "other": "x"},
        }

        assert read_event(row).parameters == {"bucketName": "b", "vpc": {"id": "v"}}


class TestParquet:
    def test_rows_of_structs_as_cloudtrail_lake_exports_them(self, tmp_path: Path) -> None:
        pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        from datetime import UTC, datetime

        path = tmp_path / "lake.parquet"
        table = pa.Table.from_pylist(
            [
                {
                    "eventTime": datetime(2026, 11, 2, 10, tzinfo=UTC),
                    "eventSource": "lambda.amazonaws.com",
                    "eventName": "Invoke",
                    "awsRegion": "us-east-1",
                    "userIdentity": user_identity(),
                    "requestParameters": json.dumps({"functionName": "f"}),
                    "eventID": str(number),
                    "recipientAccountId": A,
                    "errorCode": None,
                }
                for number in range(10)
            ]
        )
        parquet.write_table(table, path, row_group_size=3)

        found, faults = _read(path, TrailLimits(batch_rows=4))
        events = [read_event(one) for one in found]

        assert faults == []
        assert [event.id for event in events] == [str(number) for number in range(10)]
        assert events[0].parameters == {"functionName": "f"}
        assert (events[0].time, events[0].error) == ("2026-11-02T10:00:00Z", None)

    def test_maps_and_rows_of_security_lake(self, tmp_path: Path) -> None:
        pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        path = tmp_path / "lake.parquet"
        row = {
            "metadata": {"uid": "e1"},
            "time": 1793613600000,
            "api": {"operation": "GetObject", "service": {"name": "s3.amazonaws.com"}},
            "actor": {"user": {"type": "IAMUser", "uid": f"arn:aws:iam::{A}:user/ana"}},
            "unmapped": [("requestParameters.bucketName", "b"), ("requestParameters.key", "k")],
        }
        flat = pa.array([row["unmapped"]], pa.map_(pa.string(), pa.string()))
        rest = pa.Table.from_pylist([{name: value for name, value in row.items() if name != "unmapped"}])
        parquet.write_table(rest.append_column("unmapped", flat), path)

        (found,), faults = _read(path)

        assert faults == []
        assert read_event(found).parameters == {"bucketName": "b", "key": "k"}

    def test_a_broken_file_is_a_fault(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
        path = tmp_path / "x.parquet"
        path.write_bytes(b"PAR1" + b"\x00" * 100)

        found, faults = _read(path)

        assert found == []
        assert "the Parquet file is broken" in faults[0]

    def test_without_pyarrow_it_says_what_to_install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lampolicy.replay._parquet.find_spec", lambda _: None)
        path = tmp_path / "x.parquet"
        path.write_bytes(b"PAR1" + b"\x00" * 100)

        assert "lampolicy[arrow]" in _read(path)[1][0]
