"""Every step of polling, deploying and running is decided as the law decides it, and the least policy is the least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from lampolicy import Authorizer, FunctionArn, Organization
from lampolicy.decision import Allowed
from lampolicy.function import Answer, Needs, Part
from lampolicy.organization import Destinations, EventSourceKind, EventSourceMapping, FunctionConfiguration, IamRole
from lampolicy.reference import decide

from .cast import A, F, R, U, allow, deny, function, policy, role, user

LAW = settings(max_examples=60, derandomize=True, database=None, deadline=None)
HERE = f"eu-west-1:{A}"
QUEUES = tuple(f"arn:aws:sqs:{HERE}:{name}" for name in ("jobs", "failed"))
TOPIC = f"arn:aws:sns:{HERE}:failed"
BUS = f"arn:aws:events:{HERE}:event-bus/results"
STREAM = f"arn:aws:kinesis:{HERE}:stream/clicks"
TABLE = f"arn:aws:dynamodb:{HERE}:table/orders/stream/2026-01-01T00:00:00.000"
KEY = f"arn:aws:kms:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MOUNT = f"arn:aws:elasticfilesystem:{HERE}:access-point/fsap-1"
LAYER = f"arn:aws:lambda:{HERE}:layer:tools:3"
LAMBDA = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
KINDS = {
    QUEUES[0]: EventSourceKind.SQS,
    STREAM: EventSourceKind.KINESIS,
    f"{STREAM}/consumer/app:1": EventSourceKind.KINESIS_CONSUMER,
    TABLE: EventSourceKind.DYNAMODB,
}
SINKS = st.none() | st.sampled_from((*QUEUES, TOPIC, BUS, f"arn:aws:lambda:{HERE}:function:next"))

CONFIGURATIONS = st.builds(
    FunctionConfiguration,
    subnets=st.sampled_from(((), ("subnet-1",), ("subnet-1", "subnet-2"))),
    security_groups=st.sampled_from(((), ("sg-1",))),
    tracing=st.sampled_from(("PassThrough", "Active")),
    dead_letter=st.sampled_from((None, QUEUES[1], TOPIC)),
    file_systems=st.sampled_from(((), (MOUNT,))),
    key=st.sampled_from((None, KEY)),
    log_group=st.sampled_from((None, "/photos")),
)
ACTIONS = (
    *("*", "lambda:*", "lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:GetLayerVersion"),
    *("lambda:CreateEventSourceMapping", "iam:PassRole", "sqs:*", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
    *("sqs:GetQueueAttributes", "kinesis:*", "kinesis:GetRecords", "dynamodb:*", "logs:*", "ec2:*", "kms:Decrypt"),
)
CONDITIONS: tuple[Mapping[str, Any], ...] = (
    {},
    {},
    {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}},
    {"Condition": {"ArnLike": {"lambda:FunctionArn": F}}},
    {"Condition": {"Null": {"lambda:SourceFunctionArn": "true"}}},
    {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
    {"Condition": {"ForAllValues:StringEquals": {"lambda:Layer": [LAYER]}}},
)
STATEMENTS = st.lists(
    st.builds(
        lambda write, action, resource, more: write(action, resource, **more),
        st.sampled_from((allow, allow, allow, deny)),
        st.sampled_from(ACTIONS),
        st.sampled_from(("*", "*", "*", F, R, QUEUES[0], STREAM, LAYER)),
        st.sampled_from(CONDITIONS),
    ),
    max_size=4,
).flatmap(lambda found: st.sampled_from((found, [*found, allow("*", "*")])))


@st.composite
def worlds(draw: st.DrawFn) -> Organization:
    """One user, one role, one function with all that a configuration may hold, and what it polls."""
    arn = FunctionArn.parse(F)
    sent = Destinations(arn, on_success=draw(SINKS), on_failure=draw(SINKS))
    made = replace(function(), role=R, configuration=draw(CONFIGURATIONS), destinations=(sent,))
    polled = draw(st.sets(st.sampled_from(sorted(KINDS)), max_size=2))
    return Organization(
        users=(user(*draw(STATEMENTS)),),
        roles=(role(*draw(STATEMENTS), trust=draw(st.sampled_from((LAMBDA, LAMBDA, None)))),),
        functions=(made,),
        event_sources=tuple(
            EventSourceMapping(f"{number}" * 8, arn, KINDS[source], source, on_failure=draw(SINKS))
            for number, source in enumerate(sorted(polled))
        ),
    )


def agrees(part: Part) -> bool:
    """The specification, written literally, decides a part alike, evidence and all."""
    return part.decision == decide(part.request, part.policies)


def holds(answer: Answer) -> bool:
    """An answer is yes exactly where every step is allowed and nothing else is in the way."""
    steps = all(isinstance(part.decision, Allowed) for part in answer.parts)
    return bool(answer) is (steps and not answer.obstacles) and all(map(agrees, answer.parts))


@LAW
@given(worlds(), st.sampled_from(sorted(KINDS)))
def test_polling_is_each_of_its_steps(organization: Organization, source: str) -> None:
    view = Authorizer(organization).function(F)
    for answer in (view.may_poll(source), view.may_create_mapping(U, source)):
        event(f"{bool(answer)}")
        assert holds(answer)
        assert answer.parts or answer.obstacles
    role_steps = view.may_poll(source).parts
    assert all(part.request.principal.caller_arn.endswith(":assumed-role/R/f") for part in role_steps)
    assert all("lambda:sourcefunctionarn" not in {k.lower() for k in part.request.context} for part in role_steps)


@LAW
@given(
    worlds(),
    st.sampled_from(("CreateFunction", "UpdateFunctionConfiguration")),
    st.sampled_from((None, R)),
    st.sampled_from(((), (LAYER,))),
)
def test_deploying_is_each_of_its_steps(
    organization: Organization, operation: Any, role_arn: str | None, layers: tuple[str, ...]
) -> None:
    given_role = R if operation == "CreateFunction" else role_arn
    answer = Authorizer(organization).may_deploy(U, operation, function=F, role=given_role, layers=layers)
    asked = [part.request.action for part in answer.parts]
    event(f"{operation}: {bool(answer)}")

    assert holds(answer)
    assert asked[0] == f"lambda:{operation}"
    assert ("iam:PassRole" in asked) is ("sts:AssumeRole" in asked) is (given_role is not None)
    assert asked.count("lambda:GetLayerVersion") == len(layers)


def with_policy(organization: Organization, document: Mapping[str, Any] | None) -> Needs:
    """What the function needs where its role has just one policy."""
    statements = [] if document is None else document["Statement"]
    inline = (policy("identity", *statements),) if statements else ()
    roles = (IamRole(R, trust=policy("trust", *LAMBDA), inline=inline),)
    return Authorizer(replace(organization, roles=roles)).function(F).needs()


@LAW
@given(worlds())
def test_every_need_is_decided_and_the_least_policy_meets_them_all(organization: Organization) -> None:
    needs = Authorizer(organization).function(F).needs()
    event(f"{bool(needs)}")
    enough = with_policy(organization, needs.least)

    assert all(agrees(need.part) for need in needs.required)
    assert list(needs.lacking) == [need for need in needs.required if not isinstance(need.part.decision, Allowed)]
    assert enough
    assert not enough.excess
    assert not enough.beyond


@settings(LAW, max_examples=25)
@given(worlds())
def test_nothing_less_than_the_least_policy_does(organization: Organization) -> None:
    least = with_policy(organization, None).least
    for less in smaller(least):
        assert with_policy(organization, less).lacking, less


def smaller(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The document without one action of one statement on one of its resources."""
    for number, statement in enumerate(document["Statement"]):
        actions, resources = (listed(statement[element]) for element in ("Action", "Resource"))
        others = [other for place, other in enumerate(document["Statement"]) if place != number]
        for action in actions:
            for resource in resources:
                rest = {**statement, "Action": action, "Resource": [r for r in resources if r != resource]}
                kept = {**statement, "Action": [a for a in actions if a != action]}
                parts = [part for part in (rest, kept) if part["Action"] and part["Resource"]]
                bare = [{key: value for key, value in part.items() if key != "Sid"} for part in parts]
                yield {**document, "Statement": [*others, *bare]}


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
