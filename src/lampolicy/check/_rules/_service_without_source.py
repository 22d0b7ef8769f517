"""Find services that are let in on anybody's behalf.

## What it finds
An `Allow` for a service principal in the policy of a function, queue, topic, bucket, secret, key or other resource,
with no condition on the resource or account the service acts for.

## Why it matters
A service acts for all its customers. `s3.amazonaws.com` without a source condition lets a bucket of any account
call your function: the service is the confused deputy.

## When it is right
A few services send no source; then there is nothing to compare.

## Instead
Add `ArnLike` on `aws:SourceArn` and `StringEquals` on `aws:SourceAccount` (or `aws:SourceOrgID`). A skill of Alexa
has `lambda:EventSourceToken`.

## Source
IAM User Guide, "The confused deputy problem"; semantics K4, L7.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import GRANTING_RESOURCE_KINDS, services, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, Statement

_SOURCES = (
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:principalorgid",
    "lambda:eventsourcetoken",
    "kms:calleraccount",
    "kms:viaservice",
    "kms:encryptioncontextkeys",
    "kms:encryptioncontext:",
)


def find(policy: Policy) -> Iterator[Remark]:
    """Find an `Allow` for a service without a source condition."""
    if policy.kind not in GRANTING_RESOURCE_KINDS:
        return
    for index, statement in statements(policy, Effect.ALLOW):
        for service in services(statement):
            if not _has_source(statement):
                message = f"`{service}` may use this on behalf of anybody's resource, in any account"
                help_ = "add `ArnLike` on `aws:SourceArn` and `StringEquals` on `aws:SourceAccount`"
                yield Remark(message, ("Statement", index, "Principal", "Service"), help_)


def _has_source(statement: Statement) -> bool:
    return any(condition.key.lower().startswith(_SOURCES) for condition in statement.conditions)


RULE = Rule(Code.SERVICE_WITHOUT_SOURCE, "service-without-source", Severity.WARNING, find)
