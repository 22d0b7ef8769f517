"""The tables of the services, each in a module of its own with the AWS pages it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.replay._asked import Table
from lampolicy.replay._services._dynamodb import TABLE as DYNAMODB
from lampolicy.replay._services._kinesis import TABLE as KINESIS
from lampolicy.replay._services._kms import TABLE as KMS
from lampolicy.replay._services._lambda import TABLE as LAMBDA
from lampolicy.replay._services._logs import TABLE as LOGS
from lampolicy.replay._services._passing import EVENTS, SCHEDULER, STATES
from lampolicy.replay._services._s3 import ACTIONS as S3_ACTIONS
from lampolicy.replay._services._s3 import TABLE as S3
from lampolicy.replay._services._sns import TABLE as SNS
from lampolicy.replay._services._sqs import TABLE as SQS
from lampolicy.replay._services._sts import TABLE as STS

TABLES: Final[Mapping[str, Table]] = {
    "dynamodb.amazonaws.com": DYNAMODB,
    "events.amazonaws.com": EVENTS,
    "kinesis.amazonaws.com": KINESIS,
    "kms.amazonaws.com": KMS,
    "lambda.amazonaws.com": LAMBDA,
    "logs.amazonaws.com": LOGS,
    "s3.amazonaws.com": S3,
    "scheduler.amazonaws.com": SCHEDULER,
    "sns.amazonaws.com": SNS,
    "sqs.amazonaws.com": SQS,
    "states.amazonaws.com": STATES,
    "sts.amazonaws.com": STS,
}
"""By event source."""

__all__ = ["S3_ACTIONS", "TABLES"]
