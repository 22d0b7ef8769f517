"""W1: one function asked about again and again, with five statements in its policies and ten in the caller's."""

from __future__ import annotations

import random

from benchmarks.workloads._shape import SEED, Document, Entity, Rows, Workload

HOME, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
REGION = "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{HOME}:function:orders-api"
LIVE = f"{FUNCTION}:live"
APP, CI = f"arn:aws:iam::{HOME}:role/app", f"arn:aws:iam::{OTHER}:role/ci"
QUALIFIERS = ["", "", "", ":live", ":live", ":beta", ":$LATEST", *(f":{version}" for version in range(1, 41))]
ACTIONS = ["lambda:InvokeFunction"] * 8 + [
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:UpdateFunctionCode",
    "lambda:DeleteFunction",
    "lambda:PublishVersion",
]


def w1(count: int = 10_000) -> Workload:
    """`count` distinct requests with about eight context keys each."""
    rng = random.Random(SEED + 1)
    rows = Rows()
    while rows.distinct < count:
        _ask(rows, rng)
    return rows.workload(
        repeats=False,
        name="W1",
        accounts=(HOME, OTHER),
        documents={"app": _identity(), "orders-api": _of_function(), "orders-api:live": _of_alias()},
        entities=(Entity(APP, ("app",)), Entity(CI, ("app",))),
        functions={FUNCTION: {FUNCTION: "orders-api", LIVE: "orders-api:live"}},
    )


def allow(actions: str | list[str], resource: str | list[str], **condition: object) -> Document:
    """A statement that allows."""
    statement: Document = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def deny(actions: str | list[str], resource: str | list[str], **condition: object) -> Document:
    """A statement that denies."""
    return {**allow(actions, resource, **condition), "Effect": "Deny"}


def document(*statements: Document) -> Document:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _of_function() -> Document:
    storage = {"Principal": {"Service": "s3.amazonaws.com"}}
    topic = {"Principal": {"Service": "sns.amazonaws.com"}}
    bucket_only = {
        "StringEquals": {"aws:SourceAccount": HOME},
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::orders-inbox-*"},
    }
    topic_only = {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{HOME}:orders-topic"}}
    return document(
        allow("lambda:InvokeFunction", FUNCTION, **bucket_only) | storage,
        allow("lambda:InvokeFunction", FUNCTION, **topic_only) | topic,
        deny("lambda:*", FUNCTION, Bool={"aws:SecureTransport": "false"}) | {"Principal": "*"},
    )


def _of_alias() -> Document:
    route_only = {"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:{REGION}:{HOME}:abc123/*/POST/orders"}}
    return document(
        allow("lambda:InvokeFunction", LIVE, **route_only) | {"Principal": {"Service": "apigateway.amazonaws.com"}},
        allow(["lambda:InvokeFunction", "lambda:GetFunction"], LIVE) | {"Principal": {"AWS": CI}},
    )


def _identity() -> Document:
    orders = [f"arn:aws:lambda:{REGION}:{HOME}:function:orders-*", f"arn:aws:lambda:{REGION}:{HOME}:function:billing"]
    regions = {"aws:RequestedRegion": [REGION, "eu-west-1"]}
    return document(
        allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"),
        allow("lambda:InvokeFunction", orders, IpAddress={"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}),
        allow(["lambda:Get*", "lambda:List*"], "*"),
        allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:*:{HOME}:function:orders-api", StringEquals=regions),
        deny("lambda:Delete*", "*"),
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::orders-*/*"),
        allow("dynamodb:*", f"arn:aws:dynamodb:{REGION}:{HOME}:table/orders"),
        allow(
            "iam:PassRole",
            f"arn:aws:iam::{HOME}:role/lambda-*",
            StringEquals={"iam:PassedToService": "lambda.amazonaws.com"},
        ),
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], f"arn:aws:sqs:{REGION}:{HOME}:orders-*"),
        deny("lambda:UpdateFunctionCode", "*", DateGreaterThan={"aws:CurrentTime": "2026-01-01T02:00:00Z"}),
    )


def _ask(rows: Rows, rng: random.Random) -> None:
    kind, qualifier, second = rng.random(), rng.choice(QUALIFIERS), rng.randrange(14_400)
    context = {
        "aws:SecureTransport": "false" if rng.random() < 0.05 else "true",
        "aws:RequestedRegion": rng.choice([REGION, REGION, "eu-west-1", "ap-south-1"]),
        "aws:UserAgent": rng.choice(["Boto3/1.40.1", "aws-cli/2.30", "aws-sdk-go/1.55"]),
    }
    if kind < 0.75:
        caller = APP if kind < 0.6 else CI
        network = rng.choice(["10.1", "10.2", "192.168", "54.12"])
        context["aws:SourceIp"] = f"{network}.{rng.randrange(256)}.{rng.randrange(256)}"
        context["aws:PrincipalArn"] = caller
        context["aws:PrincipalAccount"] = caller.split(":")[4]
        rows.add(caller, rng.choice(ACTIONS), FUNCTION + qualifier, context, second)
        return
    service = rng.choice(["s3", "sns", "apigateway"])
    context["aws:SourceArn"] = _source(rng, service)
    context["aws:SourceAccount"] = rng.choice([HOME, HOME, THIRD])
    context["aws:PrincipalIsAWSService"] = "true"
    rows.add(f"{service}.amazonaws.com", "lambda:InvokeFunction", FUNCTION + qualifier, context, second)


def _source(rng: random.Random, service: str) -> str:
    if service == "s3":
        return f"arn:aws:s3:::{rng.choice(['orders-inbox', 'other'])}-{rng.randrange(50)}"
    if service == "sns":
        return f"arn:aws:sns:{REGION}:{HOME}:{rng.choice(['orders-topic', 'orders-topic', 'x'])}"
    stage, method = rng.choice(["prod", "test"]), rng.choice(["POST", "GET"])
    return f"arn:aws:execute-api:{REGION}:{HOME}:abc123/{stage}/{method}/orders"
