from __future__ import annotations

import pytest

from lampolicy.diagnostic import RequestError
from lampolicy.reference._context import Value, condition_keys
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    Context,
    FederatedUser,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
)

ACCOUNT = "111111111111"
USER = User(f"arn:aws:iam::{ACCOUNT}:user/team/ana", "AIDAEXAMPLEEXAMPLE123", (("team", "red"),))
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
FACTS = (("aws:PrincipalOrgID", "o-1"), ("aws:PrincipalOrgPaths", ("o-1/r-1/",)))


def keys(request: Request, *, what_if: bool = False) -> dict[str, Value]:
    return dict(condition_keys(request, request.known_owner, FACTS, what_if=what_if, turned=frozenset()).values)


def asked(context: Context | None = None, **more: object) -> Request:
    return Request(USER, "lambda:InvokeFunction", FUNCTION, context, **more)  # type: ignore[arg-type]


def test_a_users_keys() -> None:
    assert keys(asked()) == {
        "aws:principalarn": USER.arn,
        "aws:principaltype": "User",
        "aws:principalaccount": ACCOUNT,
        "aws:userid": "AIDAEXAMPLEEXAMPLE123",
        "aws:username": "ana",
        "aws:principaltag/team": "red",
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:resourceaccount": ACCOUNT,
        "aws:principalorgid": "o-1",
        "aws:principalorgpaths": ("o-1/r-1/",),
    }


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (RoleSession(f"arn:aws:iam::{ACCOUNT}:role/p/r", "s", "AROAX"), ("AssumedRole", "AROAX:s", "false")),
        (RoleSession(f"arn:aws:iam::{ACCOUNT}:role/p/r", "s"), ("AssumedRole", UNKNOWN, "false")),
        (RoleSession(f"arn:aws:iam::{ACCOUNT}:role/p/r", None, "AROAX"), ("AssumedRole", UNKNOWN, "false")),
        (
            FederatedUser(f"arn:aws:sts::{ACCOUNT}:federated-user/fed", USER.arn),
            ("FederatedUser", f"{ACCOUNT}:fed", "false"),
        ),
        (Root(ACCOUNT), ("Account", ACCOUNT, "false")),
        (Service("s3.amazonaws.com"), (None, None, "true")),
        (Anonymous(), ("Anonymous", "anonymous", None)),
        (
            Saml(f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"),
            ("User", f"arn:aws:iam::{ACCOUNT}:saml-provider/idp", "false"),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_type_and_id_of_every_kind_of_caller(principal: object, expected: tuple[object, object, object]) -> None:
    found = keys(Request(principal, "lambda:InvokeFunction", FUNCTION))  # type: ignore[arg-type]
    assert (found.get("aws:principaltype"), found.get("aws:userid"), found.get("aws:principalisawsservice")) == expected


def test_forwarded_calls_name_their_way() -> None:
    found = keys(asked(via=("a.amazonaws.com", "b.amazonaws.com")))
    assert found["aws:viaawsservice"] == "true"
    assert found["aws:calledvia"] == ("a.amazonaws.com", "b.amazonaws.com")
    assert (found["aws:calledviafirst"], found["aws:calledvialast"]) == ("a.amazonaws.com", "b.amazonaws.com")


def test_values_become_text() -> None:
    found = keys(asked({"a": True, "b": 1, "c": 1.5, "d": ["x", 2, False], "aws:TagKeys": "team", "e": UNKNOWN}))
    values = [found[key] for key in ("a", "b", "c", "d", "aws:tagkeys", "e")]
    assert values == ["true", "1", "1.5", ("x", "2", "false"), ("team",), UNKNOWN]


@pytest.mark.inferred
def test_of_two_spellings_the_one_that_sorts_last_counts() -> None:
    assert keys(asked({"aws:RequestTag/case": "low", "aws:RequestTag/Case": "up"}))["aws:requesttag/case"] == "low"


@pytest.mark.parametrize(
    "context",
    [
        {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/other"},
        {"AWS:principalaccount": "222222222222"},
        {"aws:PrincipalTag/team": "blue"},
        {"aws:PrincipalOrgID": "o-2"},
        {"aws:ResourceAccount": "222222222222"},
        {"aws:PrincipalOrgPaths": ["o-1/r-1/", "o-1/r-2/"]},
    ],
)
def test_a_request_that_contradicts_what_is_known_is_refused(context: Context) -> None:
    with pytest.raises(RequestError, match="leave it out, or ask what if"):
        keys(asked(context))


def test_what_if_lets_the_given_value_win() -> None:
    assert keys(asked({"aws:PrincipalOrgID": "o-2"}), what_if=True)["aws:principalorgid"] == "o-2"


@pytest.mark.parametrize(
    "context",
    [
        {"aws:PrincipalArn": USER.arn},
        {"aws:PrincipalOrgPaths": "o-1/r-1/"},
        {"aws:PrincipalIsAWSService": "true"},
        {"aws:ViaAWSService": True},
        {"aws:PrincipalTag/other": "x"},
    ],
)
def test_what_agrees_or_adds_is_no_contradiction(context: Context) -> None:
    assert keys(asked(context)).keys() >= {key.lower() for key in context}


def test_a_given_value_fills_in_an_unknown_one() -> None:
    session = RoleSession(f"arn:aws:iam::{ACCOUNT}:role/r", "s")
    found = keys(Request(session, "lambda:InvokeFunction", FUNCTION, {"aws:userid": "AROAX:s"}))
    assert found["aws:userid"] == "AROAX:s"
