"""How the texts of a request are compared with the texts of a policy, one function for every family of operators."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from typing import Final, TypeAlias

from lampolicy.names import HEAD_PARTS, Matcher, Tokens, glob, is_literal, read_address, read_network


class Verdict(IntEnum):
    """How one text of the request compares with the values of a policy."""

    NO = 0
    YES = 1
    NEITHER = 2
    """The request's text is of the wrong form: neither the operator nor its negation holds (semantics O8, O10)."""
    BROKEN = 3
    """A policy value is of the wrong form, which only session policies may hold (semantics O11)."""


NO: Final = Verdict.NO
YES: Final = Verdict.YES
NEITHER: Final = Verdict.NEITHER
BROKEN: Final = Verdict.BROKEN

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
    wanted = frozenset(map(literal_text, values))
    return lambda text: YES if text in wanted else NO


def equals_ignoring_case(values: list[Tokens]) -> Comparison:
    """StringEqualsIgnoreCase (semantics O2)."""
    wanted = frozenset(lower(literal_text(v)) for v in values)
    return lambda text: YES if lower(text) in wanted else NO


def like(values: list[Tokens]) -> Comparison:
    """StringLike: globs over the whole text (semantics O3)."""
    wanted = frozenset("".join(map(str, v)) for v in values if is_literal(v))
    matchers = tuple(glob(v) for v in values if not is_literal(v))
    return lambda text: YES if text in wanted or any(match(text) for match in matchers) else NO


def in_any_network(values: list[Tokens]) -> Comparison:
    """IpAddress (semantics O8); a text that is no address is `NEITHER`, a malformed network never matches."""
    networks = [n for n in (read_network(literal_text(v)) for v in values) if n is not None]

    def compare(text: str) -> Verdict:
        address = read_address(text)
        if address is None:
            return NEITHER
        return YES if any(address in network for network in networks) else NO

    return compare


def arn_like(values: list[Tokens]) -> Comparison:
    """ArnLike and ArnEquals: six parts, each globbed on its own, with case (semantics O9 to O11)."""
    patterns = [_arn_parts(v) for v in values]

    def compare(text: str) -> Verdict:
        parts = text.split(":", HEAD_PARTS)
        if len(parts) <= HEAD_PARTS or parts[0] != "arn":
            return NEITHER
        for pattern in patterns:
            if pattern is None:
                return BROKEN
            if all(match(part) for match, part in zip(pattern, parts, strict=True)):
                return YES
        return NO

    return compare


def _arn_parts(pattern: Tokens) -> tuple[Matcher, ...] | None:
    parts: list[list[object]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *others = token.split(":", HEAD_PARTS + 1 - len(parts))
        parts[-1].append(first)
        parts.extend([other] for other in others)
    if len(parts) <= HEAD_PARTS:
        return None
    return tuple(glob(tuple(part)) for part in parts)  # type: ignore[arg-type]


Number: TypeAlias = Decimal | int


def ordered(
    read: Callable[[str], Number | None], holds: Callable[[Number, Number], bool], values: list[Tokens]
) -> Comparison:
    """The numeric and date operators; a text unreadable on either side compares as unequal (semantics O4, O5)."""
    wanted = [number for number in (read(literal_text(v)) for v in values) if number is not None]

    def compare(text: str) -> Verdict:
        number = read(text)
        if number is None:
            return NO
        return YES if any(holds(number, w) for w in wanted) else NO

    return compare
