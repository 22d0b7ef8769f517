"""Find conditions on lists that can never hold.

## What it finds
A plain operator (no `ForAllValues:` or `ForAnyValue:`) on a key that holds several values: `lambda:Layer`,
`lambda:SubnetIds`, `aws:TagKeys`, `aws:CalledVia`, `dynamodb:LeadingKeys` and whatever else the Service Authorization
Reference types as `ArrayOf...`.

## Why it matters
A plain operator never matches a key of several values, not even when the list has one value and not in its negated
form. An `Allow` does not allow, and a `Deny` does not deny.

## Instead
Write `ForAnyValue:` for "one of them", `ForAllValues:` with a `Null` guard for "all of them".

## Source
IAM User Guide, "Multivalued context keys"; semantics C5 (recorded on AWS).
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_condition
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import BaseOperator, Condition, Policy
from lampolicy.request import MULTIVALUED_KEYS


def find(policy: Policy) -> Iterator[Remark]:
    """Find plain operators on multivalued keys."""
    for index, statement in enumerate(policy.statements):
        for condition in statement.conditions:
            if _never_holds(condition):
                operator = condition.operator
                message = f"`{operator}` never holds on `{condition.key}`, which is a list"
                help_ = f"write `ForAnyValue:{operator}` or `ForAllValues:{operator}`"
                yield Remark(message, at_condition(index, condition), help_)


def _never_holds(condition: Condition) -> bool:
    operator = condition.operator
    plain = operator.quantifier is None and operator.base is not BaseOperator.NULL
    return plain and condition.key.lower() in MULTIVALUED_KEYS


RULE = Rule(Code.SET_KEY_WITHOUT_QUANTIFIER, "list-without-set-operator", Severity.WARNING, find)
