"""A smaller policy that decides alike (semantics L10, L12), held against requests of its own making."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy import Anonymous, FederatedUser, Policies, Policy, Request, RoleSession, Root, Service, User, authorize
from lampolicy.function import FunctionPolicies
from lampolicy.function._equivalent import proof
from lampolicy.names import FunctionArn
from lampolicy.policy import FunctionStatement
from lampolicy.request import Principal

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{A}:function:f"
BUCKET = "arn:aws:s3:::"


def permission(sid: str, principal: str = "s3.amazonaws.com", **more: object) -> dict[str, object]:
    return {"StatementId": sid, "Action": "lambda:InvokeFunction", "Principal": principal, **more}


def having(*calls: dict[str, object]) -> FunctionPolicies:
    policies = FunctionPolicies.of(F)
    for call in calls:
        policies = policies.add_permission(**call)
    return policies


def put(*statements: dict[str, Any]) -> FunctionPolicies:
    written = [{"Sid": f"s{n}", "Effect": "Allow", "Resource": F, **s} for n, s in enumerate(statements)]
    return FunctionPolicies.of(F).put_policy({"Version": "2012-10-17", "Statement": written})


def statements_of(policies: FunctionPolicies) -> list[dict[str, Any]]:
    found = policies.smaller()
    text = policies.get_policy()["Policy"] if found is None else found.text
    listed: list[dict[str, Any]] = json.loads(text)["Statement"]
    return listed


def sids(policies: FunctionPolicies) -> list[str]:
    return [statement["Sid"] for statement in statements_of(policies)]


def test_of_two_alike_the_later_goes() -> None:
    policies = having(permission("a"), permission("b"), permission("c", "sns.amazonaws.com", SourceAccount=A))
    assert sids(policies) == ["a", "c"]
    found = policies.smaller()
    assert found is not None
    assert found.only_removes
    assert [step.gone for step in found.steps] == [("b",)]
    assert all(step.requests > 10 for step in found.steps)
    assert found.saved == len(policies.get_policy()["Policy"]) - len(found.text)
    assert "drop `b`, which `a` makes needless" in str(found)


def test_a_statement_that_asks_for_more_is_needless() -> None:
    assert sids(having(permission("narrow", SourceAccount=A), permission("wide"))) == ["wide"]
    assert sids(having(permission("n", SourceArn=f"{BUCKET}b-1"), permission("w", SourceArn=f"{BUCKET}b-*"))) == ["w"]
    assert sids(
        put({"Principal": "*", "Action": "lambda:InvokeFunction"}, {"Principal": "*", "Action": "lambda:*"})
    ) == ["s1"]


def test_a_user_of_another_account_is_needless_beside_the_account_l5() -> None:
    user = f"arn:aws:iam::{B}:user/u"
    assert sids(having(permission("user", user), permission("account", B))) == ["account"]


def test_a_user_of_the_own_account_is_not_needless_beside_the_account_l6() -> None:
    policies = having(permission("user", f"arn:aws:iam::{A}:user/u"), permission("account", A))
    assert [s["Principal"]["AWS"] for s in statements_of(policies)] == [
        [f"arn:aws:iam::{A}:user/u", f"arn:aws:iam::{A}:root"]
    ]


def test_statements_that_differ_in_their_source_are_joined_without_a_wildcard() -> None:
    policies = having(*(permission(f"s{n}", SourceArn=f"{BUCKET}b-{n}", SourceAccount=A) for n in range(12)))
    (statement,) = statements_of(policies)
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == [f"{BUCKET}b-{n}" for n in range(12)]
    found = policies.smaller()
    assert found is not None
    assert not found.only_removes


def test_statements_that_differ_in_two_things_stay_apart() -> None:
    policies = having(
        permission("a", SourceArn=f"{BUCKET}a", SourceAccount=A),
        permission("b", SourceArn=f"{BUCKET}b", SourceAccount=B),
    )
    assert policies.smaller() is None


def test_a_wider_pattern_that_leaves_something_out_makes_nothing_needless() -> None:
    policies = having(
        permission("a", SourceArn=f"{BUCKET}b-*", SourceAccount=A),
        permission("b", SourceArn=f"{BUCKET}b-?*", SourceAccount=B),
    )
    assert policies.smaller() is None
    assert sids(having(permission("a", SourceArn=f"{BUCKET}b-*"), permission("b", SourceArn=f"{BUCKET}b-?*"))) == ["a"]


def test_principals_and_actions_are_joined_too() -> None:
    one = put(
        {"Principal": {"AWS": A}, "Action": "lambda:GetFunction"},
        {"Principal": {"AWS": B}, "Action": "lambda:GetFunction"},
    )
    (statement,) = statements_of(one)
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"]}
    two = put(
        {"Principal": {"AWS": B}, "Action": "lambda:GetFunction"},
        {"Principal": {"AWS": B}, "Action": "lambda:GetAlias"},
    )
    (statement,) = statements_of(two)
    assert statement["Action"] == ["lambda:GetFunction", "lambda:GetAlias"]


@pytest.mark.parametrize(
    "odd",
    [
        {"Principal": {"AWS": B}, "NotAction": "lambda:GetFunction"},
        {"Effect": "Deny", "NotPrincipal": {"AWS": B}, "Action": "lambda:GetFunction"},
        {"Principal": {"AWS": "AIDAEXAMPLEUSERID1"}, "Action": "lambda:GetFunction"},
        {"Principal": {"Federated": "accounts.google.com"}, "Action": "lambda:GetFunction"},
        {"Principal": "*", "Action": "lambda:*", "Condition": {"StringNotEquals": {"aws:SourceAccount": A}}},
        {"Principal": "*", "Action": "lambda:*", "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": A}}},
        {"Principal": "*", "Action": "lambda:*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}},
        {
            "Principal": "*",
            "Action": "lambda:*",
            "Condition": {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}},
        },
        {
            "Principal": "*",
            "Action": "lambda:*",
            "Condition": {"StringLike": {"aws:x": "a*"}, "StringEquals": {"aws:x": "ab"}},
        },
    ],
    ids=lambda s: str(s)[:90],
)
def test_what_cannot_be_shown_by_deciding_stays(odd: dict[str, Any]) -> None:
    assert put(odd, odd).smaller() is None


def test_a_deny_is_never_joined_with_an_allow() -> None:
    policies = put(
        {"Principal": "*", "Action": "lambda:GetFunction"},
        {"Effect": "Deny", "Principal": "*", "Action": "lambda:GetFunction"},
    )
    assert policies.smaller() is None


def read(policies: FunctionPolicies) -> list[FunctionStatement]:
    policy = policies.policy()
    assert policy is not None
    return [s for s in policy.statements if isinstance(s, FunctionStatement)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([permission("a")], [permission("a", SourceAccount=A)]),
        ([permission("a", SourceArn=f"{BUCKET}b-1")], [permission("a", SourceArn=f"{BUCKET}b-*")]),
        ([permission("a", SourceArn=f"{BUCKET}b-*")], [permission("a", SourceArn=f"{BUCKET}b-?*")]),
        ([permission("a", SourceArn=f"{BUCKET}*b*")], [permission("a", SourceArn=f"{BUCKET}*b?*")]),
        ([permission("a", "*")], [permission("a", A)]),
        ([permission("a", A)], [permission("a", f"arn:aws:iam::{A}:role/r")]),
        ([permission("a", B)], [permission("a", f"arn:aws:iam::{B}:role/r")]),
        (
            [permission("a", f"arn:aws:iam::{A}:role/r")],
            [permission("a", f"arn:aws:sts::{A}:assumed-role/r/s")],
        ),
        ([permission("a")], [permission("a", Action="lambda:*")]),
        ([permission("a", EventSourceToken="x")], [permission("a", EventSourceToken="y")]),
    ],
    ids=lambda calls: str(calls)[:100],
)
def test_what_decides_differently_is_never_shown_equal(
    before: list[dict[str, object]], after: list[dict[str, object]]
) -> None:
    one, other = read(having(*before)), read(having(*after))
    arn = FunctionArn.parse(F)
    assert proof(one, other, arn) is None
    assert proof(other, one, arn) is None
    assert proof(one, one, arn) is not None


def test_there_is_nothing_smaller_than_no_policy() -> None:
    assert FunctionPolicies.of(F).smaller() is None
    assert having(permission("a")).smaller() is None


def test_what_is_proposed_is_a_policy_lambda_takes() -> None:
    policies = having(permission("a"), permission("b"))
    found = policies.smaller()
    assert found is not None
    put_back = policies.put_policy(found.text)
    assert put_back.get_policy()["Policy"] == found.text
    assert put_back.smaller() is None


# a property, with requests that are made here and not by the proof

SOURCES = [f"{BUCKET}a", f"{BUCKET}b", f"{BUCKET}ab", f"{BUCKET}*", f"{BUCKET}a*", f"{BUCKET}?b"]
PRINCIPALS = [
    "*",
    A,
    B,
    f"arn:aws:iam::{A}:user/u",
    f"arn:aws:iam::{B}:user/u",
    f"arn:aws:iam::{B}:role/r",
    "s3.amazonaws.com",
]
CALLERS: list[Principal] = [
    User(f"arn:aws:iam::{A}:user/u"),
    User(f"arn:aws:iam::{A}:user/v"),
    User(f"arn:aws:iam::{B}:user/u"),
    RoleSession(f"arn:aws:iam::{B}:role/r", "s"),
    FederatedUser(f"arn:aws:sts::{B}:federated-user/x", f"arn:aws:iam::{B}:user/u"),
    FederatedUser(f"arn:aws:sts::{A}:federated-user/x", f"arn:aws:iam::{A}:user/u"),
    Root(A),
    Root(B),
    Service("s3.amazonaws.com"),
    Service("sns.amazonaws.com"),
    Anonymous(),
]
calls = st.builds(
    lambda principal, action, extra: {"Principal": principal, "Action": action, **extra},
    st.sampled_from(PRINCIPALS),
    st.sampled_from(["lambda:InvokeFunction", "lambda:*", "lambda:GetFunction"]),
    st.fixed_dictionaries(
        {}, optional={"SourceArn": st.sampled_from(SOURCES), "SourceAccount": st.sampled_from([A, B])}
    ),
)
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
GRANTING = Policy.parse(ALL, kind="identity")
SILENT = Policy.parse({**ALL, "Statement": {**ALL["Statement"], "Action": "s3:*"}}, kind="session")  # type: ignore[dict-item]


def decisions(text: str) -> list[str]:
    policy = Policy.parse(text, kind="function")
    worlds = [
        Policies(resource=policy),
        Policies(resource=policy, identity=(GRANTING,)),
        Policies(resource=policy, identity=(GRANTING,), session=(SILENT,)),
    ]
    requests = [
        Request(caller, action, F, {k: v for k, v in (("aws:SourceArn", arn), ("aws:SourceAccount", account)) if v})
        for caller in CALLERS
        for action in ("lambda:InvokeFunction", "lambda:GetFunction", "lambda:DeleteFunction")
        for arn in (f"{BUCKET}a", f"{BUCKET}b", f"{BUCKET}ab", f"{BUCKET}abb", f"{BUCKET}", None)
        for account in (A, None)
    ]
    return [type(authorize(request, world, what_if=True)).__name__ for request in requests for world in worlds]


@settings(max_examples=25, derandomize=True, database=None, deadline=None)
@given(st.lists(calls, min_size=2, max_size=6))
def test_a_smaller_policy_decides_alike(drawn: list[dict[str, object]]) -> None:
    policies = having(*({**call, "StatementId": f"s{n}"} for n, call in enumerate(drawn)))
    found = policies.smaller()
    if found is not None:
        assert found.saved > 0
        assert decisions(found.text) == decisions(found.before)
