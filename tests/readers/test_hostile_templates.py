"""Templates of strangers: whatever they hold, the answer comes soon, says faults, and grants nothing by accident."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lampolicy.diagnostic import Code
from lampolicy.readers import Loaded, load_template
from lampolicy.readers._templates._source import read_text
from tests.readers.templates import ACCOUNT, REGION, Deploy, faults, write

TOPIC = "AWS::SNS::Topic"
SOON = 2.0
"""Seconds of processor time; the limits of a template are far below."""


def bomb() -> str:
    """Anchors that double twenty times."""
    lines = [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 20)]
    resource = ["Resources:", "  A:", "    Type: AWS::S3::Bucket", "    Properties: {X: *a19}"]
    return "\n".join(["a0: &a0 [x, x]", *lines, *resource])


def chain(length: int, form: Callable[[int], Any]) -> dict[str, Any]:
    """Topics each of which is named for the next."""
    topics = {f"T{i}": {"Type": TOPIC, "Properties": {"TopicName": form(i + 1)}} for i in range(length)}
    return {"Resources": {**topics, f"T{length}": {"Type": TOPIC, "Properties": {"TopicName": "x"}}}}


def nested(depth: int, key: str) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {key: value}
    return value


def named(name: Any, **more: Any) -> dict[str, Any]:
    return {"Resources": {"T": {"Type": TOPIC, "Properties": {"TopicName": name}}}, **more}


HOSTILE: dict[str, Any] = {
    "anchors that double": bomb(),
    "an anchor that holds itself": "Resources: &a\n  A: *a\n  B:\n    Type: AWS::S3::Bucket\n",
    "deep YAML": "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: " + "{a: " * 500 + "x" + "}" * 500,
    "deep brackets": "Resources: " + "[" * 100_000,
    "a long chain of names": chain(400, lambda i: {"Fn::Sub": f"${{T{i}.TopicName}}"}),
    "names that double": chain(400, lambda i: {"Fn::Sub": f"${{T{i}.TopicName}}${{T{i}.TopicName}}"}),
    "names that double thirty times": chain(30, lambda i: {"Fn::Sub": f"${{T{i}.TopicName}}${{T{i}.TopicName}}"}),
    "a circle of names": {
        "Resources": {
            f"T{i}": {"Type": TOPIC, "Properties": {"TopicName": {"Fn::GetAtt": [f"T{(i + 1) % 300}", "TopicName"]}}}
            for i in range(300)
        }
    },
    "a circle of conditions": named(
        {"Fn::If": ["C0", "x", "y"]},
        Conditions={f"C{i}": {"Fn::Not": [{"Condition": f"C{(i + 1) % 300}"}]} for i in range(300)},
    ),
    "conditions that double": named(
        {"Fn::If": ["C0", "x", "y"]},
        Conditions={
            **{f"C{i}": {"Fn::And": [{"Condition": f"C{i + 1}"}, {"Condition": f"C{i + 1}"}]} for i in range(60)},
            "C60": {"Fn::Equals": ["a", "a"]},
        },
    ),
    "a huge join": named({"Fn::Join": ["x" * 1000, ["y" * 1000] * 1000]}),
    "a huge split": named({"Fn::Join": ["", {"Fn::Split": ["x", "x" * 100_000]}]}),
    "nested functions": named(nested(30, "Fn::Base64")),
    "a name of itself": named({"Ref": "T"}),
    "an attribute of itself": named({"Fn::GetAtt": ["T", "TopicName"]}),
    "a placeholder without end": named({"Fn::Sub": "${" * 20_000}),
    "many placeholders": named({"Fn::Sub": "${AWS::Region}" * 20_000}),
    "hostile braces": named({"Fn::Sub": "${a" * 20_000 + "}"}),
    "many faults": {
        "Resources": {f"T{i}": {"Type": TOPIC, "Properties": {"TopicName": {"Ref": f"Nobody{i}"}}} for i in range(500)}
    },
    "odd letters": named("\x00\ud7ff\U0001f600\u202e"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_answer_comes_soon(deploy: Deploy, name: str) -> None:
    began = time.process_time()
    loaded = deploy(HOSTILE[name])

    assert time.process_time() - began < SOON
    assert isinstance(loaded, Loaded)


@pytest.mark.parametrize(
    "name",
    [
        "anchors that double",
        "an anchor that holds itself",
        "deep YAML",
        "deep brackets",
        "a long chain of names",
        "names that double",
        "names that double thirty times",
        "a circle of names",
        "a circle of conditions",
        "a huge join",
        "a name of itself",
        "an attribute of itself",
        "many faults",
    ],
)
def test_what_is_over_the_limits_or_endless_is_a_fault(deploy: Deploy, name: str) -> None:
    found = faults(deploy(HOSTILE[name]))

    assert found
    assert {code for code, *_ in found} <= {Code.BAD_TEMPLATE, Code.NOT_JSON, Code.TOO_DEEP}


def test_every_fault_is_told(deploy: Deploy) -> None:
    assert len(faults(deploy(HOSTILE["many faults"]))) == 500


# --- damaged templates ------------------------------------------------------------------------------------------------

SEEDS = [
    Path(__file__).resolve().parents[2] / "examples" / "photo-template" / "template.yaml",
]
NASTY: list[Any] = [
    None, True, 0, -1, 1.5, "", "*", "${", "${}", "${A}", "${A.B}", "{{resolve:", "arn:", "arn:aws:iam::1:root", "\x00",
    [], [[]], [None], {}, {"": {}}, {"Ref": None}, {"Ref": []}, {"Ref": "AWS::NoValue"}, {"Ref": "Execution"},
    {"Fn::GetAtt": []}, {"Fn::GetAtt": "Execution.Arn"}, {"Fn::Sub": {}}, {"Fn::Sub": ["", []]}, {"Fn::If": []},
    {"Fn::If": [[], 1, 2]}, {"Fn::Join": [1, 2]}, {"Fn::Select": [{}, {}]}, {"Fn::Split": []}, {"Fn::FindInMap": [1]},
    {"Fn::ImportValue": {}}, {"Fn::Transform": {}}, {"Statement": []}, {"Ref": "Failed", "Fn::Sub": ""}, "x" * 3000,
]  # fmt: skip
KEYS = ["Ref", "Fn::Sub", "Fn::If", "Condition", "Type", "Properties", "Statement", "Fn::GetAtt", "", "x", "Policies"]


def seeds() -> list[dict[str, Any]]:
    """Good templates as values, with the functions written out."""
    read: list[Any] = [read_text(path.read_text("utf-8"), path.name)[0] for path in SEEDS]
    return [*read, _wide(), *([_sam()] if find_spec("samtranslator") else [])]


def _wide() -> dict[str, Any]:
    """A template with one of every type that is read."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    public = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
    trusting = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [trusting]}
    queue, function = {"Fn::GetAtt": ["Queue", "Arn"]}, {"Ref": "Fn"}
    destination = {"OnFailure": {"Destination": queue}}
    inline = [{"PolicyName": "p", "PolicyDocument": document}]
    parts: dict[str, tuple[str, dict[str, Any]]] = {
        "Role": ("IAM::Role", {"AssumeRolePolicyDocument": trust, "ManagedPolicyArns": [{"Ref": "Managed"}]}),
        "User": ("IAM::User", {"Groups": [{"Ref": "Group"}], "Policies": inline, "Tags": [{"Key": "a", "Value": "b"}]}),
        "Group": ("IAM::Group", {"Policies": inline}),
        "Added": ("IAM::UserToGroupAddition", {"GroupName": {"Ref": "Group"}, "Users": [{"Ref": "User"}]}),
        "Managed": ("IAM::ManagedPolicy", {"PolicyDocument": document, "Roles": [{"Ref": "Role"}]}),
        "Inline": ("IAM::Policy", {"PolicyName": "q", "PolicyDocument": document, "Users": [{"Ref": "User"}]}),
        "OfRole": ("IAM::RolePolicy", {"PolicyName": "r", "RoleName": {"Ref": "Role"}, "PolicyDocument": document}),
        "Fn": ("Lambda::Function", {"Role": {"Fn::GetAtt": "Role.Arn"}, "Layers": [{"Ref": "Layer"}]}),
        "Version": ("Lambda::Version", {"FunctionName": function}),
        "Alias": ("Lambda::Alias", {"FunctionName": function, "Name": "live", "FunctionVersion": "1"}),
        "Url": ("Lambda::Url", {"TargetFunctionArn": {"Ref": "Alias"}, "AuthType": "NONE"}),
        "May": (
            "Lambda::Permission",
            {"FunctionName": function, "Action": "lambda:*", "Principal": "s3.amazonaws.com"},
        ),
        "Poll": ("Lambda::EventSourceMapping", {"FunctionName": function, "EventSourceArn": queue}),
        "Then": (
            "Lambda::EventInvokeConfig",
            {"FunctionName": function, "Qualifier": "live", "DestinationConfig": destination},
        ),
        "Layer": ("Lambda::LayerVersion", {"LayerName": "tools"}),
        "Lend": (
            "Lambda::LayerVersionPermission",
            {"LayerVersionArn": {"Ref": "Layer"}, "Action": "lambda:GetLayerVersion", "Principal": "*"},
        ),
        "Bucket": ("S3::Bucket", {}),
        "OfBucket": ("S3::BucketPolicy", {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": public}),
        "Queue": ("SQS::Queue", {"FifoQueue": True, "KmsMasterKeyId": {"Ref": "Key"}}),
        "OfQueue": ("SQS::QueuePolicy", {"Queues": [{"Ref": "Queue"}], "PolicyDocument": public}),
        "Topic": ("SNS::Topic", {}),
        "OfTopic": ("SNS::TopicPolicy", {"Topics": [{"Ref": "Topic"}], "PolicyDocument": public}),
        "Key": ("KMS::Key", {"KeyPolicy": public}),
        "Table": ("DynamoDB::Table", {"ResourcePolicy": {"PolicyDocument": public}}),
        "Stream": ("Kinesis::Stream", {"StreamEncryption": {"KeyId": "alias/x"}}),
        "Secret": ("SecretsManager::Secret", {}),
        "OfSecret": ("SecretsManager::ResourcePolicy", {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": public}),
        "Bus": ("Events::EventBus", {"Name": "b", "Policy": public}),
        "Rule": ("Events::Rule", {"EventBusName": {"Ref": "Bus"}}),
        "Nested": ("CloudFormation::Stack", {"TemplateURL": "x"}),
    }
    made = {key: {"Type": f"AWS::{type_}", "Properties": properties} for key, (type_, properties) in parts.items()}
    return {
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}},
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Resources": made,
    }


def _sam() -> dict[str, Any]:
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"A": {"Type": "String"}},
        "Globals": {"Function": {"Runtime": "python3.13", "Handler": "a.b", "CodeUri": "src/"}},
        "Resources": {
            "F": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "AutoPublishAlias": "live",
                    "FunctionUrlConfig": {"AuthType": "NONE"},
                    "Policies": [{"S3ReadPolicy": {"BucketName": {"Ref": "B"}}}, "AmazonSQSFullAccess"],
                    "Events": {
                        "S": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": "s3:*"}},
                        "Q": {"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:eu-west-1:111122223333:q"}},
                        "H": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}},
                    },
                },
            },
            "B": {"Type": "AWS::S3::Bucket"},
            "L": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "x"}},
            "P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": []}}},
        },
    }


def damaged(value: Any, chance: random.Random) -> Any:
    """The value with a few things deleted, replaced by nasty ones, or put under other keys."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(value))
        holder, key = chance.choice(places)
        match chance.randrange(4):
            case 0:
                holder.pop(key)
            case 1 if isinstance(holder, dict):
                holder[chance.choice(KEYS)] = holder.pop(key)
            case 2:
                other, step = chance.choice(places)
                if isinstance(other, dict) and step in other:
                    holder[key] = copy.deepcopy(other[step])
            case _:
                holder[key] = copy.deepcopy(chance.choice(NASTY))
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    steps = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for step, inner in steps:
        yield value, step
        if isinstance(inner, dict | list):
            yield from _places(inner)


@pytest.mark.parametrize("seed", range(120))
def test_damaged_templates_are_read_or_refused_and_never_raise(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    good = chance.choice(seeds())
    try:
        template = damaged(good, chance)
    except (KeyError, IndexError):
        pytest.skip("the damage fell on a place that was gone")
    path = write(tmp_path, "t.json", json.dumps(template))
    began = time.process_time()
    loaded = load_template(path, account=ACCOUNT, region=REGION, parameters={"PhotosAccount": "111122223333"})

    assert time.process_time() - began < SOON
    for fault in loaded.faults:
        assert fault.diagnostic.help
        assert fault.diagnostic.message == fault.diagnostic.message.strip()


LETTERS = "{}[]\",:\\ \n'-!&*#|>%@`?$\t\x00\u2028"
MARKS = [*LETTERS, "!Ref ", "!Sub ", "<<: ", "*a", "&a ", "? ", "---\n", "${"]


def damaged_text(text: str, chance: random.Random) -> str:
    """The text with a few characters deleted, or marks of YAML put in."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", *MARKS]) + text[at + chance.randrange(4) :]
    return text


@pytest.mark.parametrize("seed", range(100))
def test_damaged_texts_are_read_or_refused_and_never_raise(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(SEEDS).read_text("utf-8")
    path = write(tmp_path, "t.yaml", damaged_text(text, chance))
    began = time.process_time()
    loaded = load_template(path, account=ACCOUNT, region=REGION, parameters={"PhotosAccount": "111122223333"})

    assert time.process_time() - began < SOON
    for fault in loaded.faults:
        assert str(fault.diagnostic.message).strip()
