"""The trace: what was looked at, and the uncertain rules a decision rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.decision import Side
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.reference import UNCERTAIN_RULES, GrantKind, decide, trace
from lampolicy.request import Principal, Request, RoleSession, Root, Service, User
from lampolicy.testing.conformance import read_case

ACCOUNT, OTHER = "111111111111", "222222222222"
USER = User(f"arn:aws:iam::{ACCOUNT}:user/ana")
SESSION = RoleSession(f"arn:aws:iam::{ACCOUNT}:role/r", "s")
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
CASES = Path(__file__).parents[1] / "conformance" / "cases.jsonl"


def policy(kind: str, **statement: Any) -> Policy:
    written = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*", **statement}
    return Policy.parse(
        {"Version": "2012-10-17", "Statement": [{k: v for k, v in written.items() if v is not None}]}, kind=kind
    )


def rests_on(principal: Principal, policies: Policies, resource: str = FUNCTION, **context: Any) -> list[str]:
    request = Request(principal, "lambda:InvokeFunction", resource, context)
    return [rule.rule for rule in trace(request, policies).rests_on]


def test_it_decides_as_decide_does() -> None:
    for line in CASES.read_text("utf-8").splitlines():
        case = read_case(json.loads(line))
        assert trace(case.request, case.policies, what_if=True).decision == decide(
            case.request, case.policies, what_if=True
        )


def test_it_keeps_the_outcome_of_every_element() -> None:
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:username": "ana"}}
    attached = policy("resource", Principal={"AWS": [USER.arn, "*"]}, Resource=f"{FUNCTION}:prod", Condition=condition)
    found = trace(Request(USER, "lambda:InvokeFunction", FUNCTION), Policies(resource=attached))
    layer = found.layers[0]
    statement = layer.statements[0]
    assert layer.side is Side.RESOURCE
    assert statement.action
    assert statement.principal is not None
    assert statement.principal.kinds == {GrantKind.USER, GrantKind.STAR}
    assert statement.resource is not None
    assert not statement.resource.possible
    assert [(c.value, c.truth) for c in statement.conditions] == [(None, False), ("ana", True)]


def test_where_the_action_fails_nothing_else_is_looked_at() -> None:
    identity = policy("identity", Action="s3:GetObject", Condition={"StringEquals": {"a": "b"}})
    statement = (
        trace(Request(USER, "lambda:InvokeFunction", FUNCTION), Policies(identity=[identity])).layers[0].statements[0]
    )
    assert (statement.action, statement.resource, statement.conditions) == (False, None, ())


def test_layers_that_do_not_bind_are_named_with_the_reason() -> None:
    scp = policy("scp", Effect="Deny")
    rcp = policy("rcp", Effect="Deny", Principal="*", Action="sqs:*")
    given = Policies(service_control=[[scp]], resource_control=[[rcp]], management_account=ACCOUNT)
    assert trace(Request(USER, "lambda:InvokeFunction", FUNCTION), given).exempt == (
        (Side.RESOURCE_CONTROL, "RCPs do not protect resources of the organization's management account"),
        (Side.SERVICE_CONTROL, "SCPs do not bind the organization's management account"),
    )


def test_a_plain_decision_rests_on_nothing_uncertain() -> None:
    assert rests_on(USER, Policies(identity=[policy("identity", Resource=FUNCTION)])) == []


IF_EXISTS = {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": "a"}}
NO_TYPE = {"Null": {"aws:PrincipalType": "true"}}
SILENT = {kind: policy(kind, Action="s3:GetObject") for kind in ("boundary", "session")}
STAR = policy("resource", Principal="*")


@pytest.mark.inferred
@pytest.mark.parametrize(
    ("rule", "principal", "given"),
    [
        ("M7", USER, {"identity": [policy("identity", Resource="arn:aws:lambda:*:function:f")]}),
        ("M8", USER, {"identity": [policy("identity", Resource="arn:aws:lambda")]}),
        (
            "M12",
            USER,
            {"identity": [policy("identity", Resource=None, NotResource=[FUNCTION[:-1] + "${aws:PrincipalTag/x}"])]},
        ),
        (
            "C12",
            USER,
            {"identity": [policy("identity", Condition=IF_EXISTS)]},
        ),
        (
            "K1",
            Service("s3.amazonaws.com"),
            {"resource": policy("resource", Principal="*", Condition=NO_TYPE)},
        ),
        ("E7", USER, {"resource": policy("resource", Principal={"AWS": USER.arn}), "boundary": SILENT["boundary"]}),
        ("E7", SESSION, {"resource": STAR, "session": [SILENT["session"]]}),
        ("E10", Root(OTHER), {"resource": policy("resource", Principal={"AWS": OTHER})}),
        (
            "E11",
            USER,
            {
                "identity": [policy("identity")],
                "resource": policy("resource", Effect="Deny", NotPrincipal={"AWS": [USER.arn]}, Principal=None),
            },
        ),
        ("G12", Service("s3.amazonaws.com"), {"resource": STAR}),
    ],
)
def test_an_uncertain_rule_is_named_where_it_decides(rule: str, principal: Principal, given: dict[str, Any]) -> None:
    assert rule in rests_on(principal, Policies(**given))


@pytest.mark.inferred
def test_an_rcp_that_does_not_deny_rests_on_the_full_access_policy() -> None:
    rcp = policy("rcp", Effect="Deny", Principal="*", Action="sqs:DeleteQueue")
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
    given = Policies(identity=[policy("identity", Action="sqs:*")], resource_control=[[rcp]])
    assert [r.rule for r in trace(Request(USER, "sqs:SendMessage", queue), given).rests_on] == ["E6"]


@pytest.mark.inferred
def test_two_spellings_of_a_key_are_uncertain_where_they_decide() -> None:
    given = Policies(identity=[policy("identity", Condition={"StringEquals": {"aws:RequestTag/case": "low"}})])
    context = {"aws:RequestTag/case": "low", "aws:RequestTag/Case": "up"}
    assert rests_on(USER, given, **context) == ["C3"]


def test_every_uncertain_rule_has_its_text() -> None:
    assert all(rule.rule and rule.text and not rule.text.endswith(".") for rule in UNCERTAIN_RULES)
