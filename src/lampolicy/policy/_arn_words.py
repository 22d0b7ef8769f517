"""The words IAM knows in the ARNs of a policy (semantics G20)."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

PARTITIONS: Final = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
)
"""The partitions IAM knows."""

IAM_PATHS: Final = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
"""How the resource part of an IAM ARN may begin, in the order of AWS's message."""

NEWER_IAM_PATHS: Final = ("root", "role-template/")
"""Younger than the message: `sts:AssumeRoot` is granted on `root`, and AWS's own managed policies name both."""

S3_REGIONAL: Final = (
    "accesspoint/",
    "job/",
    "storage-lens/",
    "storage-lens-group/",
    "access-grants/",
    "async-request/",
)
"""Resources of S3 that have a region: the Service Authorization Reference lists them."""
