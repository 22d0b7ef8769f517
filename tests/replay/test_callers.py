"""`userIdentity` of every type, and the circumstances a record tells or leaves open.

Source: CloudTrail User Guide, "CloudTrail userIdentity element", with its examples.
"""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy.organization import Account, IamRole, IamUser, Organization, Resource
from lampolicy.policy import Policy, PolicyKind
from lampolicy.replay import Unmapped, authorizations, read_event
from lampolicy.replay._callers import caller_of
from lampolicy.replay._circumstances import context_of
from lampolicy.replay._world import World
from lampolicy.request import (
    UNKNOWN,
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)
from tests.replay.trail import A, B, record, session_identity, user_identity

ROLE = f"arn:aws:iam::{A}:role/team/worker"
ANA = f"arn:aws:iam::{A}:user/ana"
OIDC = f"arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com"
SAML = f"arn:aws:iam::{A}:saml-provider/corp"


def allow(*conditions: dict[str, Any], kind: PolicyKind = PolicyKind.IDENTITY, **more: Any) -> Policy:
    statements = [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": c, **more} for c in conditions]
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, kind=kind)


def trust(*services: str) -> Policy:
    return Policy.parse(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"},
        },
        kind="trust",
    )


def world(*policies: Policy, trusts: Policy | None = None, **more: Any) -> World:
    return World(
        Organization(
            id="o-abcdefghij",
            accounts=(Account(A), Account(B, member=False)),
            users=(IamUser(ANA, "AIDAANA", inline=policies),),
            roles=(IamRole(ROLE, "AROAROLE", trust=trusts),),
            **more,
        )
    )


USERID = allow({"StringEquals": {"aws:userid": "x"}})


def _federated(issuer: str = ANA) -> dict[str, Any]:
    return {
        "type": "FederatedUser",
        "arn": f"arn:aws:sts::{A}:federated-user/bob",
        "accountId": A,
        "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": issuer}},
    }


KINDS: list[tuple[str, dict[str, Any], Principal]] = [
    ("user", user_identity(ANA), User(ANA, "AIDAANA")),
    ("session", session_identity(ROLE, "s"), RoleSession(ROLE, "s", "AROAROLE")),
    ("root", {"type": "Root", "accountId": A, "arn": f"arn:aws:iam::{A}:root"}, Root(A)),
    ("federated user", _federated(), FederatedUser(f"arn:aws:sts::{A}:federated-user/bob", ANA)),
    ("service", {"type": "AWSService", "invokedBy": "s3.amazonaws.com"}, Service("s3.amazonaws.com")),
    ("service without a type", {"invokedBy": "s3.amazonaws.com"}, Service("s3.amazonaws.com")),
    ("anonymous", {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}, Anonymous()),
    (
        "other account, with its ARN",
        {"type": "AWSAccount", "accountId": B, "principalId": "AIDAX", "arn": f"arn:aws:iam::{B}:user/x"},
        User(f"arn:aws:iam::{B}:user/x", "AIDAX"),
    ),
    (
        "other account, by an id that is known",
        {"type": "AWSAccount", "accountId": A, "principalId": "AROAROLE:s"},
        RoleSession(ROLE, "s", "AROAROLE"),
    ),
    (
        "session without its issuer, by name",
        {"type": "AssumedRole", "principalId": ":s", "arn": f"arn:aws:sts::{A}:assumed-role/worker/s"},
        RoleSession(ROLE, "s"),
    ),
    ("web identity", {"type": "WebIdentityUser", "identityProvider": OIDC, "userName": "x"}, WebIdentity(OIDC)),
    (
        "web identity of Google",
        {"type": "WebIdentityUser", "identityProvider": "accounts.google.com"},
        WebIdentity("accounts.google.com", A),
    ),
    ("SAML", {"type": "SAMLUser", "principalId": "x", "userName": "bob"}, Saml(SAML)),
]


@pytest.mark.parametrize(("_kind", "identity", "principal"), KINDS, ids=[kind for kind, _, _ in KINDS])
def test_a_caller(_kind: str, identity: dict[str, Any], principal: Principal) -> None:
    event = read_event(record("sts", "AssumeRole", {"roleArn": ROLE, "principalArn": SAML}, userIdentity=identity))

    assert caller_of(event, world(USERID)).principal == principal


def test_a_service_tells_for_whom_where_the_record_does() -> None:
    told = {"functionName": "f", "sourceArn": "arn:aws:s3:::photos", "sourceAccount": A}
    event = read_event(
        record("lambda", "Invoke", told, userIdentity={"type": "AWSService", "invokedBy": "s3.amazonaws.com"})
    )

    assert caller_of(event, world()).principal == Service("s3.amazonaws.com", "arn:aws:s3:::photos", A)


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ({"type": "IdentityCenterUser", "accountId": A, "onBehalfOf": {"userId": "u"}}, "IdentityCenterUser"),
        ({"type": "Directory"}, "Directory"),
        ({"type": "Unknown"}, "Unknown"),
        ({}, "none"),
        ({"type": "AWSAccount", "accountId": B, "principalId": "AROASTRANGER:s"}, "another account"),
        ({"type": "AssumedRole", "arn": f"arn:aws:sts::{A}:assumed-role/gone/s"}, "its path"),
        ({"type": "IAMUser", "arn": "nonsense"}, "cannot be read"),
        ({"type": "Root", "accountId": A, "sessionContext": {"assumedRoot": "true"}}, "task policy"),
        ({"type": "FederatedUser", "arn": f"arn:aws:sts::{A}:federated-user/bob"}, "who asked"),
    ],
)
def test_a_caller_that_cannot_be_told(identity: dict[str, Any], reason: str) -> None:
    event = read_event(record("lambda", "ListFunctions20150331", {}, userIdentity=identity))

    with pytest.raises(Unmapped, match=reason):
        caller_of(event, world(USERID))


def test_sessions_of_a_role_are_one_caller_where_no_policy_tells_them_apart() -> None:
    event = read_event(record("lambda", "ListFunctions20150331", {}, userIdentity=session_identity(ROLE, "s")))

    assert caller_of(event, world()).principal == RoleSession(ROLE, None, "AROAROLE")


class TestForwarding:
    """E14: the caller stays who it is; a service with a role of its own looks the same in a record."""

    def _told(self, identity: dict[str, Any], by: str, trusts: Policy | None = None) -> tuple[tuple[str, ...], object]:
        event = read_event(record("kms", "Decrypt", {"keyId": "k"}, userIdentity=identity | {"invokedBy": by}))
        caller = caller_of(event, world(trusts=trusts))
        return caller.via, caller.told.get("aws:ViaAWSService")

    def test_a_user_is_forwarded(self) -> None:
        assert self._told(user_identity(ANA), "s3.amazonaws.com") == (("s3.amazonaws.com",), None)

    def test_a_role_that_does_not_trust_the_service_is_forwarded(self) -> None:
        told = self._told(session_identity(ROLE, "s"), "s3.amazonaws.com", trust("lambda.amazonaws.com"))

        assert told == (("s3.amazonaws.com",), None)

    def test_a_role_that_does_may_be_the_service_s_own(self) -> None:
        told = self._told(session_identity(ROLE, "s"), "lambda.amazonaws.com", trust("lambda.amazonaws.com"))

        assert told == ((), UNKNOWN)

    def test_a_service_inside_aws_without_a_name(self) -> None:
        assert self._told(user_identity(ANA), "AWS Internal") == ((), UNKNOWN)


VPCE = {"vpcEndpointId": "vpce-1"}
SERVICE = {"type": "AWSService", "invokedBy": "s3.amazonaws.com"}
SESSION = session_identity(ROLE, "s", mfa="true")
ABSENT = "absent"

KEYS: list[tuple[str, dict[str, Any], object]] = [
    ("aws:SourceIp", {}, "203.0.113.7"),
    ("aws:SourceIp", {"sourceIPAddress": "cloudformation.amazonaws.com"}, UNKNOWN),
    ("aws:SourceIp", {"sourceIPAddress": "AWS Internal"}, UNKNOWN),
    ("aws:SourceIp", {"sourceIPAddress": "2001:db8::1"}, "2001:db8::1"),
    ("aws:SourceIp", VPCE, ABSENT),
    ("aws:SourceVpce", VPCE, "vpce-1"),
    ("aws:SourceVpce", {}, ABSENT),
    ("aws:SourceVpc", VPCE, UNKNOWN),
    ("aws:SourceVpc", {}, ABSENT),
    ("aws:VpceAccount", VPCE | {"vpcEndpointAccountId": B}, B),
    ("aws:UserAgent", {}, "aws-cli/2.31"),
    ("aws:RequestedRegion", {}, "us-east-1"),
    ("aws:SecureTransport", {}, "true"),
    ("aws:SecureTransport", {"tlsDetails": None}, UNKNOWN),
    ("aws:CurrentTime", {}, "2026-11-02T10:00:00Z"),
    ("aws:EpochTime", {}, 1793613600),
    # K2: a long-term key has no MFA; a session says whether it has
    ("aws:MultiFactorAuthPresent", {}, ABSENT),
    ("aws:MultiFactorAuthPresent", {"userIdentity": SESSION}, "true"),
    ("aws:MultiFactorAuthPresent", {"userIdentity": session_identity(ROLE, "s")}, "false"),
    ("aws:MultiFactorAuthAge", {"userIdentity": SESSION}, UNKNOWN),
    ("aws:MultiFactorAuthAge", {"userIdentity": session_identity(ROLE, "s")}, ABSENT),
    ("aws:TokenIssueTime", {"userIdentity": SESSION}, "2026-11-02T09:00:00Z"),
    ("aws:SourceIdentity", {"userIdentity": SESSION}, ABSENT),
    # tags of a session are not in the trail; a user has its own, which the organization knows
    ("aws:PrincipalTag/team", {"userIdentity": SESSION}, UNKNOWN),
    ("aws:PrincipalTag/team", {}, ABSENT),
    ("aws:PrincipalTag/team", {"userIdentity": SERVICE}, ABSENT),
    # K4
    ("aws:SourceArn", {}, ABSENT),
    ("aws:SourceArn", {"userIdentity": SERVICE}, UNKNOWN),
    ("aws:SourceAccount", {"userIdentity": SERVICE}, UNKNOWN),
    ("aws:ResourceTag/team", {}, UNKNOWN),
    ("aws:RequestTag/team", {"readOnly": True}, ABSENT),
    ("aws:RequestTag/team", {"readOnly": False}, UNKNOWN),
    ("aws:PrincipalOrgID", {}, ABSENT),  # the engine derives it: the account is known to be a member
    ("aws:PrincipalOrgID", {"userIdentity": user_identity("arn:aws:iam::999999999999:user/x")}, UNKNOWN),
    ("aws:PrincipalArn", {}, ABSENT),  # derived
    ("aws:Referer", {}, UNKNOWN),
    ("lambda:SourceFunctionArn", {}, ABSENT),
    ("lambda:SourceFunctionArn", {"userIdentity": SESSION}, UNKNOWN),
    ("lambda:EventSourceToken", {}, ABSENT),
    ("lambda:FunctionUrlAuthType", {}, UNKNOWN),
    ("s3:prefix", {}, ABSENT),
    ("saml:sub", {}, ABSENT),
    ("saml:sub", {"userIdentity": SESSION}, UNKNOWN),
    (
        "lambda:SourceFunctionArn",
        {
            "userIdentity": SESSION
            | {"inScopeOf": {"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": "arn:aws:lambda:x"}}
        },
        "arn:aws:lambda:x",
    ),
]


@pytest.mark.parametrize(("key", "given", "value"), KEYS)
def test_what_a_record_tells_of_a_key(key: str, given: dict[str, Any], value: object) -> None:
    there = world(allow({"StringEquals": {key: "x"}}))
    event = read_event(record("lambda", "Invoke", {"functionName": "f"}, **given))
    caller = caller_of(event, there)
    asked = authorizations(record("lambda", "Invoke", {"functionName": "f"}, **given))[0]

    assert context_of(event, caller, asked, there).get(key.lower(), ABSENT) == value


def test_keys_nobody_reads_are_left_out() -> None:
    there = world()
    event = read_event(record("lambda", "Invoke", {"functionName": "f"}))

    assert context_of(event, caller_of(event, there), authorizations(record("lambda", "ListFunctions"))[0], there) == {}


def test_keys_are_found_in_variables_and_in_every_kind_of_policy() -> None:
    variable = Policy.parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/${aws:SourceIp, 'x'}/*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": "${aws:UserAgent}"}},
            },
        },
        kind="identity",
    )
    bucket = allow({"Bool": {"aws:SecureTransport": "true"}}, kind=PolicyKind.BUCKET, Principal="*", Action="s3:*")
    scp = allow({"StringLike": {"aws:Referer": "x"}}, kind=PolicyKind.SERVICE_CONTROL)
    there = World(
        Organization(
            accounts=(Account(A, service_control=(scp,)),),
            users=(IamUser(ANA, inline=(variable,)),),
            resources=(Resource("arn:aws:s3:::b", A, PolicyKind.BUCKET, bucket),),
        )
    )

    expected = {"aws:sourceip", "aws:requestedregion", "aws:useragent", "aws:securetransport", "aws:referer"}
    assert there.keys == expected


def test_the_claims_of_a_token_are_told() -> None:
    subject = "repo:club/photos:ref:refs/heads/main"
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{OIDC}:sts.amazonaws.com:{subject}",
        "userName": subject,
        "identityProvider": OIDC,
    }

    told = authorizations(record("sts", "AssumeRoleWithWebIdentity", {"roleArn": ROLE}, userIdentity=identity))[0].told

    assert told["token.actions.githubusercontent.com:sub"] == subject
    assert told["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
