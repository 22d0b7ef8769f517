"""Whether Lambda may poll a source: L16 with its flips, the recorded admissions (lambda-facts E), and case 68."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from lampolicy import Authorizer, FunctionArn, InvalidName, Root, Service
from lampolicy.decision import ExplicitlyDenied, ImplicitlyDenied, Missing, Side
from lampolicy.function import Answer, AssumedBy, FunctionView
from lampolicy.function._poll import DOCUMENTDB_UNCONFIRMED, NO_FUNCTION_POLICY
from lampolicy.organization import EventSourceKind, EventSourceMapping, ManagedPolicy, Resource
from lampolicy.policy import PolicyKind

from .cast import A, B, F, R, U, allow, deny, function, policy, role, user, view

QUEUE = f"arn:aws:sqs:eu-west-1:{A}:photos"
FOREIGN = f"arn:aws:sqs:eu-west-1:{B}:photos"
STREAM = f"arn:aws:kinesis:eu-west-1:{A}:stream/s"
CONSUMER = f"{STREAM}/consumer/c:1700000000"
TABLE = f"arn:aws:dynamodb:eu-west-1:{A}:table/t"
CHANGES = f"{TABLE}/stream/2026-01-01T00:00:00.000"
CLUSTER = f"arn:aws:kafka:eu-west-1:{A}:cluster/c/7f1d2b3c"
BROKER = f"arn:aws:mq:eu-west-1:{A}:broker:b:b-1"
DOCUMENTS = f"arn:aws:rds:eu-west-1:{A}:cluster:docs"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:sign-in-AbCdEf"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
INTERFACES = f"arn:aws:ec2:eu-west-1:{A}:network-interface/*"

SQS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
MAPPING = "lambda:CreateEventSourceMapping"


def polls(*statements: dict[str, Any], name: str = "f", **there: Any) -> FunctionView:
    there.setdefault("roles", (role(*statements),))
    there.setdefault("functions", (replace(function(), role=R),))
    return view(name, **there)


def asked(answer: Answer) -> set[tuple[str, str]]:
    return {(p.request.action, p.request.resource) for p in answer.parts}


def refused(answer: Answer) -> list[str]:
    return [p.request.action for p in answer.refused]


class TestQueues:
    def test_case_68_the_role_has_all_three_and_the_function_policy_is_empty(self) -> None:
        answer = polls(allow(SQS, QUEUE)).may_poll(QUEUE)

        assert answer
        assert asked(answer) == {(action, QUEUE) for action in SQS}
        assert {p.rule for p in answer.parts} == {"L16"}
        assert NO_FUNCTION_POLICY in answer.notes

    @pytest.mark.parametrize("missing", SQS)
    def test_without_one_aws_names_it(self, missing: str) -> None:
        answer = polls(allow([action for action in SQS if action != missing], QUEUE)).may_poll(QUEUE)

        assert refused(answer) == [missing]
        name = missing.partition(":")[2]
        assert str(answer.first_complaint) == (
            "InvalidParameterValueException: The function execution role does not have permissions to call "
            f"{name} on SQS"
        )

    def test_a_function_policy_for_sqs_changes_nothing(self) -> None:
        grant = allow(Sid="sqs", Principal={"Service": "sqs.amazonaws.com"})
        there = replace(function(unqualified=grant), role=R)

        assert refused(polls(functions=(there,)).may_poll(QUEUE)) == SQS

    def test_another_queue_is_another_resource(self) -> None:
        assert refused(polls(allow(SQS, f"{QUEUE}-2")).may_poll(QUEUE)) == SQS

    def test_the_basic_managed_policy_alone_is_not_enough(self) -> None:
        """The flip of L23."""
        basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        enough = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"

        assert refused(polls(roles=(replace(role(), attached=(basic,)),)).may_poll(QUEUE)) == SQS
        assert polls(roles=(replace(role(), attached=(enough,)),)).may_poll(QUEUE)

    def test_a_denial_of_the_queue_counts(self) -> None:
        """Recorded (lambda-facts E)."""
        closed = Resource(QUEUE, A, PolicyKind.QUEUE, policy("queue", deny("sqs:ReceiveMessage", QUEUE, Principal="*")))
        answer = polls(allow(SQS, QUEUE), resources=(closed,)).may_poll(QUEUE)

        assert refused(answer) == ["sqs:ReceiveMessage"]
        assert isinstance(answer.parts[0].decision, ExplicitlyDenied)

    def test_a_grant_that_asks_for_the_function_is_none_to_the_poller(self) -> None:
        """K2: the poller's calls do not carry `lambda:SourceFunctionArn`."""
        grant = allow(SQS, QUEUE, Condition={"ArnEquals": {"lambda:SourceFunctionArn": F}})

        assert refused(polls(grant).may_poll(QUEUE)) == SQS

    def test_a_denial_to_the_code_leaves_the_poller_alone(self) -> None:
        only = deny(SQS, QUEUE, Condition={"ArnEquals": {"lambda:SourceFunctionArn": F}})

        assert polls(allow(SQS, QUEUE), only).may_poll(QUEUE)

    def test_a_queue_of_another_account_must_let_the_role_in(self) -> None:
        names_role = policy("queue", allow(SQS, FOREIGN, Principal={"AWS": R}))
        open_queue = Resource(FOREIGN, B, PolicyKind.QUEUE, names_role)
        silent_queue = Resource(FOREIGN, B, PolicyKind.QUEUE)
        grant = allow(SQS, FOREIGN)

        assert polls(grant, resources=(open_queue,)).may_poll(FOREIGN)
        answer = polls(grant, resources=(silent_queue,)).may_poll(FOREIGN)
        assert [p.decision for p in answer.parts] == [ImplicitlyDenied((Missing(Side.RESOURCE),))] * 3

    def test_the_boundary_of_the_role_counts(self) -> None:
        edge = f"arn:aws:iam::{A}:policy/edge"
        managed = (ManagedPolicy(edge, policy("identity", allow("s3:*", "*"))),)
        bounded = replace(role(allow(SQS, QUEUE)), boundary=edge)

        assert refused(polls(roles=(bounded,), managed=managed).may_poll(QUEUE)) == SQS


class TestKeys:
    DECRYPT: ClassVar = allow("kms:Decrypt", KEY)

    def encrypted(self, key_policy: dict[str, Any] | None = None) -> tuple[Resource, ...]:
        queue = Resource(QUEUE, A, PolicyKind.QUEUE, key=KEY)
        statements = () if key_policy is None else (Resource(KEY, A, PolicyKind.KEY, policy("key", key_policy)),)
        return (queue, *statements)

    def test_a_customers_key_must_let_the_role_decrypt(self) -> None:
        account = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{A}:root"})
        there = self.encrypted(account)

        assert refused(polls(allow(SQS, QUEUE), resources=there).may_poll(QUEUE)) == ["kms:Decrypt"]
        assert polls(allow(SQS, QUEUE), self.DECRYPT, resources=there).may_poll(QUEUE)

    def test_a_key_policy_that_names_nobody_leaves_it_shut(self) -> None:
        stranger = allow("kms:Decrypt", "*", Principal={"AWS": f"arn:aws:iam::{A}:role/other"})
        answer = polls(allow(SQS, QUEUE), self.DECRYPT, resources=self.encrypted(stranger)).may_poll(QUEUE)

        assert refused(answer) == ["kms:Decrypt"]

    def test_sqs_forwards_the_call(self) -> None:
        """K2: recorded on SQS calling KMS."""
        via = {"StringEquals": {"aws:CalledViaLast": "sqs.amazonaws.com"}, "Bool": {"aws:ViaAWSService": "true"}}
        service = {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}
        there = self.encrypted(allow("kms:*", "*", Principal={"AWS": A}))

        for condition in (via, service):
            grant = allow("kms:Decrypt", KEY, Condition=condition)
            assert polls(allow(SQS, QUEUE), grant, resources=there).may_poll(QUEUE)

    def test_a_key_whose_policy_is_not_known_counts_as_aws_leaves_it(self) -> None:
        answer = polls(allow(SQS, QUEUE), self.DECRYPT, resources=self.encrypted()).may_poll(QUEUE)

        assert answer
        assert any(KEY in note and "default" in note for note in answer.notes)

    def test_the_key_may_be_told(self) -> None:
        answer = polls(allow(SQS, QUEUE)).may_poll(QUEUE, key=KEY)

        assert refused(answer) == ["kms:Decrypt"]


class TestStreams:
    """What admission was seen to ask for; the rest of AWS's documents is a note."""

    @pytest.mark.parametrize(
        ("source", "needed"),
        [
            (STREAM, {(f"kinesis:{n}", STREAM) for n in ("DescribeStream", "GetRecords", "GetShardIterator")}),
            (
                CONSUMER,
                {
                    *(
                        (f"kinesis:{n}", STREAM)
                        for n in ("DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
                    ),
                    ("kinesis:SubscribeToShard", CONSUMER),
                },
            ),
            (CHANGES, {(f"dynamodb:{n}", CHANGES) for n in ("DescribeStream", "GetRecords", "GetShardIterator")}),
        ],
        ids=["kinesis", "consumer", "dynamodb"],
    )
    def test_exactly_this_is_needed(self, source: str, needed: set[tuple[str, str]]) -> None:
        assert asked(polls().may_poll(source)) == needed
        assert polls(*(allow(action, resource) for action, resource in needed)).may_poll(source)
        for one in needed:
            others = [allow(action, resource) for action, resource in needed if (action, resource) != one]
            assert refused(polls(*others).may_poll(source)) == [one[0]]

    def test_what_only_the_documents_list_is_noted(self) -> None:
        grant = allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], CHANGES)
        lacks = polls(grant).may_poll(CHANGES)
        has = polls(grant, allow("dynamodb:ListStreams", "*")).may_poll(CHANGES)

        assert lacks
        assert [n for n in lacks.notes if "dynamodb:ListStreams" in n and "the role lacks it" in n]
        assert [n for n in has.notes if "dynamodb:ListStreams" in n and "the role has it" in n]

    def test_of_a_table_the_stream_is_polled(self) -> None:
        answer = polls(allow("dynamodb:*", "*")).may_poll(TABLE)

        assert not answer
        assert answer.obstacles[0].message == f"`{TABLE}` is a table: Lambda polls its stream"


class TestClustersAndBrokers:
    NETWORK: ClassVar = {
        ("ec2:CreateNetworkInterface", INTERFACES),
        ("ec2:DescribeNetworkInterfaces", "*"),
        ("ec2:DescribeVpcs", "*"),
        ("ec2:DescribeSubnets", "*"),
        ("ec2:DescribeSecurityGroups", "*"),
        ("ec2:DeleteNetworkInterface", INTERFACES),
    }
    SIGN_IN = (("BASIC_AUTH", SECRET),)

    def test_msk(self) -> None:
        found = {
            ("kafka:DescribeCluster", CLUSTER),
            ("kafka:DescribeClusterV2", CLUSTER),
            ("kafka:GetBootstrapBrokers", "*"),
        }
        managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaMSKExecutionRole"

        assert asked(polls().may_poll(CLUSTER)) == found | self.NETWORK
        assert polls(roles=(replace(role(), attached=(managed,)),)).may_poll(CLUSTER)

    def test_mq(self) -> None:
        stream = f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/f:log-stream:*"
        logs = {(f"logs:{n}", stream) for n in ("CreateLogStream", "PutLogEvents")}
        logs |= {("logs:CreateLogGroup", stream.removesuffix("*"))}
        found = {("mq:DescribeBroker", BROKER), ("secretsmanager:GetSecretValue", SECRET)}

        assert asked(polls().may_poll(BROKER, access=self.SIGN_IN)) == found | self.NETWORK | logs

    def test_self_managed_kafka_in_a_vpc_and_outside(self) -> None:
        network = (("VPC_SUBNET", "subnet:subnet-1"), ("VPC_SECURITY_GROUP", "security_group:sg-1"))
        place = f"arn:aws:ec2:eu-west-1:{A}"
        taking_part = {
            ("ec2:CreateNetworkInterface", f"{place}:subnet/subnet-1"),
            ("ec2:CreateNetworkInterface", f"{place}:security-group/sg-1"),
        }
        sign_in = {("secretsmanager:GetSecretValue", SECRET)}

        assert asked(polls().may_poll(None, access=self.SIGN_IN)) == sign_in
        assert asked(polls().may_poll(None, access=(*self.SIGN_IN, *network))) == sign_in | self.NETWORK | taking_part

    @pytest.mark.inferred
    def test_documentdb_rests_on_what_is_not_confirmed(self) -> None:
        answer = polls().may_poll(DOCUMENTS, access=self.SIGN_IN)

        found = {("rds:DescribeDBClusters", DOCUMENTS), ("secretsmanager:GetSecretValue", SECRET)}
        assert asked(answer) == found | self.NETWORK
        assert {p.rests_on for p in answer.parts} == {(DOCUMENTDB_UNCONFIRMED,)}

    def test_a_known_mapping_tells_how_it_signs_in(self) -> None:
        mapping = EventSourceMapping("u-1", FunctionArn.parse(F), EventSourceKind.MQ, BROKER, access=self.SIGN_IN)
        there = polls(event_sources=(mapping,))

        for source in (BROKER, "u-1", mapping):
            assert ("secretsmanager:GetSecretValue", SECRET) in asked(there.may_poll(source))


class TestWhatCannotBePolled:
    @pytest.mark.parametrize("source", ["arn:aws:s3:::photos", f"arn:aws:sns:eu-west-1:{A}:topic"])
    def test_what_pushes_is_not_polled(self, source: str) -> None:
        answer = polls(allow("*", "*")).may_poll(source)

        assert not answer
        assert answer.obstacles[0].rule == "L16"

    def test_an_unknown_role_is_an_obstacle(self) -> None:
        assert [o.rule for o in polls(roles=()).may_poll(QUEUE).obstacles] == ["L20"]

    def test_an_unknown_managed_policy_is_an_obstacle_told_once(self) -> None:
        unknown = "arn:aws:iam::aws:policy/AWSLambda_Unheard"
        answer = polls(roles=(replace(role(), attached=(unknown,)),)).may_poll(QUEUE)

        assert [o.rule for o in answer.obstacles] == ["L23"]
        assert not answer

    def test_names_that_are_none(self) -> None:
        with pytest.raises(InvalidName):
            polls().may_poll("photos")
        with pytest.raises(InvalidName, match="sqs, kinesis"):
            polls().may_poll(QUEUE, "queue")


class TestMaking:
    """L16, L22: `lambda:CreateEventSourceMapping` has no resource type; `lambda:FunctionArn` restricts it."""

    ROLE = (allow(SQS, QUEUE),)

    def test_the_person_needs_it_on_everything(self) -> None:
        on_function = user(allow(MAPPING, F))
        on_all = user(allow(MAPPING, "*"))

        assert polls(*self.ROLE, users=(on_all,)).may_create_mapping(U, QUEUE)
        assert refused(polls(*self.ROLE, users=(on_function,)).may_create_mapping(U, QUEUE)) == [MAPPING]

    def test_the_function_is_a_condition_key(self) -> None:
        live = user(allow(MAPPING, "*", Condition={"ArnEquals": {"lambda:FunctionArn": f"{F}:live"}}))

        assert polls(*self.ROLE, users=(live,), name="f:live").may_create_mapping(U, QUEUE)
        assert not polls(*self.ROLE, users=(live,)).may_create_mapping(U, QUEUE)

    @pytest.mark.parametrize(
        "condition",
        [
            {"Bool": {"aws:SecureTransport": "true"}},
            {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
            {"ArnEquals": {"lambda:FunctionArn": F}},
            {"Bool": {"aws:SecureTransport": "false"}},
            {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        ],
    )
    def test_both_ways_of_asking_decide_alike(self, condition: dict[str, Any]) -> None:
        """K2: the call goes over TLS, to the function's region."""
        fn = polls(*self.ROLE, users=(user(allow(MAPPING, "*", Condition=condition)),))
        authorizer = fn.authorizer
        assert isinstance(authorizer, Authorizer)
        deployed = authorizer.may_deploy(U, "CreateEventSourceMapping", function=F, source_arn=QUEUE)

        assert bool(fn.may_create_mapping(U, QUEUE)) is bool(deployed)

    def test_the_role_needs_the_rest_whoever_asks(self) -> None:
        answer = polls().may_create_mapping(Root(A), QUEUE)

        assert answer.parts[0].decision
        assert refused(answer) == SQS
        assert answer.first_complaint is not None
        assert answer.first_complaint.aws is not None
        assert answer.first_complaint.aws.code == "InvalidParameterValueException"

    def test_what_the_person_lacks_comes_first(self) -> None:
        answer = polls(users=(user(),)).may_create_mapping(U, QUEUE)

        assert refused(answer) == [MAPPING, *SQS]
        assert answer.first_complaint is not None
        assert answer.first_complaint.cause is answer.parts[0]

    def test_the_persons_right_does_not_help_the_role(self) -> None:
        assert refused(polls(users=(user(allow("*", "*")),)).may_create_mapping(U, QUEUE)) == SQS

    def test_an_unknown_role_stands_behind_the_persons_part(self) -> None:
        answer = polls(roles=(), users=(user(),)).may_create_mapping(U, QUEUE)

        assert [c.rule for c in answer.complaints] == ["L16", "L20"]

    @pytest.mark.parametrize("who", [Service("sqs.amazonaws.com"), AssumedBy("pipes.amazonaws.com", R), "anonymous"])
    def test_only_people_and_roles_make_one(self, who: Any) -> None:
        answer = polls(*self.ROLE).may_create_mapping(who, QUEUE)

        assert not answer
        assert answer.parts == ()
