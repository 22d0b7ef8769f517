"""A statement as a snippet of a CloudFormation or SAM template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lampolicy.decision import Side
from lampolicy.function._fix_command import permission_of
from lampolicy.function._json_values import first_of
from lampolicy.function._place import Place
from lampolicy.function._yaml import to_yaml
from lampolicy.names import Arn
from lampolicy.policy import PolicyKind, Version

_TYPES: Final[Mapping[str, tuple[str, str, str]]] = {
    "s3": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "sqs": ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
    "sns": ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
    "secretsmanager": ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
    "kinesis": ("AWS::Kinesis::ResourcePolicy", "ResourceArn", "ResourcePolicy"),
}
_INSIDE: Final[Mapping[str, tuple[str, str]]] = {
    "kms": ("AWS::KMS::Key", "KeyPolicy"),
    "dynamodb": ("AWS::DynamoDB::Table", "ResourcePolicy"),
}


def template_of(place: Place, statement: Mapping[str, object]) -> str | None:
    """The CloudFormation that adds a statement; `None` where the place is no part of a template."""
    match place.side:
        case Side.IDENTITY:
            return _identity(place, statement)
        case Side.TRUST:
            properties = {"RoleName": place.name, "AssumeRolePolicyDocument": _document(statement)}
            return _resource(f"{place.name}Role", "AWS::IAM::Role", properties)
        case Side.BOUNDARY:
            return _resource(
                f"{place.name}Boundary", "AWS::IAM::ManagedPolicy", {"PolicyDocument": _document(statement)}
            )
        case Side.RESOURCE:
            return _on_resource(place, statement)
        case _:
            return None


def sam_of(place: Place, statement: Mapping[str, object]) -> str | None:
    """What stands under `Properties` of an `AWS::Serverless::Function`: its role's policies."""
    if place.side is not Side.IDENTITY or ":role/" not in place.holder:
        return None
    return to_yaml({"Policies": [_document(statement)]})


def _identity(place: Place, statement: Mapping[str, object]) -> str:
    holders = "Roles" if ":role/" in place.holder else "Users"
    first = first_of(statement["Action"])
    name = f"allow-{_words(first, '-')}"
    properties = {"PolicyName": name, holders: [place.name], "PolicyDocument": _document(statement)}
    return _resource(f"{place.name} {first}", "AWS::IAM::Policy", properties)


def _on_resource(place: Place, statement: Mapping[str, object]) -> str | None:
    if place.kind is PolicyKind.FUNCTION:
        return _permission(place, statement)
    if place.kind is PolicyKind.LAYER:
        return _layer(place, statement)
    service = Arn.parse(place.holder).service
    if service in _INSIDE:
        kind, element = _INSIDE[service]
        return _resource(place.name, kind, {element: _document(statement)})
    if service not in _TYPES:
        return None
    kind, holder, element = _TYPES[service]
    name: object = {"Bucket": place.name, "Queues": [_queue_url(place)], "Topics": [place.holder]}.get(
        holder, place.holder
    )
    return _resource(f"{place.name}Policy", kind, {holder: name, element: _document(statement)})


def _permission(place: Place, statement: Mapping[str, object]) -> str | None:
    parameters = permission_of(place, statement, None)
    if parameters is None:
        return None
    told = {key: value for key, value in parameters.items() if key not in {"StatementId", "Qualifier"}}
    name = f"{place.name.removeprefix('function:')} {parameters['StatementId']} Permission"
    return _resource(name, "AWS::Lambda::Permission", {**told, "FunctionName": place.holder})


def _layer(place: Place, statement: Mapping[str, object]) -> str | None:
    match statement.get("Principal"):
        case {"AWS": str(arn)}:
            principal = Arn.parse(arn).account
        case "*":
            principal = "*"
        case _:
            return None
    properties = {"Action": statement["Action"], "LayerVersionArn": place.holder, "Principal": principal}
    return _resource(f"{place.name}Permission", "AWS::Lambda::LayerVersionPermission", properties)


def _queue_url(place: Place) -> str:
    arn = Arn.parse(place.holder)
    ending = "amazonaws.com.cn" if arn.partition == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{arn.region}.{ending}/{arn.account}/{arn.resource}"


def _document(statement: Mapping[str, object]) -> dict[str, object]:
    return {"Version": str(Version.V2012), "Statement": [dict(statement)]}


def _resource(name: str, kind: str, properties: Mapping[str, object]) -> str:
    return to_yaml({"Resources": {_logical(name): {"Type": kind, "Properties": properties}}})


def _logical(text: str) -> str:
    """A logical id: letters and digits."""
    words = re.split(r"[^A-Za-z0-9]+", text, flags=re.ASCII)
    return "".join(word[:1].upper() + word[1:] for word in words)[:200] or "Permission"


def _words(text: str, joint: str) -> str:
    return joint.join(word for word in re.split(r"[^A-Za-z0-9]+", text, flags=re.ASCII) if word)
