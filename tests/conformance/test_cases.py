"""Every case of the project's own: the 75 decisive cases of the semantics, and the flip of every rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.reference import decide
from lampolicy.testing.conformance import read_case

Decider: TypeAlias = Callable[..., Decision]

WORDS = {Allowed: "allow", ExplicitlyDenied: "explicit_deny", ImplicitlyDenied: "implicit_deny"}
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("cases.jsonl").read_text("utf-8").splitlines()
]
WRITTEN = Path(__file__).with_name("validation.jsonl")
CASES = [pytest.param(row, id=row["id"], marks=pytest.mark.inferred if row.get("inferred") else ()) for row in ROWS]
DECIDERS = [pytest.param(authorize, id="engine"), pytest.param(decide, id="reference")]


def word_of(decision: Decision) -> str:
    return WORDS.get(type(decision), "undetermined")


@pytest.mark.parametrize("decider", DECIDERS)
@pytest.mark.parametrize("row", CASES)
def test_it_decides_as_the_semantics_say(row: dict[str, Any], decider: Decider) -> None:
    case = read_case(row)
    word = word_of(decider(case.request, case.policies, what_if=True))
    either = case.expected == "deny" and word in {"explicit_deny", "implicit_deny"}
    assert either or word == case.expected, f"{row['rule']}: {row['note']}"


@pytest.mark.parametrize("row", CASES)
def test_engine_and_reference_give_the_same_evidence(row: dict[str, Any]) -> None:
    case = read_case(row)
    assert authorize(case.request, case.policies, what_if=True) == decide(case.request, case.policies, what_if=True)


def test_names_of_cases_are_unique() -> None:
    assert [name for name, count in Counter(row["id"] for row in ROWS).items() if count > 1] == []


def test_all_decisive_cases_are_here() -> None:
    numbers = {int(row["id"].split("/")[1]) for row in ROWS if row["id"].startswith("table/")}
    written_as_policies = {43, 75}
    assert numbers | written_as_policies == set(range(1, 76))


def test_every_rule_of_matching_variables_conditions_and_evaluation_has_a_case() -> None:
    cited = {rule for row in ROWS for rule in row["rule"].split()}
    decided_elsewhere = {"M10", "C2", "C14", "E2", "E22", "E23"}
    families = {"M": 12, "V": 9, "C": 15, "O": 13, "K": 4, "E": 23}
    rules = {f"{family}{number}" for family, last in families.items() for number in range(1, last + 1)}
    assert rules - cited == decided_elsewhere


def test_every_rule_of_lambda_has_a_case() -> None:
    """Those of managing a function's policy are cases of writing it."""
    written = json.loads(f"[{','.join(WRITTEN.read_text('utf-8').splitlines())}]")
    cited = {rule for row in [*ROWS, *written] for rule in row.get("rule", "").split()}
    assert {f"L{number}" for number in range(1, 24)} - cited == set()
