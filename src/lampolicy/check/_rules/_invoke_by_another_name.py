"""Find actions beside `lambda:InvokeFunction` that look like the right to invoke.

## What it finds
A statement that names `lambda:InvokeAsync` or `lambda:InvokeWithResponseStream` in a policy where no statement of the
same effect covers `lambda:InvokeFunction`.

## Why it matters
Lambda authorizes Invoke, InvokeWithResponseStream and the old InvokeAsync alike as `lambda:InvokeFunction`. Nothing
ever asks for the other names: such an `Allow` lets nobody invoke, and such a `Deny` stops nobody.

## When it is right
Beside a statement of another policy that names `lambda:InvokeFunction`; then it is merely idle.

## Instead
Name `lambda:InvokeFunction`.

## Source
Lambda Developer Guide, "Lambda API permissions reference"; semantics L1.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_action, covers, only, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy

_INVOKE = "lambda:InvokeFunction"
_NEVER_ASKED = frozenset({"lambda:invokeasync", "lambda:invokewithresponsestream"})


def find(policy: Policy) -> Iterator[Remark]:
    """Find the other names where the right one is missing."""
    for effect in Effect:
        of_effect = list(statements(policy, effect))
        if any(covers(statement, _INVOKE) for _, statement in of_effect):
            continue
        for index, statement in of_effect:
            for position, action in enumerate(only(statement.actions)):
                if action.lower() in _NEVER_ASKED:
                    does = "lets nobody invoke" if effect is Effect.ALLOW else "stops no invocation"
                    message = f"Lambda never asks for `{action}`, so this {does}"
                    yield Remark(message, at_action(index, statement, position), f"name `{_INVOKE}`")


RULE = Rule(Code.INVOKE_BY_ANOTHER_NAME, "invoke-by-another-name", Severity.WARNING, find)
