"""From paths to an organization, with everything there is to say about the files at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Severity
from lampolicy.jsontext import Limits, read_json
from lampolicy.organization import Organization
from lampolicy.readers._assemble import apply_manifest, assemble
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._files import DEFAULT_FILE_LIMITS, TEMPLATE_ENDINGS, FileLimits, SourceFile, Walk
from lampolicy.readers._loaded import FileDiagnostic, Loaded
from lampolicy.readers._manifest import MANIFEST, read_manifest
from lampolicy.readers._node import Node
from lampolicy.readers._shapes import shape_of
from lampolicy.readers._templates._source import may_be_template, read_text

_YAML: Final = frozenset(TEMPLATE_ENDINGS) - {".json"}

AnyPath: TypeAlias = str | os.PathLike[str]


def load(*paths: AnyPath, limits: FileLimits = DEFAULT_FILE_LIMITS) -> Loaded:
    """Read folders and files as the AWS CLI writes them, recognised by their content.

    All faults of all files are gathered; nothing is raised for them, and no file is lost: one that is not recognised is
    named in a note. See the reference page on inputs for what is read, and for the names of folders and files that tell
    what a document alone does not.

    Args:
        paths: Files and folders; a folder may hold several accounts.
        limits: How much is read.
    """
    draft, files = drafted(paths, limits)
    return finished(draft, files, os.fspath(paths[0]) if paths else ".")


def drafted(paths: Iterable[AnyPath], limits: FileLimits) -> tuple[Draft, list[str]]:
    """Read folders and files into a draft; gives the files that were read, too, in order."""
    draft, walk = Draft(), Walk(limits)
    files: list[str] = []
    for path in paths:
        _manifest(draft, Path(path))
        for source in _inputs(draft, walk, Path(path), files):
            _read(draft, source)
    for _, task in sorted(draft.later, key=lambda waiting: waiting[0]):
        task()
    draft.said[:0] = walk.said
    return draft, files


def finished(draft: Draft, files: list[str], place: str) -> Loaded:
    """Everything that was understood, as what was read.

    Args:
        draft: What was understood.
        files: The files that were read, in order.
        place: What to call all of it in messages.
    """
    organization = assemble(draft)
    everything = (*draft.said, *_truncated(draft), *_unresolved(organization, place))
    order = {file: i for i, file in enumerate(files)}
    documents = sorted(draft.documents, key=lambda document: order[document.file])
    return Loaded(organization, tuple(documents), everything, tuple(files))


def load_organization(*paths: AnyPath, limits: FileLimits = DEFAULT_FILE_LIMITS) -> Organization:
    """Read folders and files into an organization.

    Raises:
        DocumentError: Files or policies have faults; it carries them all, each message with its file.
    """
    loaded = load(*paths, limits=limits)
    error = loaded.error()
    if error is not None:
        raise error
    return loaded.organization


def _manifest(draft: Draft, path: Path) -> None:
    file = path / MANIFEST
    if not file.is_file() or file.is_symlink():
        return
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = Diagnostic(Code.UNREADABLE, f"cannot be read: {_reason(error)}", help="check the file")
        draft.said.append(FileDiagnostic(str(file), said))
        return
    manifest, faults = read_manifest(text)
    draft.said.extend(FileDiagnostic(str(file), fault, text) for fault in faults)
    draft.manifests[str(path.resolve())] = manifest
    apply_manifest(draft, manifest)


def _inputs(draft: Draft, walk: Walk, path: Path, files: list[str]) -> Iterator[Input]:
    limits = walk.limits
    left = limits.total_bytes
    for file in walk.files(path):
        source, size = _input(draft, file, min(limits.file_bytes, left))
        left -= size
        files.append(file.name)
        if source is not None:
            yield source


def _input(draft: Draft, file: SourceFile, most: int) -> tuple[Input | None, int]:
    try:
        with file.path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        said = Diagnostic(Code.UNREADABLE, f"cannot be read: {_reason(error)}", help="check its permissions")
        draft.said.append(FileDiagnostic(file.name, said))
        return None, 0
    try:
        return _valued(draft, file, data, most), len(data)
    except DocumentError as error:
        draft.said.extend(FileDiagnostic(file.name, d, error.text) for d in error.diagnostics)
        return None, len(data)


def _valued(draft: Draft, file: SourceFile, data: bytes, most: int) -> Input | None:
    """The file with its value; YAML is read only if it may be a template, since much other YAML lies about."""
    if file.path.suffix not in _YAML or data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        value = read_json(data, limits=Limits(bytes=most), name=file.name)
        return Input(file, data.decode("utf-8-sig"), Node(value))
    text = data.decode("utf-8-sig", errors="replace")
    if not may_be_template(text):
        _not_recognised(draft, Input(file, text, Node(None)))
        return None
    value, find = read_text(text, file.name)
    return Input(file, text, Node(value), find)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "the system refused").lower() if isinstance(error, OSError) else "it is not UTF-8"


def _read(draft: Draft, source: Input) -> None:
    shape = shape_of(source.root)
    if shape is not None:
        shape.read(source, draft)
        return
    _not_recognised(draft, source)


def _not_recognised(draft: Draft, source: Input) -> None:
    draft.say(
        source,
        Code.NOT_RECOGNISED,
        "not recognised, so it takes part in no decision",
        help_="give the output of the AWS CLI as it is, a policy document or a template",
        severity=Severity.NOTE,
    )


def _truncated(draft: Draft) -> Iterator[FileDiagnostic]:
    pages = [(file, cut) for file, flags in draft.truncated.items() for cut in flags]
    if pages and all(cut for _, cut in pages):
        help_ = "export every page, or let the AWS CLI do it: without `--max-items` and `--no-paginate`"
        said = Diagnostic(Code.TRUNCATED, "the listing goes on behind this page", ("IsTruncated",), help=help_)
        yield FileDiagnostic(pages[-1][0], said)


def _unresolved(organization: Organization, place: str) -> Iterator[FileDiagnostic]:
    for entity, missing in organization.unresolved:
        said = Diagnostic(
            Code.UNKNOWN_POLICY,
            f"`{entity}` uses `{missing}`, which was not read: nothing about it can be decided",
            help="export it with `aws iam get-policy-version`, or detach it",
            severity=Severity.WARNING,
        )
        yield FileDiagnostic(place, said)
