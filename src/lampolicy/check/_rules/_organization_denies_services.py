"""Find perimeters that also shut out AWS's own services.

## What it finds
A `Deny` for everybody with a negated condition on `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths` or
`aws:PrincipalAccount`, without an exception for service principals, in a resource policy or RCP.

## Why it matters
A service that acts for itself has no organization: the key is missing, the negated operator holds, and the service is
denied. S3 events, log delivery and the like stop.

## When it is right
Where no service ever calls the resource.

## Instead
Add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}` to the statement.

## Source
IAM User Guide, "AWS global condition context keys"; semantics E12.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import (
    GRANTING_RESOURCE_KINDS,
    NEGATED,
    at_condition,
    names_everybody,
    reads,
    requires,
    services,
    statements,
)
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind, Statement

_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount")
_EXCEPTIONS = (
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:principaltype",
    "aws:principalarn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
)


def find(policy: Policy) -> Iterator[Remark]:
    """Find a `Deny` outside the organization that hits services."""
    if policy.kind not in GRANTING_RESOURCE_KINDS | {PolicyKind.RESOURCE_CONTROL}:
        return
    for index, statement in statements(policy, Effect.DENY):
        if not _hits_services(statement):
            continue
        for condition in reads(statement, *_ORGANIZATION):
            if condition.operator.base in NEGATED and condition.operator.quantifier is None:
                message = f"this also denies AWS's own services, which have no `{condition.key}`"
                help_ = 'add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}` to the `Condition`'
                yield Remark(message, at_condition(index, condition), help_)


def _hits_services(statement: Statement) -> bool:
    reached = names_everybody(statement) or bool(services(statement))
    guarded = any(reads(statement, *_EXCEPTIONS)) or any(requires(statement, key) for key in _ORGANIZATION)
    return reached and not guarded


RULE = Rule(Code.ORGANIZATION_DENIES_SERVICES, "organization-deny-on-services", Severity.WARNING, find)
