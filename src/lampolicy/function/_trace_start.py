"""What goes on from a place by itself: at the start of a path, and wherever a path comes past one (semantics 5.3)."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic import InvalidName, visible
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._sources import log_group
from lampolicy.function._trace_path import Calls, CallsUrl, Given, Polls, Start
from lampolicy.names import Arn
from lampolicy.organization import holder_of
from lampolicy.request import UNKNOWN, Service, account_in

_PUSH: Final = {
    "s3": "s3.amazonaws.com",
    "sns": "sns.amazonaws.com",
    "events": "events.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "cloudwatch": "lambda.alarms.cloudwatch.amazonaws.com",
    "ses": "ses.amazonaws.com",
    "config": "config.amazonaws.com",
    "iot": "iot.amazonaws.com",
    "iotevents": "iotevents.amazonaws.com",
    "codecommit": "codecommit.amazonaws.com",
    "execute-api": "apigateway.amazonaws.com",
    "elasticloadbalancing": "elasticloadbalancing.amazonaws.com",
    "cognito-idp": "cognito-idp.amazonaws.com",
    "cognito-sync": "cognito-sync.amazonaws.com",
    "lex": "lexv2.amazonaws.com",
    "connect": "connect.amazonaws.com",
    "secretsmanager": "secretsmanager.amazonaws.com",
    "bedrock": "bedrock.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "pipes": "pipes.amazonaws.com",
    "states": "states.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
}
"""The service that acts for a source, by the service in the source's ARN (semantics 5.3)."""
_POLLED: Final = frozenset({"sqs", "kinesis", "dynamodb", "kafka", "mq", "rds"})
_URL_SERVICES: Final = {"cloudfront": "cloudfront.amazonaws.com"}

_LEAVES: Final = {
    "sqs": ("SendMessage",),
    "sns": ("Publish",),
    "events": ("PutEvents",),
    "kinesis": ("PutRecord", "PutRecords"),
    "dynamodb": (
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "PartiQLInsert",
        "PartiQLUpdate",
        "PartiQLDelete",
    ),
    "s3": ("PutObject", "DeleteObject", "DeleteObjectVersion", "PutObjectAcl", "PutObjectTagging", "RestoreObject"),
    "logs": ("PutLogEvents",),
    "iot": ("Publish",),
    "states": ("StartExecution", "StartSyncExecution"),
    "firehose": ("PutRecord", "PutRecordBatch"),
    "cloudwatch": ("SetAlarmState",),
}
"""Actions that leave an event at the resource they are called on, from where it may go on; reading leaves nothing."""
_LEAVING: Final = frozenset(f"{service}:{name}".lower() for service, names in _LEAVES.items() for name in names)

_BUS: Final = "event-bus/"


def left_at(action: str, resource: str) -> str | None:
    """The place at which an action leaves an event: for an object its bucket; `None` if it leaves none."""
    if action.lower() not in _LEAVING or resource == "*":
        return None
    arn = Arn.parse(resource)
    if arn.service == "dynamodb":  # an index has no stream of its own
        return resource.partition("/index/")[0]
    if arn.service == "logs":  # a subscription hangs on the group
        return resource.partition(":log-stream:")[0].removesuffix(":*")
    return holder_of(resource)


def start_at(
    arn: str, label: str, account: str | None = None, role: str | None = None, given: Given | None = None
) -> Start:
    """Tell how an event goes on from a place by itself.

    Args:
        arn: The place: a queue, a topic, a bucket, a rule ...
        label: What to call it.
        account: The account it belongs to; the one in the ARN if it is not told.
        role: The role its service assumes, if it assumes one.
        given: Condition keys that the calls made for it carry.

    Raises:
        InvalidName: Nothing is known to go on from there.
    """
    service, context = Arn.parse(arn).service, given or {}
    owner = account or account_in(arn)
    if service in _POLLED and role is None:
        if context:
            raise InvalidName("a queue or stream takes no `with`: Lambda itself reads it")
        return Polls(arn, label)
    if service in _URL_SERVICES:
        return CallsUrl(Service(_URL_SERVICES[service], arn, owner), label, None, context)
    if service == "logs" and role is None:
        return Calls(log_group(arn).caller, label, context)
    if service not in _PUSH:
        raise InvalidName(f"it is not known which service acts for `{visible(arn)}`: write `service NAME for {arn}`")
    return acting(_PUSH[service], arn, owner, role, label, context)


def acting(
    service: str, source: str | None, account: str | None, role: str | None, label: str, context: Given
) -> Calls:
    """A service that calls for a source, or as a role for it; of a bus, which rule it will be is not known."""
    if role is not None:
        return Calls(AssumedBy(service, role, source, account), label, context)
    if source is not None and Arn.parse(source).resource.startswith(_BUS):
        return Calls(Service(service, None, account), label, {"aws:SourceArn": UNKNOWN, **context})
    if source is not None and account is None:
        return Calls(Service(service, source), label, {"aws:SourceAccount": UNKNOWN, **context})
    return Calls(Service(service, source, account), label, context)


def goes_on(arn: str) -> bool:
    """Tell whether anything is known to go on from a place."""
    return Arn.parse(arn).service in {*_POLLED, *_PUSH}


def within(place: str, onward: str) -> bool:
    """Tell whether a step stays within one service, which asks for no permission: a bus's rule, a table's stream."""
    return onward.startswith(f"{place}/") or is_rule(onward)


def is_rule(arn: str) -> bool:
    """Tell whether an ARN is that of a rule of EventBridge."""
    name = Arn.parse(arn)
    return name.service == "events" and name.resource.startswith("rule/")


def is_bus(arn: str) -> bool:
    """Tell whether an ARN is that of an event bus."""
    name = Arn.parse(arn)
    return name.service == "events" and name.resource.startswith(_BUS)


def bus_of(rule: str) -> str:
    """The ARN of the bus whose events a rule matches."""
    name = Arn.parse(rule)
    bus, slash, _ = name.resource.removeprefix("rule/").rpartition("/")
    return f"arn:{name.partition}:events:{name.region}:{name.account}:{_BUS}{bus if slash else 'default'}"
