"""What makes a function run, each with its least statement (semantics 5.3, L7, L8, L10)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lampolicy import Authorizer, FunctionArn, InvalidName, Organization, Policy, Service
from lampolicy.function import AssumedBy, FunctionPolicies, sources
from lampolicy.function.sources import PushSource, RoleSource
from lampolicy.organization import Function, IamRole

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{B}:function:f"
ROLE = f"arn:aws:iam::{A}:role/team/caller"
ACCOUNT = {"AWS:SourceAccount": A}


def own(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-east-1:{A}:{resource}"


def like(arn: str) -> dict[str, Any]:
    return {"ArnLike": {"AWS:SourceArn": arn}}


def both(arn: str) -> dict[str, Any]:
    return {"StringEquals": ACCOUNT, **like(arn)}


def api(path: str) -> str:
    return own("execute-api", f"abc/{path}")


API: dict[str, Any] = {"region": "us-east-1", "account": A}
PUSH: list[tuple[PushSource, str, str, dict[str, Any]]] = [
    (sources.bucket("photos", A), "s3.amazonaws.com", "asynchronous", both("arn:aws:s3:::photos")),
    (sources.topic(own("sns", "t")), "sns.amazonaws.com", "asynchronous", like(own("sns", "t"))),
    (
        sources.event_rule(own("events", "rule/bus/n")),
        "events.amazonaws.com",
        "asynchronous",
        like(own("events", "rule/bus/n")),
    ),
    (
        sources.log_group(own("logs", "log-group:/aws/x")),
        "logs.amazonaws.com",
        "asynchronous",
        both(own("logs", "log-group:/aws/x:*")),
    ),
    (
        sources.alarm(own("cloudwatch", "alarm:hot")),
        "lambda.alarms.cloudwatch.amazonaws.com",
        "asynchronous",
        both(own("cloudwatch", "alarm:hot")),
    ),
    (sources.receipt_rule(A), "ses.amazonaws.com", "asynchronous", {"StringEquals": ACCOUNT}),
    (
        sources.receipt_rule(A, own("ses", "receipt-rule-set/s:receipt-rule/r")),
        "ses.amazonaws.com",
        "asynchronous",
        both(own("ses", "receipt-rule-set/s:receipt-rule/r")),
    ),
    (sources.config_rule(A), "config.amazonaws.com", "asynchronous", {"StringEquals": ACCOUNT}),
    (sources.iot_rule(own("iot", "rule/r")), "iot.amazonaws.com", "asynchronous", both(own("iot", "rule/r"))),
    (
        sources.iot_events(own("iotevents", "detectorModel/m")),
        "iotevents.amazonaws.com",
        "asynchronous",
        both(own("iotevents", "detectorModel/m")),
    ),
    (
        sources.repository(own("codecommit", "repo")),
        "codecommit.amazonaws.com",
        "asynchronous",
        both(own("codecommit", "repo")),
    ),
    (
        sources.rest_api("abc", method="get", path="/photos/{id}", **API),
        "apigateway.amazonaws.com",
        "synchronous",
        like(api("*/GET/photos/*")),
    ),
    (
        sources.rest_api("abc", stage="prod", method="ANY", path="/{proxy+}", **API),
        "apigateway.amazonaws.com",
        "synchronous",
        like(api("prod/*/*")),
    ),
    (sources.http_api("abc", **API), "apigateway.amazonaws.com", "synchronous", like(api("*/$default"))),
    (
        sources.http_api("abc", route="GET /photos", **API),
        "apigateway.amazonaws.com",
        "synchronous",
        like(api("*/GET/photos")),
    ),
    (
        sources.websocket_api("abc", route="$connect", **API),
        "apigateway.amazonaws.com",
        "synchronous",
        like(api("*/$connect")),
    ),
    (
        sources.request_authorizer("abc", "a1", **API),
        "apigateway.amazonaws.com",
        "synchronous",
        like(api("authorizers/a1")),
    ),
    (
        sources.target_group(own("elasticloadbalancing", "targetgroup/t/1")),
        "elasticloadbalancing.amazonaws.com",
        "synchronous",
        like(own("elasticloadbalancing", "targetgroup/t/1")),
    ),
    (
        sources.user_pool(own("cognito-idp", "userpool/us-east-1_x")),
        "cognito-idp.amazonaws.com",
        "synchronous",
        both(own("cognito-idp", "userpool/us-east-1_x")),
    ),
    (
        sources.identity_pool(own("cognito-identity", "identitypool/x")),
        "cognito-sync.amazonaws.com",
        "synchronous",
        both(own("cognito-identity", "identitypool/x")),
    ),
    (sources.lex_v1(own("lex", "intent:i:1")), "lex.amazonaws.com", "synchronous", like(own("lex", "intent:i:1"))),
    (
        sources.lex_v2(own("lex", "bot-alias/b/a")),
        "lexv2.amazonaws.com",
        "synchronous",
        both(own("lex", "bot-alias/b/a")),
    ),
    (
        sources.connect(own("connect", "instance/i")),
        "connect.amazonaws.com",
        "synchronous",
        both(own("connect", "instance/i")),
    ),
    (
        sources.alexa_skill("amzn1.ask.skill.x"),
        "alexa-appkit.amazon.com",
        "synchronous",
        {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.x"}},
    ),
    (
        sources.alexa_smart_home("amzn1.ask.skill.x"),
        "alexa-connectedhome.amazon.com",
        "synchronous",
        {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.x"}},
    ),
    (sources.secret(A), "secretsmanager.amazonaws.com", "synchronous", {"StringEquals": ACCOUNT}),
    (
        sources.bedrock_agent(own("bedrock", "agent/x")),
        "bedrock.amazonaws.com",
        "synchronous",
        both(own("bedrock", "agent/x")),
    ),
]


def added(source: PushSource, qualifier: str | None = None) -> FunctionPolicies:
    policies = FunctionPolicies.of(F)
    for call in source.permissions(qualifier=qualifier):
        policies = policies.add_permission(**call)
    return policies


def authorizer(policies: FunctionPolicies) -> Authorizer:
    return Authorizer(Organization(functions=(policies.applied_to(Function(FunctionArn.parse(F))),)))


@pytest.mark.parametrize(("source", "service", "mode", "condition"), PUSH, ids=lambda v: getattr(v, "what", ""))
def test_a_source_writes_its_least_statement(
    source: PushSource, service: str, mode: str, condition: dict[str, Any]
) -> None:
    (statement,) = json.loads(added(source).get_policy()["Policy"])["Statement"]
    assert statement == {
        "Sid": source.statement_id,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "lambda:InvokeFunction",
        "Resource": F,
        "Condition": condition,
    }
    assert str(source.mode) == mode
    assert source.caller.name == service


@pytest.mark.parametrize("source", [row[0] for row in PUSH], ids=lambda s: s.what)
def test_the_statement_admits_its_source_and_no_other(source: PushSource) -> None:
    deciding = authorizer(added(source, "live"))
    live = f"{F}:live"
    assert deciding.decide(source.caller, "lambda:InvokeFunction", live, source.context)
    assert not deciding.decide(source.caller, "lambda:InvokeFunction", F, source.context)
    assert not deciding.decide(source.caller, "lambda:GetFunction", live, source.context)
    stranger = Service(source.service, "arn:aws:x:us-east-1:333333333333:y", "333333333333")
    assert not deciding.decide(stranger, "lambda:InvokeFunction", live)
    assert not deciding.decide(Service(source.service), "lambda:InvokeFunction", live)


def test_a_distribution_needs_both_actions_l8() -> None:
    source = sources.distribution(f"arn:aws:cloudfront::{A}:distribution/E1")
    url, invoke = json.loads(added(source).get_policy()["Policy"])["Statement"]
    arn = {"AWS:SourceArn": f"arn:aws:cloudfront::{A}:distribution/E1"}
    assert (url["Action"], url["Condition"]) == ("lambda:InvokeFunctionUrl", {"ArnLike": arn})
    assert invoke["Action"] == "lambda:InvokeFunction"
    assert invoke["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}, "ArnLike": arn}
    assert url["Sid"] != invoke["Sid"]
    assert str(source.mode) == "synchronous"


def test_a_deny_on_the_regional_name_of_logs_counts() -> None:
    assert sources.log_group(own("logs", "log-group:x:*")).caller.aliases == ("logs.us-east-1.amazonaws.com",)


def test_the_statement_id_may_be_chosen_and_else_tells_the_source() -> None:
    source = sources.bucket("my.photos", A)
    assert source.statement_id == "s3-my-photos"
    assert source.permissions(statement_id="mine")[0]["StatementId"] == "mine"
    assert sources.log_group(own("logs", "log-group:/aws/x")).statement_id == "logs-aws-x"


def test_a_source_may_be_asked_about_l5() -> None:
    source = sources.topic(own("sns", "t"))
    assert authorizer(added(source)).function("f").may_invoke(source)


ROLES: list[tuple[RoleSource, str]] = [
    (sources.delivery_stream(own("firehose", "deliverystream/d"), ROLE), "firehose"),
    (sources.state_machine(own("states", "stateMachine:m"), ROLE), "states"),
    (sources.schedule(own("scheduler", "schedule/g/n"), ROLE), "scheduler"),
    (sources.pipe(own("pipes", "pipe/p"), ROLE), "pipes"),
    (sources.batch_job(own("s3", "job/j"), ROLE), "batchoperations.s3"),
    (sources.graphql_api(own("appsync", "apis/a"), ROLE), "appsync"),
    (sources.pipeline(own("codepipeline", "p"), ROLE), "codepipeline"),
    (sources.api_with_credentials(own("execute-api", "abc/prod/GET/x"), ROLE), "apigateway"),
    (sources.rule_with_role(own("events", "rule/r"), ROLE), "events"),
    (sources.stack(own("cloudformation", "stack/s/1"), ROLE), "cloudformation"),
]


@pytest.mark.parametrize(("source", "name"), ROLES, ids=lambda v: getattr(v, "what", ""))
def test_a_source_with_a_role_tells_whom_the_role_must_trust(source: RoleSource, name: str) -> None:
    assert source.service == f"{name}.amazonaws.com"
    assert isinstance(source.caller, AssumedBy)
    assert source.modes
    trust = source.trust()
    assert trust["Principal"] == {"Service": source.service}
    read = Policy.parse({"Version": "2012-10-17", "Statement": trust}, kind="trust")
    assert read.warnings == ()
    invoke = {"Version": "2012-10-17", "Statement": source.invoke(f"{F}:live")}
    assert Policy.parse(invoke, kind="identity").to_dict()["Statement"] == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{F}:live"}
    ]


@pytest.mark.parametrize("source", [row[0] for row in ROLES], ids=lambda s: s.what)
def test_the_role_with_both_statements_may_invoke_in_its_account_l5(source: RoleSource) -> None:
    function = Function(FunctionArn.parse(F.replace(B, A)), aliases=(("live", "1"),))
    invoke = {"Version": "2012-10-17", "Statement": source.invoke(f"{function.arn}:live")}
    trust = {"Version": "2012-10-17", "Statement": source.trust()}
    role = IamRole(ROLE, trust=Policy.parse(trust, kind="trust"), inline=(Policy.parse(invoke, kind="identity"),))
    asked = Authorizer(Organization(functions=(function,), roles=(role,)))
    assert asked.function("f:live").may_invoke(source)
    assert not asked.function("f").may_invoke(source)
    stranger = replace(source, source_arn=source.source_arn.replace(A, B))
    assert not asked.function("f:live").may_invoke(stranger)


def test_a_schedule_acts_for_its_group() -> None:
    trust = sources.schedule(own("scheduler", "schedule/g/n"), ROLE).trust()
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": A},
        "ArnLike": {"aws:SourceArn": own("scheduler", "schedule-group/g")},
    }


@pytest.mark.parametrize(
    ("text", "account", "source"),
    [
        ("s3://photos", A, sources.bucket("photos", A)),
        ("s3://photos/", A, sources.bucket("photos", A)),
        ("s3://My_Photos", A, sources.bucket("My_Photos", A)),
        (api("*/$connect"), None, sources.websocket_api("abc", route="$connect", **API)),
        (api("*/send"), None, sources.websocket_api("abc", route="send", **API)),
        (api("authorizers/a1"), None, sources.request_authorizer("abc", "a1", **API)),
        (own("execute-api", "abc"), None, sources.rest_api("abc", path="/*", **API)),
        ("arn:aws:s3:::photos", A, sources.bucket("photos", A)),
        (own("sns", "t"), None, sources.topic(own("sns", "t"))),
        (own("lex", "intent:i:1"), None, sources.lex_v1(own("lex", "intent:i:1"))),
        (own("lex", "bot-alias/b/a"), None, sources.lex_v2(own("lex", "bot-alias/b/a"))),
        ("alexa:amzn1.x", None, sources.alexa_skill("amzn1.x")),
        ("alexa-smart-home:amzn1.x", None, sources.alexa_smart_home("amzn1.x")),
        ("secretsmanager", A, sources.secret(A)),
        (own("secretsmanager", "secret:s"), None, sources.secret(A, own("secretsmanager", "secret:s"))),
        (api("prod/GET/photos"), None, sources.rest_api("abc", stage="prod", method="GET", path="/photos", **API)),
        (api("*/$default"), None, sources.http_api("abc", **API)),
    ],
)
def test_a_text_names_a_source(text: str, account: str | None, source: PushSource) -> None:
    assert sources.source_of(text, account) == source


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (own("sqs", "q"), "polls"),
        (own("kinesis", "stream/s"), "polls"),
        (own("states", "stateMachine:m"), "invokes as its role"),
        (own("ec2", "instance/i"), "no source"),
        ("s3://photos", "does not tell its account"),
        ("photos", "not an ARN"),
        (own("sns", "t").replace(A, "1"), "not the ARN it should be"),
        (own("execute-api", ""), "names no API"),
    ],
)
def test_a_text_that_names_none_is_refused_with_what_to_do(text: str, told: str) -> None:
    with pytest.raises(InvalidName, match=told):
        sources.source_of(text)


@pytest.mark.parametrize(
    "build",
    [
        lambda: sources.bucket("Photos!", A),
        lambda: sources.bucket("photos", "1"),
        lambda: sources.event_rule(own("events", "event-bus/b")),
        lambda: sources.rest_api("abc", method="FETCH", **API),
        lambda: sources.rest_api("abc", path="photos", **API),
        lambda: sources.http_api("abc", route="photos", **API),
        lambda: sources.alexa_skill("a b"),
        lambda: sources.pipe(own("sqs", "q"), ROLE),
        lambda: sources.pipe(own("pipes", "pipe/p"), "role"),
    ],
)
def test_a_name_that_is_none_is_refused(build: Any) -> None:
    with pytest.raises(InvalidName):
        build()
