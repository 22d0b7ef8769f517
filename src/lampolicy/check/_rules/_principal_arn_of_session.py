"""Find `aws:PrincipalArn` compared with the ARN of a session.

## What it finds
A condition on `aws:PrincipalArn` whose value is an `assumed-role` ARN.

## Why it matters
For a role session the key holds the role's ARN, with its path, never the session's. A positive condition never
holds, a negated one always does.

## Instead
Compare with the role: `arn:aws:iam::ACCOUNT:role/PATH/NAME`. To tell sessions apart use `aws:userid` or
`sts:RoleSessionName`.

## Source
IAM User Guide, "AWS global condition context keys"; semantics K1.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import NEGATED, at_condition, reads
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Condition, Policy


def find(policy: Policy) -> Iterator[Remark]:
    """Find session ARNs as values of `aws:PrincipalArn`."""
    for index, statement in enumerate(policy.statements):
        for condition in reads(statement, "aws:principalarn"):
            for value in filter(_is_session, condition.values):
                message = f"`{condition.key}` never is a session's ARN, so `{value}` {_effect(condition)}"
                help_ = f"compare with the role: `{_role(value)}`, with its path if it has one"
                yield Remark(message, at_condition(index, condition), help_)


def _is_session(value: str) -> bool:
    parts = value.split(":", 5)
    return len(parts) > 5 and parts[2] == "sts" and parts[5].startswith("assumed-role/")


def _effect(condition: Condition) -> str:
    return "excludes nobody" if condition.operator.base in NEGATED else "matches nobody"


def _role(value: str) -> str:
    parts = value.split(":", 5)
    name = parts[5].split("/")[1]
    return f"arn:{parts[1]}:iam::{parts[4]}:role/{name}"


RULE = Rule(Code.PRINCIPAL_ARN_OF_SESSION, "session-arn-as-principal-arn", Severity.WARNING, find)
