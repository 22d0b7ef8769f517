"""W3: one role whose policy grows from ten statements to a hundred thousand, each about another resource."""

from __future__ import annotations

import random

from benchmarks.workloads._shape import SEED, Document, Entity, Rows, Workload
from benchmarks.workloads._w1 import HOME, REGION

SIZES = (10, 100, 1_000, 10_000, 100_000)
BIG = f"arn:aws:iam::{HOME}:role/big"
CONCRETE = {
    "s3:*": "s3:GetObject",
    "lambda:*": "lambda:InvokeFunction",
    "lambda:Invoke*": "lambda:InvokeFunction",
    "dynamodb:*Item": "dynamodb:PutItem",
}


def w3(statements: int, count: int = 2_000) -> Workload:
    """`count` requests, most for a resource of one of the statements, three in ten just beside it."""
    rng = random.Random(SEED + 3)
    grants = [_grant(rng, number) for number in range(statements)]
    rows = Rows()
    for _ in range(count):
        _ask(rows, rng, rng.choice(grants))
    return rows.workload(
        repeats=True,
        name=f"W3-{statements}",
        accounts=(HOME,),
        documents={"big": {"Version": "2012-10-17", "Statement": grants}},
        entities=(Entity(BIG, ("big",)),),
    )


def _grant(rng: random.Random, number: int) -> Document:
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


def _ask(rows: Rows, rng: random.Random, grant: Document) -> None:
    action, resource = str(grant["Action"]), str(grant["Resource"])
    if rng.random() < 0.3:
        resource = resource.replace("-", "_").replace("team", "taem").replace("/t", "/q")
    resource = resource.replace("dynamodb:*", f"dynamodb:{REGION}").replace("*", f"x{rng.randrange(1000)}")
    context = {"aws:SourceIp": f"10.0.0.{rng.randrange(256)}", "aws:SecureTransport": "true"}
    rows.add(BIG, CONCRETE.get(action, action), resource, context)
