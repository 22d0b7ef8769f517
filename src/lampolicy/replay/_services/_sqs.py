"""SQS: queues, which requests name by their URL.

Sources: SQS Developer Guide, "Amazon SQS API permissions: actions and resource reference" (a batch is authorized as the
single action); Service Authorization Reference, "Amazon SQS"; semantics M9, E6 (`ListQueues` has no resource type).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lampolicy.names import is_account_id
from lampolicy.replay._asked import Asked, Table, Unmapped, anything, arn, needed, one, parameter_arn, same, tag_keys
from lampolicy.replay._event import Event


def _queue(event: Event) -> str:
    named = event.named("AWS::SQS::Queue")
    url = event.text("queueUrl")
    if url is None and named is not None:
        return named.arn
    parts = urlsplit(url or needed(event, "queueUrl")).path.strip("/").split("/")
    if len(parts) < 2 or not is_account_id(parts[-2]) or not parts[-1]:
        raise Unmapped(f"`{(url or '')[:80]}` is no queue's URL")
    return arn(event, "sqs", parts[-1], account=parts[-2])


def _new_queue(event: Event) -> str:
    return arn(event, "sqs", needed(event, "queueName"))


def _named_queue(event: Event) -> str:
    return arn(event, "sqs", needed(event, "queueName"), account=event.text("queueOwnerAWSAccountId"))


def _move(event: Event) -> Iterator[Asked]:
    """The move reads and deletes in the dead-letter queue and sends to the other, all with the caller's rights."""
    source, target = parameter_arn("sourceArn")(event), event.text("destinationArn")
    if target is None:
        raise Unmapped("the record does not tell the queues the messages go back to")
    for action in ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        yield Asked(f"sqs:{action}", source)
    yield Asked("sqs:SendMessage", target)


TABLE: Final[Table] = {
    **same("sqs", _queue, "SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility PurgeQueue DeleteQueue"),
    **same(
        "sqs", _queue, "GetQueueAttributes SetQueueAttributes AddPermission RemovePermission ListQueueTags UntagQueue"
    ),
    **same("sqs", _queue, "ListDeadLetterSourceQueues"),
    "SendMessageBatch": one("sqs:SendMessage", _queue),
    "DeleteMessageBatch": one("sqs:DeleteMessage", _queue),
    "ChangeMessageVisibilityBatch": one("sqs:ChangeMessageVisibility", _queue),
    "TagQueue": one("sqs:TagQueue", _queue, tag_keys),
    "CreateQueue": one("sqs:CreateQueue", _new_queue, tag_keys),
    "GetQueueUrl": one("sqs:GetQueueUrl", _named_queue),
    "ListQueues": one("sqs:ListQueues", anything),
    "ListMessageMoveTasks": one("sqs:ListMessageMoveTasks", parameter_arn("sourceArn")),
    "StartMessageMoveTask": _move,
}
