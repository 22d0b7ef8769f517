"""JSON values, and the fast way to them: orjson where there is much to read, else the standard library."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING, NoReturn, cast

if TYPE_CHECKING:
    from typing import Final, TypeAlias

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""What a JSON text says."""

_INFINITY: Final = float("inf")
_INTEGERS: Final = range(-(2**63), 2**64)
# the escapes of a string one by one: a surrogate pair, else half of one (in the group), else any other
_ESCAPE: Final = r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]|(u[dD][89a-fA-F])|.)"


def standard_loads(data: bytes) -> JsonValue:
    """Read `data` with the standard library, just as strictly as orjson does.

    Raises:
        ValueError: `data` is not UTF-8 or not JSON, holds half a surrogate pair or a number no double can hold.
        RecursionError: `data` is nested deeper than the interpreter's stack.
    """
    text = data.decode("utf-8")
    value = json.loads(text, parse_constant=_refuse, parse_int=_integer, parse_float=_finite)
    if "\\u" in text and any(escape[1] for escape in re.finditer(_ESCAPE, text)):
        _refuse("half of a surrogate pair")
    return cast("JsonValue", value)


def _refuse(word: str) -> NoReturn:
    message = f"{word} is not JSON"
    raise ValueError(message)


def _integer(digits: str) -> int | float:
    """Read an integer as orjson does: beyond 64 bits it becomes a double."""
    if len(digits) > len(str(_INTEGERS.stop)):
        return _finite(digits)
    number = int(digits)
    return number if number in _INTEGERS else float(number)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) != _INFINITY else _refuse(digits)


def fastest() -> Callable[[bytes], JsonValue]:
    """Give orjson's reader; the standard library's where orjson is not installed."""
    try:
        import orjson
    except ImportError:
        return standard_loads
    return cast("Callable[[bytes], JsonValue]", orjson.loads)


class Reader:
    """Reads with the standard library until it has read so much that loading orjson pays, then with orjson.

    Loading orjson takes as long as reading some 400 KiB without it; a program that makes one decision reads less.
    """

    __slots__ = ("_fast", "_left")

    def __init__(self, worth: int = 262_144) -> None:
        """Take the number of bytes after which loading orjson pays."""
        self._left = worth
        self._fast: Callable[[bytes], JsonValue] | None = None

    def __call__(self, data: bytes) -> JsonValue:
        """Read the JSON text `data`; raise `ValueError` or `RecursionError` where it is none."""
        if self._fast is None:
            self._left -= len(data)
            if self._left >= 0 and "orjson" not in sys.modules:
                return standard_loads(data)
            self._fast = fastest()
        return self._fast(data)


loads: Final = Reader()
