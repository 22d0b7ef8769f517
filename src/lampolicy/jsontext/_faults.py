"""The faults of a document as diagnostics."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, in_document_order, quoted
from lampolicy.jsontext._fault import CLOSING, OPENING, span_at, trouble
from lampolicy.jsontext._grammar import Word, read_words
from lampolicy.jsontext._hints import explain
from lampolicy.jsontext._limits import Limits
from lampolicy.jsontext._tree import build, keys_again

_MOST_REPAIRS: Final = 20
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def too_large(limits: Limits, name: str | None) -> DocumentError:
    """Refuse a document that has more bytes than it may have."""
    message = f"the document has more than {limits.bytes:,} bytes"
    help_ = "check that it is the file you meant; whoever reads it may give a higher limit"
    return DocumentError((Diagnostic(Code.TOO_LARGE, message, help=help_),), name=name)


def not_utf8(data: bytes, start: int, name: str | None) -> DocumentError:
    """Refuse bytes that are not UTF-8 from `start` on."""
    text = data.decode("utf-8", "replace")
    offset = len(data[:start].decode("utf-8"))
    message, help_ = f"the byte 0x{data[start]:02x} is not UTF-8", "save the file as UTF-8"
    if data.startswith(_UTF16):
        message, help_ = "the document is UTF-16", "save it as UTF-8; in PowerShell: `Out-File -Encoding utf8`"
        text, offset = "", 0
    span = span_at(text, offset, offset + 1) if text else None
    return DocumentError((Diagnostic(Code.NOT_UTF8, message, help=help_, span=span),), text=text or None, name=name)


def half_character(source: str, start: int, name: str | None) -> DocumentError:
    """Refuse a text of Python that holds half of a surrogate pair at `start`."""
    text = source.encode("utf-8", "replace").decode("utf-8")
    message = f"U+{ord(source[start]):04X} is half of a character"
    help_ = "read the file as UTF-8, or hand over its bytes"
    fault = Diagnostic(Code.HALF_CHARACTER, message, help=help_, span=span_at(text, start, start + 1))
    return DocumentError((fault,), text=text, name=name)


def not_json(text: str, limits: Limits, reason: ValueError | RecursionError, name: str | None) -> DocumentError:
    """Refuse a text that is not JSON, with all its faults as far as they can be told apart."""
    faults = [fault for fault, _ in in_document_order(_faults(text, limits))]
    return DocumentError(tuple(faults) or (_unplaced(reason),), text=text, name=name)


def nested_too_deep(text: str, limits: Limits, name: str | None) -> DocumentError:
    """Refuse a JSON text that nests deeper than it may."""
    return DocumentError((_too_deep(read_words(text, limits.tokens).words, limits),), text=text, name=name)


def written_twice(text: str, limits: Limits, name: str | None) -> DocumentError:
    """Refuse a JSON text in which objects hold keys twice."""
    reading = read_words(text, limits.tokens)
    faults = tuple(_duplicates(reading.words)) if reading.complete else (_some_duplicate(),)
    return DocumentError(faults, text=text, name=name)


def _faults(text: str, limits: Limits) -> Iterator[Diagnostic]:
    """Give the faults in the order they are met, reading on behind those whose repair is plain."""
    budget = limits.tokens
    for _ in range(_MOST_REPAIRS):
        words, complete, stopped = read_words(text, budget)
        budget -= len(words)
        if _deepest(words) > limits.depth:
            yield _too_deep(words, limits)
            return
        if complete:
            yield from _too_large_numbers(words)
            yield from _duplicates(words)
        if stopped is None:
            return
        diagnostic, repair = explain(trouble(text, words, stopped))
        yield diagnostic
        if repair is None:
            return
        start, characters = repair
        text = text[:start] + characters + text[start + len(characters) :]


def _deepest(words: list[Word]) -> int:
    return max((depth for _, depth in _depths(words)), default=0)


def _depths(words: list[Word]) -> Iterator[tuple[Word, int]]:
    depth = 0
    for word in words:
        depth += (word.kind in OPENING) - (word.kind in CLOSING)
        yield word, depth


def _too_deep(words: list[Word], limits: Limits) -> Diagnostic:
    span = next((word.span for word, depth in _depths(words) if depth > limits.depth), None)
    message = f"lists and objects are nested deeper than {limits.depth} levels"
    return Diagnostic(
        Code.TOO_DEEP, message, help="a policy needs six; look for brackets that were never closed", span=span
    )


def _too_large_numbers(words: list[Word]) -> Iterator[Diagnostic]:
    for word in words:
        if word.kind == "NUMBER" and math.isinf(float(word.text)):
            message = f"the number {quoted(word.text, 24)} is too large"
            yield Diagnostic(Code.NUMBER_TOO_LARGE, message, help="write it as a text, in quotes", span=word.span)


def _duplicates(words: list[Word]) -> Iterator[Diagnostic]:
    again = sorted(keys_again(build(words)), key=lambda found: found[1].start)
    for pointer, word, first in again:
        message = f"the key {quoted(str(pointer[-1]))} is written twice in one object"
        help_ = f"keep one of them; the first stands in line {first.line}, column {first.column}"
        yield Diagnostic(Code.DUPLICATE_KEY, message, at=pointer, on_key=True, help=help_, span=word.span)


def _some_duplicate() -> Diagnostic:
    message = "a key is written twice in one object"
    return Diagnostic(
        Code.DUPLICATE_KEY, message, help="the document is too long to tell the place: look into its parts"
    )


def _unplaced(reason: ValueError | RecursionError) -> Diagnostic:
    """Tell with the reader's own words what no rule explains: a text of very many words."""
    message = f"the document is not JSON: {str(reason)[:200] or 'nested too deep'}"
    return Diagnostic(Code.NOT_JSON, message, help="the document is too long to tell more: look into its parts")
