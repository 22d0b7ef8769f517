"""What AWS authorized for an event: the tables of the services, asked."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.names import Arn
from lampolicy.replay._asked import LONGEST_ARN, Asked, Unmapped, shortened
from lampolicy.replay._event import Event, read_event
from lampolicy.replay._services import TABLES

MAPPED_SERVICES: Final = tuple(sorted(source.partition(".")[0] for source in TABLES))
"""Prefixes of the services whose events can be mapped."""


def authorizations(record: object) -> tuple[Asked, ...]:
    """Tell which actions AWS authorized for a record of CloudTrail, and on which resources.

    Args:
        record: The record, as a JSON value.

    Raises:
        BadRecord: It is no record.
        Unmapped: It cannot be told; the text says why.
    """
    return authorized(read_event(record))


def authorized(event: Event) -> tuple[Asked, ...]:
    """Tell which actions AWS authorized for an event; raise `Unmapped` where that cannot be told."""
    if event.type != "AwsApiCall":
        raise Unmapped(f"an event of type `{event.type[:40]}` is no call of an API")
    table = TABLES.get(event.source)
    if table is None:
        raise Unmapped("there is no table for this service yet")
    rule = table.get(event.api)
    if rule is None:
        raise Unmapped("there is no rule for this API")
    try:
        found = tuple(rule(event))
        for asked in found:
            _check(asked)
    except InvalidName as error:
        raise Unmapped(f"a name cannot be read: {shortened(error)}") from None
    return found


def _check(asked: Asked) -> None:
    for resource in (asked.resource, *asked.or_else):
        if len(resource) > LONGEST_ARN:
            raise Unmapped("the name of the resource is longer than any of AWS")
        if resource != "*":
            Arn.parse(resource)
