"""From the bytes of a document to its values, with every fault of the text at once."""

from __future__ import annotations

import codecs
from types import ModuleType

from lampolicy.jsontext._limits import DEFAULT_LIMITS, Limits
from lampolicy.jsontext._shape import keys_kept, keys_written, nests_deeper, without_strings
from lampolicy.jsontext._values import JsonValue, loads


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
        raise _faults().too_large(limits, name)
    data = _bytes(source, name)
    if len(data) > limits.bytes:
        raise _faults().too_large(limits, name)
    try:
        value = loads(data)
    except (ValueError, RecursionError) as reason:
        raise _faults().not_json(_text(data, name), limits, reason, name) from None
    _refuse_hidden_faults(data, value, limits, name)
    return value


def _faults() -> ModuleType:
    """What is said of faulty texts, loaded only if there is one."""
    from lampolicy.jsontext import _faults

    return _faults


def _bytes(source: bytes | bytearray | str, name: str | None) -> bytes:
    if not isinstance(source, str):
        return bytes(source).removeprefix(codecs.BOM_UTF8)
    try:
        return source.encode("utf-8").removeprefix(codecs.BOM_UTF8)
    except UnicodeEncodeError as reason:
        raise _faults().half_character(source, reason.start, name) from None


def _text(data: bytes, name: str | None) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise _faults().not_utf8(data, reason.start, name) from None


def _refuse_hidden_faults(data: bytes, value: JsonValue, limits: Limits, name: str | None) -> None:
    """Refuse what the reader of values accepts; cheap where there is nothing to refuse."""
    marks = without_strings(data)
    if nests_deeper(marks, limits.depth):
        raise _faults().nested_too_deep(_text(data, name), limits, name)
    if keys_written(marks) != keys_kept(value):
        raise _faults().written_twice(_text(data, name), limits, name)
