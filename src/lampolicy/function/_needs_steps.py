"""What a configuration asks of the execution role, setting by setting (semantics L16, L17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import AwsError
from lampolicy.function._ask import Step
from lampolicy.function._needs_types import Setting, Wanted
from lampolicy.function._poll import source_of
from lampolicy.function._poll_steps import key_step, log_stream, network_steps, poll_steps, provided_role_lacks
from lampolicy.function._view import FunctionView
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import EventSourceMapping, FunctionConfiguration

_VPC_FOR_CERTAIN: Final = frozenset({"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces"})
"""What Lambda asks for when a function is attached; the managed policy has gained the rest over the years."""


def wanted(view: FunctionView) -> Iterator[Wanted]:
    """Everything the function's configuration, destinations and event sources ask for."""
    function, configuration = view.function, view.function.configuration or FunctionConfiguration()
    yield from _logs(function.arn, configuration)
    yield from _vpc(function.arn, configuration)
    yield from _tracing(configuration)
    if configuration.dead_letter is not None:
        yield from _sink(view, Setting.DEAD_LETTER, configuration.dead_letter, "Lambda sends events that failed")
    for destinations in function.destinations:
        for target in destinations.targets:
            yield from _sink(
                view, Setting.DESTINATION, target, f"Lambda sends results of {_qualifier(destinations.arn)}"
            )
    yield from _file_systems(function.arn, configuration)
    yield from _environment(function.arn, configuration)
    for mapping in view.authorizer.organization.event_sources_of(function):
        yield from _event_source(view, mapping)


def _qualifier(arn: FunctionArn) -> str:
    return str(arn.qualifier) or "the function"


def _logs(function: FunctionArn, configuration: FunctionConfiguration) -> Iterator[Wanted]:
    stream = log_stream(function, configuration.log_group)
    group = stream.removesuffix("*")
    pattern = group.removesuffix("log-stream:") + "*"
    for name, resource, why in (
        ("CreateLogGroup", group, "Lambda makes the log group if it is not there"),
        ("CreateLogStream", stream, "Lambda makes a log stream for each environment"),
        ("PutLogEvents", stream, "Lambda writes what the function prints"),
    ):
        spare = name == "CreateLogGroup"
        step = Step(f"logs:{name}", resource, "L17", why)
        yield Wanted(Setting.LOGS, step, pattern, names_function=True, optional=spare)


def _vpc(function: FunctionArn, configuration: FunctionConfiguration) -> Iterator[Wanted]:
    if not configuration.subnets:
        return
    steps = [*network_steps(function, configuration.subnets, configuration.security_groups)]
    interface, why = steps[-1].resource, "Lambda gives its network interfaces addresses"
    for name in ("AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"):
        steps += (Step(f"ec2:{name}", interface, "L17", why, aws=provided_role_lacks(name, "EC2")),)
    yield from (Wanted(Setting.VPC, step, optional=step.action not in _VPC_FOR_CERTAIN) for step in steps)


def _tracing(configuration: FunctionConfiguration) -> Iterator[Wanted]:
    if configuration.tracing != "Active":
        return
    for name in ("PutTraceSegments", "PutTelemetryRecords"):
        step = Step(f"xray:{name}", "*", "L17", "Lambda sends traces to X-Ray")
        yield Wanted(Setting.TRACING, step, names_function=True)


def _sink(view: FunctionView, setting: Setting, target: str, why: str) -> Iterator[Wanted]:
    for step in sink_steps(view, setting, target, why):
        yield Wanted(setting, step)


def sink_steps(view: FunctionView, setting: Setting, target: str, why: str) -> Iterator[Step]:
    """What Lambda does as the execution role to send something to a destination or dead letter queue."""
    for action, resource in _deliveries(target):
        refused = setting is Setting.DEAD_LETTER
        aws = provided_role_lacks(action.partition(":")[2], Arn.parse(target).service.upper()) if refused else None
        yield Step(action, resource, "L17", why, aws=aws)
    known = view.authorizer.organization.index.resource(target)
    service = Arn.parse(target).service
    if known is not None and known.key is not None and ":key/" in known.key and service in {"sqs", "sns"}:
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            yield key_step(action, known.key, service, target, "L17", f"{why} encrypted")


def _deliveries(target: str) -> Iterator[tuple[str, str]]:
    match Arn.parse(target).service:
        case "sqs":
            yield "sqs:SendMessage", target
        case "sns":
            yield "sns:Publish", target
        case "lambda":
            yield "lambda:InvokeFunction", target
        case "events":
            yield "events:PutEvents", target
        case "s3":
            yield "s3:ListBucket", target
            yield "s3:PutObject", f"{target}/*"
        case _:
            return


def unknown_sinks(view: FunctionView) -> Iterator[str]:
    """Say which targets are none that Lambda sends to."""
    function, configuration = view.function, view.function.configuration
    mappings = view.authorizer.organization.event_sources_of(function)
    targets = [configuration.dead_letter if configuration else None, *(mapping.on_failure for mapping in mappings)]
    targets += [target for destinations in function.destinations for target in destinations.targets]
    for target in dict.fromkeys(target for target in targets if target is not None):
        if not any(_deliveries(target)):
            yield f"what sending to {target} asks for is not known here"


def _file_systems(function: FunctionArn, configuration: FunctionConfiguration) -> Iterator[Wanted]:
    key = "elasticfilesystem:AccessPointArn"
    for access_point in configuration.file_systems:
        arn = Arn.parse(access_point)
        resource = f"arn:{arn.partition}:elasticfilesystem:{function.region}:{arn.account}:file-system/*"
        condition = ("StringEquals", key, access_point)
        for name, why in (
            ("ClientMount", "Lambda mounts the access point"),
            ("ClientWrite", "the function writes to the file system; one that only reads can do without"),
        ):
            step = Step(f"elasticfilesystem:{name}", resource, "L17", why, {key: access_point})
            yield Wanted(
                Setting.FILE_SYSTEM, step, condition=condition, names_function=True, optional=name == "ClientWrite"
            )


def _environment(function: FunctionArn, configuration: FunctionConfiguration) -> Iterator[Wanted]:
    if configuration.key is None or ":key/" not in configuration.key:
        return
    context = {
        "kms:ViaService": f"lambda.{function.region}.amazonaws.com",
        "kms:EncryptionContext:aws:lambda:FunctionArn": str(function),
        "kms:EncryptionContextKeys": ("aws:lambda:FunctionArn",),
    }
    aws = AwsError("KMSAccessDeniedException")
    why = "Lambda decrypts the environment variables"
    yield Wanted(Setting.ENVIRONMENT, Step("kms:Decrypt", configuration.key, "K2", why, context, aws))


def _event_source(view: FunctionView, mapping: EventSourceMapping) -> Iterator[Wanted]:
    for step in poll_steps(source_of(view, mapping)):
        yield Wanted(Setting.EVENT_SOURCE, step)
    if mapping.on_failure is not None:
        why = "Lambda sends batches that failed"
        yield from _sink(view, Setting.EVENT_SOURCE, mapping.on_failure, why)
