"""Faults of what a file means, collected with their places."""

from __future__ import annotations

from dataclasses import dataclass, field

from lampolicy.check._markup import Marked
from lampolicy.diagnostic import Code, Diagnostic, LampolicyError, Pointer, Severity


class Refused(LampolicyError):  # noqa: N818 - it is what was done, not an accident
    """Something in a file does not mean anything; whoever knows the place catches it."""

    def __init__(self, code: Code, message: str, help_: str | None = None) -> None:
        self.code = code
        self.message = message
        self.help = help_
        super().__init__(message)


@dataclass(slots=True)
class Faults:
    """Every fault and note of one file so far.

    Attributes:
        marked: The file, which knows the places.
        found: The diagnostics in the order they were met.
    """

    marked: Marked
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def add(self, at: Pointer, refused: Refused, severity: Severity = Severity.ERROR) -> None:
        """Note a fault at its place."""
        span = self.marked.span(at)
        self.found.append(
            Diagnostic(refused.code, refused.message, at, help=refused.help, severity=severity, span=span)
        )
