"""`lampolicy conformance`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

import click

from lampolicy.cli._codes import FAILED, FOUND, OK
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import DocumentError, LampolicyError
from lampolicy.jsontext import report
from lampolicy.testing.conformance import Case, Result, run


@click.command("conformance", short_help="Decide recorded cases, and print every disagreement.")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE.jsonl...",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
def command(files: tuple[Path, ...]) -> int:
    """Decide recorded cases with the engine and with the reference, and print every disagreement.

    A row holds a request, its policies and the expected decision, or a policy and whether AWS accepted it. The last
    line counts. Exits 0 if all agree, 1 on a disagreement, 2 if a file cannot be read.
    """
    unreadable = [path for path in files if not _can_be_read(path)]
    if unreadable:
        raise click.FileError(str(unreadable[0]), "it cannot be read as text")
    passed, failed = 0, 0
    for result in run(files):
        passed, failed = passed + result.passed, failed + (not result.passed)
        if not result.passed:
            put(_disagreement(result) + "\n")
    put(f"{passed} passed, {failed} failed\n")
    if passed + failed == 0:
        click.echo("lampolicy: no cases here", err=True)
        return FAILED
    return FOUND if failed else OK


def _can_be_read(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return False
    return True


def _disagreement(result: Result) -> str:
    return "\n".join([result.id, *(f"  {fault}" for fault in result.faults), *_why(result)]) + "\n"


def _why(result: Result) -> Iterable[str]:
    if result.case is not None:
        return [indent(_explanation(result.case), "    ")]
    if isinstance(result.error, DocumentError):
        return [indent(report(result.error), "    ")]
    return []


def _explanation(case: Case) -> str:
    from lampolicy.explain import explain

    try:
        return str(explain(case.request, case.policies, what_if=True))
    except LampolicyError as error:
        return f"no explanation: {error}"
