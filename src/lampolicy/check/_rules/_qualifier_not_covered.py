"""Find grants that miss the function, or its versions and aliases.

## What it finds
An `Allow` of `lambda:InvokeFunction` on `function:NAME` without `function:NAME:*`, or on `function:NAME:*` without
`function:NAME`, where no other statement of the policy fills the gap.

## Why it matters
AWS compares the ARN as the caller addressed it. `function:f` is the unqualified function only: calls to a version or
an alias are refused. `function:f:*` is versions and aliases only: a call without a qualifier is refused.

## When it is right
Where callers use one form of address and you want to hold them to it.

## Instead
Write both: `["...:function:f", "...:function:f:*"]`.

## Source
Lambda Developer Guide, "Resources and conditions for Lambda actions"; semantics L3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_resource, covers, only, resources, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.check._rules._functions import PLAIN, VERSIONS, function_names
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind

_KINDS = frozenset({PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.BOUNDARY})


def find(policy: Policy) -> Iterator[Remark]:
    """Find functions that are named in one form of address only."""
    if policy.kind not in _KINDS:
        return
    granted = [(i, s) for i, s in statements(policy, Effect.ALLOW) if covers(s, "lambda:InvokeFunction")]
    everything = {pattern for _, statement in granted for pattern in only(resources(statement))}
    for index, statement in granted:
        for position, pattern in enumerate(only(resources(statement))):
            gap = function_names(pattern).missing(everything)
            if gap == VERSIONS:
                message = f"`{pattern}` covers the unqualified function only, no version or alias of it"
                yield Remark(message, at_resource(index, position), f"add `{pattern}:*` if callers use a qualifier")
            elif gap == PLAIN:
                base = pattern.removesuffix(":*")
                message = f"`{pattern}` covers versions and aliases only, not a call without a qualifier"
                yield Remark(message, at_resource(index, position), f"add `{base}` if callers use no qualifier")


RULE = Rule(Code.QUALIFIER_NOT_COVERED, "qualifier-not-covered", Severity.NOTE, find)
