"""Find function patterns that reach other functions too.

## What it finds
An `Allow` on `function:NAME*`, where the star follows a letter or digit, in a statement about `lambda:` actions.

## Why it matters
`function:f*` covers `f`, its versions and aliases, and also `foo`, `f2` and whatever somebody creates tomorrow.
It is often written to mean "`f` with any qualifier".

## When it is right
Where `NAME` is a prefix that only your functions carry. End it in `-` and this rule is quiet.

## Instead
Write `["...:function:f", "...:function:f:*"]`.

## Source
Semantics L3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_resource, only, resources, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.check._rules._functions import function_names
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy


def find(policy: Policy) -> Iterator[Remark]:
    """Find `function:NAME*` in an `Allow`."""
    for index, statement in statements(policy, Effect.ALLOW):
        for position, pattern in enumerate(only(resources(statement))):
            found = function_names(pattern)
            name = found.name.removesuffix("*")
            if found.qualifier is None and found.name == f"{name}*" and _is_a_whole_name(name):
                base = pattern.removesuffix("*")
                message = f"`{pattern}` also covers every other function whose name begins with `{name}`"
                help_ = f"for one function with its versions and aliases write `{base}` and `{base}:*`"
                yield Remark(message, at_resource(index, position), help_)


def _is_a_whole_name(name: str) -> bool:
    """Whether what stands before the star could be all there is to a name, so that the star surprises."""
    return name[-1:].isalnum() and not {"*", "?", "$"} & set(name)


RULE = Rule(Code.FUNCTION_NAME_PREFIX, "function-name-prefix", Severity.NOTE, find)
