"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}` (semantics V1 to V9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lampolicy._typing import TYPE_CHECKING, cast
from lampolicy.names import Token, Tokens, tokens
from lampolicy.policy import Version
from lampolicy.record import record
from lampolicy.request import UNKNOWN, Unknown

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_VARIABLE: Final = r"\$\{([^}]*)\}"
_WITH_DEFAULT: Final = r"(?s)([^,]*), +'(.*)'"
"""Texts, since most policies have no variables and need not wait until they are compiled."""
_ESCAPES: Final = frozenset("*?$")


@record
class Variable:
    """A variable in a policy's text.

    Attributes:
        key: The condition key it stands for, in lower case.
        default: What it stands for where the key is absent; `None` if nothing does.
    """

    key: str
    default: str | None = None


Template: TypeAlias = tuple[Token | Variable, ...]
"""A policy's text as literals, wildcards and variables."""

Value: TypeAlias = str | tuple[str, ...] | Unknown | None
"""What a request holds under a key: one text, several, not known, or nothing."""

Lookup: TypeAlias = Callable[[str], Value]
"""Takes a key in lower case; gives what the request holds under it."""


def template(text: str, version: Version, *, wild: bool = True) -> Template:
    """Read a policy's text; variables only in Version 2012-10-17 (V3), wildcards only where `wild`."""
    if version is Version.V2008 or "${" not in text:
        return _literal(text, wild=wild)
    return tuple(_read(text, wild=wild))


def _literal(text: str, *, wild: bool) -> Tokens:
    if wild:
        return tokens(text)
    return (text,) if text else ()


def _read(text: str, *, wild: bool) -> Iterator[Token | Variable]:
    at = 0
    for found in re.finditer(_VARIABLE, text):
        yield from _literal(text[at : found.start()], wild=wild)
        yield _variable(found[1])
        at = found.end()
    yield from _literal(text[at:], wild=wild)


def _variable(body: str) -> str | Variable:
    if body in _ESCAPES:
        return body
    with_default = re.fullmatch(_WITH_DEFAULT, body)
    if with_default:
        return Variable(with_default[1].lower(), with_default[2])
    return Variable(body.lower())


def keys_of(text: Template) -> frozenset[str]:
    """The keys a template reads, in lower case."""
    return frozenset([part.key for part in text if isinstance(part, Variable)]) if _varies(text) else frozenset()


def _varies(text: Template) -> bool:
    return Variable in set(map(type, text))


def fill(text: Template, lookup: Lookup) -> Tokens | None:
    """Put the request's values into a template; `None` if a variable cannot be resolved (V4, V7).

    What is put in is literal: a `*` in a value is no wildcard (V8). A key of several values never expands.
    """
    if not _varies(text):
        return cast("Tokens", text)
    filled: list[Token] = []
    for part in text:
        if not isinstance(part, Variable):
            filled.append(part)
            continue
        value = lookup(part.key)
        if value is None:
            value = part.default
        if not isinstance(value, str):
            return None
        filled.append(value)
    return tuple(filled)


def unknown_keys(keys: frozenset[str], lookup: Lookup) -> tuple[str, ...]:
    """Those of `keys` whose value the request marks as unknown, sorted."""
    return tuple(sorted(key for key in keys if lookup(key) is UNKNOWN))
