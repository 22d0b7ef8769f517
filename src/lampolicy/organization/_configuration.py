"""What a function's configuration tells of the permissions its execution role needs (semantics L16, L17)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, TypeAlias

from lampolicy.names import Arn, FunctionArn
from lampolicy.record import record

TracingMode: TypeAlias = Literal["Active", "PassThrough"]
"""Whether Lambda sends traces to X-Ray of its own (`Active`), or only where the caller asks for it."""

_SECRET: Final = "secretsmanager"
_NETWORK: Final = frozenset({"VPC_SUBNET", "VPC_SECURITY_GROUP"})


@record
class FunctionConfiguration:
    """What `aws lambda get-function-configuration` tells that decides which permissions the execution role needs.

    Attributes:
        vpc: Id of the VPC, if it is told.
        subnets: Ids of the subnets the function is attached to; empty for a function in no VPC.
        security_groups: Ids of the security groups of its network interfaces.
        tracing: The tracing mode.
        dead_letter: ARN of the queue or topic for events that failed.
        file_systems: ARNs of the EFS access points it mounts.
        key: ARN of the customer's KMS key for its environment variables.
        log_group: Name of the log group it writes to; `None` for `/aws/lambda/NAME`.
    """

    vpc: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    tracing: TracingMode = "PassThrough"
    dead_letter: str | None = None
    file_systems: tuple[str, ...] = ()
    key: str | None = None
    log_group: str | None = None


@record
class Destinations:
    """Where the results of asynchronous invocations go.

    Attributes:
        arn: What was invoked: the function, a version, an alias or `$LATEST`; each has its own destinations.
        on_success: ARN for results.
        on_failure: ARN for events that failed.
    """

    arn: FunctionArn
    on_success: str | None = None
    on_failure: str | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """Both, as far as they are there, each once."""
        return tuple(dict.fromkeys(arn for arn in (self.on_success, self.on_failure) if arn is not None))


class EventSourceKind(StrEnum):
    """What Lambda polls (semantics L16)."""

    SQS = "sqs"
    KINESIS = "kinesis"
    KINESIS_CONSUMER = "kinesis-consumer"
    DYNAMODB = "dynamodb"
    MSK = "msk"
    KAFKA = "kafka"
    MQ = "mq"
    DOCUMENTDB = "documentdb"


@record
class EventSourceMapping:
    """A queue, stream, cluster or broker that Lambda polls for a function.

    Attributes:
        uuid: Its id.
        function: The function, version or alias it invokes.
        kind: What is polled.
        source: The ARN of what is polled; `None` for self-managed Kafka, which has none.
        enabled: Whether it polls at present.
        on_failure: ARN of the queue, topic or bucket for batches that failed.
        access: How it signs in and where it stands, as (type, value) pairs of `SourceAccessConfigurations`.
        filter_key: ARN of the customer's KMS key for its filter criteria.
    """

    uuid: str
    function: FunctionArn
    kind: EventSourceKind
    source: str | None = None
    enabled: bool = True
    on_failure: str | None = None
    access: tuple[tuple[str, str], ...] = ()
    filter_key: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """ARNs of the secrets it signs in with."""
        return tuple(dict.fromkeys(uri for _, uri in self.access if f":{_SECRET}:" in uri))

    @property
    def networked(self) -> bool:
        """Whether it names subnets or security groups."""
        return any(kind in _NETWORK for kind, _ in self.access)

    def named(self, kind: str) -> tuple[str, ...]:
        """Ids under one type of `access`, without the prefix AWS writes before some (`subnet:`)."""
        return tuple(uri.rpartition(":")[2] for name, uri in self.access if name == kind)


_BY_SERVICE: Final = {
    "sqs": EventSourceKind.SQS,
    "dynamodb": EventSourceKind.DYNAMODB,
    "kafka": EventSourceKind.MSK,
    "mq": EventSourceKind.MQ,
    "rds": EventSourceKind.DOCUMENTDB,
}


def event_source_kind(arn: str) -> EventSourceKind | None:
    """Tell what Lambda polls at an ARN; `None` if it is nothing that Lambda polls.

    A DynamoDB table is none: its stream is. DocumentDB clusters have ARNs of the service `rds`.

    Raises:
        InvalidName: The text is no ARN.
    """
    name = Arn.parse(arn)
    if name.service == "kinesis":
        return EventSourceKind.KINESIS_CONSUMER if "/consumer/" in name.resource else EventSourceKind.KINESIS
    if name.service == "dynamodb" and "/stream/" not in name.resource:
        return None
    return _BY_SERVICE.get(name.service)
