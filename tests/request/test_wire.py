"""Requests as JSON values and as fields of pydantic models."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from lampolicy.diagnostic import InvalidName, LampolicyError, RequestError
from lampolicy.names import Arn
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/path/r"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
CALLERS: list[Principal] = [
    User(f"arn:aws:iam::{ACCOUNT}:user/p/u"),
    User(f"arn:aws:iam::{ACCOUNT}:user/u", "AIDAX", (("team", "x"), ("Cost", ""))),
    RoleSession(ROLE),
    RoleSession(ROLE, "s", "AROAX", (("team", "x"),)),
    RoleSession(f"arn:aws-cn:iam::{ACCOUNT}:role/r", "s@x"),
    FederatedUser(f"arn:aws:sts::{ACCOUNT}:federated-user/n", f"arn:aws:iam::{ACCOUNT}:user/u", (("a", "b"),)),
    Root(ACCOUNT),
    Root(ACCOUNT, "aws-us-gov"),
    Service("s3.amazonaws.com"),
    Service("logs.amazonaws.com", FUNCTION, ACCOUNT, "o-1", ("logs.us-east-1.amazonaws.com",)),
    Anonymous(),
    WebIdentity("accounts.google.com"),
    WebIdentity("accounts.google.com", ACCOUNT),
    WebIdentity(f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.com"),
    WebIdentity(f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.com", "444455556666"),
    Saml(f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"),
]
SCALARS = st.text(max_size=5) | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
CONTEXTS = st.dictionaries(st.text(max_size=5), SCALARS | st.lists(SCALARS, max_size=3) | st.just(UNKNOWN), max_size=4)


class Question(BaseModel):
    request: Request
    arn: Arn


@given(
    st.sampled_from(CALLERS), CONTEXTS, st.sampled_from([None, ACCOUNT]), st.sampled_from([(), ("s3.amazonaws.com",)])
)
def test_a_request_read_back_is_the_same_request(
    caller: Principal, context: dict[str, str], owner: str | None, via: tuple[str, ...]
) -> None:
    request = Request(caller, "lambda:InvokeFunction", FUNCTION, context, resource_account=owner, via=via)
    wire = json.loads(json.dumps(request.to_dict()))
    assert Request.from_dict(wire) == request
    assert Request.from_dict(wire).principal == caller


@pytest.mark.parametrize("caller", CALLERS)
def test_it_stands_in_a_model_and_survives_pickling(caller: Principal) -> None:
    request = Request(caller, "s3:GetObject", "*", {"aws:TagKeys": ["a"], "aws:SourceVpc": UNKNOWN})
    question = Question(request=request, arn=Arn.parse(FUNCTION))
    assert Question.model_validate_json(question.model_dump_json()) == question
    assert Question.model_validate(question.model_dump()) == question
    assert pickle.loads(pickle.dumps(question)) == question  # noqa: S301 - our own pickle
    assert json.loads(question.model_dump_json())["arn"] == FUNCTION


def test_the_wire_form_is_that_of_conformance_rows() -> None:
    request = Request(RoleSession(ROLE, "s"), "s3:GetObject", "arn:aws:s3:::b/o", {"k": 1}, resource_account=ACCOUNT)
    assert request.to_dict() == {
        "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s",
        "principal_role": ROLE,
        "principal_account": ACCOUNT,
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/o",
        "context": {"k": 1},
        "resource_account": ACCOUNT,
    }


GOOD: dict[str, object] = {"principal": ROLE, "action": "s3:GetObject", "resource": "*"}


@pytest.mark.parametrize(
    "change",
    [
        {"principal": None},
        {"principal": "nobody"},
        {"principal": {}},
        {"principal": {"service": 1}},
        {"principal": {"federated": "x", "account": "1"}},
        {"principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s"},
        {"principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", "principal_role": f"arn:aws:iam::{ACCOUNT}:role/x"},
        {"principal": f"arn:aws:sts::{ACCOUNT}:federated-user/n"},
        {"principal_account": "444455556666"},
        {"action": "GetObject"},
        {"resource": "b"},
        {"resource_account": "1"},
        {"context": []},
        {"context": {"k": None}},
        {"context": {"k": [[]]}},
        {"via": "s3"},
        {"unknown": [1]},
        {"principal_tags": {"a": 1}, "principal": ROLE},
        {"unheard": 1},
    ],
)
def test_a_request_that_cannot_be_read_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(LampolicyError):
        Request.from_dict({**GOOD, **change})
    with pytest.raises(ValidationError):
        Question.model_validate({"request": {**GOOD, **change}, "arn": FUNCTION})


@pytest.mark.parametrize("value", [None, [], "x", 3, {1: 2}])
def test_a_request_is_an_object(value: object) -> None:
    with pytest.raises(RequestError):
        Request.from_dict(value)


def test_an_arn_in_a_model_is_a_text() -> None:
    for value in ("x", 1, None):
        with pytest.raises(ValidationError):
            Question.model_validate({"request": GOOD, "arn": value})
    with pytest.raises(InvalidName):
        Arn.parse("x")


def test_a_model_has_a_json_schema() -> None:
    schema = Question.model_json_schema()
    assert schema["properties"]["arn"]["type"] == "string"
    assert set(schema["properties"]["request"]["required"]) == {"principal", "action", "resource"}
