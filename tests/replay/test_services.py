"""Which action and resource each event was authorized on, service by service, from AWS's own pages.

The pages stand at the head of the service's module. A row is (event name, parameters, what was authorized).
"""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.catalog import catalog
from lampolicy.replay import Unmapped, authorizations
from lampolicy.request import UNKNOWN
from tests.replay.trail import A, B, record

F = f"arn:aws:lambda:us-east-1:{A}:function:f"
ROLE = f"arn:aws:iam::{A}:role/service-role/worker"
LAYER = f"arn:aws:lambda:us-east-1:{B}:layer:pillow"
CSC = f"arn:aws:lambda:us-east-1:{A}:code-signing-config:csc-0123456789abcdef0"
TABLE = f"arn:aws:dynamodb:us-east-1:{A}:table"
STREAM = f"arn:aws:kinesis:us-east-1:{A}:stream/clicks"
QUEUE = f"arn:aws:sqs:us-east-1:{B}:orders"
QUEUE_URL = f"https://sqs.us-east-1.amazonaws.com/{B}/orders"
TOPIC = f"arn:aws:sns:us-east-1:{A}:alerts"
GROUP = f"arn:aws:logs:us-east-1:{A}:log-group:/aws/lambda/f"
KEY = f"arn:aws:kms:us-east-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
RULE = f"arn:aws:events:us-east-1:{A}:rule/nightly"
MACHINE = f"arn:aws:states:us-east-1:{A}:stateMachine:orders"

Row = tuple[str, dict[str, Any], list[tuple[str, str]]]

LAMBDA: list[Row] = [
    # L1, L2: the ARN as addressed; a qualifier from either place counts
    ("Invoke", {"functionName": "f"}, [("lambda:InvokeFunction", F)]),
    ("Invoke", {"functionName": F}, [("lambda:InvokeFunction", F)]),
    ("Invoke", {"functionName": f"{F}:live"}, [("lambda:InvokeFunction", f"{F}:live")]),
    ("Invoke", {"functionName": "f", "qualifier": "live"}, [("lambda:InvokeFunction", f"{F}:live")]),
    ("Invoke", {"functionName": "f:7", "qualifier": "7"}, [("lambda:InvokeFunction", f"{F}:7")]),
    ("Invoke", {"functionName": "f", "qualifier": "$LATEST"}, [("lambda:InvokeFunction", f"{F}:$LATEST")]),
    (
        "Invoke",
        {"functionName": f"{B}:function:g"},
        [("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{B}:function:g")],
    ),
    ("InvokeWithResponseStream", {"functionName": "f"}, [("lambda:InvokeFunction", F)]),
    ("InvokeAsync", {"functionName": "f"}, [("lambda:InvokeFunction", F)]),
    # versions of the API behind the name
    ("GetFunction20150331v2", {"functionName": "f", "qualifier": "live"}, [("lambda:GetFunction", f"{F}:live")]),
    ("UpdateFunctionCode20150331v2", {"functionName": F}, [("lambda:UpdateFunctionCode", F)]),
    ("AddPermission20150331v2", {"functionName": "f", "qualifier": "live"}, [("lambda:AddPermission", f"{F}:live")]),
    ("ListFunctions20150331", {}, [("lambda:ListFunctions", "*")]),
    ("GetAccountSettings20160819", {}, [("lambda:GetAccountSettings", "*")]),
    ("PublishVersion20150331", {"functionName": "f"}, [("lambda:PublishVersion", F)]),
    ("TagResource20170331v2", {"resource": F, "tags": {"a": "b"}}, [("lambda:TagResource", F)]),
    # L18: the role is a second authorization; L15: so is each layer; lambda facts D1: and the package
    (
        "CreateFunction20150331",
        {
            "functionName": "f",
            "role": ROLE,
            "layers": [f"{LAYER}:3"],
            "code": {"s3Bucket": "packages", "s3Key": "f.zip"},
        },
        [
            ("lambda:CreateFunction", F),
            ("iam:PassRole", ROLE),
            ("lambda:GetLayerVersion", f"{LAYER}:3"),
            ("s3:GetObject", "arn:aws:s3:::packages/f.zip"),
        ],
    ),
    (
        "UpdateFunctionConfiguration20150331v2",
        {"functionName": "f", "role": ROLE},
        [("lambda:UpdateFunctionConfiguration", F), ("iam:PassRole", ROLE)],
    ),
    (
        "UpdateFunctionConfiguration20150331v2",
        {"functionName": "f", "timeout": 9},
        [("lambda:UpdateFunctionConfiguration", F)],
    ),
    # L22
    (
        "CreateEventSourceMapping20150331",
        {"functionName": "f", "eventSourceArn": QUEUE},
        [("lambda:CreateEventSourceMapping", "*")],
    ),
    (
        "DeleteEventSourceMapping20150331",
        {"uUID": "0a1b"},
        [("lambda:DeleteEventSourceMapping", f"arn:aws:lambda:us-east-1:{A}:event-source-mapping:0a1b")],
    ),
    (
        "PublishLayerVersion20181031",
        {"layerName": "pillow"},
        [("lambda:PublishLayerVersion", f"arn:aws:lambda:us-east-1:{A}:layer:pillow")],
    ),
    (
        "GetLayerVersion20181031",
        {"layerName": LAYER, "versionNumber": 3},
        [("lambda:GetLayerVersion", f"{LAYER}:3")],
    ),
    ("GetLayerVersionByArn20181031", {"arn": f"{LAYER}:3"}, [("lambda:GetLayerVersion", f"{LAYER}:3")]),
    (
        "PutFunctionCodeSigningConfig20200630",
        {"functionName": "f", "codeSigningConfigArn": CSC},
        [("lambda:PutFunctionCodeSigningConfig", F), ("lambda:PutFunctionCodeSigningConfig", CSC)],
    ),
]
STS: list[Row] = [
    ("AssumeRole", {"roleArn": ROLE, "roleSessionName": "s"}, [("sts:AssumeRole", ROLE)]),
    (
        "AssumeRole",
        {"roleArn": ROLE, "tags": [{"key": "team", "value": "red"}], "sourceIdentity": "ana"},
        [("sts:AssumeRole", ROLE), ("sts:TagSession", ROLE), ("sts:SetSourceIdentity", ROLE)],
    ),
    ("AssumeRoleWithSAML", {"roleArn": ROLE}, [("sts:AssumeRoleWithSAML", ROLE)]),
    (
        "AssumeRoleWithWebIdentity",
        {"roleArn": ROLE, "principalTags": {"repo": "x"}},
        [("sts:AssumeRoleWithWebIdentity", ROLE), ("sts:TagSession", ROLE)],
    ),
    ("GetCallerIdentity", {}, [("sts:GetCallerIdentity", "*")]),
    ("GetSessionToken", {}, [("sts:GetSessionToken", "*")]),
    ("GetFederationToken", {"name": "bob"}, [("sts:GetFederationToken", f"arn:aws:sts::{A}:federated-user/bob")]),
    ("AssumeRoot", {"targetPrincipal": B}, [("sts:AssumeRoot", f"arn:aws:iam::{B}:root")]),
]
OBJECT = {"bucketName": "photos", "key": "ana/cat.jpg"}
O_ARN, B_ARN = "arn:aws:s3:::photos/ana/cat.jpg", "arn:aws:s3:::photos"
S3: list[Row] = [
    ("ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ("HeadBucket", {"bucketName": "photos"}, [("s3:ListBucket", B_ARN)]),
    ("ListObjects", {"bucketName": "photos", "prefix": "ana/"}, [("s3:ListBucket", B_ARN)]),
    ("ListObjectsV2", {"bucketName": "photos"}, [("s3:ListBucket", B_ARN)]),
    ("ListObjectVersions", {"bucketName": "photos"}, [("s3:ListBucketVersions", B_ARN)]),
    ("ListMultipartUploads", {"bucketName": "photos"}, [("s3:ListBucketMultipartUploads", B_ARN)]),
    ("GetObject", OBJECT, [("s3:GetObject", O_ARN)]),
    ("GetObject", {**OBJECT, "versionId": "v1"}, [("s3:GetObjectVersion", O_ARN)]),
    ("HeadObject", OBJECT, [("s3:GetObject", O_ARN)]),
    ("GetObjectAttributes", OBJECT, [("s3:GetObject", O_ARN), ("s3:GetObjectAttributes", O_ARN)]),
    ("PutObject", OBJECT, [("s3:PutObject", O_ARN)]),
    (
        "PutObject",
        {**OBJECT, "x-amz-acl": "public-read", "x-amz-tagging": "a=b"},
        [("s3:PutObject", O_ARN), ("s3:PutObjectAcl", O_ARN), ("s3:PutObjectTagging", O_ARN)],
    ),
    (
        "CopyObject",
        {**OBJECT, "x-amz-copy-source": "/raw/ana%20b/cat.jpg?versionId=3"},
        [("s3:GetObjectVersion", "arn:aws:s3:::raw/ana b/cat.jpg"), ("s3:PutObject", O_ARN)],
    ),
    ("UploadPart", OBJECT, [("s3:PutObject", O_ARN)]),
    ("CompleteMultipartUpload", OBJECT, [("s3:PutObject", O_ARN)]),
    ("ListParts", OBJECT, [("s3:ListMultipartUploadParts", O_ARN)]),
    ("DeleteObject", OBJECT, [("s3:DeleteObject", O_ARN)]),
    ("DeleteObject", {**OBJECT, "versionId": "v1"}, [("s3:DeleteObjectVersion", O_ARN)]),
    ("GetBucketLifecycle", {"bucketName": "photos"}, [("s3:GetLifecycleConfiguration", B_ARN)]),
    ("DeleteBucketLifecycle", {"bucketName": "photos"}, [("s3:PutLifecycleConfiguration", B_ARN)]),
    ("GetBucketEncryption", {"bucketName": "photos"}, [("s3:GetEncryptionConfiguration", B_ARN)]),
    ("DeleteBucketTagging", {"bucketName": "photos"}, [("s3:PutBucketTagging", B_ARN)]),
    ("PutBucketPolicy", {"bucketName": "photos"}, [("s3:PutBucketPolicy", B_ARN)]),
]
SQS: list[Row] = [
    ("SendMessage", {"queueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("SendMessageBatch", {"queueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("DeleteMessageBatch", {"queueUrl": QUEUE_URL}, [("sqs:DeleteMessage", QUEUE)]),
    ("ReceiveMessage", {"queueUrl": f"https://queue.amazonaws.com/{B}/orders"}, [("sqs:ReceiveMessage", QUEUE)]),
    ("CreateQueue", {"queueName": "new"}, [("sqs:CreateQueue", f"arn:aws:sqs:us-east-1:{A}:new")]),
    ("GetQueueUrl", {"queueName": "orders", "queueOwnerAWSAccountId": B}, [("sqs:GetQueueUrl", QUEUE)]),
    ("ListQueues", {}, [("sqs:ListQueues", "*")]),
]
SNS: list[Row] = [
    ("Publish", {"topicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    ("PublishBatch", {"topicArn": TOPIC}, [("sns:Publish", TOPIC)]),
    ("Publish", {"phoneNumber": "+4915112345678"}, [("sns:Publish", "*")]),
    ("CreateTopic", {"name": "alerts"}, [("sns:CreateTopic", TOPIC)]),
    ("Subscribe", {"topicArn": TOPIC, "protocol": "lambda"}, [("sns:Subscribe", TOPIC)]),
    ("Unsubscribe", {"subscriptionArn": f"{TOPIC}:0a1b"}, [("sns:Unsubscribe", TOPIC)]),
    ("ListTopics", {}, [("sns:ListTopics", "*")]),
]
DYNAMODB: list[Row] = [
    ("GetItem", {"tableName": "orders"}, [("dynamodb:GetItem", f"{TABLE}/orders")]),
    ("PutItem", {"tableName": f"{TABLE}/orders"}, [("dynamodb:PutItem", f"{TABLE}/orders")]),
    ("Query", {"tableName": "orders", "indexName": "byDay"}, [("dynamodb:Query", f"{TABLE}/orders/index/byDay")]),
    ("Scan", {"tableName": "orders"}, [("dynamodb:Scan", f"{TABLE}/orders")]),
    (
        "BatchGetItem",
        {"requestItems": {"orders": {}, "people": {}}},
        [("dynamodb:BatchGetItem", f"{TABLE}/orders"), ("dynamodb:BatchGetItem", f"{TABLE}/people")],
    ),
    (
        "TransactWriteItems",
        {
            "transactItems": [
                {"put": {"tableName": "orders"}},
                {"put": {"tableName": "orders"}},
                {"conditionCheck": {"tableName": "people"}},
            ]
        },
        [("dynamodb:PutItem", f"{TABLE}/orders"), ("dynamodb:ConditionCheckItem", f"{TABLE}/people")],
    ),
    (
        "GetShardIterator",
        {"streamArn": f"{TABLE}/orders/stream/2026"},
        [("dynamodb:GetShardIterator", f"{TABLE}/orders/stream/2026")],
    ),
    ("ListTables", {}, [("dynamodb:ListTables", "*")]),
]
KINESIS: list[Row] = [
    ("PutRecord", {"streamName": "clicks"}, [("kinesis:PutRecord", STREAM)]),
    ("PutRecords", {"streamARN": STREAM}, [("kinesis:PutRecords", STREAM)]),
    (
        "SubscribeToShard",
        {"consumerARN": f"{STREAM}/consumer/c:1"},
        [("kinesis:SubscribeToShard", f"{STREAM}/consumer/c:1")],
    ),
    ("RegisterStreamConsumer", {"streamARN": STREAM}, [("kinesis:RegisterStreamConsumer", STREAM)]),
    ("ListStreams", {}, [("kinesis:ListStreams", "*")]),
]
LOGS: list[Row] = [
    ("CreateLogGroup", {"logGroupName": "/aws/lambda/f"}, [("logs:CreateLogGroup", GROUP)]),
    (
        "CreateLogStream",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        [("logs:CreateLogStream", f"{GROUP}:log-stream:s")],
    ),
    ("FilterLogEvents", {"logGroupIdentifier": f"{GROUP}:*"}, [("logs:FilterLogEvents", GROUP)]),
    (
        "GetLogEvents",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        [("logs:GetLogEvents", f"{GROUP}:log-stream:s")],
    ),
    (
        "PutSubscriptionFilter",
        {"logGroupName": "/aws/lambda/f", "roleArn": ROLE},
        [("logs:PutSubscriptionFilter", GROUP), ("iam:PassRole", ROLE)],
    ),
]
KMS: list[Row] = [
    ("Decrypt", {"keyId": KEY}, [("kms:Decrypt", KEY)]),
    ("Encrypt", {"keyId": KEY.rsplit("/", 1)[1]}, [("kms:Encrypt", KEY)]),
    (
        "ReEncrypt",
        {"sourceKeyId": KEY, "destinationKeyId": f"{KEY}0"},
        [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", f"{KEY}0")],
    ),
    (
        "CreateAlias",
        {"aliasName": "alias/photos", "targetKeyId": KEY},
        [("kms:CreateAlias", f"arn:aws:kms:us-east-1:{A}:alias/photos"), ("kms:CreateAlias", KEY)],
    ),
    ("ListKeys", {}, [("kms:ListKeys", "*")]),
]
EVENTS: list[Row] = [
    (
        "PutTargets",
        {"rule": "nightly", "targets": [{"id": "1", "arn": QUEUE, "roleArn": ROLE}, {"id": "2", "arn": F}]},
        [("events:PutTargets", RULE), ("iam:PassRole", ROLE)],
    ),
    (
        "PutRule",
        {"name": "nightly", "eventBusName": "orders"},
        [("events:PutRule", RULE.replace("rule/", "rule/orders/"))],
    ),
]
STATES: list[Row] = [
    (
        "CreateStateMachine",
        {"name": "orders", "roleArn": ROLE},
        [("states:CreateStateMachine", MACHINE), ("iam:PassRole", ROLE)],
    ),
    ("UpdateStateMachine", {"stateMachineArn": MACHINE}, [("states:UpdateStateMachine", MACHINE)]),
]
ROWS = [
    (service, *row)
    for service, rows in {
        "lambda": LAMBDA,
        "sts": STS,
        "s3": S3,
        "sqs": SQS,
        "sns": SNS,
        "dynamodb": DYNAMODB,
        "kinesis": KINESIS,
        "logs": LOGS,
        "kms": KMS,
        "events": EVENTS,
        "states": STATES,
    }.items()
    for row in rows
]


@pytest.mark.parametrize(("service", "name", "parameters", "expected"), ROWS)
def test_an_event_was_authorized_on(
    service: str, name: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    asked = authorizations(record(service, name, parameters))

    assert [(each.action, each.resource) for each in asked] == expected


UNMAPPED = [
    ("lambda", "Invoke", {}, "functionName"),
    ("lambda", "Invoke", {"functionName": "f:1", "qualifier": "2"}, "must be the same"),
    ("lambda", "Invoke", {"functionName": 7}, "functionName"),
    ("lambda", "NoSuchThing20150331", {}, "no rule for this API"),
    ("ec2", "RunInstances", {}, "no table for this service"),
    ("sts", "AssumeRole", None, "the role"),
    ("s3", "GetObject", {"bucketName": "photos"}, "key"),
    ("s3", "DeleteObjects", {"bucketName": "photos"}, "which objects"),
    (
        "s3",
        "GetObject",
        {"bucketName": "arn:aws:s3:us-east-1:111111111111:accesspoint/x", "key": "k"},
        "access point",
    ),
    ("s3", "GetObject", {"bucketName": "x--use1-az4--x-s3", "key": "k"}, "directory bucket"),
    ("sqs", "SendMessage", {"queueUrl": "https://example.com/"}, "no queue's URL"),
    ("dynamodb", "ExecuteStatement", {"statement": "SELECT"}, "no rule"),
    ("dynamodb", "GetRecords", {"shardIterator": "x"}, "streamArn"),
    ("kinesis", "GetRecords", {"shardIterator": "x"}, "streamName"),
    ("kms", "Decrypt", {"keyId": "alias/photos"}, "alias"),
    ("kms", "Decrypt", {}, "keyId"),
    ("kms", "RetireGrant", {"keyId": KEY}, "no rule"),
    ("events", "PutTargets", {"rule": "nightly"}, "targets"),
    ("states", "CreateStateMachine", {"name": "x", "roleArn": "worker"}, "without its path"),
]


@pytest.mark.parametrize(("service", "name", "parameters", "reason"), UNMAPPED)
def test_what_the_record_does_not_tell_is_not_guessed(
    service: str, name: str, parameters: dict[str, Any] | None, reason: str
) -> None:
    with pytest.raises(Unmapped, match=reason):
        authorizations(record(service, name, parameters))


def test_a_key_is_known_from_the_record_where_the_call_named_an_alias() -> None:
    """CloudTrail lists the key's own ARN under `resources`; KMS authorizes on the key."""
    found = authorizations(
        record(
            "kms",
            "Decrypt",
            {"keyId": "alias/photos"},
            resources=[{"ARN": KEY, "accountId": A, "type": "AWS::KMS::Key"}],
        )
    )

    assert [(each.action, each.resource) for each in found] == [("kms:Decrypt", KEY)]
    assert found[0].told["kms:RequestAlias"] == "alias/photos"


def test_the_objects_of_a_batch_are_taken_from_the_record() -> None:
    objects = [{"ARN": f"{B_ARN}/{name}", "type": "AWS::S3::Object"} for name in "ab"]

    found = authorizations(record("s3", "DeleteObjects", {"bucketName": "photos"}, resources=objects))

    assert [(each.action, each.resource) for each in found] == [
        ("s3:DeleteObject", f"{B_ARN}/a"),
        ("s3:DeleteObject", f"{B_ARN}/b"),
    ]


def test_the_owner_of_a_bucket_is_taken_from_the_record() -> None:
    bucket = {"ARN": B_ARN, "accountId": B, "type": "AWS::S3::Bucket"}

    assert authorizations(record("s3", "GetObject", OBJECT, resources=[bucket]))[0].owner == B


def test_the_names_of_other_partitions_follow_the_region() -> None:
    found = authorizations(record("sqs", "CreateQueue", {"queueName": "q"}, awsRegion="cn-north-1"))

    assert found[0].resource == f"arn:aws-cn:sqs:cn-north-1:{A}:q"


CONTEXTS: list[tuple[str, str, dict[str, Any], int, str, object]] = [
    (
        "lambda",
        "CreateFunction20150331",
        {"functionName": "f", "role": ROLE},
        1,
        "iam:PassedToService",
        "lambda.amazonaws.com",
    ),
    ("lambda", "CreateFunction20150331", {"functionName": "f", "role": ROLE}, 1, "iam:AssociatedResourceArn", F),
    ("lambda", "CreateFunction20150331", {"functionName": "f"}, 0, "lambda:Layer", None),
    (
        "lambda",
        "CreateFunction20150331",
        {"functionName": "f", "layers": [f"{LAYER}:3"]},
        0,
        "lambda:Layer",
        (f"{LAYER}:3",),
    ),
    ("lambda", "CreateFunction20150331", {"functionName": "f", "tags": {"a": "b"}}, 0, "aws:RequestTag/a", "b"),
    (
        "lambda",
        "CreateFunction20150331",
        {"functionName": "f", "vpcConfig": {"subnetIds": ["s"]}},
        0,
        "lambda:VpcIds",
        UNKNOWN,
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"functionName": "f", "principal": B},
        0,
        "lambda:Principal",
        f"arn:aws:iam::{B}:root",
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"functionName": "f", "principal": "s3.amazonaws.com"},
        0,
        "lambda:Principal",
        "s3.amazonaws.com",
    ),
    ("lambda", "Invoke", {"functionName": "f"}, 0, "lambda:InvokedViaFunctionUrl", None),
    ("lambda", "CreateEventSourceMapping20150331", {"functionName": "f"}, 0, "lambda:FunctionArn", F),
    (
        "events",
        "PutTargets",
        {"rule": "nightly", "targets": [{"arn": F, "roleArn": ROLE}]},
        1,
        "iam:AssociatedResourceArn",
        RULE,
    ),
    ("sts", "AssumeRole", {"roleArn": ROLE, "externalId": "x"}, 0, "sts:ExternalId", "x"),
    ("sts", "AssumeRole", {"roleArn": ROLE}, 0, "sts:ExternalId", None),
    ("s3", "ListObjects", {"bucketName": "photos", "prefix": "ana/"}, 0, "s3:prefix", "ana/"),
    ("s3", "HeadBucket", {"bucketName": "photos"}, 0, "s3:prefix", None),
    ("kms", "Decrypt", {"keyId": KEY, "encryptionContext": {"a": "b"}}, 0, "kms:EncryptionContext:a", "b"),
]


@pytest.mark.parametrize(("service", "name", "parameters", "index", "key", "value"), CONTEXTS)
def test_the_record_tells_keys_of_the_service(
    service: str, name: str, parameters: dict[str, Any], index: int, key: str, value: object
) -> None:
    assert authorizations(record(service, name, parameters))[index].told[key] == value


@pytest.mark.parametrize(("service", "name", "parameters", "expected"), ROWS)
def test_every_action_is_one_aws_has(
    service: str, name: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """The catalogue, made of AWS's Service Authorization Reference, knows it, and whether it has a resource."""
    del expected
    for each in authorizations(record(service, name, parameters)):
        assert catalog().unknown(each.action) is None
        if each.resource != "*":
            assert not catalog().has_no_resource_type(each.action)
