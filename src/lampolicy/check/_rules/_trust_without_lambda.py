"""Find execution roles that Lambda cannot assume.

## What it finds
A function whose execution role has a trust policy that does not allow `sts:AssumeRole` to `lambda.amazonaws.com`.

## Why it matters
Lambda refuses such a role when the function is created ("The role defined for the function cannot be assumed by
Lambda."), and a function whose role lost that trust stops working. A principal of the account itself does not help
Lambda.

## Instead
```json
{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
```

## Source
Lambda Developer Guide, "Defining Lambda function permissions with an execution role"; semantics L19.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import covers, services, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.organization import Organization
from lampolicy.policy import Effect, Policy

_LAMBDA = frozenset({"lambda.amazonaws.com", "lambda.amazonaws.com.cn"})


def find(organization: Organization) -> Iterator[tuple[Policy, Remark]]:
    """Find functions whose role does not trust Lambda."""
    roles = {role.arn: role for role in organization.roles}
    for function in organization.functions:
        role = roles.get(function.role or "")
        if role is not None and role.trust is not None and not _trusts_lambda(role.trust):
            message = f"`{function.arn}` runs as this role, which does not let `lambda.amazonaws.com` assume it"
            help_ = "add a statement that allows `sts:AssumeRole` to the service principal `lambda.amazonaws.com`"
            yield role.trust, Remark(message, ("Statement",), help_)


def _trusts_lambda(trust: Policy) -> bool:
    allows = (s for _, s in statements(trust, Effect.ALLOW) if covers(s, "sts:AssumeRole"))
    return any(_LAMBDA & set(services(statement)) for statement in allows)


RULE = Rule(Code.TRUST_WITHOUT_LAMBDA, "execution-role-without-trust", Severity.WARNING, in_organization=find)
