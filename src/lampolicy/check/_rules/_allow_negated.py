"""Find grants that open when a key is missing, through a negated operator.

## What it finds
An `Allow` with a negated operator (`StringNotEquals`, `ArnNotLike`, `NotIpAddress` ...) on a key that a request may
lack and that nothing else in the statement requires.

## Why it matters
A negated operator holds where the key is missing. `StringNotEquals` on `aws:ResourceTag/stage` with `prod` allows
everything that has no such tag, and every action that knows no tags.

## When it is right
Where a missing key is meant to pass. Write the `IfExists` form to say so, and this rule is quiet.

## Instead
Turn it into a positive condition, or add `"Null": {"KEY": "false"}`, or deny the exception in a second statement.

## Source
IAM User Guide, "IAM JSON policy elements: Condition operators"; semantics C4.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import NEGATED, at_condition, requires, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Condition, Effect, Policy
from lampolicy.request import MULTIVALUED_KEYS

_ALWAYS_THERE = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:securetransport",
        "aws:useragent",
        "aws:requestedregion",
        "aws:principaltype",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:userid",
        "aws:viaawsservice",
        "aws:principalisawsservice",
        "aws:resourceaccount",
        "iam:passedtoservice",
        "iam:awsservicename",
    }
)
"""Keys a request has whenever the action knows them (semantics K2)."""


def find(policy: Policy) -> Iterator[Remark]:
    """Find a negated operator in an `Allow` on a key that may be missing."""
    for index, statement in statements(policy, Effect.ALLOW):
        for condition in statement.conditions:
            if _open(condition) and not requires(statement, condition.key):
                message = f"`{condition.operator}` also allows requests that have no `{condition.key}`"
                guard = f'add `"Null": {{"{condition.key}": "false"}}`'
                help_ = f"{guard}, or write `{condition.operator}IfExists` if that is meant"
                yield Remark(message, at_condition(index, condition), help_)


def _open(condition: Condition) -> bool:
    operator, key = condition.operator, condition.key.lower()
    return (
        operator.base in NEGATED
        and not operator.if_exists
        and operator.quantifier is None
        and key not in _ALWAYS_THERE
        and key not in MULTIVALUED_KEYS
    )


RULE = Rule(Code.ALLOW_NEGATED, "negated-operator-on-a-missing-key", Severity.WARNING, find)
