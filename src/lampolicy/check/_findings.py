"""What there is to say about policies: what the readers said, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from lampolicy.check._places import Piece, piece, skim
from lampolicy.check._report import Finding
from lampolicy.check._rules import RULES
from lampolicy.diagnostic import Diagnostic, Pointer, Severity, Span
from lampolicy.jsontext import finder
from lampolicy.organization import Organization
from lampolicy.policy import Policy
from lampolicy.readers import Document, FileDiagnostic, Loaded

Told: TypeAlias = tuple[Document, list[Diagnostic]]
_Key: TypeAlias = tuple[str | None, Pointer, str]


def findings(loaded: Loaded) -> Iterator[Finding]:
    """Give everything there is to say: about files first, then policy by policy, each in document order."""
    yield from _of_files(loaded.diagnostics)
    told = list(_told(loaded))
    pieces = _pieces(told)
    for document, diagnostics in told:
        yield from _placed(document, diagnostics, pieces)


def _told(loaded: Loaded) -> Iterator[Told]:
    meeting = _where_documents_meet(loaded)
    of_aws = _of_aws(loaded.organization)
    seen: set[_Key] = set()
    for document in loaded.documents:
        key = (document.file, document.pointer, document.kind.value)
        if key in seen:
            continue
        seen.add(key)
        diagnostics = [*document.diagnostics, *_of_rules(document), *meeting.get(key, ())]
        if key in of_aws:
            diagnostics = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
        if diagnostics:
            yield document, diagnostics


def _of_aws(organization: Organization) -> set[_Key]:
    """The policies AWS itself manages: who uses them cannot mend them, so nobody is told how to."""
    return {_key(managed.policy) for managed in organization.managed if managed.arn.split(":")[4:5] == ["aws"]}


def _of_rules(document: Document) -> Iterator[Diagnostic]:
    if document.policy is not None:
        for rule in RULES:
            for diagnostic in rule.check_policy(document.policy):
                yield replace(diagnostic, at=document.place(diagnostic.at))


def _where_documents_meet(loaded: Loaded) -> dict[_Key, list[Diagnostic]]:
    """Findings of rules about the organization, by the document each stands in."""
    documents = {_key(document.policy): document for document in loaded.documents if document.policy}
    found: dict[_Key, list[Diagnostic]] = {}
    for rule in RULES:
        for policy, diagnostic in rule.check_organization(loaded.organization):
            document = documents.get(_key(policy))
            if document is not None:
                placed = replace(diagnostic, at=document.place(diagnostic.at))
                found.setdefault(_key(policy), []).append(placed)
    return found


def _key(policy: Policy) -> _Key:
    return (policy.file, policy.pointer, policy.kind.value)


def _pieces(told: Iterable[Told]) -> dict[tuple[str, Pointer], Piece]:
    """Where the documents stand in their files; each file is skimmed once."""
    texts: dict[str, str | None] = {}
    wanted: dict[str, list[Pointer]] = {}
    for document, _ in told:
        if document.pointer and document.find is None:
            wanted.setdefault(document.file, []).append(document.pointer)
            texts.setdefault(document.file, _text(document.file) if document.encoded else document.text)
    return {
        (file, pointer): piece(text, stretch)
        for file, text in texts.items()
        if text is not None
        for pointer, stretch in skim(text, wanted[file]).items()
    }


def _text(file: str) -> str | None:
    """Read a file again, whose reader kept only the text inside."""
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return None


def _placed(
    document: Document, told: list[Diagnostic], pieces: Mapping[tuple[str, Pointer], Piece]
) -> Iterator[Finding]:
    around = pieces.get((document.file, document.pointer))
    find = document.find
    if document.encoded:
        outer = find(document.pointer, False) if find else around.whole() if around else None  # noqa: FBT003 - a place
        for diagnostic, span in _sorted(told, _spans(told, Piece(document.text), 0)):
            yield Finding(document.file, diagnostic, span, document.text, document.pointer, outer)
        return
    if find is not None:
        spans = [diagnostic.span or find(diagnostic.at, diagnostic.on_key) for diagnostic in told]
        for diagnostic, span in _sorted(told, spans):
            yield Finding(document.file, diagnostic, span, document.text)
        return
    inner = around or Piece(document.text)
    for diagnostic, span in _sorted(told, _spans(told, inner, len(document.pointer) if around else 0)):
        yield Finding(document.file, diagnostic, span, document.text)


def _spans(told: list[Diagnostic], inner: Piece, depth: int) -> list[Span | None]:
    """Find the places in a piece that stands `depth` steps inside of what the pointers begin at."""
    relative = [replace(diagnostic, at=diagnostic.at[depth:]) for diagnostic in told]
    find = finder(inner.text, relative)
    return [diagnostic.span or inner.place(find(near)) for diagnostic, near in zip(told, relative, strict=True)]


def _sorted(told: list[Diagnostic], spans: list[Span | None]) -> list[tuple[Diagnostic, Span | None]]:
    pairs = list(zip(told, spans, strict=True))
    return sorted(pairs, key=lambda pair: (pair[1].line, pair[1].column) if pair[1] else (0, 0))


def _of_files(everything: Iterable[FileDiagnostic]) -> Iterator[Finding]:
    """Place what was said about files; each text is skimmed once, however much was said about it."""
    for file, group in groupby(everything, key=lambda said: said.file):
        told = list(group)
        text = next((said.text for said in told if said.text is not None), None)
        stretches = skim(text, [said.diagnostic.at for said in told]) if text and file.endswith(".json") else {}
        for said in told:
            stretch = stretches.get(said.diagnostic.at)
            span = piece(text, stretch).whole() if text and stretch and said.diagnostic.at else None
            yield Finding(file, said.diagnostic, said.diagnostic.span or span, said.text)
