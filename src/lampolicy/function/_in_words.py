"""A condition as a person would say it."""

from __future__ import annotations

from typing import Final

from lampolicy.policy import BaseOperator, Condition, Quantifier

_VERBS: Final = {
    BaseOperator.STRING_EQUALS: "is",
    BaseOperator.STRING_NOT_EQUALS: "is not",
    BaseOperator.STRING_EQUALS_IGNORE_CASE: "is, in any letter case,",
    BaseOperator.STRING_NOT_EQUALS_IGNORE_CASE: "is not, in any letter case,",
    BaseOperator.STRING_LIKE: "is like",
    BaseOperator.STRING_NOT_LIKE: "is not like",
    BaseOperator.NUMERIC_EQUALS: "is",
    BaseOperator.NUMERIC_NOT_EQUALS: "is not",
    BaseOperator.NUMERIC_LESS_THAN: "is less than",
    BaseOperator.NUMERIC_LESS_THAN_EQUALS: "is at most",
    BaseOperator.NUMERIC_GREATER_THAN: "is more than",
    BaseOperator.NUMERIC_GREATER_THAN_EQUALS: "is at least",
    BaseOperator.DATE_EQUALS: "is",
    BaseOperator.DATE_NOT_EQUALS: "is not",
    BaseOperator.DATE_LESS_THAN: "is before",
    BaseOperator.DATE_LESS_THAN_EQUALS: "is not after",
    BaseOperator.DATE_GREATER_THAN: "is after",
    BaseOperator.DATE_GREATER_THAN_EQUALS: "is not before",
    BaseOperator.BOOL: "is",
    BaseOperator.BINARY_EQUALS: "is",
    BaseOperator.IP_ADDRESS: "is in",
    BaseOperator.NOT_IP_ADDRESS: "is not in",
    BaseOperator.ARN_EQUALS: "is like",
    BaseOperator.ARN_LIKE: "is like",
    BaseOperator.ARN_NOT_EQUALS: "is not like",
    BaseOperator.ARN_NOT_LIKE: "is not like",
}
_OF_MANY: Final = {Quantifier.FOR_ALL_VALUES: "every value of ", Quantifier.FOR_ANY_VALUE: "some value of "}


def in_words(condition: Condition) -> str:
    """Say a condition: `aws:SourceArn is like arn:aws:s3:::photos`."""
    operator, key = condition.operator, condition.key
    many = _OF_MANY[operator.quantifier] if operator.quantifier is not None else ""
    if operator.base is BaseOperator.NULL:
        wanted = {"absent" if value.lower() == "true" else "present" for value in condition.values}
        return f"{many}{key} is {' or '.join(sorted(wanted)) or 'nothing'}"
    said = f"{many}{key} {_VERBS[operator.base]} {' or '.join(condition.values) or 'nothing'}"
    return f"{said}, or is absent" if operator.if_exists else said
