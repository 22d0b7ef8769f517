"""Short ways to write a document with one thing wrong, and to see what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy.diagnostic import Code, PolicyError, Severity
from lampolicy.policy import Policy

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/r"

SHAPES: dict[str, dict[str, object]] = {
    "identity": {"Action": "s3:GetObject", "Resource": "*"},
    "boundary": {"Action": "s3:GetObject", "Resource": "*"},
    "session": {"Action": "s3:GetObject", "Resource": "*"},
    "scp": {"Action": "s3:GetObject", "Resource": "*"},
    "rcp": {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
    "function": {"Principal": "*", "Action": "lambda:InvokeFunction", "Resource": FUNCTION},
    "layer": {"Principal": "*", "Action": "lambda:GetLayerVersion"},
    "bucket": {"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
    "queue": {"Principal": "*", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:111122223333:q"},
    "topic": {"Principal": "*", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:111122223333:t"},
    "secret": {"Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"},
    "resource": {"Principal": "*", "Action": "ecr:GetAuthorizationToken"},
    "key": {"Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"},
    "trust": {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    "endpoint": {"Principal": "*", "Action": "*", "Resource": "*"},
}
"""A statement for each kind that AWS takes as it is."""


def statement(kind: str = "identity", /, **changes: object) -> dict[str, object]:
    """Take the kind's statement, with elements changed, or left out where the change is `None`."""
    whole = {"Effect": "Allow", **SHAPES[kind], **changes}
    return {key: value for key, value in whole.items() if value is not None}


def document(*statements: object, **changes: object) -> dict[str, object]:
    """Take a document of version 2012-10-17 with these statements."""
    whole = {"Version": "2012-10-17", "Statement": list(statements), **changes}
    return {key: value for key, value in whole.items() if value is not None}


def found(source: Mapping[str, object] | str | bytes, kind: str = "identity") -> set[tuple[Code, Severity]]:
    """Give what is said of a document: every code with its weight."""
    try:
        diagnostics = Policy.parse(source, kind=kind).warnings
    except PolicyError as error:
        diagnostics = error.diagnostics
    return {(d.code, d.severity) for d in diagnostics}


def refused(source: Mapping[str, object] | str | bytes, kind: str = "identity") -> set[Code]:
    """Give the codes of the errors of a document."""
    return {code for code, severity in found(source, kind) if severity is Severity.ERROR}


def warned(source: Mapping[str, object] | str | bytes, kind: str = "identity") -> set[Code]:
    """Give the codes of the warnings of a document that is accepted."""
    assert refused(source, kind) == set()
    return {code for code, _ in found(source, kind)}


def aws_text(source: Mapping[str, object] | str | bytes, kind: str = "identity") -> str | None:
    """Give the message AWS would answer with."""
    try:
        Policy.parse(source, kind=kind)
    except PolicyError as error:
        return error.aws.text if error.aws else None
    return None
