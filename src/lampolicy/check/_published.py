"""The wire form and the schemas, without loading pydantic before they are asked for."""

from __future__ import annotations

from lampolicy.check._report import Report


def json_report(report: Report, tool: str) -> str:
    """Write a report as JSON, version 1.

    Args:
        report: What was found.
        tool: What wrote it: lampolicy and its version.
    """
    from lampolicy.check._wire import report_model

    return report_model(report, tool).model_dump_json(indent=2) + "\n"


def report_schema() -> dict[str, object]:
    """The JSON Schema of the JSON report, as `docs/reference/schemas/check-report.schema.json` publishes it."""
    from lampolicy.check._wire import schema

    return schema()


def expectations_schema() -> dict[str, object]:
    """The JSON Schema of expected-decision files, as `docs/reference/schemas/` publishes it."""
    from lampolicy.check._expectations import schema

    return schema()


def configuration_schema() -> dict[str, object]:
    """The JSON Schema of `lampolicy.toml`, as `docs/reference/schemas/` publishes it."""
    from lampolicy.check._config_form import schema

    return schema()
