"""Writes the published JSON Schemas anew: `python tools/schemas.py`."""

from __future__ import annotations

import json
from pathlib import Path

from lampolicy.check import configuration_schema, expectations_schema, report_schema
from lampolicy.readers import manifest_schema
from lampolicy.replay import replay_schema

FOLDER = Path(__file__).parent.parent / "docs" / "reference" / "schemas"

SCHEMAS = {
    "expected-decisions.schema.json": expectations_schema,
    "check-report.schema.json": report_schema,
    "configuration.schema.json": configuration_schema,
    "organization.schema.json": manifest_schema,
    "replay-report.schema.json": replay_schema,
}


def text_of(name: str) -> str:
    """The text of a schema as it is to be published."""
    return json.dumps(SCHEMAS[name](), indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every schema."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (FOLDER / name).write_text(text_of(name), encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
