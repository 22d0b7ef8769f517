"""LP402: what a function's configuration needs and its role lacks (semantics L16, L17)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lampolicy import Authorizer, FunctionArn, Organization, Policy
from lampolicy.check import RULES, check
from lampolicy.diagnostic import Code, Severity
from lampolicy.function import lacks
from lampolicy.organization import (
    Account,
    EventSourceKind,
    EventSourceMapping,
    Function,
    FunctionConfiguration,
    IamRole,
    Unit,
)

A = "111122223333"
ARN = FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{A}:function:f")
ROLE = f"arn:aws:iam::{A}:role/r"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:jobs"
DEAD = f"arn:aws:sqs:eu-west-1:{A}:dead"
READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
RULE = next(rule for rule in RULES if rule.code is Code.ROLE_LACKS_FOR_FUNCTION)
WRITES = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def policy(kind: str, *statements: dict[str, Any]) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=kind)


def allow(actions: str | list[str], resource: str | list[str] = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


TRUST = policy(
    "trust", {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
)


def world(*statements: dict[str, Any], polls: bool = False, **settings: Any) -> Organization:
    inline = (policy("identity", *statements),) if statements else ()
    mapping = EventSourceMapping("1", ARN, EventSourceKind.SQS, QUEUE)
    return Organization(
        accounts=(Account(A),),
        roles=(IamRole(ROLE, trust=TRUST, inline=inline),),
        functions=(Function(ARN, role=ROLE, configuration=FunctionConfiguration(**settings)),),
        event_sources=(mapping,) if polls else (),
    )


def told(organization: Organization) -> list[tuple[Severity, str]]:
    return [(found.severity, found.message) for _, found in RULE.check_organization(organization)]


class TestFound:
    def test_an_event_source(self) -> None:
        ((severity, message),) = told(world(WRITES, allow(READ[0], QUEUE), polls=True))

        assert severity is Severity.WARNING
        assert "`sqs:DeleteMessage`, `sqs:GetQueueAttributes`" in message
        assert "`sqs:ReceiveMessage`" not in message
        assert QUEUE in message

    def test_the_help_is_a_statement_that_mends_it(self) -> None:
        there = world(WRITES, polls=True)
        ((_, found),) = RULE.check_organization(there)
        _, _, text = (found.help or "").partition(": ")
        mended = world(WRITES, json.loads(text), polls=True)

        assert told(mended) == []

    @pytest.mark.parametrize(
        ("settings", "action"),
        [
            ({"dead_letter": DEAD}, "sqs:SendMessage"),
            ({"tracing": "Active"}, "xray:PutTraceSegments"),
            ({"subnets": ("subnet-1",), "security_groups": ("sg-1",)}, "ec2:CreateNetworkInterface"),
            ({"key": f"arn:aws:kms:eu-west-1:{A}:key/k"}, "kms:Decrypt"),
            (
                {"file_systems": (f"arn:aws:elasticfilesystem:eu-west-1:{A}:access-point/fsap-1",)},
                "elasticfilesystem:ClientMount",
            ),
        ],
    )
    def test_a_setting(self, settings: dict[str, Any], action: str) -> None:
        ((severity, message),) = told(world(WRITES, **settings))

        assert severity is Severity.WARNING
        assert f"`{action}`" in message

    def test_logs_that_cannot_be_written_are_a_note(self) -> None:
        ((severity, message),) = told(world(allow("s3:GetObject")))

        assert severity is Severity.NOTE
        assert "logs" in message

    def test_where_another_policy_forbids_it_no_statement_is_proposed(self) -> None:
        denied = policy("scp", allow("*"), {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
        root = Unit("r-1", service_control=(denied,))
        there = replace(
            world(WRITES, polls=True),
            id="o-abcdefghij",
            management_account="999999999999",
            units=(root,),
            accounts=(Account(A, parent="r-1", service_control=(policy("scp", allow("*")),)),),
        )
        ((_, found),) = RULE.check_organization(there)

        assert "another policy forbids it" in (found.help or "")

    def test_it_stands_at_the_roles_own_policy_or_else_its_trust(self) -> None:
        ((own, _),) = RULE.check_organization(world(WRITES, polls=True))
        bare = {found_in.kind.value for found_in, _ in RULE.check_organization(world(polls=True))}

        assert own.kind.value == "identity"
        assert bare == {"trust"}


class TestQuiet:
    @pytest.mark.parametrize(
        "organization",
        [
            world(WRITES),
            world(WRITES, allow(READ, QUEUE), polls=True),
            world(WRITES, allow("sqs:SendMessage", DEAD), dead_letter=DEAD),
            world(
                WRITES,
                allow(["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]),
                subnets=("subnet-1",),
            ),
            replace(world(allow("s3:GetObject")), roles=()),
            replace(world(), functions=(Function(ARN, role=ROLE),)),
            replace(world(), functions=(Function(ARN),)),
        ],
        ids=["logs", "polls", "dead letter", "vpc of old", "role unknown", "configuration unknown", "no role told"],
    )
    def test_nothing_is_said(self, organization: Organization) -> None:
        assert told(organization) == []

    def test_what_hangs_on_a_key_that_is_not_known_is_no_lack(self) -> None:
        from_home = {**allow(READ, QUEUE), "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}

        assert told(world(WRITES, from_home, polls=True)) == []

    def test_healthy_example(self) -> None:
        report = check([Path(__file__).parents[2] / "examples" / "photo-service"])

        assert report.findings == ()


def test_it_has_file_and_place(tmp_path: Path) -> None:
    """The export of a role with an inline policy, a function, and its mapping."""
    document = {"Version": "2012-10-17", "Statement": [WRITES]}
    trust = TRUST.to_dict()
    role = {
        "Path": "/",
        "RoleName": "r",
        "RoleId": "AROAEXAMPLE",
        "Arn": ROLE,
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "logs", "PolicyDocument": document}],
        "AttachedManagedPolicies": [],
    }
    configuration = {"FunctionName": "f", "FunctionArn": str(ARN), "Role": ROLE}
    mappings = {"EventSourceMappings": [{"UUID": "1", "FunctionArn": str(ARN), "EventSourceArn": QUEUE}]}
    for name, value in (("roles", {"RoleDetailList": [role]}), ("f", configuration), ("mappings", mappings)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value, indent=1), encoding="utf-8")

    (found,) = check([tmp_path]).findings

    assert found.diagnostic.code is Code.ROLE_LACKS_FOR_FUNCTION
    assert found.file.endswith("roles.json")
    assert found.place is not None


def test_lacks_tells_setting_and_statements() -> None:
    (lack,) = lacks(Authorizer(world(WRITES, polls=True)).function("f"))

    assert (lack.setting, lack.suffices) == ("event source", True)
    assert [need.part.request.action for need in lack.needs] == READ
    assert lack.statements[0]["Action"] == READ
