"""An organization written as templates, and read back, is the same organization."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lampolicy.authorize import Authorizer
from lampolicy.diagnostic import LampolicyError
from lampolicy.names import Arn
from lampolicy.organization import IamGroup, IamRole, IamUser, ManagedPolicy, Organization, Resource
from lampolicy.policy import Policy, PolicyKind
from lampolicy.readers import load_template
from lampolicy.testing._dice import Seeded
from lampolicy.testing._organizations import Question, draw_populated

REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
HUNG: Mapping[PolicyKind, tuple[str, str]] = {
    PolicyKind.BUCKET: ("AWS::S3::BucketPolicy", "Bucket"),
    PolicyKind.QUEUE: ("AWS::SQS::QueuePolicy", "Queues"),
    PolicyKind.TOPIC: ("AWS::SNS::TopicPolicy", "Topics"),
}
Thing = IamRole | IamUser | IamGroup | ManagedPolicy | Resource


def place_of(thing: Thing) -> tuple[str, str]:
    """The account and the region of the stack that may deploy a thing."""
    arn = Arn.parse(thing.arn)
    return thing.account if isinstance(thing, Resource) else arn.account, REGIONS[arn.partition]


def named(arn: str, key: str) -> dict[str, Any]:
    """The properties that give an entity of IAM its ARN."""
    path, _, name = arn.split(":", 5)[5].partition("/")[2].rpartition("/")
    return {key: name, "Path": f"/{path}/" if path else "/"}


def inline(policies: Sequence[Policy]) -> list[dict[str, Any]]:
    return [{"PolicyName": f"p{i}", "PolicyDocument": policy.to_dict()} for i, policy in enumerate(policies)]


def rendered(thing: Thing) -> tuple[str, dict[str, Any]] | None:
    """The type and properties of the resource that deploys a thing; `None` where a template cannot say it."""
    match thing:
        case IamRole(trust=Policy() as trust):
            more = {"AssumeRolePolicyDocument": trust.to_dict(), "Policies": inline(thing.inline)}
            return "AWS::IAM::Role", {**named(thing.arn, "RoleName"), **attached(thing), **more}
        case IamUser() if all(group.split(":")[:5] == thing.arn.split(":")[:5] for group in thing.groups):
            groups = [arn.rpartition("/")[2] for arn in thing.groups]
            more = {"Groups": groups, "Policies": inline(thing.inline)}
            return "AWS::IAM::User", {**named(thing.arn, "UserName"), **attached(thing), **more}
        case IamGroup():
            more = {"ManagedPolicyArns": list(thing.attached), "Policies": inline(thing.inline)}
            return "AWS::IAM::Group", {**named(thing.arn, "GroupName"), **more}
        case ManagedPolicy():
            name = named(thing.arn, "ManagedPolicyName")
            return "AWS::IAM::ManagedPolicy", {**name, "PolicyDocument": thing.policy.to_dict()}
        case Resource(policy=Policy() as policy, kind=kind) if kind in HUNG:
            type_, on = HUNG[kind]
            holder: object = thing.arn.rpartition(":")[2] if on == "Bucket" else [thing.arn]
            return type_, {on: holder, "PolicyDocument": policy.to_dict()}
        case _:
            return None


def attached(thing: IamRole | IamUser) -> dict[str, Any]:
    fence = {} if thing.boundary is None else {"PermissionsBoundary": thing.boundary}
    tags = [{"Key": key, "Value": value} for key, value in thing.tags]
    return {"ManagedPolicyArns": list(thing.attached), "Tags": tags, **fence}


def things_of(organization: Organization) -> list[Thing]:
    """Everything of an organization that a template may deploy."""
    of_iam: list[Thing] = [*organization.roles, *organization.users, *organization.groups]
    return [*of_iam, *organization.managed, *organization.resources]


def read_back(things: Sequence[Thing], place: tuple[str, str], folder: Path) -> dict[str, Thing]:
    parts = [part for thing in things if (part := rendered(thing)) is not None]
    resources = {f"R{i}": {"Type": type_, "Properties": held} for i, (type_, held) in enumerate(parts)}
    account, region = place
    path = folder / f"{account}.{region}.json"
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    loaded = load_template(path, account=account, region=region)

    assert [fault.diagnostic for fault in loaded.faults] == []
    found = loaded.organization
    return {thing.arn: thing for thing in things_of(found)}


def with_id(thing: Thing, original: Thing) -> Thing:
    """The thing with the unique id that AWS gives it, which no template tells."""
    if isinstance(thing, IamRole) and isinstance(original, IamRole):
        return replace(thing, role_id=original.role_id)
    if isinstance(thing, IamUser) and isinstance(original, IamUser):
        return replace(thing, unique_id=original.unique_id)
    return thing


def answer(authorizer: Authorizer, question: Question) -> str:
    try:
        decision = authorizer.decide(question.principal, question.action, question.resource, question.context)
    except LampolicyError as error:
        return type(error).__name__
    return type(decision).__name__


@pytest.mark.parametrize("seed", range(40))
def test_what_is_read_back_is_what_was_written(seed: int, tmp_path: Path) -> None:
    organization, questions = draw_populated(Seeded(seed), odd=False)
    everything = things_of(organization)
    read: list[Thing] = []
    sayable = [thing for thing in everything if rendered(thing) is not None]
    for place in sorted({place_of(thing) for thing in sayable}):
        things = [thing for thing in sayable if place_of(thing) == place]
        back = read_back(things, place, tmp_path)
        for thing in things:
            read.append(with_id(back[thing.arn], thing))
            assert read[-1] == thing

    assert read
    again: Organization = organization.replacing(*read)
    before, after = Authorizer(organization), Authorizer(again)
    assert [answer(after, question) for question in questions] == [answer(before, question) for question in questions]
