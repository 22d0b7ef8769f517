"""DynamoDB: tables, indexes and streams; a batch or transaction is authorized table by table.

Sources: DynamoDB Developer Guide, "DynamoDB API permissions: actions, resources, and conditions reference", "Using
identity-based policies" (indexes), "Using IAM with DynamoDB transactions"; Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._asked import (
    Asked,
    Rule,
    Table,
    Unmapped,
    anything,
    arn,
    needed,
    one,
    parameter_arn,
    same,
    tag_keys,
    untag_keys,
)
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import is_object, object_at, objects_at, text_at

_IN_TRANSACTION: Final = {
    "get": "dynamodb:GetItem",
    "put": "dynamodb:PutItem",
    "update": "dynamodb:UpdateItem",
    "delete": "dynamodb:DeleteItem",
    "conditioncheck": "dynamodb:ConditionCheckItem",
}


def _table_arn(event: Event, name: str) -> str:
    return name if name.startswith("arn:") else arn(event, "dynamodb", f"table/{name}")


def _table(event: Event) -> str:
    return _table_arn(event, needed(event, "tableName"))


def _table_or_index(event: Event) -> str:
    """A query of an index is authorized on the index, not on its table."""
    index = event.text("indexName")
    return _table(event) if index is None else f"{_table(event)}/index/{index}"


def _batch(action: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        tables = object_at(event.parameters, "requestItems")
        if not tables:
            raise Unmapped("`requestParameters` holds no `requestItems`")
        yield from (Asked(action, _table_arn(event, name)) for name in tables)

    return rule


def _transaction(event: Event) -> Iterator[Asked]:
    asked: dict[tuple[str, str], None] = {}
    for item in objects_at(event.parameters, "transactItems"):
        for verb, what in item.items():
            action = _IN_TRANSACTION.get(verb.lower())
            table = text_at(what, "tableName") if is_object(what) else None
            if action is None or table is None:
                raise Unmapped("an item of the transaction does not tell its table")
            asked[action, _table_arn(event, table)] = None
    if not asked:
        raise Unmapped("`requestParameters` holds no `transactItems`")
    yield from (Asked(action, table) for action, table in asked)


def _stream(event: Event) -> str:
    stream = event.named("AWS::DynamoDB::Stream")
    return parameter_arn("streamArn")(event) if stream is None else stream.arn


def _list_streams(event: Event) -> Iterator[Asked]:
    if event.text("tableName") is not None:
        raise Unmapped("it is not known which ARN `ListStreams` of one table is authorized on")
    yield Asked("dynamodb:ListStreams", anything(event))


TABLE: Final[Table] = {
    **same("dynamodb", _table, "GetItem PutItem UpdateItem DeleteItem DescribeTable UpdateTable DeleteTable"),
    **same("dynamodb", _table, "DescribeTimeToLive UpdateTimeToLive DescribeContinuousBackups UpdateContinuousBackups"),
    **same("dynamodb", _table, "CreateBackup DescribeKinesisStreamingDestination"),
    "CreateTable": one("dynamodb:CreateTable", _table, tag_keys),
    "Query": one("dynamodb:Query", _table_or_index),
    "Scan": one("dynamodb:Scan", _table_or_index),
    "BatchGetItem": _batch("dynamodb:BatchGetItem"),
    "BatchWriteItem": _batch("dynamodb:BatchWriteItem"),
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
    **same("dynamodb", _stream, "DescribeStream GetShardIterator GetRecords"),
    "ListStreams": _list_streams,
    **same("dynamodb", parameter_arn("backupArn"), "DescribeBackup DeleteBackup"),
    **same("dynamodb", parameter_arn("resourceArn"), "ListTagsOfResource GetResourcePolicy PutResourcePolicy"),
    "DeleteResourcePolicy": one("dynamodb:DeleteResourcePolicy", parameter_arn("resourceArn")),
    "TagResource": one("dynamodb:TagResource", parameter_arn("resourceArn"), tag_keys),
    "UntagResource": one("dynamodb:UntagResource", parameter_arn("resourceArn"), untag_keys),
    **same("dynamodb", anything, "ListTables ListBackups ListGlobalTables DescribeLimits DescribeEndpoints"),
}
