"""Find denials of a function that its versions and aliases escape.

## What it finds
A `Deny` on `function:NAME` that does not also name `function:NAME:*`.

## Why it matters
AWS compares the ARN as the caller addressed it, in a `Deny` too. A `Deny` on `function:f` does not stop a call to
`f:prod` or `f:1`.

## Instead
Deny both: `["...:function:f", "...:function:f:*"]`.

## Source
Lambda Developer Guide, "Resources and conditions for Lambda actions"; semantics L3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_resource, covers, only, resources, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.check._rules._functions import VERSIONS, function_names
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind

_KINDS = frozenset(
    {
        PolicyKind.IDENTITY,
        PolicyKind.SESSION,
        PolicyKind.BOUNDARY,
        PolicyKind.SERVICE_CONTROL,
        PolicyKind.ENDPOINT,
    }
)


def find(policy: Policy) -> Iterator[Remark]:
    """Find a `Deny` on an unqualified function alone."""
    if policy.kind not in _KINDS:
        return
    denied = [(i, s) for i, s in statements(policy, Effect.DENY) if covers(s, "lambda:InvokeFunction")]
    everything = {pattern for _, statement in denied for pattern in only(resources(statement))}
    for index, statement in denied:
        for position, pattern in enumerate(only(resources(statement))):
            if function_names(pattern).missing(everything) == VERSIONS:
                message = f"this `Deny` does not stop calls to a version or alias of `{pattern}`"
                yield Remark(message, at_resource(index, position), f"add `{pattern}:*`")


RULE = Rule(Code.DENY_LEAVES_QUALIFIERS, "deny-that-leaves-qualifiers", Severity.WARNING, find)
