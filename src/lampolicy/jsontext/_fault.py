"""Where and how a text stops being JSON: what the explanations of `_hints` look at, and what they give."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from lampolicy.diagnostic import Code, Diagnostic, Span
from lampolicy.jsontext._grammar import Word

OPENING: Final = {"LBRACE": "RBRACE", "LSQB": "RSQB"}
CLOSING: Final = {"RBRACE": "}", "RSQB": "]"}


class Expected(Enum):
    """What may stand where a text stops being JSON."""

    VALUE = "a value"
    KEY = "a key in double quotes"
    COLON = "a colon"
    COMMA = "a comma or the closing bracket"
    END = "the end of the document"


class Trouble(NamedTuple):
    """The place where a text stops being JSON.

    Attributes:
        text: The whole text.
        at: Offset of the first character that does not fit.
        last: The last word that fits.
        open: The brackets that are open there, outermost first.
        expected: What may stand there.
    """

    text: str
    at: int
    last: Word | None
    open: tuple[Word, ...]
    expected: Expected

    @property
    def here(self) -> str:
        """The character that does not fit; empty at the end of the text."""
        return self.text[self.at : self.at + 1]

    @property
    def closer(self) -> str:
        """The bracket that would close the innermost open one; empty where none is open."""
        return CLOSING[OPENING[self.open[-1].kind]] if self.open else ""

    def span(self, start: int, end: int) -> Span:
        """Give the place of a stretch of the text."""
        return span_at(self.text, start, end)


class Fault(NamedTuple):
    """An explained fault, and how to read on behind it.

    Attributes:
        diagnostic: What to tell.
        repair: Where to put which characters, as many as they replace, so that later faults can be found and keep
            their places; `None` where nobody can guess what was meant.
    """

    diagnostic: Diagnostic
    repair: tuple[int, str] | None = None


def fault(
    message: str,
    span: Span,
    advice: str,
    *,
    code: Code = Code.NOT_JSON,
    repair: tuple[int, str] | None = None,
) -> Fault:
    """Make a fault at `span`."""
    return Fault(Diagnostic(code, message, help=advice, span=span), repair)


def span_at(text: str, start: int, end: int) -> Span:
    """Give the place of the characters from `start` to `end`; at least one column of one line."""
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    stretch = text[start : max(end, start + 1)]
    if "\n" not in stretch[:-1]:
        return Span(line, column, line, column + max(1, len(stretch.rstrip("\n"))))
    below = stretch.rstrip("\n")
    return Span(line, column, line + below.count("\n"), len(below) - below.rfind("\n"))


def trouble(text: str, words: list[Word], at: int) -> Trouble:
    """Describe the place `at` behind `words`."""
    stack: list[Word] = []
    for word in words:
        if word.kind in OPENING:
            stack.append(word)
        elif word.kind in CLOSING:
            stack.pop()
    return Trouble(text, at, words[-1] if words else None, tuple(stack), _expected(words, stack))


def _expected(words: list[Word], stack: list[Word]) -> Expected:
    last = words[-1].kind if words else "COLON"
    in_object = bool(stack) and stack[-1].kind == "LBRACE"
    if last == "LBRACE" or (last == "COMMA" and in_object):
        return Expected.KEY
    if last in {"COLON", "COMMA", "LSQB"}:
        return Expected.VALUE
    if not stack:
        return Expected.END
    if last == "STRING" and in_object and words[-2].kind in {"LBRACE", "COMMA"}:
        return Expected.COLON
    return Expected.COMMA
