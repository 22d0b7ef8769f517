"""Policies as fields of pydantic models."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pydantic import BaseModel, ValidationError

from lampolicy.policy import Policy, PolicyKind
from tests.policy.faulty import SHAPES, document, statement


class Holder(BaseModel):
    policy: Policy


@pytest.mark.parametrize("kind", SHAPES)
def test_a_policy_in_a_model_keeps_its_kind_and_name(kind: str) -> None:
    holder = Holder(policy=Policy.parse(document(statement(kind)), kind=kind, name="n"))
    for again in (
        Holder.model_validate_json(holder.model_dump_json()),
        Holder.model_validate(holder.model_dump()),
        Holder.model_validate(json.loads(holder.model_dump_json())),
    ):
        assert again == holder
        assert again.policy.name == "n"
    assert holder.model_dump()["policy"] == {"kind": kind, "name": "n", "document": holder.policy.to_dict()}


def test_a_document_alone_is_an_identity_policy() -> None:
    source = document(statement())
    for given in (source, json.dumps(source), json.dumps(source).encode()):
        assert Holder.model_validate({"policy": given}).policy.kind is PolicyKind.IDENTITY


def test_a_document_may_be_a_text_beside_its_kind() -> None:
    wire = {"kind": "function", "document": json.dumps(document(statement("function")))}
    assert Holder.model_validate({"policy": wire}).policy.kind is PolicyKind.FUNCTION


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "{",
        {},
        document(statement(Effect="allow")),
        document(statement("function")),
        {"kind": "unheard", "document": document(statement())},
        {"kind": ["identity"], "document": document(statement())},
        {"kind": "identity", "document": 3},
        {"kind": "identity", "name": 3, "document": document(statement())},
        {"kind": "identity"},
    ],
)
def test_what_is_no_policy_is_a_validation_error(value: object) -> None:
    with pytest.raises(ValidationError):
        Holder.model_validate({"policy": value})


def test_a_model_has_a_json_schema() -> None:
    forms = Holder.model_json_schema()["properties"]["policy"]["anyOf"]
    assert forms[0]["properties"]["kind"]["enum"] == [str(kind) for kind in PolicyKind]
    assert forms[1]["required"] == ["Statement"]


def test_pydantic_is_loaded_only_by_who_uses_it() -> None:
    code = (
        "import sys, lampolicy.policy, lampolicy.request, lampolicy.decision; assert 'pydantic_core' not in sys.modules"
    )
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)  # noqa: S603 - our own interpreter
