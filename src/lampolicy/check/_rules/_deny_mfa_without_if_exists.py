"""Find demands for MFA that long-term access keys escape.

## What it finds
A `Deny` with `Bool` on `aws:MultiFactorAuthPresent`, or with a numeric operator on `aws:MultiFactorAuthAge`,
without `IfExists`, in a policy that does not also deny requests where the key is missing.

## Why it matters
Requests signed with long-term access keys carry neither key. A plain `Bool` does not hold where the key is missing,
so the `Deny` does not touch exactly those callers it was written for.

## Instead
Write `BoolIfExists`, `NumericGreaterThanIfExists`.

## Source
IAM User Guide, "Configuring MFA-protected API access"; semantics K2, C4.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import NEGATED, at_condition, reads, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import BaseOperator, Condition, Effect, Policy

_KEYS = ("aws:multifactorauthpresent", "aws:multifactorauthage")


def find(policy: Policy) -> Iterator[Remark]:
    """Find a `Deny` on MFA that a missing key escapes."""
    if _denies_missing(policy):
        return
    for index, statement in statements(policy, Effect.DENY):
        for condition in reads(statement, *_KEYS):
            if _skips_missing(condition):
                message = (
                    f"`{condition.operator}` skips requests signed with long-term keys, which have no `{condition.key}`"
                )
                help_ = f"write `{condition.operator}IfExists`"
                yield Remark(message, at_condition(index, condition), help_)


def _skips_missing(condition: Condition) -> bool:
    operator = condition.operator
    return (
        not operator.if_exists
        and operator.quantifier is None
        and operator.base is not BaseOperator.NULL
        and operator.base not in NEGATED
        and (operator.base is not BaseOperator.BOOL or any(v.lower() != "true" for v in condition.values))
    )


def _denies_missing(policy: Policy) -> bool:
    return any(
        condition.operator.base is BaseOperator.NULL and "true" in [value.lower() for value in condition.values]
        for _, statement in statements(policy, Effect.DENY)
        for condition in reads(statement, *_KEYS)
    )


RULE = Rule(Code.DENY_MFA_WITHOUT_IF_EXISTS, "mfa-denied-without-if-exists", Severity.WARNING, find)
