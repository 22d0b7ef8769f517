"""What the code of a function may do: L20 with its flips, L19, E7 and E16, and case 69."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lampolicy import UNKNOWN, InvalidName, RoleSession
from lampolicy.decision import ExplicitlyDenied, ImplicitlyDenied, Missing, Side, Undetermined
from lampolicy.function import Answer, FunctionView
from lampolicy.function._run import NOT_IN_RESOURCE_POLICIES
from lampolicy.organization import Account, FunctionConfiguration, ManagedPolicy, Resource, Unit, Unread
from lampolicy.policy import PolicyKind

from .cast import A, B, F, R, allow, deny, function, policy, role, view

PUT = "s3:PutObject"
BUCKET = "arn:aws:s3:::thumbs"
OBJECT = f"{BUCKET}/cat.jpg"
SESSION = f"arn:aws:sts::{A}:assumed-role/R/f"
OTHER = f"arn:aws:lambda:eu-west-1:{A}:function:other"
LAMBDA = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
LIVE = {"ArnEquals": {"lambda:SourceFunctionArn": F}}


def runs(*statements: dict[str, Any], name: str = "f", **there: Any) -> FunctionView:
    there.setdefault("roles", (role(*statements, trust=LAMBDA),))
    functions = tuple(replace(function(arn), role=R, configuration=FunctionConfiguration()) for arn in (F, OTHER))
    return view(name, functions=functions, **there)


def bucket(*statements: dict[str, Any], account: str = A) -> Resource:
    return Resource(BUCKET, account, PolicyKind.BUCKET, policy("bucket", *statements) if statements else None)


def silent(*sides: Side) -> ImplicitlyDenied:
    return ImplicitlyDenied(tuple(Missing(side) for side in sides))


def denied(answer: Answer) -> object:
    return answer.parts[0].decision


class TestAsWhom:
    def test_as_the_session_of_its_role_named_like_it(self) -> None:
        answer = runs(allow(PUT, OBJECT)).may_run(PUT, OBJECT)

        (part,) = answer.parts
        assert answer
        assert part.request.principal == RoleSession(R, "f")
        assert part.request.principal.caller_arn == SESSION
        assert part.rule == "L20"

    def test_case_69_the_call_names_the_function(self) -> None:
        grant = allow(PUT, OBJECT, Condition=LIVE)

        assert runs(grant).may_run(PUT, OBJECT)
        assert denied(runs(grant, name="other").may_run(PUT, OBJECT)) == silent(Side.IDENTITY)

    @pytest.mark.parametrize("name", ["f", "f:live", "f:3", "f:$LATEST"])
    def test_the_function_it_names_has_no_qualifier(self, name: str) -> None:
        assert runs(allow(PUT, OBJECT, Condition=LIVE), name=name).may_run(PUT, OBJECT)

    def test_the_role_counts_not_the_function_policy(self) -> None:
        assert denied(runs().may_run(PUT, OBJECT)) == silent(Side.IDENTITY)

    def test_userid_is_the_role_id_and_the_name_of_the_function(self) -> None:
        grant = allow(PUT, OBJECT, Condition={"StringEquals": {"aws:userid": "AROAEXAMPLE:f"}})
        roles = (replace(role(grant), role_id="AROAEXAMPLE"),)

        assert runs(roles=roles).may_run(PUT, OBJECT)
        assert not runs(roles=roles, name="other").may_run(PUT, OBJECT)


class TestEverythingThatBindsARole:
    def test_its_boundary(self) -> None:
        arn = f"arn:aws:iam::{A}:policy/edge"
        managed = (ManagedPolicy(arn, policy("identity", allow("s3:GetObject", "*"))),)
        roles = (replace(role(allow(PUT, OBJECT)), boundary=arn),)

        assert denied(runs(roles=roles, managed=managed).may_run(PUT, OBJECT)) == silent(Side.BOUNDARY)

    def test_the_scps_of_its_account(self) -> None:
        elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
        scp = policy("scp", allow("*", "*"), deny("*", "*", Condition=elsewhere))
        units = (Unit("r-abcd"),)
        accounts = (Account(A, parent="r-abcd", service_control=(scp,)),)
        world = runs(allow("sqs:SendMessage", "*"), id="o-abcdefghij", units=units, accounts=accounts)

        assert world.may_run("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{A}:q")
        far = world.may_run("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{A}:q")
        assert isinstance(denied(far), ExplicitlyDenied)

    def test_a_resource_policy_that_names_the_session_grants_past_a_silent_boundary(self) -> None:
        """E7: the session's own ARN is a direct grant; the role's is limited by the boundary."""
        arn = f"arn:aws:iam::{A}:policy/edge"
        managed = (ManagedPolicy(arn, policy("identity", allow("s3:GetObject", "*"))),)
        roles = (replace(role(), boundary=arn),)
        to_session = bucket(allow(PUT, OBJECT, Principal={"AWS": SESSION}))
        to_role = bucket(allow(PUT, OBJECT, Principal={"AWS": R}))

        assert runs(roles=roles, managed=managed, resources=(to_session,)).may_run(PUT, OBJECT)
        answer = runs(roles=roles, managed=managed, resources=(to_role,)).may_run(PUT, OBJECT)
        assert denied(answer) == silent(Side.BOUNDARY)

    def test_a_session_grant_is_to_that_function_only(self) -> None:
        to_session = bucket(allow(PUT, OBJECT, Principal={"AWS": SESSION}))

        assert not runs(name="other", resources=(to_session,)).may_run(PUT, OBJECT)

    def test_across_accounts_both_sides_must_allow(self) -> None:
        """E16."""
        silent_bucket = bucket(account=B)
        open_bucket = bucket(allow(PUT, OBJECT, Principal={"AWS": R}), account=B)
        grant = allow(PUT, OBJECT)

        assert runs(grant, resources=(open_bucket,)).may_run(PUT, OBJECT)
        assert denied(runs(grant, resources=(silent_bucket,)).may_run(PUT, OBJECT)) == silent(Side.RESOURCE)
        assert denied(runs(resources=(open_bucket,)).may_run(PUT, OBJECT)) == silent(Side.IDENTITY)

    def test_an_unknown_policy_of_another_account_counts_as_none_and_says_so(self) -> None:
        queue = f"arn:aws:sqs:eu-west-1:{B}:q"
        answer = runs(allow("sqs:SendMessage", queue)).may_run("sqs:SendMessage", queue)

        assert denied(answer) == silent(Side.RESOURCE)
        assert f"the policy of {queue}, in another account, is not known here: it counts as none" in answer.notes


class TestResourcePoliciesDoNotSeeTheFunction:
    """L20: `lambda:SourceFunctionArn` is not honoured in resource-based policies."""

    @pytest.mark.inferred
    def test_a_grant_that_asks_for_it_grants_nothing(self) -> None:
        grant = allow(PUT, OBJECT, Principal={"AWS": R}, Condition=LIVE)
        answer = runs(resources=(bucket(grant),)).may_run(PUT, OBJECT)

        assert not answer
        assert answer.parts[0].rests_on == (NOT_IN_RESOURCE_POLICIES,)

    @pytest.mark.inferred
    def test_a_denial_to_all_others_denies_it_too(self) -> None:
        others = deny(PUT, OBJECT, Principal="*", Condition={"ArnNotEquals": {"lambda:SourceFunctionArn": F}})
        answer = runs(allow(PUT, OBJECT), resources=(bucket(others),)).may_run(PUT, OBJECT)

        assert isinstance(denied(answer), ExplicitlyDenied)

    def test_where_nothing_hangs_on_it_nothing_is_said(self) -> None:
        grants = (allow(PUT, OBJECT, Principal={"AWS": R}, Condition=LIVE),)
        answer = runs(allow(PUT, OBJECT), resources=(bucket(*grants),)).may_run(PUT, OBJECT)

        assert answer
        assert answer.parts[0].rests_on == ()


class TestContext:
    """K2: what every call of a function carries, and what cannot be known."""

    @pytest.mark.parametrize(
        "condition",
        [
            {"Bool": {"aws:SecureTransport": "true"}},
            {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
            {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
            {"Bool": {"aws:ViaAWSService": "false"}},
            {"Bool": {"aws:PrincipalIsAWSService": "false"}},
            {"Null": {"aws:SourceVpce": "true"}},
        ],
        ids=str,
    )
    def test_it_is_there(self, condition: dict[str, Any]) -> None:
        assert runs(allow(PUT, OBJECT, Condition=condition)).may_run(PUT, OBJECT)

    @pytest.mark.parametrize("key", ["aws:SourceIp", "aws:CurrentTime"])
    def test_the_callers_address_and_the_time_are_not_known(self, key: str) -> None:
        value = {"IpAddress": {key: "192.0.2.0/24"}} if key == "aws:SourceIp" else {"DateLessThan": {key: "2027-01-01"}}
        answer = runs(allow(PUT, OBJECT, Condition=value)).may_run(PUT, OBJECT)

        assert isinstance(denied(answer), Undetermined)

    def test_only_code_in_a_vpc_can_come_through_an_endpoint(self) -> None:
        grant = allow(PUT, OBJECT, Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})
        inside = replace(function(), role=R, configuration=FunctionConfiguration("vpc-1", ("subnet-1",), ("sg-1",)))

        assert denied(runs(grant).may_run(PUT, OBJECT)) == silent(Side.IDENTITY)
        answer = view("f", functions=(inside,), roles=(role(grant),)).may_run(PUT, OBJECT)
        assert isinstance(denied(answer), Undetermined)
        assert view("f", functions=(inside,), roles=(role(grant),)).may_run(PUT, OBJECT, {"aws:sourcevpce": "vpce-1"})

    def test_what_is_told_counts_instead(self) -> None:
        grant = allow(PUT, OBJECT, Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}})

        assert runs(grant).may_run(PUT, OBJECT, {"AWS:RequestedRegion": "eu-central-1"})
        assert isinstance(denied(runs(grant).may_run(PUT, OBJECT, {"aws:RequestedRegion": UNKNOWN})), Undetermined)


class TestWhatIsNotKnown:
    def test_a_function_without_a_known_role(self) -> None:
        answer = view("f", functions=(function(),)).may_run(PUT, OBJECT)

        assert (answer.parts, [o.rule for o in answer.obstacles]) == ((), ["L20"])
        assert not answer

    def test_a_role_that_is_not_known(self) -> None:
        answer = runs(roles=()).may_run(PUT, OBJECT)

        assert answer.obstacles[0].message == f"the execution role `{R}` is not known here"
        assert not answer

    def test_a_role_of_another_account(self) -> None:
        foreign = f"arn:aws:iam::{B}:role/R"
        there = replace(function(), role=foreign)
        answer = view("f", functions=(there,), roles=(role(arn=foreign),)).may_run(PUT, OBJECT)

        assert [o.rule for o in answer.obstacles] == ["L18"]

    def test_a_managed_policy_that_is_not_known(self) -> None:
        """L23."""
        unknown = "arn:aws:iam::aws:policy/AWSLambda_Unheard"
        answer = runs(roles=(replace(role(allow(PUT, OBJECT)), attached=(unknown,)),)).may_run(PUT, OBJECT)

        assert not answer
        assert answer.parts == ()
        assert unknown in answer.obstacles[0].message
        assert answer.obstacles[0].rule == "L23"

    def test_a_policy_with_faults(self) -> None:
        answer = runs(allow(PUT, OBJECT), unread=(Unread(R, PolicyKind.IDENTITY, "broken"),)).may_run(PUT, OBJECT)

        assert "broken" in answer.obstacles[0].message

    def test_a_trust_that_does_not_admit_lambda_is_noted(self) -> None:
        """L19: the credentials would allow it, but no code gets them."""
        trust = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{A}:root"}, "Action": "sts:AssumeRole"}]
        answer = runs(roles=(role(allow(PUT, OBJECT), trust=trust),)).may_run(PUT, OBJECT)

        assert answer
        assert any("does not let Lambda assume it" in note for note in answer.notes)
        assert runs(allow(PUT, OBJECT)).may_run(PUT, OBJECT).notes == (
            f"the owner of {OBJECT} is not known here: it counts as the account {A}",
        )

    @pytest.mark.parametrize(("action", "resource"), [("PutObject", OBJECT), (PUT, "thumbs")])
    def test_names_that_are_none(self, action: str, resource: str) -> None:
        with pytest.raises(InvalidName):
            runs().may_run(action, resource)


def test_a_known_managed_policy_of_aws_needs_no_export() -> None:
    """L23: it is in the catalogue."""
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    world = runs(roles=(replace(role(), attached=(basic,)),))

    assert world.may_run("logs:PutLogEvents", f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/f:log-stream:x")
