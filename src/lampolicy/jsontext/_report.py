"""A whole error as a person reads it, each fault with its source line."""

from __future__ import annotations

from collections.abc import Iterable

from lampolicy.diagnostic import Diagnostic, DocumentError, FindSpan, Span, render_all
from lampolicy.jsontext._locate import locate


def report(error: DocumentError, *, colour: bool = False) -> str:
    """Write every fault of a refused document as a screen with source line and caret, in document order.

    Args:
        error: What a reader raised; without a text no source lines are shown.
        colour: Whether to write terminal colours.
    """
    find = finder(error.text, error.diagnostics) if error.text is not None else None
    return render_all(error.diagnostics, error.text, error.name, find=find, colour=colour)


def finder(text: str, diagnostics: Iterable[Diagnostic]) -> FindSpan:
    """Give the function that tells the place of each of `diagnostics` in `text`, which is read only once.

    A text that is not JSON tells no places but those the diagnostics bring themselves.
    """
    spans = locate(text, [(fault.at, fault.on_key) for fault in diagnostics if fault.span is None])

    def find(diagnostic: Diagnostic) -> Span | None:
        return diagnostic.span or spans.get((diagnostic.at, diagnostic.on_key))

    return find
