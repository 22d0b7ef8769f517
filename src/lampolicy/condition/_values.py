"""How the texts of a request are compared with the texts of a policy, one function for every family of operators."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from lampolicy._typing import TYPE_CHECKING, Any, TypeVar
from lampolicy.names import (
    HEAD_PARTS,
    Matcher,
    Network,
    Token,
    Tokens,
    Wild,
    any_of,
    glob,
    is_literal,
    plain_address,
    read_address,
    read_network,
)
from lampolicy.policy import read_date

if TYPE_CHECKING:
    from typing import Final, TypeAlias


class Broken(Enum):
    """A policy value is of the wrong form, which only session policies may hold (semantics O11)."""

    BROKEN = "broken"


BROKEN: Final = Broken.BROKEN
NEITHER: Final = None
"""The request's text is of the wrong form: neither the operator nor its negation holds (semantics O8, O10)."""

Verdict: TypeAlias = bool | Broken | None
"""How one text of the request compares with the values of a policy: it meets one of them, none, or neither."""

Comparison: TypeAlias = Callable[[str], Verdict]
"""Takes a text of the request; says whether it meets any of the policy's values."""


def literal_text(pattern: Tokens) -> str:
    """The text of a pattern read without wildcards."""
    return "".join(t if isinstance(t, str) else t.value for t in pattern)


def lower(text: str) -> str:
    """Lower a text as AWS does: with context, but characters above U+FFFF stay as they are (semantics O2)."""
    lowered = text.lower()
    if text.isascii() or max(text, default="") <= "\uffff":
        return lowered
    out: list[str] = []
    at = 0
    for letter in text:
        width = 2 if letter == "\u0130" else 1
        out.append(letter if letter > "\uffff" else lowered[at : at + width])
        at += width
    return "".join(out)


def equals(values: list[Tokens]) -> Comparison:
    """StringEquals: the same code units (semantics O1)."""
    return frozenset(map(literal_text, values)).__contains__


def equals_ignoring_case(values: list[Tokens]) -> Comparison:
    """StringEqualsIgnoreCase (semantics O2)."""
    wanted = frozenset(lower(literal_text(v)) for v in values)
    return lambda text: lower(text) in wanted


def true_or_false(values: list[Tokens]) -> Comparison:
    """Bool: `true` in any case is true, every other text is false (semantics O6)."""
    wanted = frozenset(is_true(literal_text(v)) for v in values)
    return _Truths(when_true=True in wanted, when_false=False in wanted).__getitem__


class _Truths(dict[str, Verdict]):
    """The verdict on the two texts that AWS writes, and on every other that is asked for."""

    __slots__ = ("_verdicts",)

    def __init__(self, *, when_true: bool, when_false: bool) -> None:
        super().__init__({"true": when_true, "false": when_false})
        self._verdicts = (when_false, when_true)

    def __missing__(self, text: str) -> Verdict:
        return self._verdicts[is_true(text)]


def is_true(text: str) -> bool:
    """Bool and Null: `true` in any case is true, every other text is false (semantics O6, C13)."""
    return text.lower() == "true"


def like(values: list[Tokens]) -> Comparison:
    """StringLike: globs over the whole text (semantics O3)."""
    return _any_glob(values)


def _any_glob(values: list[Tokens]) -> Matcher:
    exact = frozenset("".join(map(str, v)) for v in values if is_literal(v))
    matchers = tuple(glob(v) for v in values if not is_literal(v))
    return any_of(exact, matchers)


def in_any_network(values: list[Tokens]) -> Comparison:
    """IpAddress (semantics O8); a text that is no address is `NEITHER`, a malformed network never matches."""
    networks = [n for n in (read_network(literal_text(v)) for v in values) if n is not None]
    short = tuple((n.number >> 32 - n.prefix, 32 - n.prefix) for n in networks if n.bits == 32)

    def compare(text: str) -> Verdict:
        number = plain_address(text)
        if number is None:
            return _among(networks, text)
        for network, shift in short:  # noqa: SIM110 - a generator costs as much as the comparison
            if number >> shift == network:
                return True
        return False

    return compare


def _among(networks: list[Network], text: str) -> Verdict:
    address = read_address(text)
    if address is None:
        return NEITHER
    return any(address in network for network in networks)


def arn_like(values: list[Tokens]) -> Comparison:
    """ArnLike and ArnEquals: six parts, each globbed on its own, with case (semantics O9 to O11)."""
    patterns = [_arn_parts(v) for v in values]
    whole = _any_glob([v for v, parts in zip(values, patterns, strict=True) if parts is not None and _fixed(parts)])
    others = [None if parts is None else _checks(parts) for parts in patterns if parts is None or not _fixed(parts)]
    if None in others:
        return _in_order([None if parts is None else _checks(parts) for parts in patterns])
    by_part = _in_order(others)
    return lambda text: whole(text) or by_part(text)


_Checks: TypeAlias = tuple[tuple[int, Matcher], ...]


def _fixed(parts: tuple[Tokens, ...]) -> bool:
    """Whether a pattern's first parts hold no wildcard, so that it may be matched as a whole."""
    return parts[0] == ("arn",) and all(map(is_literal, parts[:HEAD_PARTS]))


def _checks(parts: tuple[Tokens, ...]) -> _Checks:
    return tuple((at, glob(part)) for at, part in enumerate(parts) if part != (Wild.STAR,))


def _in_order(patterns: list[_Checks | None]) -> Comparison:
    def compare(text: str) -> Verdict:
        parts = text.split(":", HEAD_PARTS)
        if len(parts) <= HEAD_PARTS or parts[0] != "arn":
            return NEITHER
        for pattern in patterns:
            if pattern is None:
                return BROKEN
            for at, matches in pattern:
                if not matches(parts[at]):
                    break
            else:
                return True
        return False

    return compare


def _arn_parts(pattern: Tokens) -> tuple[Tokens, ...] | None:
    """The six parts of a pattern; `None` if it has fewer."""
    parts: list[list[Token]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *others = token.split(":", HEAD_PARTS + 1 - len(parts))
        parts[-1].append(first)
        parts.extend([other] for other in others)
    if len(parts) <= HEAD_PARTS:
        return None
    return tuple(tuple(token for token in part if token) for part in parts)


N = TypeVar("N")


def ordered(read: Callable[[str], N | None], holds: Callable[[N, N], bool], values: list[Tokens]) -> Comparison:
    """The numeric and date operators; a text unreadable on either side compares as unequal (semantics O4, O5)."""
    wanted = [number for number in (read(literal_text(v)) for v in values) if number is not None]

    def compare(text: str) -> Verdict:
        number = read(text)
        return number is not None and any(holds(number, w) for w in wanted)

    return compare


def dated(holds: Callable[[Any, Any], bool], values: list[Tokens]) -> Comparison:
    """The date operators; the form AWS itself writes, `2026-01-01T00:00:00Z`, is read by the standard library."""
    from datetime import UTC, datetime, timedelta

    with_care = ordered(read_date, holds, values)
    wanted = [number for number in (read_date(literal_text(v)) for v in values) if number is not None]
    if any(abs(number) > _LIBRARY_MILLISECONDS for number in wanted):
        return with_care
    read = datetime.fromisoformat
    moments = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number) for number in wanted]

    def compare(text: str) -> Verdict:
        if not (
            len(text) == 20 and text[19] == "Z" and text[10] == "T" and text[13] == text[16] == ":" and text[5] in "01"
        ):
            return with_care(text)
        try:
            moment = read(text)
        except ValueError:
            return with_care(text)
        for other in moments:  # noqa: SIM110 - a generator costs as much as the comparison
            if holds(moment, other):
                return True
        return False

    return compare


_LIBRARY_MILLISECONDS: Final = 50_000_000_000_000
"""How far from 1970, in either direction, the standard library surely reaches."""
