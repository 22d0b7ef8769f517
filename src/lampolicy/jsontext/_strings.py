"""Why a text in quotes is not a string of JSON."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.diagnostic import Code, quoted
from lampolicy.jsontext._fault import Fault, Trouble, fault

_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPE: Final = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_SHORT: Final = {"\t": "\\t", "\b": "\\b", "\f": "\\f"}


def bad_string(trouble: Trouble) -> Fault | None:
    """Tell why the text that opens at the place is not a string; `None` where it is one, or none opens."""
    if trouble.here != '"':
        return None
    stop = _stop(trouble.text, trouble.at + 1)
    if trouble.text.startswith('"', stop):
        return None
    if trouble.text.startswith("\\", stop):
        return _escape(trouble, stop)
    return _control(trouble, stop)


def _stop(text: str, at: int) -> int:
    """Give the offset of the closing quote, or of the first character that cannot stand in a string."""
    while True:
        at = _end(_PLAIN, text, at)
        if not text.startswith("\\", at):
            return at
        after = _end(_PAIR, text, at)
        if after == at and not _HALF.match(text, at):
            after = _end(_ESCAPE, text, at)
        if after == at:
            return at
        at = after


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _escape(trouble: Trouble, stop: int) -> Fault:
    half = _HALF.match(trouble.text, stop)
    if half:
        return fault(
            f"`{half[0]}` is half of a character",
            trouble.span(*half.span()),
            "write both halves, one behind the other, or the character itself",
            code=Code.HALF_CHARACTER,
        )
    length = 6 if trouble.text.startswith("\\u", stop) else 2
    shown = trouble.text[stop : stop + length].split('"')[0].split("\n")[0]
    return fault(
        f"{quoted(shown)} is not an escape of JSON",
        trouble.span(stop, stop + len(shown)),
        "write `\\\\` for a backslash; `\\u` takes four hexadecimal digits",
    )


def _control(trouble: Trouble, stop: int) -> Fault:
    character = trouble.text[stop : stop + 1]
    if character in {"", "\n", "\r"}:
        span = trouble.span(trouble.at, stop)
        return fault("the closing quote of this text is missing", span, 'write `"`; a line end in a text is `\\n`')
    code = f"U+{ord(character):04X}"
    help_ = f"write `{_SHORT.get(character, f'{chr(92)}u{ord(character):04x}')}`, or remove it"
    return fault(f"a text cannot hold the control character {code}", trouble.span(stop, stop + 1), help_)
