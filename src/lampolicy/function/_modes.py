"""How a service comes to run a function: it invokes, or as a role it assumes, or Lambda polls it (semantics 5.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, TypeAlias

Mode: TypeAlias = Literal["sync", "async"]
"""Whether a caller waits for the result, or leaves an event."""


class Model(StrEnum):
    """The way from an event to a function."""

    SYNC = "synchronous"
    ASYNC = "asynchronous"
    POLL = "poll"
    ROLE = "role"


_NAMES: Final = {
    Model.ASYNC: (
        "s3",
        "sns",
        "events",
        "logs",
        "lambda.alarms.cloudwatch",
        "ses",
        "config",
        "iot",
        "iotevents",
        "codecommit",
    ),
    Model.SYNC: (
        "apigateway",
        "elasticloadbalancing",
        "cognito-idp",
        "cognito-sync",
        "lex",
        "lexv2",
        "connect",
        "secretsmanager",
        "bedrock",
        "cloudfront",
    ),
    Model.POLL: ("sqs", "kinesis", "dynamodb", "streams.dynamodb", "kafka", "mq"),
    Model.ROLE: ("scheduler", "pipes", "states", "firehose", "batchoperations.s3", "codepipeline"),
}
_MODELS: Final = {f"{name}.amazonaws.com": model for model, names in _NAMES.items() for name in names} | {
    "alexa-appkit.amazon.com": Model.SYNC,
    "alexa-connectedhome.amazon.com": Model.SYNC,
}

MAY_ASSUME: Final = frozenset({"apigateway.amazonaws.com", "appsync.amazonaws.com", "events.amazonaws.com"})
"""Services that use the function policy or, if they are given a role, that role instead."""


def model_of(service: str) -> Model | None:
    """How a service comes to run a function, by its service principal; `None` if that is not known.

    A regional name (`logs.eu-west-1.amazonaws.com`) is read as the service's own.
    """
    if service in _MODELS:
        return _MODELS[service]
    name, *_ = service.split(".")
    return _MODELS.get(f"{name}.amazonaws.com") if service.count(".") == 3 else None
