"""What holds of privilege paths in every organization; and that none is missed, against trying everything."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.diagnostic import Severity
from lampolicy.function import Authorizer, PassPath, PathKind
from lampolicy.names import FunctionArn
from lampolicy.organization import Function, IamRole, IamUser, Organization
from lampolicy.policy import Policy
from lampolicy.request import RoleSession, User
from lampolicy.testing.strategies import organizations

A = "111111111111"
NEW = f"arn:aws:lambda:eu-west-1:{A}:function:anything"
F = f"arn:aws:lambda:eu-west-1:{A}:function:f"
ROLES = tuple(f"arn:aws:iam::{A}:role/{name}" for name in ("reader", "writer", "builder"))
USERS = tuple(f"arn:aws:iam::{A}:user/{name}" for name in ("ana", "bo"))
DENIED = (ExplicitlyDenied, ImplicitlyDenied)


def proves(path: PassPath) -> bool:
    """Every decision of a path holds, or is open; a gain is one."""
    possible = not any(isinstance(part.decision, DENIED) for part in path.parts)
    certain = path.severity is not Severity.ERROR or all(isinstance(part.decision, Allowed) for part in path.parts)
    gained = path.gain is None or (bool(path.gain.role.decision) and isinstance(path.gain.caller.decision, DENIED))
    return possible and certain and gained


@given(organizations())
@settings(max_examples=60, deadline=None)
def test_whatever_is_told_is_proved(organization: Organization) -> None:
    found = Authorizer(organization).pass_paths(limit=5_000)
    assert all(proves(path) for path in found if path.kind is not PathKind.SHARED)


def statement(effect: str, action: str, resource: str) -> Mapping[str, object]:
    return {"Effect": effect, "Action": action, "Resource": resource}


DO = ("s3:GetObject", "s3:PutObject")
STATEMENTS = st.builds(
    statement,
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.sampled_from(["lambda:*", "lambda:CreateFunction", "lambda:InvokeFunction", "iam:PassRole", "*", *DO]),
    st.sampled_from(["*", "*", *ROLES, F]),
)
POLICIES = st.lists(STATEMENTS, max_size=5).map(
    lambda found: (Policy.parse({"Version": "2012-10-17", "Statement": found}, kind="identity"),) if found else ()
)
TRUSTS = st.sampled_from(["lambda.amazonaws.com", "lambda.amazonaws.com", "ec2.amazonaws.com"]).map(
    lambda service: Policy.parse(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
        },
        kind="trust",
    )
)


@st.composite
def small(draw: st.DrawFn) -> Organization:
    """Two users, three roles, one function in a region of its own, so that new ones are made there."""
    users = tuple(IamUser(arn, inline=draw(POLICIES)) for arn in USERS)
    roles = tuple(IamRole(arn, trust=draw(TRUSTS), inline=draw(POLICIES)) for arn in ROLES)
    return Organization(users=users, roles=roles, functions=(Function(FunctionArn.parse(F)),))


def creating(authorizer: Authorizer, caller: User | RoleSession, role: str) -> bool:
    """Try it: hand the role to a function, run that, and do something with it."""
    made = [
        target
        for target in (NEW, F)
        if authorizer.may_deploy(caller, "CreateFunction", function=target, role=role)
        and (
            authorizer.allows(caller, "lambda:InvokeFunction", target)
            or authorizer.may_deploy(caller, "AddPermission", function=target, principal="*")
            or authorizer.may_deploy(caller, "CreateEventSourceMapping", function=target)
        )
    ]
    return bool(made) and any(
        authorizer.allows(RoleSession(role), action, resource) and not authorizer.allows(caller, action, resource)
        for action in (*DO, "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "iam:PutRolePolicy", "iam:PassRole")
        for resource in ("arn:aws:s3:::anything/anything", F, NEW, f"arn:aws:iam::{A}:role/anything", *ROLES)
        if resource.split(":")[2] == action.split(":")[0]
    )


@given(small())
@settings(max_examples=150, deadline=None)
def test_no_way_by_creating_a_function_is_missed(organization: Organization) -> None:
    authorizer = Authorizer(organization)
    callers: list[User | RoleSession] = [*map(User, USERS), *map(RoleSession, ROLES)]
    tried = {
        (caller.caller_arn, role)
        for caller in callers
        for role in ROLES
        if caller != RoleSession(role) and creating(authorizer, caller, role)
    }
    told = {
        (path.caller.caller_arn, path.role)
        for path in authorizer.pass_paths()
        if path.kind is PathKind.CREATE and path.caller is not None and path.severity is Severity.ERROR
    }
    assert tried <= told
