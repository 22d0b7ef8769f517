"""Commands for a POSIX shell, safe to paste whatever the names of things are."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final

from lampolicy.diagnostic import visible

_BREAK: Final = " \\\n    "


def command(words: Iterable[str], options: Iterable[tuple[str, str | None]]) -> str:
    """Write a command, one option a line; an option without a value is a flag.

    Every value is one word for the shell, and none can act upon the terminal that shows it: text with control
    characters or direction marks is written as `$'...'`, which bash, zsh and ksh read.
    """
    lines = [" ".join(map(quoted, words))]
    lines += [name if value is None else _option(name, value) for name, value in options]
    return _BREAK.join(lines)


def _option(name: str, value: str) -> str:
    return f"{name}={quoted(value)}" if value.startswith("-") else f"{name} {quoted(value)}"


def quoted(text: str) -> str:
    """Write a text as one word of a shell."""
    if visible(text) == text:
        return shlex.quote(text)
    return "$'" + "".join(_escaped(character) for character in text) + "'"


def _escaped(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if visible(character) == character:
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x80 else "".join(f"\\x{byte:02x}" for byte in _bytes(character))


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", "surrogatepass")
