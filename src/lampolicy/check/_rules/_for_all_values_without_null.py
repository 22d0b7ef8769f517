"""Find grants that open when a key is missing, through `ForAllValues`.

## What it finds
An `Allow` with a `ForAllValues:` condition on a key that nothing else in the statement requires.

## Why it matters
`ForAllValues` holds where the key is missing or empty, for there is no value that fails. Who sends no tags passes a
condition on tags.

## When it is right
For `aws:TagKeys` and other keys of the request it is the usual way to say "no others than these", and a request
without any is harmless. This rule is quiet on those.

## Instead
Add `"Null": {"KEY": "false"}` to the statement.

## Source
IAM User Guide, "Multivalued context keys"; semantics C7.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_condition, requires, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import BaseOperator, Condition, Effect, Policy, Quantifier

_HARMLESS = ("aws:tagkeys", "aws:requesttag/", "lambda:layer", "lambda:securitygroupids")
"""Keys of what a request sets: without them it sets nothing."""


def find(policy: Policy) -> Iterator[Remark]:
    """Find `ForAllValues` in an `Allow` without a guard."""
    for index, statement in statements(policy, Effect.ALLOW):
        for condition in statement.conditions:
            if _open(condition) and not requires(statement, condition.key):
                message = f"`{condition.operator}` also holds where `{condition.key}` is missing"
                help_ = f'add `"Null": {{"{condition.key}": "false"}}` to the `Condition`'
                yield Remark(message, at_condition(index, condition), help_)


def _open(condition: Condition) -> bool:
    operator = condition.operator
    return (
        operator.quantifier is Quantifier.FOR_ALL_VALUES
        and operator.base is not BaseOperator.NULL
        and not condition.key.lower().startswith(_HARMLESS)
    )


RULE = Rule(Code.FOR_ALL_VALUES_WITHOUT_NULL, "for-all-values-without-null", Severity.WARNING, find)
