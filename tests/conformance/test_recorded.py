"""Answers recorded from real AWS, which lie beside the checkout of those who have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.reference import decide
from lampolicy.testing.conformance import read_case

Decider: TypeAlias = Callable[..., Decision]

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "decisions.jsonl"
WORDS = {Allowed: "allow", ExplicitlyDenied: "explicit_deny", ImplicitlyDenied: "implicit_deny"}

DISAGREEMENTS = {
    "sd/values/sim/NumericNotEquals/1": "the policy simulator says false on a text that is no number, live AWS says"
    " true (X3); the live rows sd/values/NumericNotEquals/1/'no-number'/* agree",
}
"""Rows that are not followed, and why: each is a weaker witness that a live recording contradicts."""


def recorded() -> list[dict[str, Any]]:
    if not RECORDED.exists():
        return []
    return [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]


def word_of(decision: Decision) -> str:
    return WORDS.get(type(decision), "undetermined")


def differing(decider: Decider) -> set[str]:
    found: set[str] = set()
    for row in recorded():
        case = read_case(row)
        word = word_of(decider(case.request, case.policies, what_if=True))
        either = case.expected == "deny" and word in {"explicit_deny", "implicit_deny"}
        if not either and word != case.expected:
            found.add(case.id)
    return found


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recordings are not beside this checkout ({RECORDED})")
@pytest.mark.parametrize("decider", [pytest.param(authorize, id="engine"), pytest.param(decide, id="reference")])
def test_it_decides_as_aws_was_recorded(decider: Decider) -> None:
    assert differing(decider) == set(DISAGREEMENTS)
