"""Policies named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from lampolicy.diagnostic import DocumentError, Severity
from lampolicy.jsontext import JsonValue, read_json, report
from lampolicy.policy import Policy, PolicyKind
from lampolicy.readers import Document, load


class BadFile(click.ClickException):
    """A file on the command line is not what it should be."""

    def show(self, file: object = None) -> None:
        """Write the faults as they are: each has its own place."""
        del file
        click.echo(self.message, err=True)


def read_policies(paths: Iterable[Path], kind: PolicyKind) -> list[Policy]:
    """Read each file as one policy of a kind."""
    return [read_policy(path, kind) for path in paths]


def read_policy(path: Path, kind: PolicyKind) -> Policy:
    """Read a file as one policy of a kind, in any shape AWS's tools write.

    Raises:
        BadFile: The file holds no policy, or several, or one with faults.
    """
    document = _document(path)
    try:
        policy = Policy.parse(_source(document), kind=kind, name=path.name, file=str(path), pointer=document.pointer)
    except DocumentError as error:
        shown = DocumentError(error.diagnostics, text=error.text or _text(document), name=str(path))
        raise BadFile(report(shown)) from None
    return policy


def _document(path: Path) -> Document:
    loaded = load(path)
    if len(loaded.documents) == 1:
        return loaded.documents[0]
    if loaded.documents:
        msg = f"`{path}` holds {len(loaded.documents)} policies: give it as `--world`"
        raise BadFile(f"lampolicy: {msg}")
    faults = [said for said in loaded.diagnostics if said.diagnostic.severity is not Severity.NOTE]
    if not faults:
        raise BadFile(f"lampolicy: `{path}` holds no policy")
    error = DocumentError(tuple(said.diagnostic for said in faults), text=faults[0].text, name=str(path))
    raise BadFile(report(error))


def _source(document: Document) -> str | dict[str, object]:
    """The document alone: its own text, or the value inside the file, so that it can be read as another kind."""
    if document.encoded or not document.pointer:
        return document.text
    value: JsonValue = read_json(document.text)
    for step in document.pointer:
        value = _step(value, step)
    return dict(value) if isinstance(value, dict) else document.text


def _text(document: Document) -> str | None:
    return document.text if not document.pointer else None


def _step(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(step, str):
        return value[step] if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) else None
