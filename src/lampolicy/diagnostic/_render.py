"""A diagnostic as a person reads it: a screen with the source line, or one line of a log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from lampolicy.diagnostic._excerpt import excerpt, lines_of
from lampolicy.diagnostic._model import AwsError, Diagnostic, Pointer, Severity, Span
from lampolicy.diagnostic._visible import visible

FindSpan: TypeAlias = Callable[[Diagnostic], Span | None]
"""Gives the place of a diagnostic in its text; `lampolicy.jsontext` has one that reads pointers."""

_Paint: TypeAlias = Callable[..., str]
_UNNAMED: Final = "<document>"
_COLOURS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_FRAME: Final = "1;34"
_BOLD: Final = "1"


def render(
    diagnostic: Diagnostic,
    text: str | None = None,
    name: str | None = None,
    *,
    span: Span | None = None,
    colour: bool = False,
) -> str:
    """Write a diagnostic as a screen: what is wrong, the place with its source line, what to do, what AWS says.

    Args:
        diagnostic: What to say.
        text: The document, where there is one; without it no source line is shown.
        name: What to call the document, usually its path.
        span: The place in `text`; the diagnostic's own where none is given.
        colour: Whether to write terminal colours.

    Returns:
        Several lines without a newline at the end. Characters that would act on a terminal are written as `<U+001B>`.
    """
    lines = None if text is None else lines_of(text)
    return _screen(diagnostic, lines, name, span or diagnostic.span, _paint if colour else _plain)


def _screen(
    diagnostic: Diagnostic, source: list[str] | None, name: str | None, span: Span | None, paint: _Paint
) -> str:
    number = str(span.line) if span and source is not None else ""
    gutter = " " * len(number)
    head = paint(_COLOURS[diagnostic.severity], f"{diagnostic.severity}[{diagnostic.code}]")
    lines = [head + paint(_BOLD, f": {visible(diagnostic.message)}")]
    lines.append(f"{gutter}{paint(_FRAME, '-->')} {_place(diagnostic, name, span)}")
    if source is not None and span:
        bar = paint(_FRAME, "|")
        line, carets = excerpt(source, span)
        lines.append(f"{gutter} {bar}")
        lines.append(f"{paint(_FRAME, number)} {bar} {line}".rstrip())
        lines.append(f"{gutter} {bar} {paint(_COLOURS[diagnostic.severity], carets, carets.strip())}")
    lines += [f"{gutter} {paint(_FRAME, '=')} {note}" for note in _notes(diagnostic)]
    return "\n".join(lines)


def render_all(
    diagnostics: Iterable[Diagnostic],
    text: str | None = None,
    name: str | None = None,
    *,
    find: FindSpan | None = None,
    colour: bool = False,
) -> str:
    """Write several diagnostics of one document in document order, an empty line between them.

    Args:
        diagnostics: What to say; those without a place in the text come first.
        text: The document.
        name: What to call the document.
        find: Gives the place of each diagnostic in the text.
        colour: Whether to write terminal colours.
    """
    screens = in_document_order(diagnostics, find)
    lines = None if text is None else lines_of(text)
    paint = _paint if colour else _plain
    return "\n\n".join(_screen(fault, lines, name, span, paint) for fault, span in screens)


def render_line(diagnostic: Diagnostic, name: str | None = None, *, span: Span | None = None) -> str:
    """Write a diagnostic as one line: `policy.json:4:16: LP201 error message`, as editors and logs read it."""
    place = _place(diagnostic, name, span or diagnostic.span)
    return f"{place}: {diagnostic.code} {diagnostic.severity} {visible(diagnostic.message)}"


def in_document_order(
    diagnostics: Iterable[Diagnostic], find: FindSpan | None = None
) -> list[tuple[Diagnostic, Span | None]]:
    """Give each diagnostic with its place, sorted by place; those without one come first, in the order given."""
    found = [(fault, fault.span or (find(fault) if find else None)) for fault in diagnostics]
    return sorted(found, key=lambda pair: (pair[1].line, pair[1].column) if pair[1] else (0, 0))


def path_of(pointer: Pointer) -> str:
    """Write a pointer as people do: `Statement[0].Condition.Bool["aws:SecureTransport"]`."""
    steps = [_step(step) for step in pointer]
    return "".join(steps).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f'["{visible(step)}"]'


def _place(diagnostic: Diagnostic, name: str | None, span: Span | None) -> str:
    where = visible(name) if name else _UNNAMED
    if span:
        return f"{where}:{span.line}:{span.column}"
    return f"{where} at {path_of(diagnostic.at)}" if diagnostic.at else where


def _notes(diagnostic: Diagnostic) -> Iterator[str]:
    if diagnostic.help:
        yield f"help: {visible(diagnostic.help)}"
    if diagnostic.aws:
        yield f"aws: {_aws(diagnostic.aws)}"


def _aws(error: AwsError) -> str:
    return visible(f"{error.code}: {error.text}" if error.text else error.code)


def _plain(_colour: str, text: str, _part: str | None = None) -> str:
    return text


def _paint(colour: str, text: str, part: str | None = None) -> str:
    """Colour `part` of `text`, or all of it."""
    part = part or text
    return text.replace(part, f"\x1b[{colour}m{part}\x1b[0m", 1)
