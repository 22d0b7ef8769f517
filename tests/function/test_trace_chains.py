"""A chain of functions: what stands between them hands the event on by its own rule, and the trace follows that rule.

The expectations are those of semantics L4, L5, L7, L16, L17, L20, E12, E16 and section 5.3.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from lampolicy import Authorizer, FunctionArn, InvalidName, Organization
from lampolicy.function import Result, Trace, parse_path, trace
from lampolicy.organization import (
    Account,
    Destinations,
    EventSourceKind,
    EventSourceMapping,
    Function,
    FunctionConfiguration,
    IamRole,
    Resource,
)
from lampolicy.policy import Policy, PolicyKind

A, B = "111122223333", "444455556666"
PLACE = f"eu-west-1:{A}"
QUEUE = f"arn:aws:sqs:{PLACE}:jobs"
TOPIC = f"arn:aws:sns:{PLACE}:news"
STREAM = f"arn:aws:kinesis:{PLACE}:stream/clicks"
CONSUMER = f"{STREAM}/consumer/second:1700000000"
TABLE = f"arn:aws:dynamodb:{PLACE}:table/orders"
CHANGES = f"{TABLE}/stream/2026-01-01T00:00:00.000"
BUS = f"arn:aws:events:{PLACE}:event-bus/shop"
RULE = f"arn:aws:events:{PLACE}:rule/shop/paid"
MACHINE = f"arn:aws:states:{PLACE}:stateMachine:checkout"
PIPE = f"arn:aws:pipes:{PLACE}:pipe/jobs"
SCHEDULE = f"arn:aws:scheduler:{PLACE}:schedule/default/nightly"
KEY = f"arn:aws:kms:{PLACE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
R1, R2, R3 = (f"arn:aws:iam::{A}:role/r{n}" for n in (1, 2, 3))
FIRST, SECOND = (f"arn:aws:lambda:{PLACE}:function:{name}" for name in ("first", "second"))
START = "service events.amazonaws.com for arn:aws:events:eu-west-1:111122223333:rule/go -> first"
READ_QUEUE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
READ_STREAM = ["DescribeStream", "GetRecords", "GetShardIterator"]

Statement = dict[str, Any]


def allow(actions: str | list[str], resource: str | list[str] | None = None, **more: Any) -> Statement:
    on = {} if resource is None else {"Resource": resource}
    return {"Effect": "Allow", "Action": actions, **on, **more}


def by(service: str, source: str | None = None, account: str | None = None) -> Statement:
    conditions: Statement = {}
    if source is not None:
        conditions["ArnLike"] = {"aws:SourceArn": source}
    if account is not None:
        conditions["StringEquals"] = {"aws:SourceAccount": account}
    return {"Principal": {"Service": service}, **({"Condition": conditions} if conditions else {})}


def policy(kind: str, *statements: Statement) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=kind)


def trusting(arn: str, service: str, *statements: Statement) -> IamRole:
    trust = policy("trust", allow("sts:AssumeRole", **by(service)))
    return IamRole(arn, trust=trust, inline=(policy("identity", *statements),) if statements else ())


@dataclass(frozen=True)
class World:
    """Two functions; `does` is what the first one's role may do, `reads` what the second one's may."""

    does: tuple[Statement, ...] = ()
    reads: tuple[Statement, ...] = ()
    admits: tuple[Statement, ...] = ()
    mappings: tuple[EventSourceMapping, ...] = ()
    resources: tuple[Resource, ...] = ()
    roles: tuple[IamRole, ...] = ()
    destinations: Destinations | None = None
    dead_letter: str | None = None

    def trace(self, path: str) -> Trace:
        functions = (
            Function(
                FunctionArn.parse(FIRST),
                role=R1,
                policies=_own(FIRST, allow("lambda:InvokeFunction", FIRST, **by("events.amazonaws.com"))),
                configuration=FunctionConfiguration(dead_letter=self.dead_letter),
                destinations=(self.destinations,) if self.destinations else (),
            ),
            Function(FunctionArn.parse(SECOND), role=R2, policies=_own(SECOND, *self.admits)),
        )
        roles = (
            trusting(R1, "lambda.amazonaws.com", *self.does),
            trusting(R2, "lambda.amazonaws.com", *self.reads),
            *self.roles,
        )
        there = Organization(
            accounts=(Account(A), Account(B)),
            functions=functions,
            roles=roles,
            resources=self.resources,
            event_sources=self.mappings,
        )
        return trace(Authorizer(there), path)


def _own(arn: str, *statements: Statement) -> tuple[tuple[FunctionArn, Policy], ...]:
    on = FunctionArn.parse(arn)
    return ((on, policy("function", *({"Sid": f"s{n}", **s} for n, s in enumerate(statements)))),) if statements else ()


def mapping(source: str, kind: EventSourceKind = EventSourceKind.SQS, **more: Any) -> EventSourceMapping:
    return EventSourceMapping(f"id-of-{source}", FunctionArn.parse(SECOND), kind, source, **more)


def asked(found: Trace, hop: int) -> list[tuple[str, str, str]]:
    """What is decided on a hop, counted from the end: who, which action, on what."""
    return [
        (p.request.principal.caller_arn, p.request.action, p.request.resource) for p in found.hops[hop].answer.parts
    ]


def session(role: str, function: str) -> str:
    return f"arn:aws:sts::{A}:assumed-role/{role.rpartition('/')[2]}/{function}"


class TestPolled:
    """L16: whatever stands in a queue or stream is read by the next function's role; nobody invokes."""

    SEND = allow("sqs:SendMessage", QUEUE)
    PATH = f"{START} -> sqs:SendMessage {QUEUE} -> second"

    @pytest.fixture
    def whole(self) -> World:
        return World((self.SEND,), (allow(READ_QUEUE, QUEUE),), mappings=(mapping(QUEUE),))

    def test_a_queue_is_polled_by_the_next_functions_role(self, whole: World) -> None:
        found = whole.trace(self.PATH)

        assert found
        assert [hop.does for hop in found.hops] == [
            "invokes",
            "runs as",
            "sqs:SendMessage",
            "is polled for",
            "runs as",
        ]
        assert asked(found, 2) == [(session(R1, "first"), "sqs:SendMessage", QUEUE)]
        assert asked(found, 3) == [(session(R2, "second"), action, QUEUE) for action in READ_QUEUE]
        assert found.nodes[found.hops[3].start].name == QUEUE

    def test_a_role_that_may_invoke_is_of_no_use_there(self, whole: World) -> None:
        world = replace(whole, does=(self.SEND, allow("lambda:InvokeFunction", SECOND)), reads=())
        found = world.trace(self.PATH)
        assert found.broken is found.hops[3]
        assert found.broken.fix

        (grant,) = found.broken.fix.grants
        assert grant.place.holder == R2
        assert set(grant.statement["Action"]) == set(READ_QUEUE)  # type: ignore[call-overload]
        assert grant.statement["Resource"] == QUEUE

    def test_a_mapping_that_is_not_known_is_said_plainly(self, whole: World) -> None:
        found = replace(whole, mappings=()).trace(self.PATH)

        assert (found.result, found.broken) == (Result.OPEN, None)
        assert found.hops[3].result is Result.OPEN
        assert "no event source mapping" in str(found)
        assert "aws lambda list-event-source-mappings" in str(found)
        assert "aws iam" not in str(found)

    def test_without_the_mapping_a_missing_right_is_told_all_the_same(self, whole: World) -> None:
        found = replace(whole, mappings=(), reads=()).trace(self.PATH)

        assert found.broken is found.hops[3]
        assert "no event source mapping" in str(found)

    def test_a_disabled_mapping_hands_nothing_on(self, whole: World) -> None:
        found = replace(whole, mappings=(mapping(QUEUE, enabled=False),)).trace(self.PATH)

        assert found.broken is found.hops[3]
        assert "disabled" in str(found)

    def test_a_mapping_of_an_alias_invokes_the_alias(self, whole: World) -> None:
        """L2, L4."""
        live = replace(mapping(QUEUE), function=FunctionArn.parse(f"{SECOND}:live"))
        world = replace(whole, mappings=(live,))

        assert world.trace(f"{self.PATH}:live")
        found = world.trace(self.PATH)
        assert found.broken is found.hops[3]
        assert "second:live" in str(found.broken.answer.obstacles[0].message)

    def test_the_same_holds_where_the_queue_begins_the_path(self, whole: World) -> None:
        assert whole.trace(f"queue {QUEUE} -> second")
        assert replace(whole, mappings=()).trace(f"queue {QUEUE} -> second").result is Result.OPEN

    @pytest.mark.parametrize(
        ("action", "target", "source", "kind", "polled"),
        [
            ("kinesis:PutRecord", STREAM, STREAM, EventSourceKind.KINESIS, [f"kinesis:{a}" for a in READ_STREAM]),
            (
                "kinesis:PutRecords",
                STREAM,
                CONSUMER,
                EventSourceKind.KINESIS_CONSUMER,
                [
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                    "kinesis:SubscribeToShard",
                ],
            ),
            ("dynamodb:PutItem", TABLE, CHANGES, EventSourceKind.DYNAMODB, [f"dynamodb:{a}" for a in READ_STREAM]),
            ("dynamodb:DeleteItem", TABLE, CHANGES, EventSourceKind.DYNAMODB, [f"dynamodb:{a}" for a in READ_STREAM]),
        ],
    )
    def test_streams(self, action: str, target: str, source: str, kind: EventSourceKind, polled: list[str]) -> None:
        reads = allow(polled, [STREAM, CONSUMER, CHANGES])
        world = World((allow(action, target),), (reads,), mappings=(mapping(source, kind),))
        found = world.trace(f"{START} -> {action} {target} -> second")

        assert found
        assert [(who, what) for who, what, _ in asked(found, 3)] == [(session(R2, "second"), one) for one in polled]
        broken = replace(world, reads=()).trace(f"{START} -> {action} {target} -> second")
        assert broken.broken is broken.hops[3]

    def test_reading_a_table_leaves_nothing_there(self) -> None:
        """The path then goes on from the function itself."""
        world = World((allow("dynamodb:GetItem", TABLE), allow("lambda:InvokeFunction", SECOND)))
        found = world.trace(f"{START} -> dynamodb:GetItem {TABLE} -> second")

        assert found
        assert asked(found, 3) == [(session(R1, "first"), "lambda:InvokeFunction", SECOND)]

    def test_lambda_itself_reads_so_that_nothing_can_be_given_with_it(self, whole: World) -> None:
        with pytest.raises(InvalidName, match="Lambda itself reads"):
            whole.trace(f"{self.PATH} with aws:SourceIp=203.0.113.7")


class TestEncrypted:
    """K2, E14: the service uses a customer's key with the rights of whoever calls it."""

    QUEUES = Resource(QUEUE, A, PolicyKind.QUEUE, key=KEY)
    PATH = f"{START} -> sqs:SendMessage {QUEUE} -> second"

    def world(self, writes: list[str], reads: list[str]) -> World:
        root = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{A}:root"})
        key = Resource(KEY, A, PolicyKind.KEY, policy("key", root))
        does = (allow("sqs:SendMessage", QUEUE), *((allow(writes, KEY),) if writes else ()))
        read = (allow(READ_QUEUE, QUEUE), *((allow(reads, KEY),) if reads else ()))
        return World(does, read, mappings=(mapping(QUEUE),), resources=(self.QUEUES, key))

    def test_who_writes_and_who_reads_may_use_the_key(self) -> None:
        found = self.world(["kms:GenerateDataKey", "kms:Decrypt"], ["kms:Decrypt"]).trace(self.PATH)

        assert found
        assert [what for _, what, _ in asked(found, 2)] == ["sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"]

    @pytest.mark.parametrize(
        ("writes", "reads", "hop", "refused"),
        [
            ([], ["kms:Decrypt"], 2, ["kms:GenerateDataKey", "kms:Decrypt"]),
            (["kms:GenerateDataKey"], ["kms:Decrypt"], 2, ["kms:Decrypt"]),
            (["kms:GenerateDataKey", "kms:Decrypt"], [], 3, ["kms:Decrypt"]),
        ],
    )
    def test_without_the_key_the_hop_is_broken(
        self, writes: list[str], reads: list[str], hop: int, refused: list[str]
    ) -> None:
        found = self.world(writes, reads).trace(self.PATH)

        assert found.broken is found.hops[hop]
        assert [part.request.action for part in found.hops[hop].answer.refused] == refused

    def test_a_key_bound_to_the_service_lets_it_through(self) -> None:
        """The call reaches KMS by SQS: kms:ViaService."""
        via = {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}
        world = self.world([], ["kms:Decrypt"])
        bound = allow(["kms:GenerateDataKey", "kms:Decrypt"], KEY, Condition=via)

        assert replace(world, does=(*world.does, bound)).trace(self.PATH)


class TestPushed:
    """E12, L5: a service calls with the resource it acts for, and the function's policy alone decides."""

    def test_a_topic(self) -> None:
        admits = allow("lambda:InvokeFunction", SECOND, **by("sns.amazonaws.com", TOPIC))
        world = World((allow("sns:Publish", TOPIC),), admits=(admits,))
        path = f"{START} -> sns:Publish {TOPIC} -> second"
        found = world.trace(path)

        assert found
        assert asked(found, 3) == [("sns.amazonaws.com", "lambda:InvokeFunction", SECOND)]
        other = allow("lambda:InvokeFunction", SECOND, **by("sns.amazonaws.com", f"{TOPIC}-2"))
        assert replace(world, admits=(other,)).trace(path).broken is not None

    def test_a_right_of_the_first_functions_role_is_of_no_use_there(self) -> None:
        world = World((allow("sns:Publish", TOPIC), allow("lambda:InvokeFunction", SECOND)))
        found = world.trace(f"{START} -> sns:Publish {TOPIC} -> second")
        assert found.broken is found.hops[3]
        assert found.broken.fix

        command = found.broken.fix.grants[0].command or ""
        assert command.startswith("aws lambda add-permission")
        assert TOPIC in command

    def test_an_object_in_a_bucket(self) -> None:
        """L7: the bucket's ARN and its owner's account."""
        bucket = Resource("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        admits = allow("lambda:InvokeFunction", SECOND, **by("s3.amazonaws.com", "arn:aws:s3:::photos", A))
        world = World((allow("s3:PutObject", "arn:aws:s3:::photos/*"),), admits=(admits,), resources=(bucket,))
        path = f"{START} -> s3:PutObject arn:aws:s3:::photos/x.png -> second"

        found = world.trace(path)
        assert found
        assert asked(found, 3) == [("s3.amazonaws.com", "lambda:InvokeFunction", SECOND)]
        namesake = replace(bucket, account=B)
        assert replace(world, resources=(namesake,)).trace(path).hops[3].result is Result.REFUSED

    def test_whose_a_bucket_is_hangs_on_what_is_known(self) -> None:
        admits = allow("lambda:InvokeFunction", SECOND, **by("s3.amazonaws.com", "arn:aws:s3:::photos", A))
        world = World((allow("s3:PutObject", "arn:aws:s3:::photos/*"),), admits=(admits,))
        found = world.trace(f"{START} -> s3:PutObject arn:aws:s3:::photos/x.png -> second")

        assert found.hops[3].result is Result.OPEN
        assert "aws:SourceAccount" in str(found)

    def test_a_rule_of_a_bus(self) -> None:
        admits = allow("lambda:InvokeFunction", SECOND, **by("events.amazonaws.com", RULE))
        world = World((allow("events:PutEvents", BUS),), admits=(admits,))
        found = world.trace(f"{START} -> events:PutEvents {BUS} -> rule {RULE} -> second")

        assert found
        assert found.hops[3].answer.parts == ()
        assert asked(found, 4) == [("events.amazonaws.com", "lambda:InvokeFunction", SECOND)]
        assert found.nodes[found.hops[4].start].name == RULE

    def test_which_rule_of_a_bus_it_is_is_not_guessed(self) -> None:
        admits = allow("lambda:InvokeFunction", SECOND, **by("events.amazonaws.com", RULE))
        found = World((allow("events:PutEvents", BUS),), admits=(admits,)).trace(
            f"{START} -> events:PutEvents {BUS} -> second"
        )

        assert found.hops[3].result is Result.OPEN
        assert "rule ARN" in str(found)

    def test_a_rule_of_another_bus_never_matches(self) -> None:
        other = f"arn:aws:events:{PLACE}:rule/other/paid"
        admits = allow("lambda:InvokeFunction", SECOND, **by("events.amazonaws.com", other))
        found = World((allow("events:PutEvents", BUS),), admits=(admits,)).trace(
            f"{START} -> events:PutEvents {BUS} -> {other} -> second"
        )

        assert found.broken is found.hops[3]

    def test_a_step_may_carry_condition_keys(self) -> None:
        admits = allow(
            "lambda:InvokeFunction", SECOND, Principal="*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}
        )
        world = World((allow("sns:Publish", TOPIC),), admits=(admits,))

        assert world.trace(f"{START} -> sns:Publish {TOPIC} -> second with aws:SourceVpc=vpc-1").hops[3]


class TestDelivered:
    """From one place to the next: the queue's policy for the service, or a role that the service assumes."""

    def queue(self, *statements: Statement, key: str | None = None) -> Resource:
        return Resource(QUEUE, A, PolicyKind.QUEUE, policy("queue", *statements) if statements else None, key=key)

    def world(self, *resources: Resource) -> World:
        return World(
            (allow("sns:Publish", TOPIC),),
            (allow(READ_QUEUE, QUEUE),),
            mappings=(mapping(QUEUE),),
            resources=resources,
        )

    PATH = f"{START} -> sns:Publish {TOPIC} -> queue {QUEUE} -> second"

    def test_a_topic_delivers_to_a_queue_by_the_queues_policy(self) -> None:
        admits = allow("sqs:SendMessage", QUEUE, **by("sns.amazonaws.com", TOPIC))
        found = self.world(self.queue(admits)).trace(self.PATH)

        assert found
        assert asked(found, 3) == [("sns.amazonaws.com", "sqs:SendMessage", QUEUE)]
        assert asked(found, 4) == [(session(R2, "second"), action, QUEUE) for action in READ_QUEUE]

    def test_of_another_topic_it_takes_nothing(self) -> None:
        admits = allow("sqs:SendMessage", QUEUE, **by("sns.amazonaws.com", f"{TOPIC}-2"))
        found = self.world(self.queue(admits)).trace(self.PATH)
        assert found.broken is found.hops[3]
        assert found.broken.fix

        (grant,) = found.broken.fix.grants
        assert grant.place.holder == QUEUE
        assert grant.statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert TOPIC in json.dumps(grant.statement["Condition"])

    def test_a_queue_without_a_policy_takes_nothing(self) -> None:
        assert self.world(self.queue()).trace(self.PATH).hops[3].result is Result.REFUSED

    def test_a_queue_that_is_not_known_leaves_it_open(self) -> None:
        found = self.world().trace(self.PATH)

        assert found.hops[3].result is Result.OPEN
        assert "aws sqs get-queue-attributes" in str(found)

    def test_an_encrypted_queue_needs_its_keys_policy_too(self) -> None:
        admits = allow("sqs:SendMessage", QUEUE, **by("sns.amazonaws.com", TOPIC))
        use = allow(["kms:GenerateDataKey*", "kms:Decrypt"], "*", **by("sns.amazonaws.com"))
        root = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{A}:root"})

        def keyed(*statements: Statement) -> Resource:
            return Resource(KEY, A, PolicyKind.KEY, policy("key", root, *statements))

        whole = replace(
            self.world(self.queue(admits, key=KEY), keyed(use)),
            reads=(allow(READ_QUEUE, QUEUE), allow("kms:Decrypt", KEY)),
        )
        assert whole.trace(self.PATH)
        assert asked(whole.trace(self.PATH), 3)[1:] == [
            ("sns.amazonaws.com", "kms:GenerateDataKey", KEY),
            ("sns.amazonaws.com", "kms:Decrypt", KEY),
        ]
        closed = replace(whole, resources=(self.queue(admits, key=KEY), keyed())).trace(self.PATH)
        assert closed.broken is closed.hops[3]
        assert {part.request.action for part in closed.broken.answer.refused} == {"kms:GenerateDataKey", "kms:Decrypt"}

    @pytest.mark.parametrize(
        ("start", "service", "source"),
        [
            (f"topic {TOPIC}", "sns.amazonaws.com", TOPIC),
            (f"bucket photos in {A}", "s3.amazonaws.com", "arn:aws:s3:::photos"),
            (f"rule {RULE}", "events.amazonaws.com", RULE),
        ],
    )
    def test_a_path_may_begin_with_several_places(self, start: str, service: str, source: str) -> None:
        admits = allow("sqs:SendMessage", QUEUE, **by(service, source))
        found = self.world(self.queue(admits)).trace(f"{start} -> queue {QUEUE} -> second")

        assert found
        assert asked(found, 0) == [(service, "sqs:SendMessage", QUEUE)]
        assert [node.kind for node in found.nodes] == ["source", "relay", "function", "role"]

    def test_somebody_may_begin_it_by_hand(self) -> None:
        path = f"arn:aws:iam::{A}:role/r3 -> {QUEUE} -> second"
        sender = trusting(R3, "ec2.amazonaws.com", allow("sqs:SendMessage", QUEUE))
        found = replace(self.world(self.queue()), roles=(sender,)).trace(path)

        assert found
        assert asked(found, 0)[0][1:] == ("sqs:SendMessage", QUEUE)

    def test_a_stream_behind_a_service_takes_a_role(self) -> None:
        found = World().trace(f"rule {RULE} -> {STREAM} -> second")

        assert found.hops[0].result is Result.OPEN
        assert "as ROLE" in str(found)

    def test_a_rule_with_a_role_writes_to_a_stream(self) -> None:
        role = trusting(R3, "events.amazonaws.com", allow("kinesis:PutRecord", STREAM))
        read = allow([f"kinesis:{a}" for a in READ_STREAM], STREAM)
        world = World(reads=(read,), roles=(role,), mappings=(mapping(STREAM, EventSourceKind.KINESIS),))
        found = world.trace(f"rule {RULE} as {R3} -> {STREAM} -> second")

        assert found
        assert [what for _, what, _ in asked(found, 0)] == ["sts:AssumeRole", "kinesis:PutRecord"]

    def test_what_nothing_passes_through_is_refused(self) -> None:
        with pytest.raises(InvalidName, match="hands no event on"):
            parse_path(f"{START} -> arn:aws:ec2:{PLACE}:instance/i-1 -> second", Organization())


class TestByRole:
    """5.3: Step Functions, Scheduler and Pipes assume a role; the function's policy grants them nothing."""

    def test_a_state_machine(self) -> None:
        role = trusting(R3, "states.amazonaws.com", allow("lambda:InvokeFunction", SECOND))
        world = World((allow("states:StartExecution", MACHINE),), roles=(role,))
        found = world.trace(f"{START} -> states:StartExecution {MACHINE} as {R3} -> second")

        assert found
        assert [(who, what) for who, what, _ in asked(found, 3)] == [
            ("states.amazonaws.com", "sts:AssumeRole"),
            (R3, "lambda:InvokeFunction"),
        ]
        without = replace(world, roles=(trusting(R3, "states.amazonaws.com"),))
        assert without.trace(f"{START} -> states:StartExecution {MACHINE} as {R3} -> second").broken is not None

    @pytest.mark.parametrize("path", [f"{START} -> states:StartExecution {MACHINE} -> second", f"{MACHINE} -> second"])
    def test_which_role_it_is_is_not_guessed(self, path: str) -> None:
        found = World((allow("states:StartExecution", MACHINE),)).trace(path)
        hop = next(hop for hop in found.hops if hop.does == "invokes" and found.nodes[hop.end].name == "second")

        assert hop.result is Result.OPEN
        assert "as ROLE" in str(found)

    def test_a_schedule(self) -> None:
        role = trusting(R3, "scheduler.amazonaws.com", allow("lambda:InvokeFunction", SECOND))

        assert World(roles=(role,)).trace(f"schedule {SCHEDULE} as {R3} -> second")

    def test_a_pipe_reads_and_invokes_as_its_role(self) -> None:
        """The next function's role plays no part: it is not Lambda that polls."""
        rights = (allow(READ_QUEUE, QUEUE), allow("lambda:InvokeFunction", SECOND))
        role = trusting(R3, "pipes.amazonaws.com", *rights)
        world = World((allow("sqs:SendMessage", QUEUE),), roles=(role,))
        path = f"{START} -> sqs:SendMessage {QUEUE} -> pipe {PIPE} as {R3} -> second"
        found = world.trace(path)

        assert found
        assert [what for _, what, _ in asked(found, 3)] == ["sts:AssumeRole", *READ_QUEUE]
        assert [what for _, what, _ in asked(found, 4)] == ["sts:AssumeRole", "lambda:InvokeFunction"]
        blind = replace(world, roles=(trusting(R3, "pipes.amazonaws.com", rights[1]),)).trace(path)
        assert blind.broken is blind.hops[3]


class TestFunctions:
    """L17, L20: a function invokes another, or its results go there."""

    def test_by_itself_or_by_the_action(self) -> None:
        world = World((allow("lambda:InvokeFunction", SECOND),), (allow("s3:PutObject", "arn:aws:s3:::b/*"),))
        short, long = (
            world.trace(f"{START} -> {step} -> s3:PutObject arn:aws:s3:::b/x")
            for step in ("second", f"lambda:InvokeFunction {SECOND}")
        )

        assert short
        assert [hop.does for hop in long.hops] == [hop.does for hop in short.hops]
        assert [hop.answer.parts[0].request for hop in long.hops] == [hop.answer.parts[0].request for hop in short.hops]
        assert asked(short, 2) == [(session(R1, "first"), "lambda:InvokeFunction", SECOND)]
        assert asked(short, 4)[0][0] == session(R2, "second")

    def test_a_destination_is_written_to_by_lambda_as_the_role(self) -> None:
        """K2: without lambda:SourceFunctionArn, which only the function's code carries."""
        where = Destinations(FunctionArn.parse(FIRST), on_failure=QUEUE)
        by_code = allow("sqs:SendMessage", QUEUE, Condition={"ArnEquals": {"lambda:SourceFunctionArn": FIRST}})
        world = World((by_code,), (allow(READ_QUEUE, QUEUE),), mappings=(mapping(QUEUE),), destinations=where)

        refused = world.trace(f"{START} -> queue {QUEUE} -> second")
        assert refused.broken is refused.hops[2]
        allowed = replace(world, does=(allow("sqs:SendMessage", QUEUE),)).trace(f"{START} -> queue {QUEUE} -> second")
        assert allowed
        assert [hop.does for hop in allowed.hops] == [
            "invokes",
            "runs as",
            "sends events that failed to",
            "is polled for",
            "runs as",
        ]

    def test_a_dead_letter_queue(self) -> None:
        world = World((allow("sqs:SendMessage", QUEUE),), dead_letter=QUEUE)
        found = world.trace(f"{START} -> queue {QUEUE}")

        assert found
        assert found.hops[2].does == "sends events that failed to"
        assert replace(world, does=()).trace(f"{START} -> queue {QUEUE}").broken is not None

    def test_a_function_as_destination(self) -> None:
        where = Destinations(FunctionArn.parse(FIRST), on_success=SECOND)
        world = World((allow("lambda:InvokeFunction", SECOND),), destinations=where)
        found = world.trace(f"{START} -> second")

        assert found
        assert found.hops[2].does == "sends its results to"

    def test_what_is_no_known_destination_is_not_guessed(self) -> None:
        found = World((allow("sqs:SendMessage", QUEUE),)).trace(f"{START} -> queue {QUEUE}")

        assert found.hops[2].result is Result.OPEN
        assert "`sqs:SendMessage " in str(found)


class TestForms:
    PATH = f"{START} -> sns:Publish {TOPIC} -> queue {QUEUE} -> second"

    @pytest.fixture
    def found(self) -> Trace:
        return World(
            (allow("sns:Publish", TOPIC),),
            (allow(READ_QUEUE, QUEUE),),
            mappings=(mapping(QUEUE),),
            resources=(Resource(QUEUE, A, PolicyKind.QUEUE),),
        ).trace(self.PATH)

    def test_text(self, found: Trace) -> None:
        text = str(found)

        assert f"{TOPIC} delivers to {QUEUE}: REFUSED" in text
        assert "not reached" in text
        assert text.splitlines()[0] == str(found.path)

    def test_json_links_every_hop_to_its_nodes(self, found: Trace) -> None:
        wire = json.loads(json.dumps(found.to_dict()))

        assert [node["kind"] for node in wire["nodes"]] == [
            "source",
            "function",
            "role",
            "target",
            "relay",
            "function",
            "role",
        ]
        assert [(hop["from"], hop["to"]) for hop in wire["hops"]] == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
        assert [hop["reached"] for hop in wire["hops"]] == [True, True, True, True, False, False]

    def test_mermaid_draws_the_chain(self, found: Trace) -> None:
        mermaid = found.mermaid()

        assert re.findall(r"n(\d) (?:-->|-\.->)\|.*\| n(\d)", mermaid) == [
            ("0", "1"),
            ("1", "2"),
            ("2", "3"),
            ("3", "4"),
            ("4", "5"),
            ("5", "6"),
        ]

    def test_svg_names_every_place(self, found: Trace) -> None:
        svg = found.svg()

        assert svg.count('class="name"') >= len(found.nodes)
        assert ">relay<" in svg

    def test_the_path_names_every_place(self, found: Trace) -> None:
        assert str(found.path).split(" -> ")[1:] == ["first", f"sns:Publish on {TOPIC}", QUEUE, "second"]

    @pytest.mark.parametrize(
        "path",
        [
            f"{START} -> sns:Publish on {TOPIC} -> {QUEUE} -> second",
            f"url by anonymous -> first -> states:StartExecution on {MACHINE} as {R3} -> second",
            f"{SCHEDULE} as {R3} -> {QUEUE} -> second -> dynamodb:PutItem on {TABLE}",
            f"bucket photos in {A} -> {PIPE} as {R3} -> second",
            f"service scheduler.amazonaws.com for {SCHEDULE} in {A} as {R3} -> second",
        ],
    )
    def test_a_path_is_written_as_it_is_read(self, path: str) -> None:
        assert str(parse_path(path, Organization())) == path

    def test_a_long_chain_stays_in_the_picture(self) -> None:
        svg = World().trace(" -> ".join([f"topic {TOPIC}", *["first", "second"] * 30])).svg()
        texts = re.findall(r'<text class="[^"]*" x="(\d+)" y="\d+">([^<]*)<', svg)

        assert len(texts) > 60
        assert max(int(x) + 7.3 * len(text) for x, text in texts) < 840
