"""Workloads, the same on every machine: one function asked about again and again, and a policy that grows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lampolicy.names import FunctionArn
from lampolicy.organization import Account, Function, IamRole, Organization
from lampolicy.policy import UNLIMITED, Policy
from lampolicy.request import Request, RoleSession, Service

SEED = 20260101
HOME, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
REGION = "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{HOME}:function:orders-api"
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Workload:
    """An organization and the requests to decide.

    Attributes:
        name: What to call it in the report.
        organization: Who exists.
        requests: Distinct requests, in the order they are asked.
        statements: How many statements the caller's policy has.
    """

    name: str
    organization: Organization
    requests: list[Request]
    statements: int = 10


def small(count: int = 10_000) -> Workload:
    """One function with five statements in its policies, a role with ten, about eight context keys a request."""
    rng = random.Random(SEED + 1)
    seen: dict[Request, None] = {}
    while len(seen) < count:
        seen[_invocation(rng)] = None
    return Workload("small", _shop(), list(seen))


def growing(statements: int, count: int = 2_000) -> Workload:
    """One role whose policy has that many statements, each about another resource."""
    rng = random.Random(SEED + 3)
    rows = [_grant(rng, number) for number in range(statements)]
    document = {"Version": "2012-10-17", "Statement": rows}
    role = IamRole(
        f"arn:aws:iam::{HOME}:role/big", inline=(Policy.parse(document, kind="identity", name="big", quota=UNLIMITED),)
    )
    asked: dict[Request, None] = {}
    while len(asked) < count:
        asked[_question(rng, role.arn, rng.choice(rows))] = None
    organization = Organization(accounts=(Account(HOME),), roles=(role,))
    return Workload(f"growing to {statements:,}", organization, list(asked), statements)


def _shop() -> Organization:
    identity = Policy.parse(_identity_policy(), kind="identity", name="app")
    live = FunctionArn.parse(f"{FUNCTION}:live")
    function = Function(
        FunctionArn.parse(FUNCTION),
        policies=(
            (FunctionArn.parse(FUNCTION), Policy.parse(_policy_of_function(), kind="function", name="orders-api")),
            (live, Policy.parse(_policy_of_alias(), kind="function", name="orders-api:live")),
        ),
    )
    roles = tuple(
        IamRole(f"arn:aws:iam::{account}:role/{name}", inline=(identity,))
        for account, name in ((HOME, "app"), (OTHER, "ci"))
    )
    return Organization(accounts=(Account(HOME), Account(OTHER)), roles=roles, functions=(function,))


def _allow(actions: str | list[str], resource: str | list[str], **condition: object) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _deny(actions: str, resource: str, **condition: object) -> dict[str, object]:
    return {**_allow(actions, resource, **condition), "Effect": "Deny"}


def _policy_of_function() -> dict[str, object]:
    storage = {"Principal": {"Service": "s3.amazonaws.com"}}
    topic = {"Principal": {"Service": "sns.amazonaws.com"}}
    bucket_only = {
        "StringEquals": {"aws:SourceAccount": HOME},
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::orders-inbox-*"},
    }
    topic_only = {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{HOME}:orders-topic"}}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    statements = [
        _allow("lambda:InvokeFunction", FUNCTION, **bucket_only) | storage,
        _allow("lambda:InvokeFunction", FUNCTION, **topic_only) | topic,
        _deny("lambda:*", FUNCTION, **plain) | {"Principal": "*"},
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _policy_of_alias() -> dict[str, object]:
    live = f"{FUNCTION}:live"
    route_only = {"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:{REGION}:{HOME}:abc123/*/POST/orders"}}
    gateway = {"Principal": {"Service": "apigateway.amazonaws.com"}}
    statements = [
        _allow("lambda:InvokeFunction", live, **route_only) | gateway,
        _allow(["lambda:InvokeFunction", "lambda:GetFunction"], live)
        | {"Principal": {"AWS": f"arn:aws:iam::{OTHER}:role/ci"}},
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _identity_policy() -> dict[str, object]:
    orders = [f"arn:aws:lambda:{REGION}:{HOME}:function:orders-*", f"arn:aws:lambda:{REGION}:{HOME}:function:billing"]
    inside = {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}
    regions = {"StringEquals": {"aws:RequestedRegion": [REGION, "eu-west-1"]}}
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    late = {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T02:00:00Z"}}
    statements = [
        _allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"),
        _allow("lambda:InvokeFunction", orders, **inside),
        _allow(["lambda:Get*", "lambda:List*"], "*"),
        _allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:*:{HOME}:function:orders-api", **regions),
        _deny("lambda:Delete*", "*"),
        _allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::orders-*/*"),
        _allow("dynamodb:*", f"arn:aws:dynamodb:{REGION}:{HOME}:table/orders"),
        _allow("iam:PassRole", f"arn:aws:iam::{HOME}:role/lambda-*", **to_lambda),
        _allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], f"arn:aws:sqs:{REGION}:{HOME}:orders-*"),
        _deny("lambda:UpdateFunctionCode", "*", **late),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


QUALIFIERS = ["", "", "", ":live", ":live", ":beta", ":$LATEST", *(f":{version}" for version in range(1, 41))]
ACTIONS = ["lambda:InvokeFunction"] * 8 + [
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:UpdateFunctionCode",
    "lambda:DeleteFunction",
    "lambda:PublishVersion",
]
APP, CI = RoleSession(f"arn:aws:iam::{HOME}:role/app"), RoleSession(f"arn:aws:iam::{OTHER}:role/ci")
SERVICES = {name: Service(f"{name}.amazonaws.com") for name in ("s3", "sns", "apigateway")}


def _invocation(rng: random.Random) -> Request:
    kind, qualifier = rng.random(), rng.choice(QUALIFIERS)
    seconds = rng.randrange(14400)
    moment = START + timedelta(seconds=seconds)
    context = {
        "aws:SecureTransport": "false" if rng.random() < 0.05 else "true",
        "aws:RequestedRegion": rng.choice([REGION, REGION, "eu-west-1", "ap-south-1"]),
        "aws:CurrentTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(moment.timestamp())),
        "aws:UserAgent": rng.choice(["Boto3/1.40.1", "aws-cli/2.30", "aws-sdk-go/1.55"]),
    }
    if kind < 0.75:
        caller = APP if kind < 0.6 else CI
        context["aws:SourceIp"] = (
            f"{rng.choice(['10.1', '10.2', '192.168', '54.12'])}.{rng.randrange(256)}.{rng.randrange(256)}"
        )
        context["aws:PrincipalArn"] = caller.role
        context["aws:PrincipalAccount"] = caller.account
        return Request(caller, rng.choice(ACTIONS), FUNCTION + qualifier, context)
    name = rng.choice(["s3", "sns", "apigateway"])
    context["aws:SourceArn"] = _source(rng, name)
    context["aws:SourceAccount"] = rng.choice([HOME, HOME, THIRD])
    context["aws:PrincipalIsAWSService"] = "true"
    return Request(SERVICES[name], "lambda:InvokeFunction", FUNCTION + qualifier, context)


def _source(rng: random.Random, service: str) -> str:
    if service == "s3":
        return f"arn:aws:s3:::{rng.choice(['orders-inbox', 'other'])}-{rng.randrange(50)}"
    if service == "sns":
        return f"arn:aws:sns:{REGION}:{HOME}:{rng.choice(['orders-topic', 'orders-topic', 'x'])}"
    stage, method = rng.choice(["prod", "test"]), rng.choice(["POST", "GET"])
    return f"arn:aws:execute-api:{REGION}:{HOME}:abc123/{stage}/{method}/orders"


def _grant(rng: random.Random, number: int) -> dict[str, object]:
    kind = rng.random()
    if kind < 0.35:
        resource, action = f"arn:aws:s3:::bucket-{number:06d}/*", rng.choice(["s3:GetObject", "s3:PutObject", "s3:*"])
    elif kind < 0.70:
        resource = f"arn:aws:lambda:{REGION}:{HOME}:function:team{number:06d}-*"
        action = rng.choice(["lambda:InvokeFunction", "lambda:Invoke*", "lambda:*"])
    elif kind < 0.85:
        resource = f"arn:aws:dynamodb:*:{HOME}:table/t{number:06d}"
        action = rng.choice(["dynamodb:GetItem", "dynamodb:*Item"])
    elif kind < 0.95:
        resource, action = f"arn:aws:lambda:{REGION}:{HOME}:function:fn{number:06d}", "lambda:InvokeFunction"
    else:
        resource, action = f"arn:aws:s3:::*-{number:06d}/logs/*", "s3:GetObject"
    effect = "Deny" if rng.random() < 0.02 else "Allow"
    return {"Sid": f"s{number}", "Effect": effect, "Action": action, "Resource": resource}


CONCRETE = {
    "s3:*": "s3:GetObject",
    "lambda:*": "lambda:InvokeFunction",
    "lambda:Invoke*": "lambda:InvokeFunction",
    "dynamodb:*Item": "dynamodb:PutItem",
}


def _question(rng: random.Random, role: str, row: dict[str, object]) -> Request:
    action, resource = str(row["Action"]), str(row["Resource"])
    if rng.random() < 0.3:
        resource = resource.replace("-", "_").replace("team", "taem").replace("/t", "/q")
    resource = resource.replace("dynamodb:*", f"dynamodb:{REGION}").replace("*", f"x{rng.randrange(1000)}")
    context = {"aws:SourceIp": f"10.0.0.{rng.randrange(256)}", "aws:SecureTransport": "true"}
    return Request(RoleSession(role), CONCRETE.get(action, action), resource, context)


HOSTILE_TEXTS = ["a" * 4096, "a" * 4095 + "b", "ab" * 2048]
HOSTILE_PATTERNS = {
    "a*a*a*...": "a*" * 1024,
    "*a*a...b": "*a" * 1023 + "b",
    "*?a?a...b*": "*" + "?a" * 1022 + "b*",
    "*a?a?...b*": "*" + "a?" * 1022 + "b*",
    "a*?a*?...": "a*?" * 682,
    "*ab?ab?...c*": "*" + "ab?" * 682 + "c*",
}
