"""What `aws lambda` writes about what goes in and out by itself: event source mappings and destinations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import Code, InvalidName
from lampolicy.names import FunctionArn
from lampolicy.organization import Destinations, EventSourceKind, EventSourceMapping, event_source_kind
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._lambda import function_arn
from lampolicy.readers._node import Node

_RESTING: Final = frozenset({"Disabled", "Disabling", "Deleting"})


def read_mapping(source: Input, draft: Draft) -> None:
    """Read `get-event-source-mapping` and `create-event-source-mapping`."""
    read_mapping_node(source, source.root, draft)


def read_mappings(source: Input, draft: Draft) -> None:
    """Read `list-event-source-mappings`."""
    for node in source.root.items("EventSourceMappings"):
        read_mapping_node(source, node, draft)


def read_mapping_node(source: Input, node: Node, draft: Draft) -> None:
    """Read one event source mapping."""
    arn, uuid, kind = function_arn(node.text("FunctionArn")), node.text("UUID"), _kind(node)
    if arn is None or uuid is None or kind is None:
        what = "an event source mapping without `UUID`, `FunctionArn` or a source that Lambda polls"
        draft.say(source, Code.BAD_SHAPE, what, node.at, help_="export it again with the AWS CLI")
        return
    found = EventSourceMapping(
        uuid,
        arn,
        kind,
        node.text("EventSourceArn"),
        node.text("State") not in _RESTING,
        _target(node, "OnFailure"),
        tuple(_access(node)),
        node.text("KMSKeyArn"),
    )
    draft.function(source, arn)
    if draft.event_sources.setdefault(uuid, found) != found:
        draft.contradiction(source, f"the event source mapping `{uuid}`", node.at)


def _kind(node: Node) -> EventSourceKind | None:
    arn = node.text("EventSourceArn")
    if arn is None:
        return EventSourceKind.KAFKA if node.object("SelfManagedEventSource") is not None else None
    try:
        return event_source_kind(arn)
    except InvalidName:
        return None


def _access(node: Node) -> Iterator[tuple[str, str]]:
    for item in node.items("SourceAccessConfigurations"):
        kind, uri = item.text("Type"), item.text("URI")
        if kind is not None and uri is not None:
            yield kind, uri


def read_destinations(source: Input, draft: Draft) -> None:
    """Read `get-function-event-invoke-config` and `put-function-event-invoke-config`."""
    read_destinations_node(source, source.root, draft)


def read_all_destinations(source: Input, draft: Draft) -> None:
    """Read `list-function-event-invoke-configs`."""
    for node in source.root.items("FunctionEventInvokeConfigs"):
        read_destinations_node(source, node, draft)


def read_destinations_node(source: Input, node: Node, draft: Draft) -> None:
    """Read the settings of asynchronous invocation of one function, version or alias."""
    arn = function_arn(node.text("FunctionArn"))
    if arn is None:
        what = "settings of asynchronous invocation without the `FunctionArn` of a function"
        draft.say(source, Code.BAD_SHAPE, what, node.at, help_="export it again with the AWS CLI")
        return
    found = Destinations(arn, _target(node, "OnSuccess"), _target(node, "OnFailure"))
    known: dict[FunctionArn, Destinations] = draft.function(source, arn).destinations
    if known.setdefault(arn, found) != found:
        draft.contradiction(source, f"where results of `{arn}` go", node.at)


def _target(node: Node, side: str) -> str | None:
    configuration = node.object("DestinationConfig")
    end = None if configuration is None else configuration.object(side)
    return None if end is None else end.text("Destination")


def is_destinations(node: Node) -> bool:
    """Tell whether a file holds the settings of asynchronous invocation of one function."""
    told = ("DestinationConfig", "MaximumRetryAttempts", "MaximumEventAgeInSeconds")
    return node.has("FunctionArn") and any(node.has(key) for key in told)
