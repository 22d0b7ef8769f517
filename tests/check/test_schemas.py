"""The published JSON Schemas are those of the code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas import FOLDER, SCHEMAS, text_of


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_current(name: str) -> None:
    published = (FOLDER / name).read_text(encoding="utf-8")

    assert published == text_of(name), "run `python tools/schemas.py`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_lets_no_unknown_field_through(name: str) -> None:
    schema: dict[str, Any] = json.loads(text_of(name))

    objects = [schema, *schema["$defs"].values()]
    assert all(o.get("additionalProperties") is False for o in objects if o.get("type") == "object")


@pytest.mark.parametrize("name", ["expected-decisions", "configuration", "organization"])
def test_every_field_a_person_writes_is_described(name: str) -> None:
    schema: dict[str, Any] = json.loads(text_of(f"{name}.schema.json"))

    for each in [schema, *schema["$defs"].values()]:
        assert all("description" in field for field in each.get("properties", {}).values()), each["title"]
