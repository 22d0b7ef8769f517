"""Replacing single things of an organization gives what building it anew would, and leaves the rest alone."""

from __future__ import annotations

import pickle

import pytest

from lampolicy import Authorizer, FunctionArn, Policy, RequestError, RoleSession
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.organization import (
    Account,
    EventSourceKind,
    EventSourceMapping,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Organization,
    Resource,
    Thing,
    Unit,
    Unread,
)
from lampolicy.policy import PolicyKind

HOME = "111111111111"
SHARED, BOUNDARY = (f"arn:aws:iam::{HOME}:policy/{name}" for name in ("shared", "boundary"))
FUNCTION = FunctionArn.parse(f"arn:aws:lambda:us-east-1:{HOME}:function:f")
QUEUE = EventSourceKind.SQS
ROLES = [f"arn:aws:iam::{HOME}:role/r{number}" for number in range(50)]


def allow(*actions: str, kind: str = "identity", name: str = "p") -> Policy:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind=kind, name=name)


def organization(*, shared: Policy, **more: object) -> Organization:
    return Organization(
        id="o-abcdefghij",
        units=(Unit("r-root"), Unit("ou-root-12345678", parent="r-root")),
        accounts=(Account(HOME, parent="ou-root-12345678"),),
        managed=(ManagedPolicy(SHARED, shared), ManagedPolicy(BOUNDARY, allow("*", name="boundary"))),
        users=(IamUser(f"arn:aws:iam::{HOME}:user/u", groups=(f"arn:aws:iam::{HOME}:group/g",)),),
        groups=(IamGroup(f"arn:aws:iam::{HOME}:group/g"),),
        roles=tuple(IamRole(arn, attached=(SHARED,), boundary=BOUNDARY) for arn in ROLES),
        functions=(Function(FUNCTION),),
        resources=(Resource("arn:aws:s3:::photos", HOME),),
        event_sources=(EventSourceMapping("1", FUNCTION, QUEUE, f"arn:aws:sqs:us-east-1:{HOME}:q"),),
        **more,  # type: ignore[arg-type]
    )


OLD, NEW = allow("s3:GetObject", name="old"), allow("s3:PutObject", name="new")
THINGS: list[Thing] = [
    ManagedPolicy(SHARED, NEW),
    ManagedPolicy(f"arn:aws:iam::{HOME}:policy/added", NEW),
    Unit("ou-root-12345678", name="renamed", parent="r-root"),
    Account(HOME, name="renamed", parent="r-root"),
    IamUser(f"arn:aws:iam::{HOME}:user/u", inline=(NEW,)),
    IamGroup(f"arn:aws:iam::{HOME}:group/g", inline=(NEW,)),
    IamRole(ROLES[7], inline=(NEW,)),
    IamRole(f"arn:aws:iam::{HOME}:role/added", attached=(SHARED,)),
    Function(FUNCTION, tags=(("team", "x"),)),
    Resource("arn:aws:s3:::photos", HOME, tags=(("team", "x"),)),
    EventSourceMapping("1", FUNCTION, QUEUE, f"arn:aws:sqs:us-east-1:{HOME}:other"),
    EventSourceMapping("2", FUNCTION, QUEUE, f"arn:aws:sqs:us-east-1:{HOME}:third"),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_it_is_the_organization_that_would_be_built_anew(thing: Thing) -> None:
    made = organization(shared=OLD).replacing(thing)
    anew = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own; unpickling builds every look-up table

    assert made == anew
    assert made != organization(shared=OLD)
    for table in (
        "units",
        "accounts",
        "managed",
        "users",
        "groups",
        "roles",
        "functions",
        "resources",
        "event_sources",
    ):
        assert getattr(made.index, table) == getattr(anew.index, table), table


def test_every_caller_of_a_replaced_policy_is_decided_by_the_new_one_and_the_old_authorizer_by_the_old() -> None:
    old = Authorizer(organization(shared=OLD))
    bucket = "arn:aws:s3:::photos/x"
    assert all(old.allows(RoleSession(arn), "s3:GetObject", bucket) for arn in ROLES)

    new = old.replacing(ManagedPolicy(SHARED, NEW))

    assert type(new) is type(old)
    for arn in ROLES:
        assert new.allows(arn, "s3:PutObject", bucket)
        assert not new.allows(arn, "s3:GetObject", bucket)
        assert old.allows(arn, "s3:GetObject", bucket)


def test_a_replaced_boundary_bounds_as_the_new_one_does() -> None:
    """E9: the boundary read of a managed policy is remembered, so it has to be forgotten with the policy."""
    old = Authorizer(organization(shared=OLD))
    assert old.allows(ROLES[0], "s3:GetObject", "arn:aws:s3:::photos/x")

    new = old.replacing(ManagedPolicy(BOUNDARY, allow("sqs:*", name="boundary")))

    assert not new.allows(ROLES[0], "s3:GetObject", "arn:aws:s3:::photos/x")


def test_what_stays_is_shared_and_stays_compiled() -> None:
    before = organization(shared=OLD)
    authorizer = Authorizer(before)
    for arn in ROLES:
        authorizer.decide(arn, "s3:GetObject", "arn:aws:s3:::photos/x")
    used = before.roles[0]
    assert OLD.compiled != []
    compiled = list(OLD.compiled)

    after = before.replacing(ManagedPolicy(BOUNDARY, NEW))

    assert after.index.roles is before.index.roles
    assert after.roles is before.roles
    assert after.roles[0] is used
    assert after.managed[0].policy is OLD
    assert OLD.compiled == compiled
    assert after.index.managed is not before.index.managed


def test_a_policy_with_faults_is_gone_with_what_it_hung_on() -> None:
    broken = organization(shared=OLD, unread=(Unread(ROLES[3], PolicyKind.IDENTITY, "broken"),))
    authorizer = Authorizer(broken)
    with pytest.raises(IncompleteOrganization):
        authorizer.decide(ROLES[3], "s3:GetObject", "arn:aws:s3:::photos/x")

    mended = authorizer.replacing(IamRole(ROLES[3], inline=(OLD,)))

    assert mended.allows(ROLES[3], "s3:GetObject", "arn:aws:s3:::photos/x")
    assert authorizer.organization.unread == broken.unread


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(RequestError, match="above itself"):
        organization(shared=OLD).replacing(Unit("r-root", parent="ou-root-12345678"))
    with pytest.raises(RequestError, match="give one of"):
        organization(shared=OLD).replacing(OLD)  # type: ignore[arg-type]
