"""What AWS accepts and refuses when a policy is written: cases of the project's own, and recorded ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lampolicy.diagnostic import PolicyError
from lampolicy.policy import Policy, PolicyKind
from lampolicy.testing.conformance import run_validation

OWN = Path(__file__).with_name("validation.jsonl")
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "validation.jsonl"


def rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in rows(OWN)])
def test_it_accepts_and_refuses_as_the_semantics_say(row: dict[str, Any]) -> None:
    assert run_validation(row).faults == ()


def test_the_cases_are_many_of_both_kinds() -> None:
    counted = Counter(row["accepted"] for row in rows(OWN))
    assert counted[True] > 70
    assert counted[False] > 100


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")
@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in rows(RECORDED)])
def test_it_accepts_and_refuses_as_aws_was_recorded(row: dict[str, Any]) -> None:
    assert run_validation(row).faults == ()


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in [*rows(OWN), *rows(RECORDED)]])
def test_of_several_faults_it_names_the_one_aws_answers_with(row: dict[str, Any]) -> None:
    if row["kind"] not in tuple(PolicyKind) or row["accepted"] or "ContextEntries" in row["document"]:
        return
    if "ResourceArns" in row["document"]:
        return
    with pytest.raises(PolicyError) as caught:
        Policy.parse(row["document"], kind=row["kind"])
    aws = caught.value.aws
    assert aws is not None
    assert aws.code == row["error_code"]
    assert row.get("error_message") in {None, aws.text}
