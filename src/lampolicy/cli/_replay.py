"""`lampolicy replay`: the calls of a trail, decided again with the policies of a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

import lampolicy
from lampolicy.cli._codes import FAILED, FOUND, OK
from lampolicy.cli._template import read_template, template_options
from lampolicy.cli._terminal import Progress, put
from lampolicy.diagnostic import LampolicyError
from lampolicy.organization import Organization
from lampolicy.replay import Report, json_report, markdown_report, replay, text_report

# the backspace tells click to keep the lines as they are
_EXAMPLES = """\b
Examples:
  lampolicy replay AWSLogs/ --against aws/
  lampolicy replay AWSLogs/ --template template.yaml --account 111122223333 --region eu-west-1 --parameter Env=prod
  lampolicy replay trail.json.gz --against aws/ --since 2026-11-01 --format markdown --output replay.md
"""
_PLACE = click.Path(exists=True, path_type=Path)


@click.command("replay", short_help="Decide the calls of a CloudTrail trail again.", epilog=_EXAMPLES)
@click.argument("trail", nargs=-1, required=True, metavar="TRAIL...", type=_PLACE)
@click.option("--against", type=_PLACE, help="A file or folder of policies, as `lampolicy check` reads it.")
@template_options
@click.option("--since", metavar="TIME", help="Only calls from this time on: 2026-11-01, or with T09:00:00Z.")
@click.option("--until", metavar="TIME", help="Only calls before this time.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="Form of the report."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
def command(
    trail: tuple[Path, ...],
    against: Path | None,
    since: str | None,
    until: str | None,
    form: str,
    output: Path | None,
    **template: Any,  # noqa: ANN401 - click's
) -> int:
    """Decide the calls of a CloudTrail trail again, with the policies of a folder, of a template, or of both.

    What a template deploys stands in place of what has its name in the folder: so it would be once it is deployed.

    TRAIL is a file or folder: `Records` documents as CloudTrail writes them, JSON lines, gzip of either, or Parquet.
    Tells which calls would be decided differently now, of which it cannot be told and what that hangs on, what could
    not be mapped, and which rights of users and roles were never used.

    Exits 0 if nothing would be decided differently, 1 if something would, 2 if nothing could be read.
    """
    period = _time("--since", since), _time("--until", until)
    progress = Progress()
    try:
        world = _world(against, template)
        report = replay(*trail, against=world, since=period[0], until=period[1], opened=progress)
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress.done()
    put(_written(report, form), output)
    return _code(report)


def _world(against: Path | None, told: dict[str, Any]) -> Organization:
    from lampolicy.cli._world import read_world

    template: Path | None = told["template"]
    if template is not None:
        return read_template(template, told, against)
    if against is None:
        raise click.UsageError("give what to decide with: `--against`, `--template` or both")
    for option, value in told.items():
        if value:
            name = option.rstrip("_").replace("_", "-")
            raise click.UsageError(f"`--{name}` tells of a template: give it with `--template`")
    return read_world(against)


def _time(option: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"`{option}`: `{text}` is no time; write 2026-11-01 or 2026-11-01T09:00:00Z") from None
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(report: Report, form: str) -> str:
    if form == "json":
        return json_report(report, f"lampolicy {lampolicy.__version__}")
    return markdown_report(report) if form == "markdown" else text_report(report)


def _code(report: Report) -> int:
    if report.counts.calls == 0 and report.counts.outside == 0:
        click.echo("lampolicy: no record of this trail could be read", err=True)
        return FAILED
    return OK if report else FOUND
