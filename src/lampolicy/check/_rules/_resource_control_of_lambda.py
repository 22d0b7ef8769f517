"""Find resource control policies that are meant to guard functions.

## What it finds
A `Deny` of a resource control policy whose `Resource` names something of Lambda, such as a function or a layer. (An
action of Lambda, or the action `*`, in such a policy is refused by AWS: that is LP126.)

## Why it matters
Resource control policies reach the services of a list only, and Lambda is not on it. The statement can be stored with
actions of other services, but those never ask for a function: it stops no invocation and no change.

## Instead
Deny the invocation by a service control policy, which binds the callers of your own organization; keep strangers out by
the function's policy. What an RCP can do: deny `sts:AssumeRole` of the execution role, or the role's calls to S3, SQS,
KMS and the other services of the list.

## Source
AWS Organizations User Guide, "Resource control policies (RCPs)", list of services of September 2026; semantics E6.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_resource, only, resources, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind


def find(policy: Policy) -> Iterator[Remark]:
    """Find resources of Lambda in the denials of a resource control policy."""
    if policy.kind is not PolicyKind.RESOURCE_CONTROL:
        return
    for index, statement in statements(policy, Effect.DENY):
        for position, pattern in enumerate(only(resources(statement))):
            if pattern.split(":")[2:3] == ["lambda"]:
                message = f"resource control policies do not reach Lambda, so nothing on `{pattern}` is stopped"
                help_ = "deny it in a service control policy, or restrict the function's own policy"
                yield Remark(message, at_resource(index, position), help_)


RULE = Rule(Code.RESOURCE_CONTROL_OF_LAMBDA, "resource-control-of-lambda", Severity.WARNING, find)
