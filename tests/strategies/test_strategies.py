"""What the strategies build is what they promise."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.organization import Organization, Policies
from lampolicy.policy import BaseOperator, Condition, Policy, PolicyKind, Statement
from lampolicy.request import UNKNOWN, Context, Principal, Request, RoleSession, User
from lampolicy.testing import World
from lampolicy.testing import strategies as aws
from lampolicy.testing._statements import CLASSES
from lampolicy.testing.worlds import worlds as seeded_worlds

ORDERLY = settings(max_examples=300, derandomize=True, database=None, deadline=None)
UPLOAD = Request(RoleSession("arn:aws:iam::111111111111:role/r"), "s3:PutObject", "arn:aws:s3:::b/k")
KINDS = st.sampled_from(PolicyKind)


@ORDERLY
@given(aws.policies())
def test_what_aws_would_store_is_read_back_as_it_was_written(policy: Policy) -> None:
    assert Policy.parse(policy.to_dict(), kind=policy.kind) == policy


@ORDERLY
@given(st.data(), KINDS)
def test_statements_are_of_the_class_of_their_kind(data: st.DataObject, kind: PolicyKind) -> None:
    statement: Statement = data.draw(aws.statements(kind, odd=data.draw(st.booleans())))
    assert type(statement) is CLASSES[kind]


@ORDERLY
@given(st.data(), KINDS)
def test_policies_are_of_the_kind_asked_for(data: st.DataObject, kind: PolicyKind) -> None:
    assert data.draw(aws.policies(kind)).kind is kind


@ORDERLY
@given(aws.principals(User), aws.principals())
def test_principals_are_of_the_kind_asked_for(user: Principal, anyone: Principal) -> None:
    assert isinstance(user, User)
    assert anyone.caller_arn


@ORDERLY
@given(aws.requests(), aws.contexts(unknown=False), aws.conditions(odd=True), aws.bearing_policies(), aws.worlds())
def test_every_strategy_builds_values(
    request: Request, context: Context, condition: Condition, policies: Policies, world: World
) -> None:
    assert ":" in request.action
    assert UNKNOWN not in context.values()
    assert condition.operator.base in BaseOperator
    assert isinstance(policies, Policies)
    assert isinstance(world.request, Request)


@settings(ORDERLY, max_examples=60)
@given(aws.organizations())
def test_organizations_hold_what_aws_would_store(organization: Organization) -> None:
    assert len(organization.accounts) == 3
    assert organization.unresolved == ()
    inline = [policy for user in organization.users for policy in user.inline]
    trust = [role.trust for role in organization.roles if role.trust is not None]
    for policy in (*inline, *trust):
        assert Policy.parse(policy.to_dict(), kind=policy.kind) == policy


@ORDERLY
@given(aws.policies("identity", aim=UPLOAD))
def test_a_policy_can_be_aimed_at_a_request(policy: Policy) -> None:
    assert policy.kind is PolicyKind.IDENTITY


def test_the_same_seed_gives_the_same_worlds() -> None:
    assert list(seeded_worlds(200, seed=3)) == list(seeded_worlds(200, seed=3))
    assert list(seeded_worlds(200, seed=3)) != list(seeded_worlds(200, seed=4))


def test_hypothesis_is_loaded_with_the_strategies_and_not_before() -> None:
    script = (
        "import sys, lampolicy.testing, lampolicy.testing.worlds, lampolicy.testing.conformance\n"
        "assert 'hypothesis' not in sys.modules\n"
        "import lampolicy.testing.strategies\n"
        "assert 'hypothesis' in sys.modules\n"
    )
    command = [sys.executable, "-c", script]
    subprocess.run(command, check=True, env={"PYTHONPATH": ":".join(sys.path)})  # noqa: S603 - our own interpreter
