"""How CloudFormation's resources are named: which property names them, their ARN, and what `Ref` and `Fn::GetAtt` give.

Source: the page of each type in the CloudFormation User Guide, "Return values".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

_HERE: Final = "arn:{partition}:{service}:{region}:{account}:"
_GLOBAL: Final = "arn:{partition}:{service}::{account}:"


class Gives(Enum):
    """What `Ref` gives, which is the physical id."""

    NAME = "its name"
    ARN = "its ARN"
    URL = "the URL of a queue"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource.

    Attributes:
        arn: Its ARN, with `{name}` and `{path}` in it; empty where it has none.
        name: The property that names it; empty where nothing does.
        gives: What `Ref` gives.
        attributes: What `Fn::GetAtt` gives, each like `arn`.
        path: The property that stands before its name in `arn` as `{path}`, with what is there if it is not written.
        lower: Whether a name that CloudFormation makes is in lower case.
    """

    arn: str = ""
    name: str = ""
    gives: Gives = Gives.NAME
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    path: tuple[str, str] = ("", "")
    lower: bool = False


def _iam(word: str, name: str, **attributes: str) -> Kind:
    arn = _GLOBAL.replace("{service}", "iam") + word + "{path}{name}"
    return Kind(arn, name, attributes={"Arn": arn, **attributes}, path=("Path", "/"))


def _here(service: str, resource: str, name: str = "", gives: Gives = Gives.NAME, **attributes: str) -> Kind:
    """A type whose ARN has account and region; its attribute `Arn` gives it."""
    arn = _HERE.replace("{service}", service) + resource
    return Kind(arn, name, gives, {"Arn": arn, **attributes})


_POLICY: Final = _GLOBAL.replace("{service}", "iam") + "policy{path}{name}"
_TOPIC: Final = _here("sns", "{name}", "TopicName", Gives.ARN, TopicName="{name}")
_QUEUE: Final = _here("sqs", "{name}", "QueueName", Gives.URL, QueueName="{name}")
_DOMAIN: Final = "{name}.s3.{suffix}"

KINDS: Final[Mapping[str, Kind]] = {
    "AWS::IAM::Role": _iam("role", "RoleName"),
    "AWS::IAM::User": _iam("user", "UserName"),
    "AWS::IAM::Group": _iam("group", "GroupName"),
    "AWS::IAM::InstanceProfile": _iam("instance-profile", "InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": Kind(
        _POLICY, "ManagedPolicyName", Gives.ARN, {"PolicyArn": _POLICY}, path=("Path", "/")
    ),
    "AWS::IAM::Policy": Kind(name="PolicyName"),
    "AWS::IAM::OIDCProvider": Kind(_GLOBAL.replace("{service}", "iam") + "oidc-provider/{name}", "Url", Gives.ARN, {}),
    "AWS::Lambda::Function": _here("lambda", "function:{name}", "FunctionName"),
    "AWS::Lambda::EventSourceMapping": Kind(
        _HERE.replace("{service}", "lambda") + "event-source-mapping:{name}",
        attributes={"Id": "{name}"},
    ),
    "AWS::S3::Bucket": Kind(
        "arn:{partition}:s3:::{name}",
        "BucketName",
        attributes={"Arn": "arn:{partition}:s3:::{name}", "DomainName": _DOMAIN},
        lower=True,
    ),
    "AWS::SQS::Queue": Kind(_QUEUE.arn, _QUEUE.name, _QUEUE.gives, {**_QUEUE.attributes, "QueueUrl": "{url}"}),
    "AWS::SNS::Topic": Kind(_TOPIC.arn, _TOPIC.name, _TOPIC.gives, {**_TOPIC.attributes, "TopicArn": _TOPIC.arn}),
    "AWS::KMS::Key": _here("kms", "key/{name}", KeyId="{name}"),
    "AWS::KMS::ReplicaKey": _here("kms", "key/{name}", KeyId="{name}"),
    "AWS::KMS::Alias": _here("kms", "{name}", "AliasName"),
    "AWS::DynamoDB::Table": _here("dynamodb", "table/{name}", "TableName"),
    "AWS::DynamoDB::GlobalTable": _here("dynamodb", "table/{name}", "TableName"),
    "AWS::Kinesis::Stream": _here("kinesis", "stream/{name}", "Name"),
    "AWS::KinesisFirehose::DeliveryStream": _here("firehose", "deliverystream/{name}", "DeliveryStreamName"),
    "AWS::Events::EventBus": _here("events", "event-bus/{name}", "Name", Name="{name}"),
    "AWS::Events::Rule": replace(_here("events", "rule/{path}{name}", "Name"), path=("EventBusName", "")),
    "AWS::Scheduler::ScheduleGroup": _here("scheduler", "schedule-group/{name}", "Name"),
    "AWS::Scheduler::Schedule": replace(
        _here("scheduler", "schedule/{path}{name}", "Name"), path=("GroupName", "default")
    ),
    "AWS::Pipes::Pipe": _here("pipes", "pipe/{name}", "Name"),
    "AWS::StepFunctions::StateMachine": _here(
        "states", "stateMachine:{name}", "StateMachineName", Gives.ARN, Name="{name}"
    ),
    "AWS::StepFunctions::Activity": _here("states", "activity:{name}", "Name", Gives.ARN, Name="{name}"),
    "AWS::SSM::Parameter": Kind(name="Name"),
    "AWS::SecretsManager::Secret": Kind(name="Name"),
    "AWS::Lambda::LayerVersion": Kind(name="LayerName"),
    "AWS::Logs::LogGroup": _here("logs", "log-group:{name}:*", "LogGroupName"),
    "AWS::ECR::Repository": _here("ecr", "repository/{name}", "RepositoryName"),
    "AWS::Cognito::UserPool": _here("cognito-idp", "userpool/{name}", UserPoolId="{name}"),
    "AWS::ApiGateway::RestApi": Kind(attributes={"RestApiId": "{name}"}),
    "AWS::ApiGatewayV2::Api": Kind(attributes={"ApiId": "{name}"}),
    "AWS::CodeBuild::Project": _here("codebuild", "project/{name}", "Name"),
    "AWS::CodeCommit::Repository": _here("codecommit", "{name}", "RepositoryName", Name="{name}"),
    "AWS::ECS::Cluster": _here("ecs", "cluster/{name}", "ClusterName"),
    "AWS::EFS::FileSystem": _here("elasticfilesystem", "file-system/{name}", FileSystemId="{name}"),
    "AWS::EFS::AccessPoint": _here("elasticfilesystem", "access-point/{name}", AccessPointId="{name}"),
    "AWS::OpenSearchService::Domain": Kind(
        "arn:{partition}:es:{region}:{account}:domain/{name}",
        "DomainName",
        attributes={
            "Arn": "arn:{partition}:es:{region}:{account}:domain/{name}",
            "DomainArn": "arn:{partition}:es:{region}:{account}:domain/{name}",
        },
        lower=True,
    ),
    "AWS::AppSync::GraphQLApi": _here("appsync", "apis/{name}", ApiId="{name}"),
    "AWS::IoT::TopicRule": _here("iot", "rule/{name}", "RuleName"),
}
"""The types whose names are known here; of any other, `Ref` gives a made-up name, and no attribute is known."""
