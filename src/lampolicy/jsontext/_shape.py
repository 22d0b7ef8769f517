"""What the marks of a valid JSON text tell without reading it: how deep it nests, how many keys it writes."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.jsontext._values import JsonValue

if TYPE_CHECKING:
    from typing import Final

_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND: Final = bytes.maketrans(b"[]", b"{}")


def without_strings(data: bytes) -> bytes:
    """Give what stands outside the strings of the valid JSON text `data`.

    Backslashes stand only inside strings, and a run of them begins with one that escapes, so that pairs can be
    taken out first and escaped quotes after them; every other piece between quotes then lies outside.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(data.split(b'"')[::2])


def nests_deeper(marks: bytes, limit: int) -> bool:
    """Tell whether more than `limit` lists and objects stand inside one another.

    Taking out every empty pair of brackets lowers the nesting by exactly one.
    """
    brackets = marks.translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(limit):
        if not brackets:
            return False
        brackets = brackets.replace(b"{}", b"")
    return bool(brackets)


def keys_written(marks: bytes) -> int:
    """Give how many keys the text writes: outside of strings each has one colon."""
    return marks.count(b":")


def keys_kept(value: JsonValue) -> int:
    """Give how many keys all objects of `value` hold: fewer than were written where one was written twice."""
    count = 0
    todo: list[JsonValue] = [value]
    for item in todo:  # grows while it is walked: no recursion, whatever the nesting
        if isinstance(item, dict):
            count += len(item)
            todo += item.values()
        elif isinstance(item, list):
            todo += item
    return count
