"""Kinesis: data streams and their consumers.

Sources: Kinesis Data Streams Developer Guide, "Controlling access"; Service Authorization Reference, "Amazon Kinesis
Data Streams".
"""

from __future__ import annotations

from typing import Final

from lampolicy.replay._asked import Table, anything, arn, needed, one, parameter_arn, same, tag_keys, untag_keys
from lampolicy.replay._event import Event


def _stream(event: Event) -> str:
    """By ARN, by name, or, where a call carries no more than an iterator, from the record's own list."""
    found = event.text("streamARN") or event.text("streamArn")
    if found is not None:
        return found
    named = event.named("AWS::Kinesis::Stream")
    if event.text("streamName") is None and named is not None:
        return named.arn
    return arn(event, "kinesis", f"stream/{needed(event, 'streamName')}")


_CONSUMER: Final = parameter_arn("consumerARN", "consumerArn")
_ANY: Final = parameter_arn("resourceARN", "resourceArn")

TABLE: Final[Table] = {
    **same("kinesis", _stream, "PutRecord PutRecords GetRecords GetShardIterator ListShards DescribeStream"),
    **same("kinesis", _stream, "DescribeStreamSummary RegisterStreamConsumer ListStreamConsumers DeleteStream"),
    **same("kinesis", _stream, "MergeShards SplitShard IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod"),
    **same("kinesis", _stream, "ListTagsForStream RemoveTagsFromStream"),
    "CreateStream": one("kinesis:CreateStream", _stream, tag_keys),
    "AddTagsToStream": one("kinesis:AddTagsToStream", _stream, tag_keys),
    **same("kinesis", _CONSUMER, "SubscribeToShard DescribeStreamConsumer DeregisterStreamConsumer"),
    **same("kinesis", _ANY, "ListTagsForResource GetResourcePolicy PutResourcePolicy DeleteResourcePolicy"),
    "TagResource": one("kinesis:TagResource", _ANY, tag_keys),
    "UntagResource": one("kinesis:UntagResource", _ANY, untag_keys),
    **same("kinesis", anything, "ListStreams DescribeLimits DescribeAccountSettings"),
}
