"""From the bytes of a document to its values, with every fault of the text at once."""

from __future__ import annotations

from lampolicy.diagnostic import Diagnostic, DocumentError
from lampolicy.jsontext._faults import faults_of_bytes, faults_of_text, nested_too_deep, too_large, written_twice
from lampolicy.jsontext._limits import DEFAULT_LIMITS, Limits
from lampolicy.jsontext._shape import depth, keys_kept, keys_written, without_strings
from lampolicy.jsontext._values import JsonValue, loads

_BOM = b"\xef\xbb\xbf"


def read_json(
    source: bytes | bytearray | str, *, limits: Limits = DEFAULT_LIMITS, name: str | None = None
) -> JsonValue:
    """Read one JSON document.

    A byte order mark at the start is passed over. An object that holds a key twice is refused (semantics G18), so is a
    number no double can hold and half of a surrogate pair.

    Args:
        source: The text, in UTF-8 if it is bytes.
        limits: How large and how deep the document may be.
        name: What to call the document in messages, usually its path.

    Returns:
        The document as plain values; integers beyond 64 bits are doubles.

    Raises:
        DocumentError: The text has faults; it carries them all, with their places.
    """
    if len(source) > limits.bytes:
        raise DocumentError((too_large(limits),), name=name)
    data = _bytes(source, name)
    if len(data) > limits.bytes:
        raise DocumentError((too_large(limits),), name=name)
    try:
        value = loads(data)
    except (ValueError, RecursionError):
        raise _refusal(data, limits, name) from None
    faults = _hidden_faults(data, value, limits)
    if faults:
        raise DocumentError(faults, text=data.decode("utf-8"), name=name)
    return value


def _bytes(source: bytes | bytearray | str, name: str | None) -> bytes:
    if not isinstance(source, str):
        return bytes(source).removeprefix(_BOM)
    try:
        return source.encode("utf-8").removeprefix(_BOM)
    except UnicodeEncodeError:
        raise _not_utf8(source.encode("utf-8", "surrogatepass"), name) from None


def _refusal(data: bytes, limits: Limits, name: str | None) -> DocumentError:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, name)
    return DocumentError(faults_of_text(text, limits), text=text, name=name)


def _not_utf8(data: bytes, name: str | None) -> DocumentError:
    diagnostics, text = faults_of_bytes(data)
    return DocumentError(diagnostics, text=text, name=name)


def _hidden_faults(data: bytes, value: JsonValue, limits: Limits) -> tuple[Diagnostic, ...]:
    """Give the faults of a text that the reader of values accepts; cheap where there are none."""
    marks = without_strings(data)
    if depth(marks) > limits.depth:
        return nested_too_deep(data.decode("utf-8"), limits)
    if keys_written(marks) != keys_kept(value):
        return written_twice(data.decode("utf-8"), limits)
    return ()
