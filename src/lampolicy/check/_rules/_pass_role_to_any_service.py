"""Find the right to hand any role to any service.

## What it finds
An `Allow` of `iam:PassRole` on `*`, on all roles of an account, or with `NotResource`, without a condition on
`iam:PassedToService` or `iam:AssociatedResourceArn`.

## Why it matters
Who may pass any role to a function may run code as the strongest role of the account.

## Instead
Name the roles, and add `StringEquals` on `iam:PassedToService`, as in `lambda.amazonaws.com`.

## Source
IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; semantics L18.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_action, covers, pattern_covers, reads, resources, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import AllExcept, Effect, Only, Policy, PolicyKind, Selection, Statement

_LIMITS = ("iam:passedtoservice", "iam:associatedresourcearn", "aws:resourcetag/", "iam:resourcetag/")
_PASS_ROLE = "iam:PassRole"


def find(policy: Policy) -> Iterator[Remark]:
    """Find `iam:PassRole` on every role without a limit on the service."""
    if policy.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    for index, statement in statements(policy, Effect.ALLOW):
        if covers(statement, _PASS_ROLE) and _any_role(resources(statement)) and not any(reads(statement, *_LIMITS)):
            if _administrator(statement):
                continue
            message = "`iam:PassRole` on every role lets its holder run code as the strongest role of the account"
            help_ = "name the roles in `Resource`, and add `StringEquals` on `iam:PassedToService`"
            yield Remark(message, at_action(index, statement, _position(statement)), help_)


def _any_role(selection: Selection[str] | None) -> bool:
    if isinstance(selection, Only):
        return any(pattern == "*" or pattern.endswith((":role/*", ":*")) for pattern in selection.patterns)
    return selection is not None


def _administrator(statement: Statement) -> bool:
    """Everything is allowed anyway: `*` is its own finding, made by eye."""
    return isinstance(statement.actions, Only) and "*" in statement.actions.patterns


def _position(statement: Statement) -> int:
    if isinstance(statement.actions, AllExcept):
        return 0
    held = (i for i, pattern in enumerate(statement.actions.patterns) if pattern_covers(pattern, _PASS_ROLE))
    return next(held, 0)


RULE = Rule(Code.PASS_ROLE_TO_ANY_SERVICE, "pass-role-to-any-service", Severity.WARNING, find)
