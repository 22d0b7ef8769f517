"""Who may invoke: L1 to L7, each with its flip, and the decisive cases of section 8."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from lampolicy import UNKNOWN, Anonymous, InvalidName, Root, Saml, Service, User
from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied, Missing, Side, Undetermined
from lampolicy.function import Answer, AssumedBy, sources
from lampolicy.organization import Account, Unread
from lampolicy.policy import PolicyKind

from .cast import (
    BUCKET,
    CALL_URL,
    INVOKE,
    RS,
    S3,
    SNS,
    A,
    B,
    C,
    F,
    G,
    R,
    U,
    allow,
    deny,
    from_s3,
    function,
    role,
    user,
    view,
)

TRUSTED = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
BOB = User(f"arn:aws:iam::{B}:user/bob")


def silent(*sides: Side) -> ImplicitlyDenied:
    return ImplicitlyDenied(tuple(Missing(side) for side in sides))


def decision(answer: Answer) -> Decision | None:
    return answer.parts[-1].decision


class TestWhatIsAuthorized:
    """L1: every way of invoking is `lambda:InvokeFunction` on the addressed ARN."""

    def test_it_is_one_decision_on_the_addressed_arn(self) -> None:
        answer = view("f:prod", users=(user(allow(resource=f"{F}:prod")),), functions=(function(),)).may_invoke(U)

        (part,) = answer.parts
        assert (part.request.action, part.request.resource, part.rule) == (INVOKE, f"{F}:prod", "L1")
        assert answer
        assert answer.question == f"may {U.arn} invoke {F}:prod"

    @pytest.mark.parametrize(
        ("condition", "allowed"),
        [
            ({"Bool": {"aws:SecureTransport": "true"}}, True),
            ({"Bool": {"aws:SecureTransport": "false"}}, False),
            ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
            ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
        ],
    )
    def test_every_call_goes_over_tls_to_the_function_s_region(self, condition: dict[str, Any], allowed: bool) -> None:  # noqa: FBT001
        """K2: both keys are always there, whoever calls in whatever way."""
        own: dict[str, Any] = {"users": (user(allow([INVOKE, CALL_URL], Condition=condition)),)}
        own["functions"] = (function(url="AWS_IAM"),)
        granted = function(unqualified=allow(Principal={"Service": "s3.amazonaws.com"}, Condition=condition))
        taken = role(allow(Condition=condition), trust=[TRUSTED])

        assert bool(view("f", **own).may_invoke(U)) is allowed
        assert bool(view("f", **own).may_invoke_url(U)) is allowed
        assert bool(view("f", functions=(granted,)).may_invoke(Service("s3.amazonaws.com"))) is allowed
        by_role = view("f", roles=(taken,), functions=(function(),)).may_invoke(AssumedBy("states.amazonaws.com", R))
        assert bool(by_role) is allowed

    def test_a_key_that_is_given_wins_whatever_its_case(self) -> None:
        own = user(allow(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}))
        fn = view("f", users=(own,), functions=(function(),))

        assert fn.may_invoke(U, context={"AWS:RequestedRegion": "us-east-1"})

    @pytest.mark.parametrize("action", ["lambda:InvokeAsync", "lambda:Invoke", "lambda:InvokeWithResponseStream"])
    def test_a_grant_of_the_name_of_the_call_alone_is_of_no_use(self, action: str) -> None:
        """Flip of L1: Allow lambda:InvokeAsync only: the call is denied."""
        answer = view("f", users=(user(allow(action)),), functions=(function(),)).may_invoke(U)

        assert decision(answer) == silent(Side.IDENTITY)
        assert answer.notes == (
            f"the identity-based policy grants {action}, which AWS never asks for: it asks for lambda:InvokeFunction",
        )

    def test_the_useless_grant_may_stand_in_the_function_policy(self) -> None:
        statement = allow("lambda:InvokeAsync", Principal={"Service": "sns.amazonaws.com"})
        answer = view("f", functions=(function(unqualified=statement),)).may_invoke(SNS)

        assert not answer
        assert any("the resource-based policy grants lambda:InvokeAsync" in note for note in answer.notes)

    def test_a_refusal_explains_itself(self) -> None:
        answer = view("f", users=(user(),), functions=(function(),)).may_invoke(U)

        assert "no identity-based policy allows" in str(answer.refused[0].explanation)

    def test_a_text_names_the_caller(self) -> None:
        fn = view("f", users=(user(allow()),), functions=(function(),))

        assert fn.may_invoke(U.arn)
        with pytest.raises(InvalidName):
            fn.may_invoke("somebody")


class TestQualifiers:
    """L2 to L4: the function, each version and each alias are resources of their own."""

    TABLE = (
        (F, {"f"}),
        (f"{F}:1", {"f:1"}),
        (f"{F}:*", {"f:1", "f:prod", "f:$LATEST"}),
        (f"{F}*", {"f", "f:1", "f:prod", "f:$LATEST", "foo"}),
    )

    @pytest.mark.parametrize("name", ["f", "f:1", "f:prod", "f:$LATEST", "foo"])
    @pytest.mark.parametrize(("resource", "reached"), TABLE)
    def test_identity_patterns_reach_what_the_table_of_l3_says(
        self, name: str, resource: str, reached: set[str]
    ) -> None:
        fn = view(name, users=(user(allow(resource=resource)),), functions=(function(), function(f"{F}oo")))

        assert bool(fn.may_invoke(U)) is (name in reached)

    def test_a_deny_of_the_function_does_not_stop_an_alias(self) -> None:
        """L3: same for Deny."""
        there = {"users": (user(allow(resource=f"{F}*"), deny(resource=F)),), "functions": (function(),)}

        assert isinstance(decision(view("f", **there).may_invoke(U)), ExplicitlyDenied)
        assert view("f:prod", **there).may_invoke(U)

    def test_a_grant_on_another_qualifier_is_noted(self) -> None:
        """Case 7."""
        answer = view("f", users=(user(allow(resource=f"{F}:*")),), functions=(function(),)).may_invoke(U)

        noted = "the identity-based policy grants it on $LATEST: the function, each version and each alias are "
        assert answer.notes == (noted + "resources of their own",)

    def test_a_grant_in_the_policy_of_another_qualifier_is_noted(self) -> None:
        there = {"users": (user(),), "functions": (function(prod=allow(Principal={"AWS": U.arn})),)}
        (note,) = view("f", **there).may_invoke(U).notes

        assert note.startswith("the resource-based policy grants it on prod:")

    @pytest.mark.parametrize(("name", "allowed"), [("f:prod", False), ("f", True)])
    def test_case_41_a_function_policy_does_not_cover_an_alias(self, name: str, *, allowed: bool) -> None:
        statement = allow(Principal={"Service": "sns.amazonaws.com"})
        fn = view(name, functions=(function(unqualified=statement, aliases={"prod": "3"}),))

        assert bool(fn.may_invoke(SNS)) is allowed

    @pytest.mark.parametrize(("name", "allowed"), [("f", False), ("f:3", False), ("f:prod", True)])
    def test_case_42_nor_an_alias_policy_the_function_or_the_version(self, name: str, *, allowed: bool) -> None:
        statement = allow(Principal={"Service": "sns.amazonaws.com"})
        answer = view(name, functions=(function(prod=statement, aliases={"prod": "3"}),)).may_invoke(SNS)

        assert bool(answer) is allowed
        assert any("grants it on prod:" in note for note in answer.notes) is not allowed

    def test_case_43_a_statement_on_latest_is_for_latest(self) -> None:
        statement = allow(Principal={"Service": "sns.amazonaws.com"})
        on_latest: dict[str, Any] = {"$LATEST": statement}
        there = {"functions": (function(**on_latest),)}

        assert view("f:$LATEST", **there).may_invoke(SNS)
        assert decision(view("f", **there).may_invoke(SNS)) == silent(Side.RESOURCE)

    def test_a_policy_of_another_qualifier_that_cannot_be_read_does_not_spoil_the_answer(self) -> None:
        unread = (Unread(f"{F}:prod", PolicyKind.FUNCTION, "the policy"),)
        there = {"users": (user(),), "functions": (function(aliases={"prod": "3"}),), "unread": unread}

        assert decision(view("f", **there).may_invoke(U)) == silent(Side.IDENTITY)

    def test_an_alias_nobody_knows_is_noted(self) -> None:
        fn = view("f:test", users=(user(allow(resource="*")),), functions=(function(aliases={"prod": "3"}),))

        assert (
            "no version or alias `test` of the function is known here: there are `3`, `prod`" in fn.may_invoke(U).notes
        )


class TestBothSides:
    """L5, L6: same account, either; cross-account, both; services, the function policy alone."""

    def test_the_function_policy_alone_is_enough_in_its_account(self) -> None:
        fn = view("f", users=(user(),), functions=(function(unqualified=allow(Principal={"AWS": U.arn})),))

        assert fn.may_invoke(U)

    @pytest.mark.parametrize(
        ("identity", "named", "sides"),
        [
            (True, None, [Side.RESOURCE]),  # 25
            (False, U.arn, [Side.IDENTITY]),  # 26
            (True, U.arn, []),  # 27
            (True, A, []),  # 28
            (False, "*", [Side.IDENTITY]),  # 29
        ],
    )
    def test_cases_25_to_29_across_accounts_it_takes_both(
        self, *, identity: bool, named: str | None, sides: list[Side]
    ) -> None:
        policies: dict[str, Any] = {"unqualified": allow(resource=G, Principal={"AWS": named})} if named else {}
        own = user(allow(resource=G)) if identity else user()
        answer = view("g", users=(own,), functions=(function(G, **policies),)).may_invoke(U)

        assert bool(answer) is (not sides)
        if sides:
            assert decision(answer) == silent(*sides)

    @pytest.mark.parametrize("principal", [A, f"arn:aws:iam::{A}:root"])
    def test_case_70_its_own_account_as_principal_grants_nothing(self, principal: str) -> None:
        """L6."""
        statement = allow(Sid="own", Principal={"AWS": principal})
        answer = view("f", users=(user(),), functions=(function(unqualified=statement),)).may_invoke(U)

        assert decision(answer) == silent(Side.IDENTITY, Side.RESOURCE)
        assert answer.notes == (
            "statement own names the function's own account, which by itself grants nothing to anybody in it",
        )

    def test_the_other_account_as_principal_delegates(self) -> None:
        """Flip of L6: B's account named, B's user allowed by B."""
        bob = user(allow(), arn=BOB.arn)
        fn = view("f", users=(bob,), functions=(function(unqualified=allow(Principal={"AWS": B})),))

        assert fn.may_invoke(BOB)

    def test_a_deny_in_the_function_policy_wins(self) -> None:
        """L12: a function policy may deny."""
        fn = view("f", users=(user(allow()),), functions=(function(unqualified=deny(Principal={"AWS": U.arn})),))

        assert isinstance(decision(fn.may_invoke(U)), ExplicitlyDenied)

    def test_a_grant_of_reading_is_no_grant_of_invoking(self) -> None:
        """Flip of L14."""
        bob = user(allow("lambda:*"), arn=BOB.arn)
        statement = allow("lambda:GetFunction", Principal={"AWS": B})
        fn = view("f", users=(bob,), functions=(function(unqualified=statement),))

        assert decision(fn.may_invoke(BOB)) == silent(Side.RESOURCE)

    def test_a_function_policy_naming_a_session_is_for_that_session(self) -> None:
        statement = allow(Principal={"AWS": f"arn:aws:sts::{A}:assumed-role/R/s"})
        fn = view("f", roles=(role(),), functions=(function(unqualified=statement),))

        assert fn.may_invoke(RS)
        assert not fn.may_invoke(replace(RS, session="t"))

    def test_the_root_user_of_the_account_may(self) -> None:
        assert view("f", functions=(function(),)).may_invoke(Root(A))
        assert not view("f", functions=(function(),)).may_invoke(Root(B))

    def test_a_role_nobody_knows_is_noted(self) -> None:
        answer = view("f", functions=(function(),)).may_invoke(RS)

        assert f"the role {R} is not known here: it counts as one without policies" in answer.notes


class TestServices:
    """L7, E12, K4: a service with the source it acts for."""

    def test_case_39_a_bucket_of_another_account_notifies(self) -> None:
        assert view("g", functions=(function(G, unqualified=from_s3()),)).may_invoke(S3)

    @pytest.mark.parametrize(
        "caller",
        [
            replace(S3, source_account=C),
            replace(S3, source_account=None),
            replace(S3, source_arn="arn:aws:s3:::other"),
            SNS,
        ],
    )
    def test_case_40_another_source_does_not(self, caller: Service) -> None:
        answer = view("g", functions=(function(G, unqualified=from_s3()),)).may_invoke(caller)

        assert decision(answer) == silent(Side.RESOURCE)

    def test_case_40_nor_does_a_user(self) -> None:
        answer = view("g", users=(user(),), functions=(function(G, unqualified=from_s3()),)).may_invoke(U)

        assert decision(answer) == silent(Side.RESOURCE, Side.IDENTITY)

    def test_without_the_account_a_bucket_made_anew_by_somebody_else_matches(self) -> None:
        """L7."""
        statement = allow(Principal={"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"AWS:SourceArn": BUCKET}})

        assert view("g", functions=(function(G, unqualified=statement),)).may_invoke(replace(S3, source_account=C))

    def test_a_source_is_asked_for_its_caller(self) -> None:
        @dataclass(frozen=True)
        class Bucket:
            caller: Service

        assert view("g", functions=(function(G, unqualified=from_s3()),)).may_invoke(Bucket(S3))

    def test_a_source_sends_what_it_carries(self) -> None:
        """L10, 5.3: the skill's id is the token."""
        statement = allow(
            Principal={"Service": "alexa-appkit.amazon.com"},
            Condition={"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.1"}},
        )
        fn = view("f", functions=(function(unqualified=statement),))

        assert fn.may_invoke(sources.alexa_skill("amzn1.ask.skill.1"))
        assert not fn.may_invoke(sources.alexa_skill("amzn1.ask.skill.2"))
        assert not fn.may_invoke(Service("alexa-appkit.amazon.com"))

    def test_the_source_may_be_left_open(self) -> None:
        context = {"aws:SourceArn": UNKNOWN, "aws:SourceAccount": UNKNOWN}
        answer = view("g", functions=(function(G, unqualified=from_s3()),)).may_invoke(
            Service("s3.amazonaws.com"), context=context
        )

        assert isinstance(decision(answer), Undetermined)
        assert answer.undetermined

    def test_asynchronous_events_are_not_authorized_again(self) -> None:
        fn = view("g", functions=(function(G, unqualified=from_s3()),))

        assert any("once accepted" in note for note in fn.may_invoke(S3).notes)
        assert not any("once accepted" in note for note in fn.may_invoke(U, "sync").notes)
        assert any("once accepted" in note for note in fn.may_invoke(U, "async").notes)
        assert (
            "s3.amazonaws.com for arn:aws:s3:::photos invokes in the asynchronous way only"
            in fn.may_invoke(S3, "sync").notes
        )

    def test_a_regional_name_is_the_service(self) -> None:
        fn = view("f", functions=(function(),))

        assert any("once accepted" in note for note in fn.may_invoke("logs.eu-west-1.amazonaws.com").notes)

    @pytest.mark.parametrize("service", ["sqs", "kinesis", "dynamodb", "kafka"])
    def test_a_polled_source_never_invokes_whatever_the_policy_says(self, service: str) -> None:
        """Flip of L16: a function policy with Service sqs.amazonaws.com changes nothing."""
        statement = allow(Principal={"Service": f"{service}.amazonaws.com"})
        answer = view("f", functions=(function(unqualified=statement),)).may_invoke(f"{service}.amazonaws.com")

        assert not answer
        assert [obstacle.rule for obstacle in answer.obstacles] == ["L16"]
        assert "the function policy plays no part" in answer.obstacles[0].message


class TestUnsigned:
    """E15: the Invoke API is always signed."""

    def test_anonymous_is_refused_before_any_policy(self) -> None:
        answer = view("f", functions=(function(unqualified=allow(Principal="*")),)).may_invoke(Anonymous())

        assert not answer
        assert ([o.rule for o in answer.obstacles], answer.parts) == (["E15"], ())

    def test_a_bearer_of_an_assertion_has_to_assume_a_role_first(self) -> None:
        statement = allow(Principal="*")
        answer = view("f", functions=(function(unqualified=statement),)).may_invoke(
            Saml(f"arn:aws:iam::{A}:saml-provider/corp")
        )

        assert [o.rule for o in answer.obstacles] == ["E20"]


def trusting(service: str, **condition: dict[str, str]) -> list[dict[str, object]]:
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    return [{**statement, "Condition": condition} if condition else statement]


class TestThroughARole:
    """Section 5.3: Scheduler, Pipes, Step Functions and Firehose assume a role, and that invokes."""

    @pytest.mark.parametrize("service", ["scheduler", "pipes", "states", "firehose", "codepipeline"])
    def test_the_service_by_itself_does_not_invoke(self, service: str) -> None:
        statement = allow(Principal={"Service": f"{service}.amazonaws.com"})
        answer = view("f", functions=(function(unqualified=statement),)).may_invoke(f"{service}.amazonaws.com")

        assert not answer
        assert "it assumes a role" in answer.obstacles[0].message

    @pytest.mark.parametrize("service", ["scheduler", "pipes", "states", "firehose"])
    def test_it_takes_the_role_s_trust_and_the_role_s_right(self, service: str) -> None:
        name = f"{service}.amazonaws.com"
        complete = role(allow(), trust=trusting(service))
        ways = {
            True: complete,
            Side.TRUST: replace(complete, trust=role(trust=trusting("ec2")).trust),
            Side.IDENTITY: replace(complete, inline=()),
        }
        for result, given in ways.items():
            answer = view("f", roles=(given,), functions=(function(),)).may_invoke(AssumedBy(name, R))

            assert [part.request.action for part in answer.parts] == ["sts:AssumeRole", INVOKE]
            assert bool(answer) is (result is True)
            refused = [
                m.side for p in answer.refused if isinstance(p.decision, ImplicitlyDenied) for m in p.decision.missing
            ]
            assert refused == ([] if result is True else [result])

    def test_across_accounts_the_function_policy_must_name_the_role(self) -> None:
        caller = AssumedBy("states.amazonaws.com", R)
        own = role(allow(resource=G), trust=trusting("states"))

        without = view("g", roles=(own,), functions=(function(G),)).may_invoke(caller)
        named = view("g", roles=(own,), functions=(function(G, unqualified=allow(Principal={"AWS": R})),))
        service = allow(Principal={"Service": "states.amazonaws.com"})

        assert decision(without) == silent(Side.RESOURCE)
        assert named.may_invoke(caller)
        assert not view("g", roles=(own,), functions=(function(G, unqualified=service),)).may_invoke(caller)

    GROUP = f"arn:aws:scheduler:eu-west-1:{A}:schedule-group/nightly"
    SCHEDULE = f"arn:aws:scheduler:eu-west-1:{A}:schedule/nightly/clean"

    @pytest.mark.parametrize(("wanted", "allowed"), [(GROUP, True), (SCHEDULE, False)])
    def test_scheduler_names_the_schedule_group(self, wanted: str, *, allowed: bool) -> None:
        """Context keys, section 1: aws:SourceArn of Scheduler is the group."""
        own = role(allow(), trust=trusting("scheduler", StringEquals={"aws:SourceArn": wanted, "aws:SourceAccount": A}))
        fn = view("f", roles=(own,), functions=(function(),))
        answer = fn.may_invoke(AssumedBy("scheduler.amazonaws.com", R, self.SCHEDULE))

        assert bool(answer) is allowed
        assert any("the schedule's group" in note for note in answer.notes)

    def test_a_source_with_its_role_is_asked_for_its_caller(self) -> None:
        own = role(allow(), trust=trusting("scheduler", StringEquals={"aws:SourceArn": self.GROUP}))

        assert view("f", roles=(own,), functions=(function(),)).may_invoke(sources.schedule(self.SCHEDULE, R))

    def test_a_source_that_is_not_told_leaves_the_trust_open(self) -> None:
        own = role(allow(), trust=trusting("scheduler", StringEquals={"aws:SourceArn": self.GROUP}))
        answer = view("f", roles=(own,), functions=(function(),)).may_invoke(AssumedBy("scheduler.amazonaws.com", R))

        assert [part.request.action for part in answer.undetermined] == ["sts:AssumeRole"]

    def test_another_account_s_source_is_not_trusted(self) -> None:
        own = role(allow(), trust=trusting("pipes", StringEquals={"aws:SourceAccount": A}))
        fn = view("f", roles=(own,), functions=(function(),))

        assert fn.may_invoke(AssumedBy("pipes.amazonaws.com", R))
        assert not fn.may_invoke(AssumedBy("pipes.amazonaws.com", R, f"arn:aws:pipes:eu-west-1:{C}:pipe/p"))

    def test_firehose_sends_an_external_id(self) -> None:
        own = role(allow(), trust=trusting("firehose", StringEquals={"sts:ExternalId": A}))
        fn = view("f", roles=(own,), functions=(function(),))

        assert fn.may_invoke(AssumedBy("firehose.amazonaws.com", R, external_id=A))
        assert fn.may_invoke(AssumedBy("firehose.amazonaws.com", R)).undetermined
        assert not fn.may_invoke(AssumedBy("firehose.amazonaws.com", R, external_id=B))

    def test_eventbridge_with_a_role_still_names_the_rule_but_not_its_account(self) -> None:
        """Context keys, section 1."""
        rule = f"arn:aws:events:eu-west-1:{A}:rule/r"
        by_rule = role(
            allow(Condition={"ArnEquals": {"aws:SourceArn": rule}, "Null": {"aws:SourceAccount": "true"}}),
            trust=trusting("events", ArnEquals={"aws:SourceArn": rule}),
        )
        fn = view("f", roles=(by_rule,), functions=(function(),))

        assert fn.may_invoke(AssumedBy("events.amazonaws.com", R, rule))
        assert not fn.may_invoke(AssumedBy("events.amazonaws.com", R, f"{rule}2"))

    def test_api_gateway_is_an_assumed_role_without_organization_when_it_assumes_one(self) -> None:
        """Context keys, section 1."""
        condition = {"StringEquals": {"aws:PrincipalType": "AssumedRole"}, "Null": {"aws:SourceOrgID": "true"}}
        own = role(allow(), trust=trusting("apigateway", **condition))
        fn = view("f", id="o-abcdefghij", accounts=(Account(A),), roles=(own,), functions=(function(),))

        assert fn.may_invoke(AssumedBy("apigateway.amazonaws.com", R))

    def test_a_text_that_is_no_role_is_refused(self) -> None:
        with pytest.raises(InvalidName):
            AssumedBy("states.amazonaws.com", U.arn)
