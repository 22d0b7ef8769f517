"""A diagnostic: what is wrong, where, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from lampolicy.diagnostic._codes import Code
from lampolicy.record import record

Pointer: TypeAlias = tuple[str | int, ...]
"""A place in a JSON document: the keys and indexes that lead to it from the root."""


class Severity(StrEnum):
    """How much a diagnostic weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record
class Span:
    """A stretch of a text.

    Attributes:
        line: Line of the first character, counted from 1.
        column: Column of the first character, counted from 1 in characters.
        end_line: Line of the last character.
        end_column: Column just behind the last character.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@record
class AwsError:
    """The error AWS itself gives for the same fault, where it is known.

    Attributes:
        code: AWS's error code, such as `MalformedPolicyDocument`.
        text: AWS's message; `None` where only the code was recorded.
    """

    code: str
    text: str | None = None


@record
class Diagnostic:
    """One fault or warning of one document.

    Attributes:
        code: Stable code; never used again for something else.
        message: What is wrong: lower case, no full stop, names of the document in backticks.
        at: The place, as a JSON pointer; the root for a text that is not JSON at all.
        on_key: Whether the place is the key of the pointed element rather than its value.
        help: What to do.
        severity: An error is refused by AWS; a warning is stored but does not do what it seems to.
        aws: AWS's own error for this fault.
        span: The place in the text, where the pointer cannot tell it (a syntax fault).
    """

    code: Code
    message: str
    at: Pointer = ()
    on_key: bool = False
    help: str | None = None
    severity: Severity = Severity.ERROR
    aws: AwsError | None = None
    span: Span | None = None
