"""Which statements grant, and which sides stay silent: the evidence of decisions."""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.decision import (
    CALLER_IDENTITY,
    ROOT_OF_ACCOUNT,
    SESSION_TOKEN,
    Allowed,
    Decision,
    ExplicitlyDenied,
    ImplicitlyDenied,
    RuleGrant,
    Side,
)
from lampolicy.organization import Policies
from lampolicy.policy import (
    AllExcept,
    Effect,
    FunctionStatement,
    Only,
    Policy,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    ResourceControlStatement,
)
from lampolicy.reference import decide
from lampolicy.request import Anonymous, FederatedUser, Principal, Request, RoleSession, Root, Saml, Service, User

ACCOUNT, OTHER = "111111111111", "222222222222"
USER = User(f"arn:aws:iam::{ACCOUNT}:user/ana")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/deploy"
SESSION = RoleSession(ROLE, "s")
FEDERATED = FederatedUser(f"arn:aws:sts::{ACCOUNT}:federated-user/fed", USER.arn)
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
FOREIGN = f"arn:aws:lambda:us-east-1:{OTHER}:function:g"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
R, T, I, B, S = Side.RESOURCE, Side.TRUST, Side.IDENTITY, Side.BOUNDARY, Side.SESSION  # noqa: E741 - as in the table of E7


def policy(kind: str, *statements: dict[str, Any], name: str | None = None) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=name or kind)


def allow(principal: object = None, action: str = "*", **more: object) -> dict[str, Any]:
    written = {"Effect": "Allow", "Action": action, "Resource": "*", **more}
    return written if principal is None else written | {"Principal": principal}


def deny(principal: object = None, action: str = "*") -> dict[str, Any]:
    return allow(principal, action, Effect="Deny")


FULL = {kind: policy(kind, allow()) for kind in ("identity", "boundary", "session", "scp")}
SILENT = {kind: policy(kind, allow(action="s3:ListAllMyBuckets")) for kind in ("boundary", "session", "scp")}


def ask(caller: Principal, on: str = FUNCTION, action: str = "lambda:InvokeFunction", **given: Any) -> Decision:
    return decide(Request(caller, action, on), Policies(**given))


def granted(decision: Decision) -> list[str]:
    assert isinstance(decision, Allowed), decision
    return [g.rule if isinstance(g, RuleGrant) else f"{g.policy} {g.index}" for g in decision.by]


def silent(decision: Decision) -> list[Side | tuple[Side, int]]:
    assert isinstance(decision, ImplicitlyDenied), decision
    return [m.side if m.level is None else (m.side, m.level) for m in decision.missing]


def test_every_deny_of_every_layer_is_evidence_in_the_order_of_layers() -> None:
    decision = ask(
        USER,
        identity=[policy("identity", allow(), deny(), name="a"), policy("identity", deny(), name="b")],
        boundary=policy("boundary", allow(), deny()),
        session=[policy("session", deny())],
        resource=policy("resource", deny({"AWS": USER.arn}), allow("*"), deny("*")),
        service_control=[[FULL["scp"]], [policy("scp", deny(), name="ou")]],
        endpoint=policy("endpoint", deny("*")),
    )
    assert isinstance(decision, ExplicitlyDenied)
    assert [f"{s.policy} {s.index}" for s in decision.by] == [
        "ou 0",
        "endpoint 0",
        "resource 0",
        "resource 2",
        "a 1",
        "b 0",
        "boundary 1",
        "session 0",
    ]


def test_resource_statements_come_before_identity_statements() -> None:
    attached = policy("resource", allow({"AWS": ACCOUNT}), allow({"AWS": USER.arn}), allow("*"))
    identity = [policy("identity", allow(action="s3:*"), allow(), name="a"), policy("identity", allow(), name="b")]
    assert granted(ask(USER, identity=identity, resource=attached)) == ["resource 1", "resource 2", "a 1", "b 0"]


def test_identity_statements_are_no_evidence_when_the_boundary_is_silent() -> None:
    attached = policy("resource", allow({"AWS": USER.arn}))
    given: dict[str, Any] = {"identity": [FULL["identity"]], "boundary": SILENT["boundary"], "resource": attached}
    assert granted(ask(USER, **given)) == ["resource 0"]


def test_across_accounts_every_grant_takes_part() -> None:
    attached = policy("resource", allow({"AWS": ACCOUNT}), allow({"AWS": USER.arn}))
    decision = ask(USER, FOREIGN, identity=[FULL["identity"]], resource=attached)
    assert granted(decision) == ["resource 0", "resource 1", "identity 0"]


def test_a_key_policy_that_delegates_and_the_identity_policy_are_evidence_together() -> None:
    key = policy("key", allow({"AWS": ACCOUNT}))
    assert granted(ask(USER, KEY, "kms:Decrypt", identity=[FULL["identity"]], resource=key)) == ["key 0", "identity 0"]


@pytest.mark.parametrize(
    ("caller", "action", "grant"),
    [
        (USER, "STS:getCallerIdentity", CALLER_IDENTITY),
        (Service("s3.amazonaws.com"), "sts:GetCallerIdentity", CALLER_IDENTITY),
        (USER, "sts:GetSessionToken", SESSION_TOKEN),
        (Root(ACCOUNT), "sts:getsessiontoken", SESSION_TOKEN),
        (Root(ACCOUNT), "s3:ListAllMyBuckets", ROOT_OF_ACCOUNT),
    ],
)
def test_grants_that_no_statement_gives(caller: Principal, action: str, grant: RuleGrant) -> None:
    assert ask(caller, "*", action) == Allowed((grant,))


def test_a_session_token_needs_no_guard_rail() -> None:
    assert ask(USER, "*", "sts:GetSessionToken", service_control=[[SILENT["scp"]]]) == Allowed((SESSION_TOKEN,))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [I]),
        ({"resource": policy("resource", allow({"AWS": OTHER}))}, [I, R]),
        ({"identity": [FULL["identity"]], "boundary": SILENT["boundary"]}, [B]),
        ({"identity": [FULL["identity"]], "session": [SILENT["session"]]}, [S]),
        ({"boundary": SILENT["boundary"], "session": [SILENT["session"]]}, [I, B, S]),
        ({"boundary": FULL["boundary"]}, [I]),
        ({"resource": policy("resource", allow({"AWS": ROLE})), "boundary": SILENT["boundary"]}, [B]),
        ({"resource": policy("resource", allow({"AWS": ROLE})), "session": [SILENT["session"]]}, [S]),
        ({"resource": policy("resource", allow({"AWS": ACCOUNT}))}, [I, R]),
    ],
)
def test_what_is_missing_in_the_same_account(given: dict[str, Any], expected: list[Side]) -> None:
    assert silent(ask(SESSION, **given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [R, I]),
        ({"identity": [FULL["identity"]]}, [R]),
        ({"resource": policy("resource", allow({"AWS": ACCOUNT}))}, [I]),
        ({"boundary": SILENT["boundary"], "session": [SILENT["session"]]}, [R, I, B, S]),
    ],
)
def test_what_is_missing_across_accounts(given: dict[str, Any], expected: list[Side]) -> None:
    assert silent(ask(SESSION, FOREIGN, **given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [R]),
        ({"identity": [FULL["identity"]]}, [R]),
        ({"boundary": SILENT["boundary"]}, [R]),
        ({"resource": policy("key", allow({"AWS": ACCOUNT}))}, [I]),
        ({"resource": policy("key", allow({"AWS": ACCOUNT})), "boundary": SILENT["boundary"]}, [I, B]),
        ({"resource": policy("key", allow({"AWS": ROLE})), "boundary": SILENT["boundary"]}, [B]),
        ({"resource": policy("key", allow({"AWS": ROLE})), "session": [SILENT["session"]]}, [S]),
    ],
)
def test_what_is_missing_on_a_key(given: dict[str, Any], expected: list[Side]) -> None:
    assert silent(ask(SESSION, KEY, "kms:Decrypt", resource_kind="key", **given)) == expected


def test_a_role_without_its_trust_policy_misses_it() -> None:
    assert silent(ask(USER, ROLE, "sts:AssumeRole", resource_kind="trust", identity=[FULL["identity"]])) == [T]


@pytest.mark.parametrize(
    ("caller", "given", "expected"),
    [
        (Service("s3.amazonaws.com"), {}, [R]),
        (Anonymous(), {}, [R]),
        (
            Saml(f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"),
            {"resource_kind": "trust"},
            [R],
        ),  # no `sts:` action, no trust
        (Root(ACCOUNT), {"session": [SILENT["session"]]}, [S]),
        (Root(OTHER), {}, [R]),
        (Root(OTHER), {"session": [SILENT["session"]]}, [R, S]),
        (FEDERATED, {"identity": [FULL["identity"]]}, [S]),
        (FEDERATED, {"resource": policy("resource", allow({"AWS": USER.arn}))}, [S]),
        (FEDERATED, {}, [I, S]),
    ],
)
def test_what_other_callers_miss(caller: Principal, given: dict[str, Any], expected: list[Side]) -> None:
    assert silent(ask(caller, **given)) == expected


def test_guard_rails_are_missed_first_and_level_by_level() -> None:
    decision = ask(
        USER,
        service_control=[[FULL["scp"]], [SILENT["scp"]], []],
        endpoint=policy("endpoint", allow("*", "s3:*")),
    )
    assert silent(decision) == [(Side.SERVICE_CONTROL, 1), (Side.SERVICE_CONTROL, 2), Side.ENDPOINT, I]


def test_everyone_means_no_grant_to_a_token() -> None:
    attached = policy("resource", allow("*"), deny("*", "s3:*"))
    saml = Saml(f"arn:aws:iam::{ACCOUNT}:saml-provider/idp")
    assert silent(ask(saml, resource=attached)) == [R]
    assert isinstance(ask(saml, "arn:aws:s3:::b/o", "s3:GetObject", resource=attached), ExplicitlyDenied)


def test_the_id_of_a_session_names_it() -> None:
    session = RoleSession(ROLE, "s", "AROAEXAMPLEEXAMPLE123")
    named = PrincipalPattern(PrincipalType.AWS, "AROAEXAMPLEEXAMPLE123:s")
    statement = FunctionStatement(Effect.ALLOW, Only(("*",)), principals=Only((named,)), resources=None)
    attached = Policy(PolicyKind.FUNCTION, (statement,), name="resource")
    assert granted(ask(session, resource=attached, boundary=SILENT["boundary"])) == ["resource 0"]


def test_without_a_name_a_session_is_not_named() -> None:
    attached = policy("resource", allow({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/s"}))
    assert silent(ask(RoleSession(ROLE), resource=attached)) == [I, R]
    assert granted(ask(SESSION, resource=attached)) == ["resource 0"]


@pytest.mark.parametrize("effect", list(Effect))
def test_a_statement_that_names_no_principal_is_about_nobody(effect: Effect) -> None:
    statement = FunctionStatement(effect, Only(("*",)), principals=None, resources=None)
    attached = Policy(PolicyKind.FUNCTION, (statement,), name="resource")
    assert silent(ask(Service("s3.amazonaws.com"), resource=attached)) == [R]


def test_not_principal_never_grants() -> None:
    others = AllExcept((PrincipalPattern(PrincipalType.AWS, OTHER),))
    statement = FunctionStatement(Effect.ALLOW, Only(("*",)), principals=others, resources=None)
    attached = Policy(PolicyKind.FUNCTION, (statement,), name="resource")
    assert silent(ask(USER, FOREIGN, identity=[FULL["identity"]], resource=attached)) == [R]


@pytest.mark.parametrize(
    ("action", "expected"), [("lambda:InvokeFunction", Allowed), ("s3:GetObject", ExplicitlyDenied)]
)
def test_an_rcp_reaches_only_the_services_on_its_list(action: str, expected: type[Allowed | ExplicitlyDenied]) -> None:
    everyone = Only((PrincipalPattern(PrincipalType.STAR, "*"),))
    statement = ResourceControlStatement(Effect.DENY, Only(("*",)), principals=everyone, resources=Only(("*",)))
    rcp = Policy(PolicyKind.RESOURCE_CONTROL, (statement,), name="rcp")
    decision = ask(USER, "*", action, identity=[FULL["identity"]], resource_control=[[rcp]])
    assert isinstance(decision, expected)
