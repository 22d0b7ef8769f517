"""Policy variables: `${key}`, `${key, 'default'}` and the escapes (semantics V1 to V9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from lampolicy.policy import Version
from lampolicy.reference._context import Value
from lampolicy.reference._glob import Glob, Tokens, glob, literal_tokens, matches, tokens
from lampolicy.request import UNKNOWN

_WITH_DEFAULT: Final = re.compile(r"(?P<key>.*?), +'(?P<default>.*)'", re.DOTALL)
_ESCAPES: Final = frozenset({"*", "?", "$"})


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as written, in which `*` and `?` are wildcards where the operator knows wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Text in which nothing is a wildcard: an escape or a substituted value (semantics V6, V8)."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A place for the value of a condition key.

    Attributes:
        key: The key's name in lower case (semantics V9).
        default: Text that stands in when the key is absent (semantics V5).
    """

    key: str
    default: str | None = None


Lookup: TypeAlias = Callable[[str], Value | None]
"""What a condition key holds, by its name in lower case."""

Piece: TypeAlias = Plain | Literal | Variable
Resolved: TypeAlias = tuple[Plain | Literal, ...]


@lru_cache(maxsize=4096)
def pieces(text: str, version: Version) -> tuple[Piece, ...]:
    """Split a text at its variables; version 2008-10-17 knows none (semantics V3)."""
    if version is not Version.V2012:
        return (Plain(text),)
    found: list[Piece] = []
    rest = text
    while True:
        before, opening, behind = rest.partition("${")
        body, closing, after = behind.partition("}")
        if not opening or not closing:
            return (*found, Plain(rest))
        found += (Plain(before), _piece(body))
        rest = after


def _piece(body: str) -> Piece:
    if body in _ESCAPES:
        return Literal(body)  # V6
    if found := _WITH_DEFAULT.fullmatch(body):
        return Variable(found["key"].lower(), found["default"])  # V1
    return Variable(body.lower())


def unknown_keys(text: str, version: Version, value_of: Lookup) -> frozenset[str]:
    """The unknown keys that the variables of a text read."""
    if "${" not in text:
        return frozenset()
    found = (piece.key for piece in pieces(text, version) if isinstance(piece, Variable))
    return frozenset(key for key in found if value_of(key) is UNKNOWN)


def resolve(text: str, version: Version, value_of: Lookup) -> Resolved | None:
    """Put in the values of the variables; `None` if one cannot be resolved (semantics V4)."""
    if "${" not in text:
        return plain(text)
    resolved: list[Plain | Literal] = []
    for piece in pieces(text, version):
        put = _substitute(piece, value_of) if isinstance(piece, Variable) else piece
        if put is None:
            return None
        resolved.append(put)
    return tuple(resolved)


def _substitute(variable: Variable, value_of: Lookup) -> Literal | None:
    value = value_of(variable.key)
    if value is None:
        return None if variable.default is None else Literal(variable.default)  # V4, V5
    return Literal(value) if isinstance(value, str) else None  # V7: several values never expand


@lru_cache(maxsize=4096)
def plain(text: str) -> Resolved:
    """A text without variables."""
    return (Plain(text),)


def written_plainly(resolved: Resolved) -> str | None:
    """The text as written, if nothing was put into it."""
    first = resolved[0]
    return first.text if len(resolved) == 1 and isinstance(first, Plain) else None


def as_text(resolved: Resolved) -> str:
    """The text for an operator without wildcards."""
    return resolved[0].text if len(resolved) == 1 else "".join(piece.text for piece in resolved)


def as_glob(resolved: Resolved) -> Glob:
    """The pattern for an operator with wildcards, read."""
    text = written_plainly(resolved)
    return glob(text) if text is not None else lambda value: matches(as_tokens(resolved), value)


def as_tokens(resolved: Resolved) -> Tokens:
    """The pattern for an operator with wildcards."""
    found: Tokens = ()
    for piece in resolved:
        found += tokens(piece.text) if isinstance(piece, Plain) else literal_tokens(piece.text)
    return found
