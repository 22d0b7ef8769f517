"""What was read: the organization, every policy document with its place, and everything there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lampolicy.diagnostic import Diagnostic, DocumentError, Pointer, Severity, Span
from lampolicy.organization import Organization
from lampolicy.policy import Policy, PolicyKind

FindPlace: TypeAlias = Callable[[Pointer, bool], Span | None]
"""Tells where the value at a pointer stands in a file, or its key if that is asked for."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document found in a file.

    Attributes:
        file: The file, as the caller named it.
        kind: What the policy hangs on.
        name: What to call it, such as `role/thumbnails/inline:write-thumbs`.
        pointer: Where in the file it stands.
        text: The text its diagnostics point into: the file's own, or, for a policy that AWS writes as a text inside
            the JSON (`aws lambda get-policy`, URL-encoded documents), that inner text.
        encoded: Whether `text` is such an inner text; `pointer` then leads to it in the file.
        policy: The policy; `None` if it has faults.
        diagnostics: Its faults and warnings, with places in `text`.
        find: Tells where `pointer` and what is below it stand in the file; `None` where the JSON text tells.
    """

    file: str
    kind: PolicyKind
    name: str
    pointer: Pointer
    text: str
    encoded: bool
    policy: Policy | None
    diagnostics: tuple[Diagnostic, ...] = ()
    find: FindPlace | None = field(default=None, compare=False, repr=False)

    def place(self, at: Pointer) -> Pointer:
        """Turn a place in the policy document, such as `("Statement", 0)`, into a place in `text`."""
        return at if self.encoded else (*self.pointer, *at)


@dataclass(frozen=True, slots=True)
class FileDiagnostic:
    """Something to say about a file rather than about one policy in it.

    Attributes:
        file: The file.
        diagnostic: What to say.
        text: The file's text, where it could be read.
    """

    file: str
    diagnostic: Diagnostic
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that was read from a folder.

    Attributes:
        organization: Who exists; what could not be read is left out, and requests that meet it are refused.
        documents: Every policy document found, in the order of files and places.
        diagnostics: What there is to say about files; what there is to say about policies is in `documents`.
        files: The files that were read, in order.
    """

    organization: Organization
    documents: tuple[Document, ...] = ()
    diagnostics: tuple[FileDiagnostic, ...] = ()
    files: tuple[str, ...] = ()

    def everything(self) -> Iterator[FileDiagnostic]:
        """Everything there is to say, about files first, then about each policy."""
        yield from self.diagnostics
        for document in self.documents:
            for diagnostic in document.diagnostics:
                yield FileDiagnostic(document.file, diagnostic, document.text)

    @property
    def faults(self) -> tuple[FileDiagnostic, ...]:
        """Everything that is wrong, without warnings and notes."""
        return tuple(d for d in self.everything() if d.diagnostic.severity is Severity.ERROR)

    def error(self) -> DocumentError | None:
        """All faults as one exception, each message with its file; `None` if there are none."""
        faults = self.faults
        if not faults:
            return None
        told = tuple(replace(f.diagnostic, message=f"in `{f.file}`: {f.diagnostic.message}") for f in faults)
        files = sorted({f.file for f in faults})
        return DocumentError(told, name=files[0] if len(files) == 1 else None)
