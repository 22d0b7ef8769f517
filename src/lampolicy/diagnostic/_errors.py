"""Every exception lampolicy raises on purpose.

LampolicyError
├── DocumentError        a document (policy, request, configuration) has faults; carries them all
│   └── PolicyError      ... a policy
├── InvalidName          a text is not the name it should be (an ARN, an account id, an action)
└── RequestError         a request contradicts itself or what is known
    └── IncompleteOrganization  ... or asks about an entity of which not every policy is known
"""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lampolicy.diagnostic._model import AwsError, Diagnostic


class LampolicyError(Exception):
    """Anything lampolicy refuses. Nothing else is raised on bad input."""


class DocumentError(LampolicyError):
    """A document has faults.

    As text it says them all, one a line, with the place and what to do; `lampolicy.jsontext.report` shows the
    source, too.

    Attributes:
        diagnostics: Every fault and warning of the document, in document order.
        text: The document's text, where there is one: what a renderer needs to show the place.
        name: What to call the document in a message, usually a file's path.
    """

    def __init__(
        self, diagnostics: tuple[Diagnostic, ...], *, text: str | None = None, name: str | None = None
    ) -> None:
        self.diagnostics = diagnostics
        self.text = text
        self.name = name
        super().__init__(diagnostics)

    def __str__(self) -> str:
        return "\n".join(_one_line(fault, self.name) for fault in self.diagnostics)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.diagnostics, self.text, self.name))


class PolicyError(DocumentError):
    """A policy has faults that AWS refuses."""

    @property
    def aws(self) -> AwsError | None:
        """The error AWS itself would answer with: of several faults the one it looks at first (semantics G22)."""
        from lampolicy.diagnostic._precedence import aws_answer

        return aws_answer(self.diagnostics)


class InvalidName(LampolicyError, ValueError):  # noqa: N818 - it is what is wrong, not an accident
    """A text is not the name it should be (an ARN, an account id, an action)."""


class RequestError(LampolicyError):
    """A request contradicts itself or what is known about its caller or resource."""


class IncompleteOrganization(RequestError):  # noqa: N818 - it is what is wrong, not an accident
    """A request meets policies that are known to exist but not what they say, so it cannot be decided safely.

    Attributes:
        entity: What they hang on: the ARN of a user, role or resource, or the id of an account or unit.
        missing: Their ARNs or names; groups that are not known are named likewise.
    """

    def __init__(self, entity: str, missing: tuple[str, ...]) -> None:
        self.entity = entity
        self.missing = missing
        names = ", ".join(f"`{name}`" for name in missing)
        super().__init__(f"`{entity}` uses {names}, which is missing or has faults: add or mend it, or detach it")

    def __reduce__(self) -> tuple[object, ...]:
        return (IncompleteOrganization, (self.entity, self.missing))


def _one_line(fault: Diagnostic, name: str | None) -> str:
    from lampolicy.diagnostic._render import render_line
    from lampolicy.diagnostic._visible import visible

    line = render_line(fault, name)
    return f"{line} (help: {visible(fault.help)})" if fault.help else line


def _rebuild(
    kind: type[DocumentError], diagnostics: tuple[Diagnostic, ...], text: str | None, name: str | None
) -> DocumentError:
    return kind(diagnostics, text=text, name=name)
