"""What we tell a person about a document: codes, places, messages, and the exceptions that carry them.

Takes: faults found by other rooms.
Gives: `Diagnostic`, `LampolicyError` and its children, and their rendering as text.
Never: reads a document or knows what a policy is.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic._errors import (
    DocumentError,
    IncompleteOrganization,
    InvalidName,
    LampolicyError,
    PolicyError,
    RequestError,
)
from lampolicy.diagnostic._pydantic import pydantic_schema

if TYPE_CHECKING:
    from lampolicy.diagnostic._codes import Code
    from lampolicy.diagnostic._model import AwsError, Diagnostic, Pointer, Severity, Span
    from lampolicy.diagnostic._render import FindSpan, in_document_order, path_of, render, render_all, render_line
    from lampolicy.diagnostic._visible import quoted, visible

__all__ = [
    "AwsError",
    "Code",
    "Diagnostic",
    "DocumentError",
    "FindSpan",
    "IncompleteOrganization",
    "InvalidName",
    "LampolicyError",
    "Pointer",
    "PolicyError",
    "RequestError",
    "Severity",
    "Span",
    "in_document_order",
    "path_of",
    "pydantic_schema",
    "quoted",
    "render",
    "render_all",
    "render_line",
    "visible",
]

__getattr__ = later(
    __name__,
    {
        "._codes": ("Code",),
        "._model": ("AwsError", "Diagnostic", "Pointer", "Severity", "Span"),
        "._render": ("FindSpan", "in_document_order", "path_of", "render", "render_all", "render_line"),
        "._visible": ("quoted", "visible"),
    },
)
"""What diagnostics are made of, and what writes them, is loaded where there is one."""
