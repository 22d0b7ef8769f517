"""Policy variables: `${key}`, `${key, 'default'}` and the escapes (semantics V1 to V9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from lampolicy.policy import Version
from lampolicy.reference._context import Values
from lampolicy.reference._glob import Tokens, literal_tokens, tokens
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


def unknown_keys(text: str, version: Version, keys: Values) -> frozenset[str]:
    """The unknown keys that the variables of a text read."""
    if "${" not in text:
        return frozenset()
    found = (piece.key for piece in pieces(text, version) if isinstance(piece, Variable))
    return frozenset(key for key in found if keys.get(key) is UNKNOWN)


def resolve(text: str, version: Version, keys: Values) -> Resolved | None:
    """Put in the values of the variables; `None` if one cannot be resolved (semantics V4)."""
    resolved: list[Plain | Literal] = []
    for piece in pieces(text, version):
        put = _substitute(piece, keys) if isinstance(piece, Variable) else piece
        if put is None:
            return None
        resolved.append(put)
    return tuple(resolved)


def _substitute(variable: Variable, keys: Values) -> Literal | None:
    value = keys.get(variable.key)
    if value is None:
        return None if variable.default is None else Literal(variable.default)  # V4, V5
    return Literal(value) if isinstance(value, str) else None  # V7: several values never expand


def as_text(resolved: Resolved) -> str:
    """The text for an operator without wildcards."""
    return "".join(piece.text for piece in resolved)


def as_tokens(resolved: Resolved) -> Tokens:
    """The pattern for an operator with wildcards."""
    found: Tokens = ()
    for piece in resolved:
        found += tokens(piece.text) if isinstance(piece, Plain) else literal_tokens(piece.text)
    return found
