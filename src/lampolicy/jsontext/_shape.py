"""What the marks of a valid JSON text tell without reading it: how deep it nests, how many keys it writes."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from lampolicy.jsontext._values import JsonValue

_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = tuple(1 if byte in b"[{" else -1 if byte in b"]}" else 0 for byte in range(256))


def without_strings(data: bytes) -> bytes:
    """Give what stands outside the strings of the valid JSON text `data`.

    Backslashes stand only inside strings, and a run of them begins with one that escapes, so that pairs can be
    taken out first and escaped quotes after them; every other piece between quotes then lies outside.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(data.split(b'"')[::2])


def depth(marks: bytes) -> int:
    """Give how many lists and objects stand inside one another; 0 for a bare scalar."""
    brackets = marks.translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def keys_written(marks: bytes) -> int:
    """Give how many keys the text writes: outside of strings each has one colon."""
    return marks.count(b":")


def keys_kept(value: JsonValue) -> int:
    """Give how many keys all objects of `value` hold: fewer than were written where one was written twice."""
    count = 0
    todo: list[JsonValue] = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            count += len(item)
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
    return count
