"""What Lambda needs of the execution role to poll a source: the table of semantics L16.

Of streams less is asked when a mapping is made than AWS's documents list; what was seen to be asked is a step, what is
listed only is `listed_steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lampolicy.diagnostic import AwsError
from lampolicy.function._ask import Step
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import EventSourceKind, EventSourceMapping

_REFUSED: Final = AwsError("InvalidParameterValueException")
_LOGS: Final = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")


@dataclass(frozen=True, slots=True)
class Source:
    """A source to be polled.

    Attributes:
        mapping: What is polled for which function.
        function: The function's unqualified ARN.
        key: ARN of the customer's KMS key that encrypts what is read.
    """

    mapping: EventSourceMapping
    function: FunctionArn
    key: str | None = None

    @property
    def arn(self) -> str:
        """The ARN of what is polled, `*` for what has none."""
        return self.mapping.source or "*"

    @property
    def stream(self) -> str:
        """The stream behind a consumer."""
        return self.arn.partition("/consumer/")[0]


def poll_steps(source: Source) -> Iterator[Step]:
    """Everything that is asked of the execution role, in order."""
    yield from _ASKED[source.mapping.kind](source)
    yield from _secrets(source)
    yield from _key(source)


def listed_steps(source: Source) -> Iterator[Step]:
    """What AWS's documents and managed policies list beside it, though nothing was seen to ask for it."""
    names = _LISTED.get(source.mapping.kind, {})
    for action, everywhere in names.items():
        yield Step(action, "*" if everywhere else source.stream, "L16", "AWS's documents list it")


def _sqs(source: Source) -> Iterator[Step]:
    for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        yield Step(f"sqs:{name}", source.arn, "L16", "Lambda polls the queue", aws=lacks(name, "SQS"))


def lacks(name: str, service: str) -> AwsError:
    """What AWS answers whoever makes a mapping for a role that lacks an action."""
    text = f"The function execution role does not have permissions to call {name} on {service}"
    return AwsError("InvalidParameterValueException", text)


def _kinesis(source: Source) -> Iterator[Step]:
    yield from _calls(source.stream, "kinesis", "DescribeStream GetRecords GetShardIterator", "reads the stream")


def _consumer(source: Source) -> Iterator[Step]:
    names = "DescribeStreamSummary GetRecords GetShardIterator ListShards"
    yield from _calls(source.stream, "kinesis", names, "reads the stream")
    yield from _calls(source.arn, "kinesis", "SubscribeToShard", "reads as a consumer of its own")


def _dynamodb(source: Source) -> Iterator[Step]:
    yield from _calls(source.arn, "dynamodb", "DescribeStream GetRecords GetShardIterator", "reads the stream")


def _msk(source: Source) -> Iterator[Step]:
    yield from _calls(source.arn, "kafka", "DescribeCluster DescribeClusterV2", "finds the cluster")
    yield from _calls("*", "kafka", "GetBootstrapBrokers", "finds the cluster's brokers")
    yield from _interfaces(source)


def _kafka(source: Source) -> Iterator[Step]:
    if source.mapping.networked:
        yield from _interfaces(source)


def _mq(source: Source) -> Iterator[Step]:
    yield from _calls(source.arn, "mq", "DescribeBroker", "finds the broker")
    yield from _interfaces(source)
    stream = log_stream(source.function)
    for name in _LOGS:
        where = stream.removesuffix("*") if name == "CreateLogGroup" else stream
        yield Step(f"logs:{name}", where, "L16", "Lambda writes what happens to the broker")


def _documentdb(source: Source) -> Iterator[Step]:
    yield from _calls(source.arn, "rds", "DescribeDBClusters", "finds the cluster")
    yield from _interfaces(source)


def _calls(resource: str, service: str, names: str, what: str) -> Iterator[Step]:
    for name in names.split():
        yield Step(f"{service}:{name}", resource, "L16", f"Lambda {what}", aws=_REFUSED)


def _interfaces(source: Source) -> Iterator[Step]:
    subnets, groups = source.mapping.named("VPC_SUBNET"), source.mapping.named("VPC_SECURITY_GROUP")
    why = "Lambda polls from within the network of the source"
    seeing = ("DescribeNetworkInterfaces", "DescribeVpcs", "DescribeSubnets", "DescribeSecurityGroups")
    for step in interface_steps(source.function, subnets, groups, seeing):
        yield Step(step.action, step.resource, "L16", why, aws=_REFUSED)


def interface_steps(
    function: FunctionArn, subnets: tuple[str, ...], groups: tuple[str, ...], seeing: tuple[str, ...]
) -> Iterator[Step]:
    """Making and removing network interfaces, as EC2 authorizes it: on every resource that takes part."""
    place = f"arn:{function.partition}:ec2:{function.region}:{function.account}"
    interface = f"{place}:network-interface/*"
    taking_part = (f"{place}:subnet/{id_}" for id_ in subnets), (f"{place}:security-group/{id_}" for id_ in groups)
    for resource in (interface, *taking_part[0], *taking_part[1]):
        yield Step("ec2:CreateNetworkInterface", resource, "L17", "Lambda makes network interfaces")
    for name in seeing:
        yield Step(f"ec2:{name}", "*", "L17", "Lambda looks for its network interfaces")
    yield Step("ec2:DeleteNetworkInterface", interface, "L17", "Lambda removes network interfaces")


def network_steps(function: FunctionArn, subnets: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[Step]:
    """What Lambda does with the role to stand in a VPC, as it tries when the function is told to (semantics L17)."""
    for step in interface_steps(function, subnets, groups, ("DescribeNetworkInterfaces", "DescribeSubnets")):
        aws = provided_role_lacks(step.action.partition(":")[2], "EC2")
        yield Step(step.action, step.resource, step.rule, step.why, aws=aws)


def provided_role_lacks(name: str, service: str) -> AwsError:
    """What AWS answers whoever gives a function a role that lacks an action its configuration needs."""
    text = f"The provided execution role does not have permissions to call {name} on {service}"
    return AwsError("InvalidParameterValueException", text)


def log_stream(function: FunctionArn, group: str | None = None) -> str:
    """Any log stream of a function, as CloudWatch Logs is asked for it."""
    place = f"arn:{function.partition}:logs:{function.region}:{function.account}"
    return f"{place}:log-group:{group or f'/aws/lambda/{function.name}'}:log-stream:*"


def _secrets(source: Source) -> Iterator[Step]:
    for secret in source.mapping.secrets:
        why = "Lambda signs in to the source"
        yield Step("secretsmanager:GetSecretValue", secret, "L16", why, aws=_REFUSED)


def _key(source: Source) -> Iterator[Step]:
    if source.key is None or not Arn.parse(source.key).resource.startswith("key/"):
        return
    name = _KEY_USERS.get(source.mapping.kind)
    if name is not None:
        yield key_step("kms:Decrypt", source.key, name, source.stream, "L16", "what Lambda reads is encrypted")


def key_step(action: str, key: str, service: str, holder: str, rule: str, why: str) -> Step:
    """A use of a key by a service that forwards the role's call (semantics K2, E14)."""
    arn = Arn.parse(holder)
    context = {
        "kms:ViaService": f"{service}.{arn.region}.amazonaws.com",
        f"kms:EncryptionContext:aws:{service}:arn": holder,
        "kms:EncryptionContextKeys": (f"aws:{service}:arn",),
    }
    return Step(action, key, rule, why, context, via=(f"{service}.amazonaws.com",))


_ASKED: Final[Mapping[EventSourceKind, Callable[[Source], Iterator[Step]]]] = {
    EventSourceKind.SQS: _sqs,
    EventSourceKind.KINESIS: _kinesis,
    EventSourceKind.KINESIS_CONSUMER: _consumer,
    EventSourceKind.DYNAMODB: _dynamodb,
    EventSourceKind.MSK: _msk,
    EventSourceKind.KAFKA: _kafka,
    EventSourceKind.MQ: _mq,
    EventSourceKind.DOCUMENTDB: _documentdb,
}

_LISTED: Final[Mapping[EventSourceKind, Mapping[str, bool]]] = {
    EventSourceKind.KINESIS: {
        "kinesis:DescribeStreamSummary": False,
        "kinesis:ListShards": False,
        "kinesis:ListStreams": True,
    },
    EventSourceKind.KINESIS_CONSUMER: {"kinesis:DescribeStream": False, "kinesis:ListStreams": True},
    EventSourceKind.DYNAMODB: {"dynamodb:ListStreams": True},
    EventSourceKind.DOCUMENTDB: {"rds:DescribeDBClusterParameters": True, "rds:DescribeDBSubnetGroups": True},
}
"""Action, and whether it is asked for on `*` because it has no resource type."""

_KEY_USERS: Final = {
    EventSourceKind.SQS: "sqs",
    EventSourceKind.KINESIS: "kinesis",
    EventSourceKind.KINESIS_CONSUMER: "kinesis",
}
