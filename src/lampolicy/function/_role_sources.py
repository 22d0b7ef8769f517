"""Sources that assume a role and invoke as that: no function policy of their own account's function plays a part (5.3).

Each function takes the source's ARN and the role, and gives a `RoleSource`.
"""

from __future__ import annotations

from dataclasses import dataclass

from lampolicy.diagnostic import InvalidName
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._modes import Model
from lampolicy.names import Arn, FunctionArn
from lampolicy.request import RoleSession


@dataclass(frozen=True, slots=True)
class RoleSource:
    """A resource whose service assumes a role to invoke a function.

    Across accounts the function's policy must admit the role, too.

    Attributes:
        what: What it is, in words: `the pipe orders`.
        service: The service that must be trusted.
        role: ARN of the role, with its path.
        source_arn: The resource for which the service acts.
        modes: Whether it waits for the answer; both where that can be chosen.
        remarks: What else there is to know.
    """

    what: str
    service: str
    role: str
    source_arn: str
    modes: tuple[Model, ...]
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        RoleSession(self.role)

    @property
    def caller(self) -> AssumedBy:
        """The service with the role, as `may_invoke` takes it."""
        return AssumedBy(self.service, self.role, self.source_arn)

    def trust(self) -> dict[str, object]:
        """The statement the role's trust policy needs, for this source only."""
        caller = self.caller.caller
        written: dict[str, object] = {
            "Effect": "Allow",
            "Principal": {"Service": self.service},
            "Action": "sts:AssumeRole",
        }
        conditions: dict[str, object] = {"StringEquals": {"aws:SourceAccount": caller.source_account}}
        if caller.source_arn is not None:
            conditions["ArnLike"] = {"aws:SourceArn": caller.source_arn}
        return {**written, "Condition": conditions}

    def invoke(self, function: FunctionArn | str) -> dict[str, object]:
        """The statement the role's identity policy needs.

        Args:
            function: The ARN it invokes, with the qualifier if it names one (semantics L3).
        """
        return {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": str(function)}


def delivery_stream(arn: str, role: str) -> RoleSource:
    """The transformation of a Firehose stream: `arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME`."""
    return _source("the stream", "firehose", _arn(arn, "firehose", "deliverystream/"), role, Model.SYNC)


def state_machine(arn: str, role: str) -> RoleSource:
    """A state machine of Step Functions: `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`."""
    return _source("the state machine", "states", _arn(arn, "states"), role, Model.SYNC, Model.ASYNC)


def schedule(arn: str, role: str) -> RoleSource:
    """A schedule: `arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP/NAME`; `aws:SourceArn` holds its group's ARN."""
    return _source("the schedule", "scheduler", _arn(arn, "scheduler"), role, Model.ASYNC)


def pipe(arn: str, role: str) -> RoleSource:
    """A pipe of EventBridge, for its enrichment or target: `arn:aws:pipes:REGION:ACCOUNT:pipe/NAME`."""
    return _source("the pipe", "pipes", _arn(arn, "pipes", "pipe/"), role, Model.SYNC, Model.ASYNC)


def batch_job(arn: str, role: str) -> RoleSource:
    """A job of S3 Batch Operations: `arn:aws:s3:REGION:ACCOUNT:job/ID`, or `job/*` for those to come."""
    return _source("the job", "batchoperations.s3", _arn(arn, "s3", "job/"), role, Model.SYNC)


def graphql_api(arn: str, role: str) -> RoleSource:
    """A data source of AppSync: `arn:aws:appsync:REGION:ACCOUNT:apis/ID`."""
    return _source("the API", "appsync", _arn(arn, "appsync"), role, Model.SYNC, Model.ASYNC)


def pipeline(arn: str, role: str) -> RoleSource:
    """A Lambda action of CodePipeline: `arn:aws:codepipeline:REGION:ACCOUNT:NAME`."""
    return _source("the pipeline", "codepipeline", _arn(arn, "codepipeline"), role, Model.ASYNC)


def api_with_credentials(arn: str, role: str) -> RoleSource:
    """An API whose integration has credentials: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`."""
    return _source("the API", "apigateway", _arn(arn, "execute-api"), role, Model.SYNC)


def rule_with_role(arn: str, role: str) -> RoleSource:
    """A rule of EventBridge whose target has a role: `arn:aws:events:REGION:ACCOUNT:rule/[BUS/]NAME`."""
    return _source("the rule", "events", _arn(arn, "events", "rule/"), role, Model.ASYNC)


def stack(arn: str, role: str) -> RoleSource:
    """A custom resource of a CloudFormation stack with a role; without one the caller's own permissions count."""
    return _source("the stack", "cloudformation", _arn(arn, "cloudformation", "stack/"), role, Model.ASYNC)


def _source(what: str, service: str, arn: Arn, role: str, *modes: Model) -> RoleSource:
    name = arn.resource.replace(":", "/").partition("/")[2] or arn.resource
    return RoleSource(f"{what} {name}", f"{service}.amazonaws.com", role, str(arn), modes, (_NO_POLICY,))


def _arn(text: str, service: str, front: str = "") -> Arn:
    arn = Arn.parse(text)
    if arn.service != service or not arn.resource.startswith(front) or not arn.account:
        raise InvalidName(f"`{text}` is not the ARN it should be: arn:aws:{service}:REGION:ACCOUNT:{front}...")
    return arn


_NO_POLICY = "it invokes as the role: in the function's own account the function's policy plays no part"
