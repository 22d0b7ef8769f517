"""CloudWatch Logs: groups and streams.

Sources: CloudWatch Logs User Guide, "CloudWatch Logs permissions reference"; Service Authorization Reference, "Amazon
CloudWatch Logs". AWS's own refusals name a group as `log-group:NAME:log-stream:`, its documents as `log-group:NAME`;
what both forms allow is certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._asked import Asked, Rule, Table, Unmapped, anything, arn, needed, one, same
from lampolicy.replay._event import Event
from lampolicy.replay._services._passing import passes


def _group(event: Event) -> str:
    given = needed(event, "logGroupName", "logGroupIdentifier", "resourceArn")
    if given.startswith("arn:"):
        return given.removesuffix(":*")
    return arn(event, "logs", f"log-group:{given}")


def _on_group(action: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        group = _group(event)
        yield Asked(f"logs:{action}", group, or_else=(f"{group}:log-stream:",))

    return rule


def _on_stream(action: str) -> Rule:
    def rule(event: Event) -> Iterator[Asked]:
        yield Asked(f"logs:{action}", f"{_group(event)}:log-stream:{needed(event, 'logStreamName')}")

    return rule


def _new_stream(event: Event) -> Iterator[Asked]:
    """The stream that is to be, or its group with an empty stream, as refusals name it."""
    group = _group(event)
    stream = f"{group}:log-stream:{needed(event, 'logStreamName')}"
    yield Asked("logs:CreateLogStream", stream, or_else=(f"{group}:log-stream:",))


def _subscription(event: Event) -> Iterator[Asked]:
    yield from _on_group("PutSubscriptionFilter")(event)
    role = event.text("roleArn")
    if role is not None:
        yield passes(role, "logs.amazonaws.com")


def _groups(event: Event) -> Iterator[Asked]:
    """No resource type by the reference, but refusals name all groups of the region."""
    yield Asked("logs:DescribeLogGroups", anything(event), or_else=(arn(event, "logs", "log-group::log-stream:"),))


def _query(event: Event) -> Iterator[Asked]:
    names = event.parameters.get("logGroupNames") or event.parameters.get("logGroupIdentifiers")
    if names:
        raise Unmapped("a query of several groups is not taken apart")
    yield from _on_group("StartQuery")(event)


TABLE: Final[Table] = {
    "CreateLogStream": _new_stream,
    "DescribeLogGroups": _groups,
    "StartQuery": _query,
    "PutSubscriptionFilter": _subscription,
    **{
        name: _on_group(name)
        for name in (
            *("CreateLogGroup", "DeleteLogGroup", "DescribeLogStreams", "FilterLogEvents", "PutRetentionPolicy"),
            *("DeleteRetentionPolicy", "DescribeSubscriptionFilters", "DeleteSubscriptionFilter", "PutMetricFilter"),
            *("DeleteMetricFilter", "DescribeMetricFilters", "AssociateKmsKey", "DisassociateKmsKey"),
            *("ListTagsLogGroup", "TagLogGroup", "UntagLogGroup"),
        )
    },
    **{name: _on_stream(name) for name in ("PutLogEvents", "GetLogEvents", "DeleteLogStream")},
    **same("logs", anything, "DescribeQueries StopQuery DescribeExportTasks DescribeResourcePolicies"),
    "PutResourcePolicy": one("logs:PutResourcePolicy", anything),
}
