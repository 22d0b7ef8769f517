"""The world a command asks about: a file or folder of policies."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from lampolicy.cli._policy_files import BadFile
from lampolicy.diagnostic import Code, DocumentError
from lampolicy.jsontext import report
from lampolicy.organization import Organization
from lampolicy.readers import Loaded, load


def read_world(path: Path) -> Organization:
    """Read the policies; say on standard error that some have faults, for a decision may miss them.

    Raises:
        BadFile: There are none to read, with the faults of what was found instead.
        click.UsageError: There are none at all.
    """
    loaded = load(path)
    if not loaded.documents:
        raise _nothing(path, loaded)
    if loaded.faults:
        tell_of_faults(path, len(loaded.faults))
    return loaded.organization


def tell_of_faults(path: Path, faults: int) -> None:
    """Say that policies have faults, so that decisions may miss them."""
    many = "is a fault" if faults == 1 else f"are {faults} faults"
    click.echo(f"lampolicy: there {many} in these policies; `lampolicy check {path}` shows more", err=True)


def faults_of(loaded: Loaded, *files: str) -> BadFile | None:
    """All faults of what was read, or of some files of it, each with its source line; `None` if there are none."""
    told = [
        report(DocumentError(tuple(said.diagnostic for said in group), text=text, name=file))
        for (file, text), group in groupby(loaded.faults, key=lambda said: (said.file, said.text))
        if not files or file in files
    ]
    return BadFile("\n\n".join(told)) if told else None


def _nothing(path: Path, loaded: Loaded) -> click.ClickException:
    faults = faults_of(loaded)
    if faults is not None:
        return faults
    lacking = next((s.diagnostic for s in loaded.diagnostics if s.diagnostic.code is Code.NO_DEPLOYMENT), None)
    if lacking is not None:
        return click.UsageError(f"`{path}`: {lacking.message}: {lacking.help}")
    more = f"; `lampolicy check {path}` names what is not recognised" if loaded.diagnostics else ""
    return click.UsageError(f"`{path}` holds no policies{more}")
