"""What `aws lambda` tells of a configuration, of event sources and of destinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest

from lampolicy.diagnostic import Code
from lampolicy.names import FunctionArn
from lampolicy.organization import Destinations, EventSourceKind, FunctionConfiguration
from lampolicy.readers import Loaded

A = "111122223333"
F = f"arn:aws:lambda:eu-west-1:{A}:function:thumbnails"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:photos"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EFS = f"arn:aws:elasticfilesystem:eu-west-1:{A}:access-point/fsap-0123456789abcdef0"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:kafka-AbCdEf"

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]

CONFIGURATION = {
    "FunctionName": "thumbnails",
    "FunctionArn": F,
    "Role": f"arn:aws:iam::{A}:role/thumbnails",
    "VpcConfig": {
        "SubnetIds": ["subnet-1", "subnet-2"],
        "SecurityGroupIds": ["sg-1"],
        "VpcId": "vpc-1",
        "Ipv6AllowedForDualStack": False,
    },
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "KMSKeyArn": KEY,
    "TracingConfig": {"Mode": "Active"},
    "FileSystemConfigs": [{"Arn": EFS, "LocalMountPath": "/mnt/photos"}],
    "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/photos"},
}
READ = FunctionConfiguration("vpc-1", ("subnet-1", "subnet-2"), ("sg-1",), "Active", QUEUE, (EFS,), KEY, "/photos")
MAPPING: dict[str, object] = {
    "UUID": "14e0db71-xmpl",
    "BatchSize": 10,
    "EventSourceArn": QUEUE,
    "FunctionArn": f"{F}:live",
    "State": "Enabled",
    "StateTransitionReason": "USER_INITIATED",
}


def codes(loaded: Loaded) -> list[Code]:
    return [d.diagnostic.code for d in loaded.everything()]


@pytest.mark.parametrize(
    "shown",
    [CONFIGURATION, {"Configuration": CONFIGURATION}, {"Functions": [CONFIGURATION]}],
    ids=["get-function-configuration", "get-function", "list-functions"],
)
def test_a_configuration_tells_what_the_role_will_need(read: Read, shown: object) -> None:
    loaded = read({"x.json": shown})
    (function,) = loaded.organization.functions
    assert function.configuration == READ
    assert codes(loaded) == []


def test_a_configuration_with_empty_settings_asks_for_nothing(read: Read) -> None:
    shown = {
        "FunctionName": "thumbnails",
        "FunctionArn": F,
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
        "TracingConfig": {"Mode": "PassThrough"},
    }
    (function,) = read({"x.json": shown}).organization.functions
    assert function.configuration == FunctionConfiguration()


def test_the_configuration_of_a_version_is_not_that_of_the_function(read: Read) -> None:
    (function,) = read({"x.json": {**CONFIGURATION, "FunctionArn": f"{F}:1"}}).organization.functions
    assert function.configuration is None


def test_two_configurations_of_one_function_contradict_each_other(read: Read) -> None:
    other = {**CONFIGURATION, "KMSKeyArn": f"{KEY}0"}
    assert codes(read({"a.json": CONFIGURATION, "b.json": other})) == [Code.CONTRADICTION]


@pytest.mark.parametrize("shown", [MAPPING, {"EventSourceMappings": [MAPPING]}], ids=["get", "list"])
def test_an_event_source_mapping(read: Read, shown: object) -> None:
    organization = read({"x.json": shown}).organization
    (mapping,) = organization.event_sources
    assert (mapping.kind, mapping.source, mapping.enabled) == (EventSourceKind.SQS, QUEUE, True)
    assert str(mapping.function) == f"{F}:live"
    assert organization.event_sources_of(organization.functions[0]) == (mapping,)


def test_a_mapping_with_sign_in_failure_queue_and_filter_key(read: Read) -> None:
    shown = {
        **{k: v for k, v in MAPPING.items() if k != "EventSourceArn"},
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["abc.xyz.com:9092"]}},
        "State": "Disabled",
        "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
        "SourceAccessConfigurations": [
            {"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET},
            {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"},
            {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"},
        ],
        "KMSKeyArn": KEY,
    }
    (mapping,) = read({"x.json": shown}).organization.event_sources
    assert (mapping.kind, mapping.source, mapping.enabled) == (EventSourceKind.KAFKA, None, False)
    assert (mapping.secrets, mapping.networked, mapping.named("VPC_SUBNET")) == ((SECRET,), True, ("subnet-1",))
    assert (mapping.on_failure, mapping.filter_key) == (QUEUE, KEY)


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"arn:aws:kinesis:eu-west-1:{A}:stream/s", EventSourceKind.KINESIS),
        (f"arn:aws:kinesis:eu-west-1:{A}:stream/s/consumer/c:1700000000", EventSourceKind.KINESIS_CONSUMER),
        (f"arn:aws:dynamodb:eu-west-1:{A}:table/t/stream/2026-01-01T00:00:00.000", EventSourceKind.DYNAMODB),
        (f"arn:aws:kafka:eu-west-1:{A}:cluster/c/uuid", EventSourceKind.MSK),
        (f"arn:aws:mq:eu-west-1:{A}:broker:b:b-1", EventSourceKind.MQ),
        (f"arn:aws:rds:eu-west-1:{A}:cluster:docs", EventSourceKind.DOCUMENTDB),
    ],
)
def test_the_kind_of_a_source_is_in_its_arn(read: Read, arn: str, kind: EventSourceKind) -> None:
    (mapping,) = read({"x.json": {**MAPPING, "EventSourceArn": arn}}).organization.event_sources
    assert mapping.kind is kind


def test_a_source_that_lambda_does_not_poll_is_an_error(read: Read) -> None:
    loaded = read({"x.json": {**MAPPING, "EventSourceArn": f"arn:aws:dynamodb:eu-west-1:{A}:table/t"}})
    assert loaded.organization.event_sources == ()
    assert codes(loaded) == [Code.BAD_SHAPE]


def test_one_mapping_told_in_two_ways_is_a_contradiction(read: Read) -> None:
    assert codes(read({"a.json": MAPPING, "b.json": {**MAPPING, "State": "Disabled"}})) == [Code.CONTRADICTION]


def test_destinations_hang_on_qualifiers(read: Read) -> None:
    one = {
        "LastModified": "2026-11-02T16:20:31.000000+00:00",
        "FunctionArn": f"{F}:$LATEST",
        "MaximumRetryAttempts": 0,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": QUEUE}},
    }
    other = {**one, "FunctionArn": f"{F}:live", "DestinationConfig": {"OnSuccess": {"Destination": F}}}
    loaded = read({"get.json": one, "list.json": {"FunctionEventInvokeConfigs": [one, other]}})
    (function,) = loaded.organization.functions
    assert function.destinations == (
        Destinations(FunctionArn.parse(f"{F}:$LATEST"), None, QUEUE),
        Destinations(FunctionArn.parse(f"{F}:live"), F, None),
    )
    assert function.destinations[1].targets == (F,)
    assert codes(loaded) == []


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (KEY.rsplit("/", 1)[-1], KEY),
        (KEY, KEY),
        ("alias/photos", f"arn:aws:kms:eu-west-1:{A}:alias/photos"),
        ("alias/aws/sqs", None),
    ],
)
def test_the_key_of_a_queue(read: Read, told: str, key: str | None) -> None:
    loaded = read({"x.json": {"Attributes": {"QueueArn": QUEUE, "KmsMasterKeyId": told}}})
    assert loaded.organization.resources[0].key == key


def test_the_key_of_a_stream(read: Read) -> None:
    arn = f"arn:aws:kinesis:eu-west-1:{A}:stream/s"
    loaded = read({"x.json": {"StreamDescriptionSummary": {"StreamARN": arn, "EncryptionType": "KMS", "KeyId": KEY}}})
    assert [(r.arn, r.key) for r in loaded.organization.resources] == [(arn, KEY)]
