"""The sentence AWS prints (semantics E22)."""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.explain import explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import Principal, Request, RoleSession, Service, User, WebIdentity

ANA = User("arn:aws:iam::111111111111:user/ana")
SESSION = RoleSession("arn:aws:iam::111111111111:role/team/deploy", "ci")
OWN = "arn:aws:lambda:eu-west-1:111111111111:function:own"
FOREIGN = "arn:aws:lambda:eu-west-1:222222222222:function:resize"
BECAUSE = {
    side: f"because no {side} allows the lambda:InvokeFunction action"
    for side in (
        "identity-based policy",
        "resource-based policy",
        "permissions boundary",
        "session policy",
        "service control policy",
        "VPC endpoint policy",
    )
}


def policy(kind: str, effect: str = "Allow", action: str = "*", principal: object = None) -> Policy:
    statement: dict[str, Any] = {"Effect": effect, "Action": action, "Resource": "*"}
    if principal is not None:
        statement["Principal"] = principal
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind=kind)


def sentence(caller: Principal, on: str = OWN, *, same_organization: bool = True, **given: Any) -> str | None:
    request = Request(caller, "lambda:InvokeFunction", on)
    return explain(request, Policies(**given), same_organization=same_organization).sentence


FULL = [policy("identity")]


@pytest.mark.parametrize(
    ("given", "side"),
    [
        ({}, "identity-based policy"),
        ({"resource": policy("resource", principal={"AWS": "222222222222"})}, "identity-based policy"),
        ({"identity": FULL, "boundary": policy("boundary", action="s3:*")}, "permissions boundary"),
        ({"identity": FULL, "session": [policy("session", action="s3:*")]}, "session policy"),
        ({"service_control": [[policy("scp", action="s3:*")]]}, "service control policy"),
        ({"identity": FULL, "endpoint": policy("endpoint", action="s3:*", principal="*")}, "VPC endpoint policy"),
    ],
)
def test_an_implicit_deny_blames_the_first_silent_side(given: dict[str, Any], side: str) -> None:
    told = f"User: {ANA.arn} is not authorized to perform: lambda:InvokeFunction on resource: {OWN}"
    assert sentence(ANA, **given) == f"{told} {BECAUSE[side]}"


@pytest.mark.parametrize(
    ("given", "side"),
    [
        ({"identity": [policy("identity", "Deny")]}, "an identity-based policy"),
        ({"resource": policy("resource", "Deny", principal="*")}, "a resource-based policy"),
        ({"boundary": policy("boundary", "Deny")}, "a permissions boundary"),
        ({"session": [policy("session", "Deny")]}, "a session policy"),
        ({"service_control": [[policy("scp", "Deny")]]}, "a service control policy"),
        ({"endpoint": policy("endpoint", "Deny", principal="*")}, "a VPC endpoint policy"),
    ],
)
def test_an_explicit_deny_is_called_one(given: dict[str, Any], side: str) -> None:
    told = sentence(ANA, **given)
    assert told is not None
    assert told.endswith(f"on resource: {OWN} with an explicit deny in {side}")


def test_a_session_is_called_by_its_own_arn() -> None:
    told = sentence(SESSION)
    assert told is not None
    assert told.startswith("User: arn:aws:sts::111111111111:assumed-role/deploy/ci is not authorized")


def test_outside_the_organization_the_reason_is_left_out() -> None:
    told = f"User: {ANA.arn} is not authorized to perform: lambda:InvokeFunction on resource: {FOREIGN}"
    assert sentence(ANA, FOREIGN, same_organization=False, identity=FULL) == told
    assert sentence(ANA, FOREIGN, identity=FULL) == f"{told} {BECAUSE['resource-based policy']}"


def test_within_the_account_the_reason_stays() -> None:
    told = sentence(ANA, same_organization=False)
    assert told is not None
    assert told.endswith(BECAUSE["identity-based policy"])


def test_nothing_is_printed_where_nothing_is_denied_or_nobody_reads() -> None:
    assert sentence(ANA, identity=FULL) is None
    assert sentence(Service("s3.amazonaws.com")) is None


def test_a_tokens_bearer_is_told_little() -> None:
    caller = WebIdentity("arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com")
    request = Request(caller, "sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111111111111:role/r")
    found = explain(request, Policies(resource_kind="trust")).sentence
    assert found == "Not authorized to perform sts:AssumeRoleWithWebIdentity"
