"""Find grants to S3 that name a bucket but not its owner.

## What it finds
An `Allow` for `s3.amazonaws.com` whose only source condition is `aws:SourceArn` with a bucket's ARN.

## Why it matters
A bucket's ARN holds no account id. If the bucket is deleted, anybody may create one of the same name, and its
events pass.

## Instead
Add `StringEquals` on `aws:SourceAccount`.

## Source
Lambda Developer Guide, "Process Amazon S3 event notifications"; semantics K4, L7.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import GRANTING_RESOURCE_KINDS, at_condition, reads, services, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Condition, Effect, Policy

_OWNERS = ("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:resourceaccount")


def find(policy: Policy) -> Iterator[Remark]:
    """Find `aws:SourceArn` of a bucket without `aws:SourceAccount`."""
    if policy.kind not in GRANTING_RESOURCE_KINDS:
        return
    for index, statement in statements(policy, Effect.ALLOW):
        if "s3.amazonaws.com" not in services(statement) or any(reads(statement, *_OWNERS)):
            continue
        for condition in reads(statement, "aws:sourcearn"):
            if _names_a_bucket(condition):
                message = "a bucket's ARN does not tell its account, so a bucket of the same name in any account passes"
                help_ = "add `StringEquals` on `aws:SourceAccount` with the id of the account that owns the bucket"
                yield Remark(message, at_condition(index, condition), help_)


def _names_a_bucket(condition: Condition) -> bool:
    return any(value.split(":")[2:5] == ["s3", "", ""] for value in condition.values)


RULE = Rule(Code.BUCKET_SOURCE_WITHOUT_ACCOUNT, "bucket-source-without-account", Severity.WARNING, find)
