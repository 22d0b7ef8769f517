"""`lampolicy replay`: exit codes, forms, and no tracebacks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.replay import replay_schema
from tests.replay.trail import A, documents, record

from .test_command import assert_calm, document, run, run_apart, write

GRANT = {"Effect": "Allow", "Action": ["lambda:ListFunctions", "lambda:GetAccountSettings"], "Resource": "*"}
OF_ANA = {"User": {"UserName": "ana", "UserId": "AIDAANA", "Path": "/", "Arn": f"arn:aws:iam::{A}:user/ana"}}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "world"
    folder.mkdir()
    write(folder / "get-user-ana.json", OF_ANA)
    write(
        folder / "get-user-policy-ana.json",
        {"UserName": "ana", "PolicyName": "p", "PolicyDocument": document(GRANT)},
    )
    return folder


def trail(folder: Path, *records: dict[str, Any], name: str = "trail.json") -> Path:
    return write(folder / name, documents(list(records)))


LIST = record("lambda", "ListFunctions20150331", {})
REFUSED = record("lambda", "GetAccountSettings20160819", {}, errorCode="AccessDenied")


def test_nothing_different_is_0(tmp_path: Path, world: Path) -> None:
    done = run("replay", trail(tmp_path, LIST), "--against", world)

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 would be decided as they were" in done.stdout


def test_a_difference_is_1(tmp_path: Path, world: Path) -> None:
    done = run("replay", trail(tmp_path, LIST, REFUSED), "--against", world)

    assert done.returncode == 1
    assert "refused then, allowed now: 1 call" in done.stdout
    assert f"({tmp_path / 'trail.json'}, record 2)" in done.stdout


def test_json_is_as_its_schema_says(tmp_path: Path, world: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="checks the report against its schema")
    broken = {"eventSource": "x"}

    done = run("replay", trail(tmp_path, LIST, REFUSED, broken), "--against", world, "--format", "json")

    report = json.loads(done.stdout)
    jsonschema.validate(report, replay_schema())
    assert report["counts"]["different"] == 1
    assert [d["change"] for d in report["differences"]] == ["allowed-now"]
    assert report["faults"][0]["place"] == {"file": str(tmp_path / "trail.json"), "line": None, "record": 3}
    assert report["rights"][0]["entity"] == f"arn:aws:iam::{A}:user/ana"


def test_markdown_goes_to_a_file_and_nothing_of_the_trail_becomes_markup(tmp_path: Path, world: Path) -> None:
    hostile = record("ec2", "<b>|x", {}, eventID="2")
    output = tmp_path / "replay.md"

    done = run("replay", trail(tmp_path, LIST, hostile), "--against", world, "--format", "markdown", "--output", output)

    text = output.read_text("utf-8")
    assert (done.returncode, done.stdout) == (0, "")
    assert "| 1 | ec2.amazonaws.com | \\<b\\>\\|x |" in text


def test_control_characters_of_a_trail_do_not_reach_the_terminal(tmp_path: Path, world: Path) -> None:
    done = run("replay", trail(tmp_path, record("ec2", "x\x1b[31m", {})), "--against", world)

    assert "\x1b" not in done.stdout
    assert "<U+001B>" in done.stdout


def test_the_period(tmp_path: Path, world: Path) -> None:
    path = trail(tmp_path, LIST, REFUSED | {"eventTime": "2026-11-05T00:00:00Z"})

    assert run("replay", path, "--against", world, "--until", "2026-11-04").returncode == 0
    assert run("replay", path, "--against", world, "--since", "2026-11-04T00:00:00+01:00").returncode == 1
    wrong = run("replay", path, "--against", world, "--since", "yesterday")
    assert wrong.returncode == 2
    assert "`yesterday` is no time" in wrong.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "not json\n", '{"Records": [{"eventSource": 7}]}'])
def test_a_trail_of_which_nothing_can_be_read_is_2(tmp_path: Path, world: Path, text: str) -> None:
    done = run("replay", write(tmp_path / "trail.json", text), "--against", world)

    assert done.returncode == 2
    assert "no record of this trail could be read" in done.stderr
    assert_calm(done)


def test_a_folder_without_policies_is_2(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    done = run("replay", trail(tmp_path, LIST), "--against", empty)

    assert done.returncode == 2
    assert "holds no policies" in done.stderr


def test_a_broken_file_stops_nothing(tmp_path: Path, world: Path) -> None:
    folder = tmp_path / "trail"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(gzip.compress(documents([LIST] * 50).encode())[:100])
    trail(folder, LIST, name="b.json")

    done = run("replay", folder, "--against", world)

    assert done.returncode == 0
    assert "Could not be read" in done.stdout
    assert "a.json.gz" in done.stdout


def test_without_a_terminal_there_is_no_progress(tmp_path: Path, world: Path) -> None:
    done = run_apart("replay", trail(tmp_path, LIST), "--against", world)

    assert (done.returncode, done.stderr) == (0, "")
