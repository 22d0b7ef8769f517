"""The managed policies of AWS that execution roles, and people who work with functions, use, as documents.

Only those are here whose text is wholly known (semantics L23, L16, and what SAM attaches; state of March 2026). An
attached policy of AWS that is not here must be given by the user: an entity with an unknown policy cannot be decided.
"""

from __future__ import annotations

from typing import Final

from lampolicy.catalog._managed_people import PEOPLE

MANAGED_AS_OF: Final = "2026-03"

_LOGS: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_STREAMS: Final = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)
_TRACES: Final = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
)
_EVERYWHERE: Final = "*"
_PREFIX: Final = "arn:aws:iam::aws:policy/"

_Grants = tuple[tuple[tuple[str, ...], str], ...]

_GRANTS: Final[dict[str, _Grants]] = {
    "service-role/AWSLambdaBasicExecutionRole": ((_LOGS, _EVERYWHERE),),
    "service-role/AWSLambdaVPCAccessExecutionRole": (
        (
            (
                *_LOGS,
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ),
            _EVERYWHERE,
        ),
    ),
    "service-role/AWSLambdaSQSQueueExecutionRole": (
        (("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *_LOGS), _EVERYWHERE),
    ),
    "service-role/AWSLambdaKinesisExecutionRole": (
        (
            (
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:ListStreams",
                "kinesis:SubscribeToShard",
                *_LOGS,
            ),
            _EVERYWHERE,
        ),
    ),
    "service-role/AWSLambdaDynamoDBExecutionRole": (((*_STREAMS, *_LOGS), _EVERYWHERE),),
    "service-role/AWSLambdaMSKExecutionRole": (
        (
            (
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeVpcs",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeSubnets",
                "ec2:DescribeSecurityGroups",
                *_LOGS,
            ),
            _EVERYWHERE,
        ),
    ),
    "service-role/AWSLambdaRole": ((("lambda:InvokeFunction",), _EVERYWHERE),),
    "service-role/AWSLambdaBasicDurableExecutionRolePolicy": (
        ((*_LOGS, "lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"), _EVERYWHERE),
    ),
    "service-role/AWSLambdaENIManagementAccess": (
        (
            (
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ),
            _EVERYWHERE,
        ),
    ),
    "service-role/AmazonS3ObjectLambdaExecutionRolePolicy": (
        ((*_LOGS, "s3-object-lambda:WriteGetObjectResponse"), _EVERYWHERE),
    ),
    "AWSXRayDaemonWriteAccess": ((_TRACES, _EVERYWHERE),),
    "AWSXrayWriteOnlyAccess": ((_TRACES, _EVERYWHERE),),
    "CloudWatchLambdaInsightsExecutionRolePolicy": (
        (("logs:CreateLogGroup",), _EVERYWHERE),
        (("logs:CreateLogStream", "logs:PutLogEvents"), "arn:aws:logs:*:*:log-group:/aws/lambda-insights:*"),
    ),
    "AWSLambdaInvocation-DynamoDB": ((("lambda:InvokeFunction", *_STREAMS), _EVERYWHERE),),
    "AWSLambdaExecute": (
        (("logs:*",), "arn:aws:logs:*:*:*"),
        (("s3:GetObject", "s3:PutObject"), "arn:aws:s3:::*"),
    ),
}


def managed_policy(arn: str) -> dict[str, object] | None:
    """The document of one of AWS's policies for Lambda by its ARN, `arn:aws:iam::aws:policy/...`; `None` if not known.

    Source:
        Semantics L23 and L16.
    """
    name = arn.removeprefix(_PREFIX)
    if not arn.startswith(_PREFIX) or name not in {*_GRANTS, *PEOPLE}:
        return None
    grants = _GRANTS.get(name, ())
    statements = [{"Effect": "Allow", "Action": list(actions), "Resource": where} for actions, where in grants]
    return {"Version": "2012-10-17", "Statement": [*statements, *PEOPLE.get(name, ())]}


def managed_policies() -> tuple[str, ...]:
    """ARNs of the policies of AWS that are known."""
    return tuple(f"{_PREFIX}{name}" for name in sorted({*_GRANTS, *PEOPLE}))
