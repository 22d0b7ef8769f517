"""Why a statement does not match, in one sentence for every element."""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.explain import ExplainedLayer, Verdict, explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import Request, User

ANA = User("arn:aws:iam::111111111111:user/ana")
A_LIST = "a list, which needs ForAnyValue or ForAllValues"
MANY = "one of `a`, `b`, `c`, `d` and 2 more"
OWN = "arn:aws:lambda:eu-west-1:111111111111:function:own"


def layers(kind: str, on: str, context: Any, *statements: dict[str, Any]) -> tuple[ExplainedLayer, ...]:
    policy = Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind)
    policies = Policies(identity=[policy]) if kind == "identity" else Policies(resource=policy)
    return explain(Request(ANA, "lambda:InvokeFunction", on, context), policies).layers


def allow(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*", **more}


def failed(statement: dict[str, Any], context: Any = None, on: str = OWN, kind: str = "identity") -> tuple[str, ...]:
    layer = layers(kind, on, context, statement)[0]
    return layer.statements[0].failed


@pytest.mark.parametrize(
    ("condition", "context", "sentence"),
    [
        (
            {"StringEquals": {"k": ["a", "b"]}},
            {"k": "c"},
            "StringEquals k: request has `c`, policy wants one of `a`, `b`",
        ),
        ({"StringEquals": {"k": "a"}}, {}, "StringEquals k: request has no such key, policy wants `a`"),
        ({"StringNotLike": {"k": "a"}}, {"k": "a"}, "StringNotLike k: request has `a`, policy wants anything but `a`"),
        ({"Null": {"k": "true"}}, {"k": "x"}, "Null k: request has `x`, policy wants it absent"),
        ({"Null": {"k": "false"}}, {}, "Null k: request has no such key, policy wants it present"),
        ({"NumericLessThan": {"k": "5"}}, {"k": 5}, "NumericLessThan k: request has `5`, policy wants less than `5`"),
        (
            {"NumericGreaterThanEquals": {"k": "5"}},
            {"k": 4},
            "NumericGreaterThanEquals k: request has `4`, policy wants at least `5`",
        ),
        (
            {"StringEquals": {"aws:TagKeys": "a"}},
            {"aws:TagKeys": ["a"]},
            "StringEquals aws:TagKeys: request has `a`, " + A_LIST + ", policy wants `a`",
        ),
        (
            {"ForAnyValue:StringEquals": {"aws:TagKeys": list("abcdef")}},
            {"aws:TagKeys": []},
            "ForAnyValue:StringEquals aws:TagKeys: request has an empty list, policy wants " + MANY,
        ),
    ],
)
def test_conditions(condition: object, context: object, sentence: str) -> None:
    assert failed(allow(Condition=condition), context) == (f"condition {sentence}",)


def test_resources() -> None:
    assert failed(allow(Resource=f"{OWN}:*")) == (f"Resource is `{OWN}:*`, request is for `{OWN}`",)
    statement = {"Effect": "Allow", "Action": "*", "NotResource": OWN}
    assert failed(statement) == (f"NotResource `{OWN}` leaves out `{OWN}`",)
    assert failed(allow(Resource=OWN), on="*") == (
        f"Resource is `{OWN}`, request is for `*`, which nothing but `*` matches",
    )


def test_principals() -> None:
    named = allow(Principal={"AWS": "222222222222", "Service": "s3.amazonaws.com"})
    assert failed(named, kind="resource") == (
        "Principal is `222222222222`, `Service s3.amazonaws.com`, which is not the caller",
    )


def test_every_element_that_fails_is_named() -> None:
    statement = allow(Resource=f"{OWN}2", Condition={"Bool": {"k": "true"}, "StringEquals": {"aws:username": "bob"}})
    assert len(failed(statement)) == 3


def test_the_nearest_statement_comes_first_and_three_are_shown() -> None:
    far = allow(Resource=f"{OWN}2", Condition={"Bool": {"k": "true"}})
    near = allow(Sid="near", Resource=f"{OWN}3")
    layer = layers("identity", OWN, None, far, far, far, near, allow(Action="s3:*"))[0]
    assert layer.verdict is Verdict.SILENT
    assert [statement.id.index for statement in layer.statements] == [3, 0, 1]


def test_a_policy_about_other_actions_says_so() -> None:
    layer = layers("identity", OWN, None, allow(Action="s3:*"), allow(Action="sqs:*"))[0]
    assert layer.remark == "none of its 2 Allows is about lambda:InvokeFunction"
