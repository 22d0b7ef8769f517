"""Decisions as JSON values and as fields of pydantic models."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from lampolicy.decision import (
    ROOT_OF_ACCOUNT,
    Allowed,
    Decision,
    ExplicitlyDenied,
    ImplicitlyDenied,
    Missing,
    OpenTest,
    Outcome,
    Side,
    Undetermined,
    read_decision,
    write_decision,
)
from lampolicy.diagnostic import RequestError
from lampolicy.policy import PolicyKind, StatementId

TEXT = st.text(max_size=6)
STATEMENTS = st.builds(
    StatementId,
    TEXT,
    st.sampled_from(PolicyKind),
    st.integers(0, 9),
    st.none() | TEXT,
    st.none() | TEXT,
    st.lists(TEXT | st.integers(0, 9), max_size=3).map(tuple),
)
MISSING = st.builds(Missing, st.sampled_from(Side), st.none() | st.integers(0, 9))


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


DETERMINED = (
    st.builds(Allowed, some(STATEMENTS | st.just(ROOT_OF_ACCOUNT)))
    | st.builds(ExplicitlyDenied, some(STATEMENTS))
    | st.builds(ImplicitlyDenied, some(MISSING))
)
TESTS = st.builds(OpenTest, some(TEXT), TEXT)
OUTCOMES = st.builds(Outcome, st.lists(TESTS, max_size=2).map(tuple), DETERMINED)
DECISIONS = DETERMINED | st.builds(Undetermined, some(TEXT), some(OUTCOMES))


class Record(BaseModel):
    decision: Decision
    earlier: list[Decision] = []
    grant: Allowed | None = None


@given(DECISIONS)
def test_a_decision_read_back_is_the_same_decision(decision: Decision) -> None:
    wire = json.loads(json.dumps(decision.to_dict()))
    assert read_decision(wire) == decision
    assert type(decision).from_dict(wire) == decision
    assert write_decision(decision) == decision.to_dict()


@given(DECISIONS)
def test_it_stands_in_a_model_and_survives_pickling(decision: Decision) -> None:
    record = Record(decision=decision, earlier=[decision], grant=decision if isinstance(decision, Allowed) else None)
    assert Record.model_validate_json(record.model_dump_json()) == record
    assert Record.model_validate(record.model_dump()) == record
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own pickle


def test_the_wire_form_names_the_decision_first() -> None:
    statement = StatementId("p", PolicyKind.FUNCTION, 0, "a", None, ("Statement", 0))
    assert Allowed((statement, ROOT_OF_ACCOUNT)).to_dict() == {
        "decision": "allowed",
        "by": [
            {"policy": "p", "kind": "function", "index": 0, "sid": "a", "pointer": ["Statement", 0]},
            {"rule": "E10", "text": ROOT_OF_ACCOUNT.text},
        ],
    }
    assert ImplicitlyDenied((Missing(Side.SERVICE_CONTROL, 1),)).to_dict() == {
        "decision": "implicitly_denied",
        "missing": [{"side": "service control policy", "level": 1}],
    }


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"decision": "perhaps"},
        {"decision": "allowed"},
        {"decision": "allowed", "by": []},
        {"decision": "allowed", "by": [{}]},
        {"decision": "allowed", "by": [{"policy": "p", "kind": "unheard", "index": 0}]},
        {"decision": "allowed", "by": [{"policy": "p", "kind": "function", "index": -1}]},
        {"decision": "allowed", "by": [{"policy": "p", "kind": "function", "index": 0, "pointer": [None]}]},
        {"decision": "explicitly_denied", "by": [{"rule": "E10", "text": "x"}]},
        {"decision": "implicitly_denied", "missing": [{"side": "nowhere"}]},
        {"decision": "undetermined", "needs": ["x"], "outcomes": [{"holds": [], "decision": None}]},
        {
            "decision": "undetermined",
            "needs": ["x"],
            "outcomes": [{"holds": [], "decision": {"decision": "undetermined", "needs": ["x"], "outcomes": []}}],
        },
    ],
)
def test_a_decision_without_its_evidence_is_refused(value: object) -> None:
    with pytest.raises(RequestError):
        read_decision(value)
    with pytest.raises(ValidationError):
        Record.model_validate({"decision": value})


def test_a_field_for_one_member_takes_no_other() -> None:
    denied = ImplicitlyDenied((Missing(Side.IDENTITY),))
    with pytest.raises(RequestError, match="implicitly_denied"):
        Allowed.from_dict(denied.to_dict())
    with pytest.raises(ValidationError):
        Record.model_validate({"decision": denied, "grant": denied})


def test_the_union_has_a_json_schema_with_one_entry_for_each_member() -> None:
    schema = TypeAdapter[Decision](Decision).json_schema()
    tags = [member["properties"]["decision"]["const"] for member in schema["anyOf"]]
    assert tags == ["allowed", "explicitly_denied", "implicitly_denied", "undetermined"]
