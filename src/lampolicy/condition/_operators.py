"""The table of condition operators: one row each, negated twins sharing the comparison of the positive one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition._values import (
    Comparison,
    arn_like,
    dated,
    equals,
    equals_ignoring_case,
    in_any_network,
    like,
    literal_text,
    ordered,
    true_or_false,
)
from lampolicy.names import Tokens
from lampolicy.policy import BaseOperator as Base
from lampolicy.policy import is_canonical_base64, read_number
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import Final


@record
class Row:
    """How one base operator compares.

    Attributes:
        compile: Takes the policy's values; gives the comparison.
        negated: The operator is the negation of its twin.
        wild: `*` and `?` in a policy value are wildcards.
        variables: Policy variables count in its values (semantics V2).
    """

    compile: Callable[[list[Tokens]], Comparison]
    negated: bool = False
    wild: bool = False
    variables: bool = False


def _binary(values: list[Tokens]) -> Comparison:
    # Canonical base64 is equal as text exactly when it is equal as bytes (semantics O7).
    wanted = frozenset(text for text in map(literal_text, values) if is_canonical_base64(text))
    return wanted.__contains__


_NUMERIC = partial(ordered, read_number)

ROWS: Final[Mapping[Base, Row]] = MappingProxyType(
    {
        Base.STRING_EQUALS: Row(equals, variables=True),
        Base.STRING_NOT_EQUALS: Row(equals, negated=True, variables=True),
        Base.STRING_EQUALS_IGNORE_CASE: Row(equals_ignoring_case, variables=True),
        Base.STRING_NOT_EQUALS_IGNORE_CASE: Row(equals_ignoring_case, negated=True, variables=True),
        Base.STRING_LIKE: Row(like, wild=True, variables=True),
        Base.STRING_NOT_LIKE: Row(like, negated=True, wild=True, variables=True),
        Base.NUMERIC_EQUALS: Row(partial(_NUMERIC, operator.eq)),
        Base.NUMERIC_NOT_EQUALS: Row(partial(_NUMERIC, operator.eq), negated=True),
        Base.NUMERIC_LESS_THAN: Row(partial(_NUMERIC, operator.lt)),
        Base.NUMERIC_LESS_THAN_EQUALS: Row(partial(_NUMERIC, operator.le)),
        Base.NUMERIC_GREATER_THAN: Row(partial(_NUMERIC, operator.gt)),
        Base.NUMERIC_GREATER_THAN_EQUALS: Row(partial(_NUMERIC, operator.ge)),
        Base.DATE_EQUALS: Row(partial(dated, operator.eq)),
        Base.DATE_NOT_EQUALS: Row(partial(dated, operator.eq), negated=True),
        Base.DATE_LESS_THAN: Row(partial(dated, operator.lt)),
        Base.DATE_LESS_THAN_EQUALS: Row(partial(dated, operator.le)),
        Base.DATE_GREATER_THAN: Row(partial(dated, operator.gt)),
        Base.DATE_GREATER_THAN_EQUALS: Row(partial(dated, operator.ge)),
        Base.BOOL: Row(true_or_false),
        Base.BINARY_EQUALS: Row(_binary),
        Base.IP_ADDRESS: Row(in_any_network),
        Base.NOT_IP_ADDRESS: Row(in_any_network, negated=True),
        Base.ARN_EQUALS: Row(arn_like, wild=True, variables=True),
        Base.ARN_LIKE: Row(arn_like, wild=True, variables=True),
        Base.ARN_NOT_EQUALS: Row(arn_like, negated=True, wild=True, variables=True),
        Base.ARN_NOT_LIKE: Row(arn_like, negated=True, wild=True, variables=True),
    }
)
"""Every operator but `Null`, which looks at presence and compares nothing."""
