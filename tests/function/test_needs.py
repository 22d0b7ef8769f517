"""What a configuration needs of the execution role: L16, L17 and L19 with their flips, and the least policy."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lampolicy import FunctionArn, Policy
from lampolicy.decision import ExplicitlyDenied
from lampolicy.function import FunctionView, Needs, Setting
from lampolicy.function._needs import OWN_CALLS_NAME_FUNCTION
from lampolicy.organization import (
    Account,
    Destinations,
    EventSourceKind,
    EventSourceMapping,
    FunctionConfiguration,
    IamRole,
    Resource,
)
from lampolicy.policy import PolicyKind

from .cast import A, B, F, R, allow, deny, function, policy, role, view

LAMBDA = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
STREAMS = f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/f:*"
LOGS = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], STREAMS)
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:failed"
TOPIC = f"arn:aws:sns:eu-west-1:{A}:failed"
BUS = f"arn:aws:events:eu-west-1:{A}:event-bus/results"
BUCKET = "arn:aws:s3:::results"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ACCESS_POINT = f"arn:aws:elasticfilesystem:eu-west-1:{A}:access-point/fsap-1"
FILE_SYSTEMS = f"arn:aws:elasticfilesystem:eu-west-1:{A}:file-system/*"
EC2 = f"arn:aws:ec2:eu-west-1:{A}"
NOTHING = FunctionConfiguration()


def world(
    *statements: dict[str, Any],
    configuration: FunctionConfiguration | None = NOTHING,
    destinations: tuple[Destinations, ...] = (),
    **there: Any,
) -> FunctionView:
    there.setdefault("roles", (role(*statements, trust=LAMBDA),))
    asked = replace(function(), role=R, configuration=configuration, destinations=destinations)
    return view("f", functions=(asked,), **there)


def needed(needs: Needs, setting: Setting) -> set[tuple[str, str]]:
    return {(n.part.request.action, n.part.request.resource) for n in needs.required if n.setting is setting}


def lacking(needs: Needs) -> list[str]:
    return [need.part.request.action for need in needs.lacking]


class TestSettings:
    def test_every_function_writes_logs(self) -> None:
        group = f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/f:log-stream:"
        needs = world(LOGS).needs()

        assert needs
        assert needed(needs, Setting.LOGS) == {
            ("logs:CreateLogGroup", group),
            ("logs:CreateLogStream", f"{group}*"),
            ("logs:PutLogEvents", f"{group}*"),
        }
        assert {n.setting for n in needs.required} == {Setting.LOGS}

    @pytest.mark.parametrize("action", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])
    def test_without_logs_it_runs_but_says_nothing(self, action: str) -> None:
        others = [a for a in LOGS["Action"] if a != action]
        (need,) = world(allow(others, STREAMS)).needs().lacking

        assert need.part.request.action == action
        assert need.without == "the function runs, but its logs are lost"

    def test_a_log_group_of_its_own(self) -> None:
        needs = world(LOGS, configuration=FunctionConfiguration(log_group="/photos")).needs()

        assert lacking(needs) == LOGS["Action"]
        assert ":log-group:/photos:" in needs.required[0].part.request.resource

    def test_a_vpc_needs_network_interfaces(self) -> None:
        inside = FunctionConfiguration("vpc-1", ("subnet-1",), ("sg-1",))
        managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
        needs = world(LOGS, configuration=inside).needs()

        assert needed(needs, Setting.VPC) == {
            ("ec2:CreateNetworkInterface", f"{EC2}:network-interface/*"),
            ("ec2:CreateNetworkInterface", f"{EC2}:subnet/subnet-1"),
            ("ec2:CreateNetworkInterface", f"{EC2}:security-group/sg-1"),
            ("ec2:DescribeNetworkInterfaces", "*"),
            ("ec2:DescribeSubnets", "*"),
            ("ec2:DeleteNetworkInterface", f"{EC2}:network-interface/*"),
            ("ec2:AssignPrivateIpAddresses", f"{EC2}:network-interface/*"),
            ("ec2:UnassignPrivateIpAddresses", f"{EC2}:network-interface/*"),
        }
        assert len(needs.lacking) == 8
        enough = replace(role(trust=LAMBDA), attached=(managed,))
        assert world(configuration=inside, roles=(enough,)).needs()

    def test_a_denial_to_the_code_does_not_keep_lambda_from_its_interfaces(self) -> None:
        """K2: calls for network interfaces do not name the function."""
        inside = FunctionConfiguration("vpc-1", ("subnet-1",), ("sg-1",))
        code = deny("ec2:*", "*", Condition={"ArnEquals": {"lambda:SourceFunctionArn": F}})

        assert world(LOGS, allow("ec2:*", "*"), code, configuration=inside).needs()

    def test_active_tracing_sends_segments(self) -> None:
        needs = world(LOGS, configuration=FunctionConfiguration(tracing="Active")).needs()

        assert lacking(needs) == ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        assert needed(world(LOGS).needs(), Setting.TRACING) == set()

    @pytest.mark.parametrize(("target", "action"), [(QUEUE, "sqs:SendMessage"), (TOPIC, "sns:Publish")])
    def test_a_dead_letter_queue_must_be_written_to(self, target: str, action: str) -> None:
        """The flip of L17: the function runs, the delivery fails silently."""
        dead = FunctionConfiguration(dead_letter=target)
        needs = world(LOGS, configuration=dead).needs()

        assert lacking(needs) == [action]
        assert needs.lacking[0].without == "the function runs, but events that failed are lost without a word"
        assert world(LOGS, allow(action, target), configuration=dead).needs()

    @pytest.mark.parametrize(
        ("target", "asked"),
        [
            (QUEUE, {("sqs:SendMessage", QUEUE)}),
            (TOPIC, {("sns:Publish", TOPIC)}),
            (f"{F}:next", {("lambda:InvokeFunction", f"{F}:next")}),
            (BUS, {("events:PutEvents", BUS)}),
            (BUCKET, {("s3:ListBucket", BUCKET), ("s3:PutObject", f"{BUCKET}/*")}),
        ],
        ids=["sqs", "sns", "lambda", "events", "s3"],
    )
    def test_a_destination_must_be_written_to(self, target: str, asked: set[tuple[str, str]]) -> None:
        sent = (Destinations(FunctionArn.parse(f"{F}:live"), target, target),)
        needs = world(LOGS, destinations=sent).needs()

        assert needed(needs, Setting.DESTINATION) == asked
        assert sorted(lacking(needs)) == sorted(action for action, _ in asked)
        assert world(LOGS, *(allow(*one) for one in asked), destinations=sent).needs()

    def test_a_destination_of_another_account_must_let_the_role_in(self) -> None:
        foreign = f"arn:aws:sqs:eu-west-1:{B}:results"
        sent = (Destinations(FunctionArn.parse(F), foreign),)
        grant = allow("sqs:SendMessage", foreign)
        names_role = policy("queue", allow("sqs:SendMessage", foreign, Principal={"AWS": R}))
        queue = Resource(foreign, B, PolicyKind.QUEUE, names_role)

        shut = world(LOGS, grant, destinations=sent).needs()
        assert lacking(shut) == ["sqs:SendMessage"]
        assert [n.part.request.resource for n in shut.beyond] == [foreign]
        assert world(LOGS, grant, destinations=sent, resources=(queue,)).needs()

    def test_a_file_system_is_mounted_through_its_access_point(self) -> None:
        mounted = FunctionConfiguration(file_systems=(ACCESS_POINT,))
        needs = world(LOGS, configuration=mounted).needs()
        through = {"StringEquals": {"elasticfilesystem:AccessPointArn": ACCESS_POINT}}
        other = {"StringEquals": {"elasticfilesystem:AccessPointArn": f"{ACCESS_POINT}2"}}
        actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]

        assert lacking(needs) == actions
        assert world(LOGS, allow(actions, FILE_SYSTEMS, Condition=through), configuration=mounted).needs()
        assert not world(LOGS, allow(actions, FILE_SYSTEMS, Condition=other), configuration=mounted).needs()

    def test_a_customers_key_for_the_environment_must_decrypt(self) -> None:
        encrypted = FunctionConfiguration(key=KEY)
        needs = world(LOGS, configuration=encrypted).needs()
        asked = {"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": F}}

        assert lacking(needs) == ["kms:Decrypt"]
        assert world(LOGS, allow("kms:Decrypt", KEY, Condition=asked), configuration=encrypted).needs()

    def test_an_encrypted_dead_letter_queue_needs_its_key(self) -> None:
        queue = Resource(QUEUE, A, PolicyKind.QUEUE, key=KEY)
        dead = FunctionConfiguration(dead_letter=QUEUE)
        needs = world(LOGS, allow("sqs:SendMessage", QUEUE), configuration=dead, resources=(queue,)).needs()

        assert lacking(needs) == ["kms:GenerateDataKey", "kms:Decrypt"]

    def test_event_sources_are_polled(self) -> None:
        """L16; so is what happens to batches that failed."""
        mapping = EventSourceMapping(
            "u-1", FunctionArn.parse(f"{F}:live"), EventSourceKind.SQS, QUEUE, on_failure=TOPIC
        )
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sns:Publish"]
        needs = world(LOGS, event_sources=(mapping,)).needs()

        assert lacking(needs) == actions
        assert {n.setting for n in needs.lacking} == {Setting.EVENT_SOURCE}
        assert world(LOGS, allow(actions, [QUEUE, TOPIC]), event_sources=(mapping,)).needs()

    def test_a_disabled_mapping_says_so(self) -> None:
        mapping = EventSourceMapping("u-1", FunctionArn.parse(F), EventSourceKind.SQS, QUEUE, enabled=False)

        assert f"the mapping of {QUEUE} is disabled at present" in world(LOGS, event_sources=(mapping,)).needs().notes


class TestOwnCalls:
    """K2: newer pages say Lambda's own logging names the function, older ones that it does not."""

    @pytest.mark.inferred
    def test_a_grant_that_asks_for_the_function_rests_on_it(self) -> None:
        grant = {**LOGS, "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": F}}}
        needs = world(grant).needs()

        assert needs
        assert {n.part.rests_on for n in needs.required} == {(OWN_CALLS_NAME_FUNCTION,)}
        assert {n.part.rests_on for n in world(LOGS).needs().required} == {()}


class TestTrust:
    """L19."""

    def test_lambda_must_be_trusted(self) -> None:
        people = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{A}:root"}, "Action": "sts:AssumeRole"}]
        needs = world(roles=(role(LOGS, trust=people),)).needs()

        assert not needs
        assert needs.lacking == ()
        assert needs.trust is not None
        assert needs.trust.aws is not None
        assert needs.trust.aws.text == "The role defined for the function cannot be assumed by Lambda."
        assert "lambda.amazonaws.com may not assume the role" in str(needs)

    @pytest.mark.parametrize(("account", "trusted"), [(A, True), (B, False)])
    def test_it_may_ask_for_the_account(self, account: str, trusted: bool) -> None:  # noqa: FBT001
        asking = [{**LAMBDA[0], "Condition": {"StringEquals": {"aws:SourceAccount": account}}}]

        assert bool(world(roles=(role(LOGS, trust=asking),)).needs()) is trusted

    def test_a_role_whose_trust_is_not_known_is_not_trusted(self) -> None:
        assert not world(roles=(role(LOGS),)).needs()


class TestExcess:
    def test_what_no_setting_needs_is_told_without_blame(self) -> None:
        needs = world(LOGS, allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*", Sid="Results")).needs()

        assert [(e.action, e.resources, e.statement.sid) for e in needs.excess] == [
            ("s3:GetObject", (f"{BUCKET}/*",), "Results"),
            ("s3:PutObject", (f"{BUCKET}/*",), "Results"),
        ]
        assert needs.excess[0].why == "not needed by the configuration; the code may need it"
        assert needs

    def test_a_wildcard_is_told_with_what_of_it_is_needed(self) -> None:
        (found,) = world(allow("logs:*", "*")).needs().excess

        assert found.action == "logs:*"
        assert found.needed == ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
        assert found.why.startswith("the configuration needs only logs:CreateLogGroup")

    def test_the_right_action_on_another_resource_is_beyond(self) -> None:
        needs = world(LOGS, allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:/else:*")).needs()

        assert [e.action for e in needs.excess] == ["logs:PutLogEvents"]

    def test_everything_but_something_is_beyond(self) -> None:
        everything = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
        (found,) = world(everything).needs().excess

        assert found.action == "everything but iam:*"
        assert found.needed == ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")

    def test_denials_are_never_in_excess(self) -> None:
        assert world(LOGS, deny("s3:*", "*")).needs().excess == ()


STREAM = f"arn:aws:kinesis:eu-west-1:{A}:stream/s"
WHOLE = FunctionConfiguration(
    "vpc-1", ("subnet-1", "subnet-2"), ("sg-1",), "Active", QUEUE, (ACCESS_POINT,), KEY, "/photos"
)
SENT = (Destinations(FunctionArn.parse(F), BUCKET, TOPIC), Destinations(FunctionArn.parse(f"{F}:live"), BUS, F))
SOURCES = (
    EventSourceMapping("u-1", FunctionArn.parse(F), EventSourceKind.SQS, f"{QUEUE}-in"),
    EventSourceMapping(
        "u-2",
        FunctionArn.parse(F),
        EventSourceKind.KINESIS,
        f"arn:aws:kinesis:eu-west-1:{A}:stream/s",
        on_failure=QUEUE,
    ),
)


class TestLeastPolicy:
    def whole(self, *statements: dict[str, Any], roles: tuple[IamRole, ...] | None = None) -> FunctionView:
        resources = (Resource(BUCKET, A, PolicyKind.BUCKET), Resource(f"{QUEUE}-in", A, PolicyKind.QUEUE, key=KEY))
        given = roles or (role(*statements, trust=LAMBDA),)
        return world(configuration=WHOLE, destinations=SENT, event_sources=SOURCES, resources=resources, roles=given)

    def test_a_role_with_just_that_policy_lacks_nothing(self) -> None:
        bare = self.whole().needs()
        least = Policy.parse(bare.least, kind=PolicyKind.IDENTITY)
        enough = IamRole(R, trust=policy("trust", *LAMBDA), inline=(least,))

        assert len(bare.lacking) == len(bare.required) > 20
        assert bare.beyond == ()
        again = self.whole(roles=(enough,)).needs()
        assert again
        assert again.excess == ()

    def test_without_any_of_its_statements_something_is_lacking(self) -> None:
        least = self.whole().needs().least
        statements = least["Statement"]
        assert isinstance(statements, list)
        for left_out in range(len(statements)):
            others = [s for place, s in enumerate(statements) if place != left_out]
            assert not self.whole(*others).needs()

    def test_it_is_written_by_settings(self) -> None:
        assert world().needs().least == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Logs",
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": STREAMS,
                }
            ],
        }

    def test_what_another_layer_forbids_it_cannot_give(self) -> None:
        scp = policy("scp", allow("*", "*"), deny("logs:*", "*"))
        needs = world(LOGS, id="o-abcdefghij", accounts=(Account(A, service_control=(scp,)),)).needs()

        assert {type(n.part.decision) for n in needs.lacking} == {ExplicitlyDenied}
        assert needs.beyond == needs.lacking
        assert "would still be refused" in str(needs)


class TestWhatIsNotKnown:
    def test_a_managed_policy(self) -> None:
        """L23: nothing can be decided, but what is needed can be told."""
        unknown = "arn:aws:iam::aws:policy/AWSLambda_Unheard"
        needs = world(roles=(replace(role(LOGS, trust=LAMBDA), attached=(unknown,)),)).needs()

        assert not needs
        assert (needs.required, len(needs.undecided)) == ((), 3)
        assert [o.rule for o in needs.obstacles] == ["L23"]
        assert unknown in str(needs)
        assert needs.least == world().needs().least

    def test_a_role(self) -> None:
        needs = world(roles=()).needs()

        assert not needs
        assert needs.trust is None
        assert needs.least == world().needs().least
        assert needs.to_dict()["satisfied"] is False

    def test_a_configuration(self) -> None:
        needs = world(LOGS, configuration=None).needs()

        assert any("the configuration is not known here" in note for note in needs.notes)

    def test_a_key_that_is_an_alias(self) -> None:
        alias = f"arn:aws:kms:eu-west-1:{A}:alias/photos"
        needs = world(LOGS, configuration=FunctionConfiguration(key=alias)).needs()

        assert any(alias in note for note in needs.notes)

    def test_a_target_that_lambda_does_not_send_to(self) -> None:
        odd = f"arn:aws:states:eu-west-1:{A}:stateMachine:m"
        needs = world(LOGS, configuration=FunctionConfiguration(dead_letter=odd)).needs()

        assert f"what sending to {odd} asks for is not known here" in needs.notes


class TestForms:
    def test_json(self) -> None:
        found = json.loads(json.dumps(world(configuration=FunctionConfiguration(dead_letter=QUEUE)).needs().to_dict()))

        assert (found["function"], found["role"], found["satisfied"]) == (F, R, False)
        assert found["trust"]["decision"]["decision"] == "allowed"
        assert found["lacking"][-1] == {"setting": "dead letter queue", "action": "sqs:SendMessage", "resource": QUEUE}
        assert found["required"][-1]["aws"] == {
            "code": "InvalidParameterValueException",
            "text": "The provided execution role does not have permissions to call SendMessage on SQS",
        }
        assert found["least_policy"]["Statement"][-1]["Sid"] == "FailedEvents"

    def test_text(self) -> None:
        text = str(world(LOGS, configuration=FunctionConfiguration(dead_letter=QUEUE)).needs())

        assert f"- sqs:SendMessage on {QUEUE}: Lambda sends events that failed (L17)" in text
        assert "not allowed; without it: the function runs, but events that failed are lost" in text
        assert "the least policy that would do:" in text
