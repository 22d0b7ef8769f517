"""Not to know something of a template never opens anything."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lampolicy.diagnostic import Code, LampolicyError
from lampolicy.function import Authorizer
from lampolicy.organization import Organization
from lampolicy.readers import Loaded, load_template
from lampolicy.request import Service

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
USER = f"arn:aws:iam::{ACCOUNT}:user/ana"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/jobs"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def says(effect: str, action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}
PARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "Role": (
        "IAM::Role",
        {
            "RoleName": "worker",
            "AssumeRolePolicyDocument": document(TRUST),
            "PermissionsBoundary": {"Ref": "Fence"},
            "ManagedPolicyArns": [{"Ref": "Everything"}, {"Ref": "Fence"}],
            "Policies": [{"PolicyName": "no", "PolicyDocument": document(says("Deny", "sqs:DeleteQueue", "*"))}],
            "Tags": [{"Key": "team", "Value": "photos"}],
        },
    ),
    "Everything": (
        "IAM::ManagedPolicy",
        {"ManagedPolicyName": "everything", "PolicyDocument": document(says("Allow", "*", "*"))},
    ),
    "Fence": (
        "IAM::ManagedPolicy",
        {"ManagedPolicyName": "fence", "PolicyDocument": document(says("Allow", "sqs:*", "*"))},
    ),
    "Forbidden": (
        "IAM::Policy",
        {
            "PolicyName": "forbidden",
            "Roles": [{"Ref": "Role"}],
            "Groups": [{"Ref": "Team"}],
            "PolicyDocument": document(says("Deny", "sqs:PurgeQueue", QUEUE)),
        },
    ),
    "Team": (
        "IAM::Group",
        {"GroupName": "team", "Policies": [{"PolicyName": "all", "PolicyDocument": document(says("Allow", "*", "*"))}]},
    ),
    "Ana": ("IAM::User", {"UserName": "ana", "Groups": [{"Ref": "Team"}]}),
    "Fn": ("Lambda::Function", {"FunctionName": "worker", "Role": {"Fn::GetAtt": ["Role", "Arn"]}}),
    "May": (
        "Lambda::Permission",
        {
            "FunctionName": {"Ref": "Fn"},
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
            "SourceArn": "arn:aws:s3:::photos",
            "SourceAccount": ACCOUNT,
        },
    ),
    "Queue": ("SQS::Queue", {"QueueName": "jobs"}),
    "OfQueue": (
        "SQS::QueuePolicy",
        {
            "Queues": [{"Ref": "Queue"}],
            "PolicyDocument": document(
                says("Deny", "sqs:SendMessage", QUEUE, Principal="*", Condition=WITHOUT_TLS),
                says("Allow", "sqs:SendMessage", QUEUE, Principal={"AWS": "444455556666"}),
            ),
        },
    ),
    "Table": (
        "DynamoDB::Table",
        {
            "TableName": "jobs",
            "ResourcePolicy": {
                "PolicyDocument": document(says("Deny", "dynamodb:DeleteTable", TABLE, Principal={"AWS": "*"}))
            },
        },
    ),
}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Told": {"Type": "String"}},
    "Resources": {key: {"Type": f"AWS::{type_}", "Properties": held} for key, (type_, held) in PARTS.items()},
}
HOLDERS = ("TableName", "RoleName", "UserName", "QueueName", "FunctionName")
"""Names of what is asked about; without them nothing is known under these names."""
UNKNOWN = {"Ref": "Told"}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


PLACES = [
    ("Resources", key, "Properties", *place)
    for key, (_, held) in PARTS.items()
    for place in places(held)
    if not {"Ref", "Fn::GetAtt"} & set(place)
]


def without(place: tuple[Any, ...]) -> dict[str, Any]:
    """The template with something unknown at a place."""
    changed = copy.deepcopy(TEMPLATE)
    held: Any = changed
    for step in place[:-1]:
        held = held[step]
    held[place[-1]] = UNKNOWN
    return changed


def deployed(template: dict[str, Any], folder: Path) -> Loaded:
    path = folder / "t.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    return load_template(path, account=ACCOUNT, region="eu-west-1")


def allowed(organization: Organization) -> set[str]:
    """Which of several questions are answered with yes."""
    authorizer = Authorizer(organization)
    found: set[str] = set()
    for principal in (ROLE, USER):
        for action in ("SendMessage", "DeleteQueue", "PurgeQueue", "ReceiveMessage"):
            for tls in ("true", "false"):
                if _is_allowed(authorizer, principal, f"sqs:{action}", QUEUE, {"aws:SecureTransport": tls}):
                    found.add(f"{principal} {action} {tls}")
        for action in ("DeleteTable", "GetItem"):
            if _is_allowed(authorizer, principal, f"dynamodb:{action}", TABLE):
                found.add(f"{principal} {action}")
    for arn in ("arn:aws:s3:::photos", "arn:aws:s3:::others"):
        for account in (ACCOUNT, "999999999999"):
            if _is_invoked(authorizer, Service("s3.amazonaws.com", arn, account)):
                found.add(f"{arn} of {account}")
    return found


def _is_allowed(
    authorizer: Authorizer, principal: str, action: str, resource: str, context: dict[str, str] | None = None
) -> bool:
    try:
        return bool(authorizer.decide(principal, action, resource, context or {}))
    except LampolicyError:
        return False


def _is_invoked(authorizer: Authorizer, service: Service) -> bool:
    try:
        return bool(authorizer.decide(service, "lambda:InvokeFunction", FUNCTION))
    except LampolicyError:
        return False


def test_the_template_says_what_the_law_is_asked_about(tmp_path: Path) -> None:
    """E1, E2, E4: denies win, the boundary narrows, the source must fit."""
    loaded = deployed(TEMPLATE, tmp_path)

    assert loaded.faults == ()
    assert allowed(loaded.organization) == {
        f"{ROLE} SendMessage true",
        f"{ROLE} ReceiveMessage true",
        f"{ROLE} ReceiveMessage false",
        f"{USER} SendMessage true",
        f"{USER} ReceiveMessage true",
        f"{USER} ReceiveMessage false",
        f"{USER} DeleteQueue true",
        f"{USER} DeleteQueue false",
        f"{USER} GetItem",
        f"arn:aws:s3:::photos of {ACCOUNT}",
    }


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "/".join(str(step) for step in place[1:]))
def test_what_is_unknown_is_a_fault_and_opens_nothing(place: tuple[Any, ...], tmp_path: Path) -> None:
    before = allowed(deployed(TEMPLATE, tmp_path).organization)
    loaded = deployed(without(place), tmp_path)

    assert {fault.diagnostic.code for fault in loaded.faults} == {Code.VALUE_NOT_TOLD}
    if place[-1] not in HOLDERS:
        assert allowed(loaded.organization) <= before


@pytest.mark.parametrize("key", PARTS)
def test_what_may_not_exist_opens_nothing(key: str, tmp_path: Path) -> None:
    before = allowed(deployed(TEMPLATE, tmp_path).organization)
    changed = copy.deepcopy(TEMPLATE)
    changed["Conditions"] = {"C": {"Fn::Equals": [UNKNOWN, "x"]}}
    changed["Resources"][key]["Condition"] = "C"
    loaded = deployed(changed, tmp_path)

    assert {fault.diagnostic.code for fault in loaded.faults} == {Code.VALUE_NOT_TOLD}
    assert allowed(loaded.organization) <= before
