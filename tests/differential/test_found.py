"""What the generators once found stays right: every disagreement of engine and reference became a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from lampolicy.testing import conformance

FOUND = Path(__file__).parents[1] / "conformance" / "differential.jsonl"


@pytest.mark.parametrize("line", FOUND.read_text("utf-8").splitlines())
def test_it_is_decided_right_by_both_and_with_the_same_evidence(line: str) -> None:
    assert conformance.run_line(line, FOUND.name).faults == ()


def test_a_key_policy_that_grants_to_everyone_is_the_only_evidence() -> None:
    result = next(r for r in conformance.run([FOUND]) if r.id == "found/evidence-of-a-key-policy")
    assert result.case is not None
    assert result.case.policies.resource is not None
    assert getattr(result.engine, "by", None) == (result.case.policies.resource.statement_id(0),)
