"""`lampolicy check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

import click

import lampolicy
from lampolicy.check import Overrides, Report, check, help_for, is_code_name, json_report, text_report
from lampolicy.cli._codes import FAILED, FOUND, OK
from lampolicy.cli._terminal import Progress, put, wants_colour
from lampolicy.diagnostic import Severity

_CONFIG = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to this file.")
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    help="Exit 1 for findings from this severity on (error, if nothing says otherwise); a decision that was not "
    "expected always counts.",
)
@click.option("--select", multiple=True, metavar="CODES", help="Report only these: LP304, or LP3 for all of LP3xx.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these.")
@click.option("--require-reasons/--no-require-reasons", default=None, help="Whether suppressions must give a reason.")
@click.option(
    "--config", type=_CONFIG, metavar="FILE", help="The configuration; else the nearest above each PATH is read."
)
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
def command(paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - click's
    """Check policies, and the decisions expected of them.

    Reads every PATH, a file or a folder with all that is below it: policy documents, and what `aws lambda get-policy`,
    `aws iam get-role` and `aws iam get-account-authorization-details` print. Reports faults AWS would refuse, what is
    stored but does not do what it seems to, and traps; then decides the expected-decision files (`*.lampolicy.yaml`,
    `.json`, `.toml`) with the policies of their folder.

    Exits 0 if nothing is found, 1 for findings or unexpected decisions, 2 if it could not run.
    """
    progress = Progress()
    try:
        report = check(paths, overrides=_overrides(options), progress=progress)
    finally:
        progress.done()
    output: Path | None = options["output"]
    put(_written(report, options["form"], output), output)
    return _code(report, paths, exit_zero=options["exit_zero"])


def _overrides(options: dict[str, Any]) -> Overrides:
    if options["no_config"] and options["config"]:
        raise click.UsageError("give `--config` or `--no-config`, not both")
    selected = _codes("--select", options["select"])
    if selected == ():
        raise click.UsageError("`--select` names no code, so nothing would be found: give some, or leave it out")
    return Overrides(
        selected,
        _codes("--ignore", options["ignore"]),
        Severity(options["fail_on"]) if options["fail_on"] else None,
        options["require_reasons"],
        options["config"],
        options["no_config"],
    )


def _codes(option: str, given: tuple[str, ...]) -> tuple[str, ...] | None:
    """The codes of an option, which may be repeated, and hold several with commas between."""
    names = tuple(name.strip() for text in given for name in text.split(",") if name.strip())
    wrong = next((name for name in names if not is_code_name(name)), None)
    if wrong is not None:
        raise click.UsageError(f"`{option}`: `{wrong}` is no code, and no code begins with it: {help_for(wrong)}")
    return names if given else None


def _written(report: Report, form: Literal["text", "json"], output: Path | None) -> str:
    if form == "json":
        return json_report(report, f"lampolicy {lampolicy.__version__}")
    return text_report(report, colour=output is None and wants_colour(sys.stdout))


def _code(report: Report, paths: tuple[Path, ...], *, exit_zero: bool) -> int:
    if report.unreadable or report.misconfigured:
        return FAILED
    if report.empty and all(path.is_dir() for path in paths):
        click.echo("lampolicy: no policies and no expected decisions here", err=True)
        return FAILED
    return FOUND if report.fails() and not exit_zero else OK
