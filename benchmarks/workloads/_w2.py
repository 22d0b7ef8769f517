"""W2: two accounts of an organization as they are found: many principals, many managed policies, many functions."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

from benchmarks.workloads._shape import SEED, Document, Entity, Rows, Workload
from benchmarks.workloads._w1 import HOME, OTHER, REGION, THIRD, allow, deny, document
from benchmarks.workloads._w5 import managed_policies

T = TypeVar("T")

ORGANIZATION = "o-a1b2c3d4e5"
ABROAD = "eu-west-1"
PRINCIPALS, FUNCTIONS, BUCKETS = 200, 300, 40
POPULAR = (  # noqa: SIM905 - one name a line would fill a page
    "AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSLambdaBasicExecutionRole AWSLambdaVPCAccessExecutionRole "
    "AWSLambdaKinesisExecutionRole AWSLambdaDynamoDBExecutionRole AWSLambdaSQSQueueExecutionRole AWSLambdaRole "
    "AmazonS3ReadOnlyAccess AmazonS3FullAccess AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess "
    "AmazonSQSFullAccess AmazonSNSFullAccess CloudWatchLogsFullAccess CloudWatchReadOnlyAccess ReadOnlyAccess "
    "PowerUserAccess SecurityAudit ViewOnlyAccess IAMReadOnlyAccess AmazonEC2ReadOnlyAccess AmazonKinesisFullAccess "
    "AWSXRayDaemonWriteAccess AmazonSSMReadOnlyAccess SecretsManagerReadWrite AWSCodeDeployRoleForLambda "
    "AmazonEventBridgeFullAccess AWSStepFunctionsFullAccess AmazonAPIGatewayInvokeFullAccess AdministratorAccess "
    "AmazonAPIGatewayAdministrator AWSCloudFormationReadOnlyAccess SupportUser DatabaseAdministrator"
).split()
ON_FUNCTIONS = {
    "lambda:InvokeFunction": 60,
    "lambda:GetFunction": 8,
    "lambda:GetFunctionConfiguration": 8,
    "lambda:UpdateFunctionCode": 5,
    "lambda:UpdateFunctionConfiguration": 4,
    "lambda:InvokeFunctionUrl": 4,
    "lambda:ListVersionsByFunction": 3,
    "lambda:GetPolicy": 3,
    "lambda:AddPermission": 2,
    "lambda:PublishVersion": 2,
    "lambda:DeleteFunction": 1,
}
ELSEWHERE = {
    "s3:GetObject": 20,
    "s3:PutObject": 10,
    "s3:ListBucket": 5,
    "dynamodb:GetItem": 12,
    "dynamodb:PutItem": 8,
    "dynamodb:Query": 6,
    "sqs:SendMessage": 6,
    "sqs:ReceiveMessage": 6,
    "sqs:DeleteMessage": 4,
    "sns:Publish": 5,
    "logs:PutLogEvents": 8,
    "logs:CreateLogStream": 3,
    "kinesis:GetRecords": 3,
    "iam:PassRole": 2,
    "iam:GetRole": 2,
    "states:StartExecution": 2,
    "secretsmanager:GetSecretValue": 3,
    "ssm:GetParameter": 4,
    "events:PutEvents": 2,
}
QUALIFIERS = {"": 60, ":live": 22, ":beta": 8, ":$LATEST": 4, ":3": 3, ":12": 3}
AGENTS = ("Boto3/1.40.1", "aws-cli/2.30.2", "aws-sdk-go-v2/1.41.1", "aws-sdk-js/3.900.0")
SERVICES = ("s3", "sns", "apigateway", "events", "logs", "iot", "cognito-idp")
_GRANTED = ("s3", "s3", "sns", "apigateway", "apigateway", "events")
_OTHERS = ("account", "role", "organization", "url", "local", "tls")


class Skewed:
    """Numbers below `size`, small ones more often, as in life."""

    def __init__(self, size: int, skew: float = 1.05) -> None:
        """Prepare to choose."""
        self._sums = list(accumulate(1.0 / (i + 1) ** skew for i in range(size)))

    def __call__(self, rng: random.Random) -> int:
        """Choose one."""
        return bisect_left(self._sums, rng.random() * self._sums[-1])


def weighted(rng: random.Random, weights: Mapping[str, int]) -> str:
    """Choose a text by its weight."""
    left = rng.random() * sum(weights.values())
    for text, weight in weights.items():
        left -= weight
        if left <= 0:
            return text
    return list(weights)[-1]


def w2(count: int = 100_000) -> Workload:
    """`count` requests; callers, functions and sessions repeat as they do in life."""
    rng = random.Random(SEED + 2)
    managed = managed_policies()
    entities = _entities(rng, managed)
    functions = _Functions(rng, entities)
    asking = _Asking(rng, entities, functions)
    for _ in range(count):
        asking.ask()
    used = {name for e in entities for name in (*e.policies, *((e.boundary,) if e.boundary else ()))}
    return asking.rows.workload(
        repeats=True,
        name="W2",
        accounts=(HOME, OTHER),
        organization=ORGANIZATION,
        documents={
            **{name: managed[name] for name in sorted(used & managed.keys())},
            "custom-boundary": _boundary(),
            **_service_control(),
            **functions.documents,
        },
        levels=(("FullAWSAccess", "regions"), ("FullAWSAccess", "guard")),
        entities=entities,
        functions=functions.policies,
        owners=dict.fromkeys(sorted(asking.buckets), HOME),
    )


def _entities(rng: random.Random, managed: Mapping[str, Document]) -> tuple[Entity, ...]:
    names, popular = list(managed), [name for name in POPULAR if name in managed]
    found = []
    for number in range(PRINCIPALS):
        account = OTHER if number % 20 in (3, 11, 17) else HOME
        kind = "user" if number % 4 == 1 else "role"
        policies: set[str] = set()
        while len(policies) < 3 + number * 7 % 8:
            name = rng.choice(popular) if rng.random() < 0.5 else rng.choice(names)
            if name != "AdministratorAccess" or rng.random() > 0.8:
                policies.add(name)
        boundary = None
        if rng.random() < 0.15:
            boundary = rng.choice(["PowerUserAccess", "ReadOnlyAccess", "custom-boundary"])
        arn = f"arn:aws:iam::{account}:{kind}/{kind}-{number:03d}"
        found.append(Entity(arn, tuple(sorted(policies)), boundary))
    return tuple(found)


def _boundary() -> Document:
    services = ["lambda:*", "s3:*", "dynamodb:*", "sqs:*", "sns:*", "logs:*", "ssm:Get*", "iam:Get*", "iam:PassRole"]
    return document(allow(services, "*"), deny(["lambda:Delete*", "s3:DeleteBucket"], "*"))


def _service_control() -> dict[str, Document]:
    regions = {"aws:RequestedRegion": [REGION, ABROAD]}
    everywhere = ["iam:*", "organizations:*", "route53:*", "support:*", "sts:*", "cloudfront:*"]
    elsewhere = deny([], "*", StringNotEquals=regions)
    del elsewhere["Action"]
    url = ["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"]
    return {
        "FullAWSAccess": document(allow("*", "*")),
        "regions": document(elsewhere | {"NotAction": everywhere}),
        "guard": document(
            deny(["organizations:LeaveOrganization", "account:CloseAccount"], "*"),
            deny(url, "*", StringNotEquals={"lambda:FunctionUrlAuthType": "AWS_IAM"}),
            deny(["iam:DeleteRole", "iam:PutRolePolicy", "iam:PassRole"], "arn:aws:iam::*:role/protected-*"),
            deny("*", "*", StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}),
        ),
    }


class _Functions:
    """Functions, each with a policy on itself and on some of its aliases; what they grant to services is kept."""

    def __init__(self, rng: random.Random, entities: Sequence[Entity]) -> None:
        self._rng, self._entities = rng, entities
        self.documents: dict[str, Document] = {}
        self.policies: dict[str, dict[str, str]] = {}
        self.grants: dict[str, list[tuple[str, str, str]]] = {}
        for number in range(FUNCTIONS):
            self._make(number)
        self.arns = tuple(self.policies)

    def _make(self, number: int) -> None:
        rng = self._rng
        account, region = HOME if number % 6 else OTHER, REGION if number % 3 else ABROAD
        name = f"team{number % 17}-{rng.choice(['api', 'worker', 'etl', 'hook'])}-{number:03d}"
        arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
        statements: dict[str, list[Document]] = {arn: []}
        grants = self.grants[arn] = []
        for turn in range(1 + rng.randrange(10)):
            on = arn if rng.random() < 0.6 else arn + rng.choice([":live", ":beta"])
            kind = rng.choice((*_GRANTED, *_OTHERS))
            if kind in _GRANTED:
                statement, source = self._to_service(kind, on, f"{number}-{turn}")
                grants.append((kind, source, on))
            else:
                statement = self._to_caller(kind, on)
            statements.setdefault(on, []).append({"Sid": f"st{turn}", **statement})
        self.policies[arn] = {}
        for on, found in statements.items():
            if found:
                self.documents[on] = document(*found)
                self.policies[arn][on] = on

    def _to_service(self, service: str, on: str, number: str) -> tuple[Document, str]:
        region, account = on.split(":")[3:5]
        match service:
            case "s3":
                pattern = f"arn:aws:s3:::{self._rng.choice(['inbox', 'data', 'logs'])}-{number}"
            case "sns":
                pattern = f"arn:aws:sns:{region}:{account}:topic-{number}"
            case "apigateway":
                method = self._rng.choice(["GET", "POST", "*"])
                pattern = f"arn:aws:execute-api:{region}:{account}:api{number}/*/{method}/v1/*"
            case _:
                pattern = f"arn:aws:events:{region}:{account}:rule/rule-{number}-*"
        condition: Document = {"ArnLike": {"aws:SourceArn": pattern}}
        if service in ("s3", "events"):
            condition["StringEquals"] = {"aws:SourceAccount": account}
        principal = {"Principal": {"Service": f"{service}.amazonaws.com"}}
        source = pattern.replace("/*/", "/prod/", 1).replace("/*/", "/GET/").replace("*", "items")
        return allow("lambda:InvokeFunction", on, **condition) | principal, source

    def _to_caller(self, kind: str, on: str) -> Document:
        rng = self._rng
        match kind:
            case "account":
                other = OTHER if on.split(":")[4] == HOME else HOME
                return allow("lambda:InvokeFunction", on) | {"Principal": {"AWS": f"arn:aws:iam::{other}:root"}}
            case "role":
                named = sorted({rng.choice(self._entities).arn for _ in range(1 + rng.randrange(3))})
                return allow("lambda:InvokeFunction", on) | {"Principal": {"AWS": named}}
            case "organization":
                members = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
                return allow("lambda:InvokeFunction", on, **members) | {"Principal": "*"}
            case "url":
                signed = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
                return allow("lambda:InvokeFunctionUrl", on, **signed) | {"Principal": "*"}
            case "local":
                named = [rng.choice(self._entities).arn]
                return allow(["lambda:InvokeFunction", "lambda:GetFunction"], on) | {"Principal": {"AWS": named}}
            case _:
                return deny("lambda:*", on, Bool={"aws:SecureTransport": "false"}) | {"Principal": "*"}


class _Asking:
    """Makes requests: by users and roles for functions and other resources, and by services for functions."""

    def __init__(self, rng: random.Random, entities: Sequence[Entity], functions: _Functions) -> None:
        self.rows = Rows()
        self.buckets: set[str] = set()
        self._rng, self._functions = rng, functions
        self._entities, self._arns = list(entities), list(functions.arns)
        rng.shuffle(self._entities)
        rng.shuffle(self._arns)
        self._by_entity, self._by_function, self._by_other = (
            Skewed(PRINCIPALS),
            Skewed(FUNCTIONS, 0.9),
            Skewed(400, 0.9),
        )

    def ask(self) -> None:
        chance = self._rng.random()
        if chance < 0.80:
            self._by_caller(for_function=chance < 0.45)
        else:
            self._by_service()

    def _by_caller(self, *, for_function: bool) -> None:
        rng = self._rng
        entity, session = self._entities[self._by_entity(rng)], self._by_entity(rng)
        if for_function:
            action = weighted(rng, ON_FUNCTIONS)
            resource = self._arns[self._by_function(rng)] + weighted(rng, QUALIFIERS)
            region = resource.split(":")[3]
        else:
            action = weighted(rng, ELSEWHERE)
            resource = self._elsewhere(action)
            region = REGION if rng.random() < 0.97 else "ap-south-1"
        context = {
            "aws:SourceIp": f"10.{session % 8}.{session % 16}.{int(entity.arn[-3:]) % 250 + 1}",
            "aws:SecureTransport": "false" if rng.random() < 0.01 else "true",
            "aws:PrincipalArn": entity.arn,
            "aws:PrincipalAccount": entity.arn.split(":")[4],
            "aws:PrincipalOrgID": ORGANIZATION,
            "aws:RequestedRegion": region,
            "aws:UserAgent": AGENTS[session % 4],
        }
        if action == "lambda:InvokeFunctionUrl":
            context["lambda:FunctionUrlAuthType"] = rng.choice(["AWS_IAM", "AWS_IAM", "NONE"])
        if action == "iam:PassRole":
            context["iam:PassedToService"] = rng.choice(["lambda.amazonaws.com", "ec2.amazonaws.com"])
        self.rows.add(entity.arn, action, resource, context, rng.randrange(86_400))

    def _elsewhere(self, action: str) -> str:
        i = self._by_other(self._rng)
        service = action.partition(":")[0]
        place = f"{REGION}:{HOME}"
        match service:
            case "s3":
                bucket = f"arn:aws:s3:::bucket-{i % BUCKETS}"
                self.buckets.add(bucket)
                if action == "s3:ListBucket":
                    return bucket
                self.buckets.add(f"{bucket}/p{i % 7}/obj-{i}.json")
                return f"{bucket}/p{i % 7}/obj-{i}.json"
            case "iam":
                name = self._rng.choice(["lambda-exec", "protected-admin", "svc"])
                return f"arn:aws:iam::{HOME}:role/{name}-{i % 20}"
            case "logs":
                return f"arn:aws:logs:{place}:log-group:/aws/lambda/fn-{i % 80}:log-stream:2026/{i}"
            case _:
                return f"arn:aws:{service}:{place}:{_NAMES[service].format(i % 50)}"

    def _by_service(self) -> None:
        rng = self._rng
        arn = self._arns[self._by_function(rng)]
        grants = self._functions.grants[arn]
        account = arn.split(":")[4]
        if grants and rng.random() < 0.8:
            service, source, resource = rng.choice(grants)
            source += "x" if rng.random() < 0.1 else ""
        else:
            service, resource = rng.choice(SERVICES), arn
            source = f"arn:aws:{rng.choice(['s3', 'sns'])}:::thing-{self._by_other(rng)}"
        context = {
            "aws:SourceArn": source,
            "aws:SourceAccount": account if rng.random() < 0.95 else THIRD,
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": f"{service}.amazonaws.com",
            "aws:SecureTransport": "true",
            "aws:RequestedRegion": arn.split(":")[3],
            "aws:UserAgent": f"{service}.amazonaws.com",
        }
        self.rows.add(f"{service}.amazonaws.com", "lambda:InvokeFunction", resource, context, rng.randrange(86_400))


_NAMES = {
    "dynamodb": "table/table-{}",
    "sqs": "queue-{}",
    "sns": "topic-{}",
    "kinesis": "stream/stream-{}",
    "states": "stateMachine:sm-{}",
    "secretsmanager": "secret:sec-{}-AbCdEf",
    "ssm": "parameter/app/p{}",
    "events": "event-bus/bus-{}",
}
