"""Find policy variables that are not read as such.

## What it finds
`${...}` in a `Resource` or a condition value of a policy without `"Version": "2012-10-17"`.

## Why it matters
A missing `Version` means 2008-10-17, in which `${aws:username}` is plain text and stands for itself.

## Instead
Add `"Version": "2012-10-17"`.

## Source
IAM User Guide, "IAM policy elements: Variables and tags"; semantics G4, V3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_condition, at_resource, only, resources
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Pointer, Severity
from lampolicy.policy import Policy, Statement, Version

_HELP = 'add `"Version": "2012-10-17"` to the policy'


def find(policy: Policy) -> Iterator[Remark]:
    """Find variables in a policy of version 2008-10-17."""
    if policy.version is not Version.V2008:
        return
    for index, statement in enumerate(policy.statements):
        for at, text in _texts(index, statement):
            if "${" in text:
                yield Remark(f"`{text}` is plain text in a policy of version 2008-10-17", at, _HELP)


def _texts(index: int, statement: Statement) -> Iterator[tuple[Pointer, str]]:
    for position, pattern in enumerate(only(resources(statement))):
        yield at_resource(index, position), pattern
    for condition in statement.conditions:
        for value in condition.values:
            yield at_condition(index, condition), value


RULE = Rule(Code.VARIABLE_IN_OLD_VERSION, "variable-without-version", Severity.WARNING, find)
