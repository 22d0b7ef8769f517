"""In which regions to ask: whoever calls AWS chooses the region, and policies tell apart only those they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from lampolicy.names import Matcher, glob, tokens
from lampolicy.organization import Policies
from lampolicy.policy import Statement, TrustStatement

_KNOWN: Final = {
    "aws": (
        "us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-central-2 eu-north-1"
        " eu-south-1 eu-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2"
        " ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ap-south-1 ap-south-2 ap-east-1 ap-east-2"
        " ca-central-1 ca-west-1 sa-east-1 mx-central-1 me-south-1 me-central-1 il-central-1 af-south-1"
    ),
    "aws-cn": "cn-north-1 cn-northwest-1",
    "aws-us-gov": "us-gov-west-1 us-gov-east-1",
    "aws-eusc": "eusc-de-east-1",
}
_REQUESTED: Final = "aws:requestedregion"
_REGION_PART: Final = 3


def default_region(partition: str) -> str:
    """A region of a partition; that of its global services, as far as that is known (semantics K2)."""
    return _KNOWN.get(partition, _KNOWN["aws"]).split()[0]


def regions(policies: Policies, partition: str, first: Iterable[str] = ()) -> tuple[str, ...]:
    """One region of every set that the policies treat alike, those asked for first before others.

    Args:
        policies: What bears on the caller.
        partition: The caller's partition.
        first: Regions to prefer, such as those where functions are.
    """
    named = tuple(dict.fromkeys(_named(policies)))
    matching = [glob(tokens(name)) for name in named]
    there = _KNOWN.get(partition, _KNOWN["aws"]).split()
    elsewhere = {region for other, known in _KNOWN.items() if other != partition for region in known.split()}
    new = (name for name in named if not set(name) & set("*?$") and name not in elsewhere)
    found: dict[tuple[bool, ...], str] = {}
    for region in chain(first, there, new):
        found.setdefault(_signature(matching, region), region)
    return tuple(found.values())


def _signature(matching: Iterable[Matcher], region: str) -> tuple[bool, ...]:
    return tuple(matches(region) for matches in matching)


def _named(policies: Policies) -> Iterator[str]:
    layers = (
        policies.identity,
        policies.boundary or (),
        *policies.service_control,
        *policies.resource_control,
    )
    for policy in chain.from_iterable(layers):
        for statement in policy.statements:
            yield from _of_statement(statement)


def _of_statement(statement: Statement) -> Iterator[str]:
    """The patterns of regions a statement reads: in conditions, and in the ARNs of resources and conditions."""
    resources = None if isinstance(statement, TrustStatement) else statement.resources
    texts = list(resources.patterns) if resources is not None else []
    for condition in statement.conditions:
        if condition.key.lower() == _REQUESTED:
            yield from (value.lower() for value in condition.values)
        else:
            texts.extend(condition.values)
    for text in texts:
        parts = text.split(":")
        if parts[0] == "arn" and len(parts) > _REGION_PART and parts[_REGION_PART]:
            yield parts[_REGION_PART]
