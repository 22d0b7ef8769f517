"""What resource control policies reach, and what they leave alone (semantics E6)."""

from __future__ import annotations

from typing import Final

from lampolicy.names import Arn
from lampolicy.reference._question import Question
from lampolicy.request import RoleSession

RCP_PREFIXES: Final = frozenset(
    {
        "aoss",
        "appconfig",
        "appstream",
        "autoscaling",
        "autoscaling-plans",
        "budgets",
        "clouddirectory",
        "cloudfront",
        "cloudsearch",
        "cloudtrail-data",
        "codeartifact",
        "codebuild",
        "codecommit",
        "codepipeline",
        "cognito-identity",
        "cognito-idp",
        "comprehend",
        "comprehendmedical",
        "compute-optimizer",
        "cost-optimization-hub",
        "dax",
        "dsql",
        "dynamodb",
        "ecr",
        "ecr-public",
        "events",
        "firehose",
        "fis",
        "fms",
        "gamelift",
        "health",
        "inspector-scan",
        "kendra",
        "kinesisvideo",
        "kms",
        "logs",
        "memorydb",
        "networkmonitor",
        "notifications",
        "opensearch",
        "pca-connector-ad",
        "personalize",
        "polly",
        "pricing",
        "resource-groups",
        "rolesanywhere",
        "s3",
        "secretsmanager",
        "servicediscovery",
        "signin",
        "sqs",
        "sts",
        "support",
        "swf",
        "textract",
        "timestream-influxdb",
        "transcribe",
        "transfer",
        "translate",
        "wafv2",
        "workspaces",
        "xray",
    }
)
"""Action prefixes that RCPs reach, as of September 2026 (semantics E6); `lambda` is not among them."""


def rcp_exemption(question: Question) -> str | None:
    """E6: why RCPs do not bind this request; `None` if they do."""
    request, caller = question.request, question.request.principal
    management = question.policies.management_account
    prefix, _, name = request.action.lower().partition(":")
    if management is not None and question.owner == management:
        return "RCPs do not protect resources of the organization's management account"
    if isinstance(caller, RoleSession) and caller.service_linked:  # E13
        return "RCPs do not bind service-linked roles"
    if prefix not in RCP_PREFIXES:
        return f"RCPs do not reach actions of `{prefix}`"
    if (prefix, name) == ("kms", "retiregrant"):
        return "RCPs do not reach kms:RetireGrant"
    if prefix == "sts" and _is_service_linked_role(request.resource):
        return "RCPs do not keep services from their service-linked roles"
    return None


def _is_service_linked_role(resource: str) -> bool:
    return resource != "*" and Arn.parse(resource).resource.startswith("role/aws-service-role/")
