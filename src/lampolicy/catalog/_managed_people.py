"""The managed policies of AWS for people who work with functions (semantics L23; state of March 2026)."""

from __future__ import annotations

from typing import Final

_LOGS_OF_FUNCTIONS: Final = "arn:aws:logs:*:*:log-group:/aws/lambda/*"
_SEEING: Final = (
    "cloudformation:DescribeStacks",
    "cloudformation:ListStackResources",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:ListRoles",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "states:DescribeStateMachine",
    "states:ListStateMachines",
    "tag:GetResources",
    "xray:BatchGetTraces",
    "xray:GetTraceSummaries",
)
_LOGS: Final = (
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartLiveTail",
    "logs:StopLiveTail",
)
_QUERIES: Final = (
    "logs:DescribeQueries",
    "logs:GetLogGroupFields",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "logs:StopQuery",
)


def _allow(actions: tuple[str, ...], where: str, **condition: str) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": list(actions), "Resource": where}
    if condition:
        statement["Condition"] = {"StringEquals": {f"iam:{key}": value for key, value in condition.items()}}
    return statement


PEOPLE: Final[dict[str, tuple[dict[str, object], ...]]] = {
    "AWSLambda_FullAccess": (
        _allow((*_SEEING, "kms:DescribeKey", "lambda:*"), "*"),
        _allow(("iam:PassRole",), "*", PassedToService="lambda.amazonaws.com"),
        _allow(_LOGS, _LOGS_OF_FUNCTIONS),
        _allow(
            ("iam:CreateServiceLinkedRole",),
            "arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda",
            AWSServiceName="lambda.amazonaws.com",
        ),
    ),
    "AWSLambda_ReadOnlyAccess": (
        _allow((*_SEEING, "cloudformation:ListStacks", "lambda:Get*", "lambda:List*"), "*"),
        _allow((*_LOGS, *_QUERIES), _LOGS_OF_FUNCTIONS),
    ),
}
"""Statements by name."""
