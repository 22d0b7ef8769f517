"""`lampolicy check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

import lampolicy
from lampolicy.check import Report, check, json_report, text_report
from lampolicy.cli._codes import FAILED, FOUND, OK
from lampolicy.cli._terminal import Progress, put, wants_colour
from lampolicy.diagnostic import Severity


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default="error",
    show_default=True,
    help="Exit 1 for findings from this severity on; a decision that was not expected always counts.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
def command(
    paths: tuple[Path, ...], form: Literal["text", "json"], output: Path | None, fail_on: str, *, exit_zero: bool
) -> int:
    """Check policies, and the decisions expected of them.

    Reads every PATH, a file or a folder with all that is below it: policy documents, and what `aws lambda get-policy`,
    `aws iam get-role` and `aws iam get-account-authorization-details` print. Reports faults AWS would refuse, what is
    stored but does not do what it seems to, and traps; then decides the expected-decision files (`*.lampolicy.yaml`,
    `.json`, `.toml`) with the policies of their folder.

    Exits 0 if nothing is found, 1 for findings or unexpected decisions, 2 if it could not run.
    """
    progress = Progress()
    try:
        report = check(paths, progress=progress)
    finally:
        progress.done()
    put(_written(report, form, output), output)
    return _code(report, paths, Severity(fail_on), exit_zero=exit_zero)


def _written(report: Report, form: Literal["text", "json"], output: Path | None) -> str:
    if form == "json":
        return json_report(report, f"lampolicy {lampolicy.__version__}")
    return text_report(report, colour=output is None and wants_colour(sys.stdout))


def _code(report: Report, paths: tuple[Path, ...], level: Severity, *, exit_zero: bool) -> int:
    if report.unreadable:
        return FAILED
    if report.empty and all(path.is_dir() for path in paths):
        click.echo("lampolicy: no policies and no expected decisions here", err=True)
        return FAILED
    return FOUND if report.fails(level) and not exit_zero else OK
