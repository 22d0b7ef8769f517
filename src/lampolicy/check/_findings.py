"""What there is to say about policies: what the readers said, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lampolicy.check._report import Finding
from lampolicy.check._rules import RULES
from lampolicy.diagnostic import Diagnostic, Span
from lampolicy.jsontext import finder, span_of
from lampolicy.policy import Policy
from lampolicy.readers import Document, Loaded


def findings(loaded: Loaded) -> Iterator[Finding]:
    """Give everything there is to say, file by file, in document order."""
    for said in loaded.diagnostics:
        yield _place(Finding(said.file, said.diagnostic, text=said.text))
    meeting = _by_policy(loaded)
    for document in _unique(loaded.documents):
        told = [*document.diagnostics, *_of_rules(document), *meeting.get(_key(document.policy), ())]
        yield from _placed(document, told)


def _unique(documents: Iterable[Document]) -> Iterator[Document]:
    """A document that hangs on several things is read once for each kind of policy, but said once."""
    seen: set[tuple[object, ...]] = set()
    for document in documents:
        key = (document.file, document.pointer, document.kind)
        if key not in seen:
            seen.add(key)
            yield document


def _of_rules(document: Document) -> Iterator[Diagnostic]:
    if document.policy is None:
        return
    for rule in RULES:
        for diagnostic in rule.check_policy(document.policy):
            yield replace(diagnostic, at=document.place(diagnostic.at))


def _by_policy(loaded: Loaded) -> dict[tuple[object, ...] | None, list[Diagnostic]]:
    """Findings where several documents meet, by the document each stands in."""
    documents = {_key(document.policy): document for document in loaded.documents if document.policy}
    found: dict[tuple[object, ...] | None, list[Diagnostic]] = {}
    for rule in RULES:
        for policy, diagnostic in rule.check_organization(loaded.organization):
            document = documents.get(_key(policy))
            if document is not None:
                placed = replace(diagnostic, at=document.place(diagnostic.at))
                found.setdefault(_key(policy), []).append(placed)
    return found


def _key(policy: Policy | None) -> tuple[object, ...] | None:
    return None if policy is None else (policy.file, policy.pointer, policy.kind)


def _placed(document: Document, told: list[Diagnostic]) -> Iterator[Finding]:
    if not told:
        return
    find = finder(document.text, told)
    outer = _outer(document) if document.encoded else None
    inside = document.pointer if document.encoded else None
    spans = [(diagnostic, find(diagnostic)) for diagnostic in told]
    for diagnostic, span in sorted(spans, key=lambda pair: (pair[1].line, pair[1].column) if pair[1] else (0, 0)):
        yield Finding(document.file, diagnostic, span, document.text, inside, outer)


def _outer(document: Document) -> Span | None:
    """Where the policy that is written as a text stands in its file; the file is read again, for it is rarely asked."""
    try:
        text = Path(document.file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return None
    return span_of(text, document.pointer)


def _place(finding: Finding) -> Finding:
    if finding.span is not None or finding.text is None:
        return finding
    return replace(finding, span=finder(finding.text, [finding.diagnostic])(finding.diagnostic))
