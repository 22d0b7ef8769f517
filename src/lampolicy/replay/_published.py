"""The wire form and its schema, without loading pydantic before they are asked for."""

from __future__ import annotations

from lampolicy.replay._report import Report


def json_report(report: Report, tool: str) -> str:
    """Write a report as JSON, version 1.

    Args:
        report: What was found.
        tool: What wrote it: lampolicy and its version.
    """
    import json

    from lampolicy.replay._wire import report_model

    # a record may hold half a character, which pydantic does not write
    return json.dumps(report_model(report, tool).model_dump(), indent=2) + "\n"


def replay_schema() -> dict[str, object]:
    """The JSON Schema of the JSON report, as `docs/reference/schemas/replay-report.schema.json` publishes it."""
    from lampolicy.replay._wire import schema

    return schema()
