"""Every exception lampolicy raises on purpose.

LampolicyError
├── DocumentError        a document (policy, request, configuration) has faults; carries them all
│   └── PolicyError      ... a policy
├── InvalidName          a text is not the name it should be (an ARN, an account id, an action)
└── RequestError         a request contradicts itself or what is known
"""

from __future__ import annotations

from lampolicy.diagnostic._model import Diagnostic


class LampolicyError(Exception):
    """Anything lampolicy refuses. Nothing else is raised on bad input."""


class DocumentError(LampolicyError):
    """A document has faults.

    Attributes:
        diagnostics: Every fault and warning of the document, in document order.
        text: The document's text, where there is one: what a renderer needs to show the place.
        name: What to call the document in a message, usually a file's path.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], *, text: str | None = None, name: str | None = None) -> None:
        self.diagnostics = diagnostics
        self.text = text
        self.name = name
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in diagnostics))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.diagnostics, self.text, self.name))


class PolicyError(DocumentError):
    """A policy has faults that AWS refuses."""


class InvalidName(LampolicyError, ValueError):  # noqa: N818 - it is what is wrong, not an accident
    """A text is not the name it should be (an ARN, an account id, an action)."""


class RequestError(LampolicyError):
    """A request contradicts itself or what is known about its caller or resource."""


def _rebuild(
    kind: type[DocumentError], diagnostics: tuple[Diagnostic, ...], text: str | None, name: str | None
) -> DocumentError:
    return kind(diagnostics, text=text, name=name)
