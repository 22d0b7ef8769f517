"""The comparisons of condition operators, one row each (semantics O1 to O12)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Final, TypeAlias

from lampolicy.policy import BaseOperator
from lampolicy.reference._glob import Glob, Tokens, glob, literal, matches
from lampolicy.reference._values import (
    Address,
    date,
    decoded,
    lower_case,
    number,
    policy_network,
    request_address,
    truth,
)
from lampolicy.reference._variables import Resolved, as_glob, as_text, as_tokens, written_plainly

Meets: TypeAlias = Callable[[str, Resolved], bool]

_ARN_PARTS: Final = 6


_KEPT: Final = 1024
"""How many texts of policies are kept read of each sort: they come again with every request."""
_wanted_number = lru_cache(maxsize=_KEPT)(number)
_wanted_date = lru_cache(maxsize=_KEPT)(date)
_kept_address = lru_cache(maxsize=_KEPT)(request_address)
_LONGEST_ADDRESS: Final = 64
_wanted_network = lru_cache(maxsize=_KEPT)(policy_network)


class MalformedArnError(Exception):
    """A policy's ARN literal with fewer than six parts was reached before a match settled the comparison (O11)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one operator compares one value of the request with one value of the policy.

    Attributes:
        meets: Whether they meet; for a negated operator, whether its positive twin says so.
        negated: Whether the operator holds when nothing meets.
        reads: Whether the request's value is one the operator can compare at all.
    """

    meets: Meets
    negated: bool = False
    reads: Callable[[str], bool] = lambda value: True  # noqa: ARG005 - most operators take any text


def string_equals(value: str, wanted: Resolved) -> bool:
    """O1: the same code units, nothing trimmed or normalized."""
    return value == as_text(wanted)


def string_equals_ignore_case(value: str, wanted: Resolved) -> bool:
    """O2: the same after lower-casing, not after case-folding."""
    return lower_case(value) == lower_case(as_text(wanted))


def string_like(value: str, wanted: Resolved) -> bool:
    """O3: a glob over the whole value, with case."""
    return as_glob(wanted)(value)


def numeric(compare: Callable[[Decimal, Decimal], bool]) -> Meets:
    """O4: numbers compared with full precision; a text that is no number meets nothing."""

    def meets(value: str, wanted: Resolved) -> bool:
        ours, theirs = number(value), _wanted_number(as_text(wanted))
        return ours is not None and theirs is not None and compare(ours, theirs)

    return meets


def dated(compare: Callable[[int, int], bool]) -> Meets:
    """O5: times compared in milliseconds; a text that is no time meets nothing."""

    def meets(value: str, wanted: Resolved) -> bool:
        ours, theirs = date(value), _wanted_date(as_text(wanted))
        return ours is not None and theirs is not None and compare(ours, theirs)

    return meets


def boolean(value: str, wanted: Resolved) -> bool:
    """O6: on both sides every text but `true` is false."""
    return truth(value) is truth(as_text(wanted))


def binary_equals(value: str, wanted: Resolved) -> bool:
    """O7: the same bytes, both written in canonical base64."""
    ours = decoded(value)
    return ours is not None and ours == decoded(as_text(wanted))


def ip_address(value: str, wanted: Resolved) -> bool:
    """O8: the address lies in the network; a malformed network holds no address."""
    address, network = _given_address(value), _wanted_network(as_text(wanted))
    return address is not None and network is not None and network.holds(address)


def is_address(value: str) -> bool:
    """O8: a request value that is no address is neither in nor outside a network."""
    return _given_address(value) is not None


def _given_address(value: str) -> Address | None:
    return _kept_address(value) if len(value) <= _LONGEST_ADDRESS else request_address(value)


def arn_like(value: str, wanted: Resolved) -> bool:
    """O9: six parts, each globbed on its own, with case."""
    globs = _arn_globs(wanted)
    if len(globs) < _ARN_PARTS:
        raise MalformedArnError
    return all(part(text) for part, text in zip(globs, _parts(value), strict=True))


def _arn_globs(wanted: Resolved) -> tuple[Glob, ...]:
    text = written_plainly(wanted)
    if text is not None:
        return _globs_of_parts(text)
    return tuple(partial(matches, part) for part in _token_parts(as_tokens(wanted)))


@lru_cache(maxsize=4096)
def _globs_of_parts(text: str) -> tuple[Glob, ...]:
    return tuple(map(glob, _parts(text)))


def is_arn(value: str) -> bool:
    """O10: a request value that is no ARN is neither like nor unlike a pattern."""
    parts = _parts(value)
    return len(parts) == _ARN_PARTS and parts[0] == "arn"


def _parts(text: str) -> list[str]:
    return text.split(":", _ARN_PARTS - 1)


def _token_parts(pattern: Tokens) -> list[Tokens]:
    """Split a pattern at its first five colons, substituted ones included."""
    parts: list[Tokens] = []
    rest = pattern
    while len(parts) < _ARN_PARTS - 1 and literal(":") in rest:
        at = rest.index(literal(":"))
        parts.append(rest[:at])
        rest = rest[at + 1 :]
    return [*parts, rest]


COMPARISONS: Final[Mapping[BaseOperator, Comparison]] = MappingProxyType(
    {
        BaseOperator.STRING_EQUALS: Comparison(string_equals),
        BaseOperator.STRING_NOT_EQUALS: Comparison(string_equals, negated=True),
        BaseOperator.STRING_EQUALS_IGNORE_CASE: Comparison(string_equals_ignore_case),
        BaseOperator.STRING_NOT_EQUALS_IGNORE_CASE: Comparison(string_equals_ignore_case, negated=True),
        BaseOperator.STRING_LIKE: Comparison(string_like),
        BaseOperator.STRING_NOT_LIKE: Comparison(string_like, negated=True),
        BaseOperator.NUMERIC_EQUALS: Comparison(numeric(operator.eq)),
        BaseOperator.NUMERIC_NOT_EQUALS: Comparison(numeric(operator.eq), negated=True),
        BaseOperator.NUMERIC_LESS_THAN: Comparison(numeric(operator.lt)),
        BaseOperator.NUMERIC_LESS_THAN_EQUALS: Comparison(numeric(operator.le)),
        BaseOperator.NUMERIC_GREATER_THAN: Comparison(numeric(operator.gt)),
        BaseOperator.NUMERIC_GREATER_THAN_EQUALS: Comparison(numeric(operator.ge)),
        BaseOperator.DATE_EQUALS: Comparison(dated(operator.eq)),
        BaseOperator.DATE_NOT_EQUALS: Comparison(dated(operator.eq), negated=True),
        BaseOperator.DATE_LESS_THAN: Comparison(dated(operator.lt)),
        BaseOperator.DATE_LESS_THAN_EQUALS: Comparison(dated(operator.le)),
        BaseOperator.DATE_GREATER_THAN: Comparison(dated(operator.gt)),
        BaseOperator.DATE_GREATER_THAN_EQUALS: Comparison(dated(operator.ge)),
        BaseOperator.BOOL: Comparison(boolean),
        BaseOperator.BINARY_EQUALS: Comparison(binary_equals),
        BaseOperator.IP_ADDRESS: Comparison(ip_address, reads=is_address),
        BaseOperator.NOT_IP_ADDRESS: Comparison(ip_address, negated=True, reads=is_address),
        BaseOperator.ARN_EQUALS: Comparison(arn_like, reads=is_arn),
        BaseOperator.ARN_LIKE: Comparison(arn_like, reads=is_arn),
        BaseOperator.ARN_NOT_EQUALS: Comparison(arn_like, negated=True, reads=is_arn),
        BaseOperator.ARN_NOT_LIKE: Comparison(arn_like, negated=True, reads=is_arn),
    }
)
"""`Null` is not here: it compares no values (semantics C13)."""
