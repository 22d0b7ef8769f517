"""What AWS authorized for one event, and how the tables of the services say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from lampolicy.diagnostic import LampolicyError
from lampolicy.names import is_account_id
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import is_list, is_object
from lampolicy.request import ContextValue

Told: TypeAlias = Mapping[str, ContextValue | None]
"""Condition keys of a request, by name; `None` for one that is known to be absent."""


LONGEST_ARN: Final = 4096
"""AWS's longest ARNs, those of S3 objects, have some 1,100 characters."""

_LONGEST_REASON: Final = 200


class Unmapped(LampolicyError):  # noqa: N818 - it is what is wrong, not an accident
    """An event of which it cannot be told what AWS authorized; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One authorization.

    Attributes:
        action: The action AWS authorized, such as `lambda:InvokeFunction`.
        resource: The ARN it was authorized on, or `*`.
        told: Condition keys of the service that the record tells.
        owner: The account that owns the resource, where the record tells and the ARN does not.
        or_else: Other forms of the resource's ARN, where it is not certain which one AWS takes: only what holds for
            all of them is concluded.
    """

    action: str
    resource: str
    told: Told = field(default_factory=dict[str, ContextValue | None])
    owner: str | None = None
    or_else: tuple[str, ...] = ()


Rule: TypeAlias = Callable[[Event], Iterable[Asked]]
"""Tells what AWS authorized for one kind of event; raises `Unmapped` where the record does not say enough."""

Table: TypeAlias = Mapping[str, Rule]
"""The rules of one event source, by the API's name."""

Place: TypeAlias = Callable[[Event], str]
KeysOf: TypeAlias = Callable[[Event], Told]


def one(action: str, place: Place, *keys: KeysOf) -> Rule:
    """One action on one resource, with condition keys."""

    def rule(event: Event) -> Iterator[Asked]:
        yield Asked(action, place(event), {name: value for of in keys for name, value in of(event).items()})

    return rule


def both(*rules: Rule) -> Rule:
    """Several authorizations, each of which must pass (semantics M10)."""

    def rule(event: Event) -> Iterator[Asked]:
        for each in rules:
            yield from each(event)

    return rule


def same(service: str, place: Place, names: str) -> dict[str, Rule]:
    """Rules of APIs whose action has the API's own name, all on the same kind of resource."""
    return {name: one(f"{service}:{name}", place) for name in names.split()}


def anything(_: Event) -> str:
    """`*`: the action has no resource type (semantics M9)."""
    return "*"


def arn(event: Event, service: str, resource: str, *, account: str | None = None) -> str:
    """An ARN in the event's region, and in the account whose trail the event is in."""
    owner = account or event.account
    if owner is None or not event.region:
        raise Unmapped("the record tells neither `recipientAccountId` nor the ARN, or no region")
    return f"arn:{event.partition}:{service}:{event.region}:{owner}:{resource}"


def needed(event: Event, *names: str) -> str:
    """The first of these parameters that the record holds; without one there is nothing to map."""
    for name in names:
        found = event.text(name)
        if found is not None:
            return found
    raise Unmapped(f"`requestParameters` holds no {' or '.join(f'`{name}`' for name in names)}")


def parameter_arn(*names: str) -> Place:
    """The ARN that a parameter holds."""

    def place(event: Event) -> str:
        found = needed(event, *names)
        if not found.startswith("arn:"):
            raise Unmapped(f"`{found[:80]}` is no ARN")
        return found

    return place


def tag_keys(event: Event) -> Told:
    """`aws:RequestTag/KEY` and `aws:TagKeys`, from parameters in the forms services write tags in."""
    tags = dict(_tags(event))
    if not tags:
        return {"aws:TagKeys": None}
    return {"aws:TagKeys": tuple(tags), **{f"aws:RequestTag/{name}": value for name, value in tags.items()}}


def untag_keys(event: Event) -> Told:
    """`aws:TagKeys` of a call that takes tags away."""
    found = event.parameters.get("tagKeys")
    keys = tuple(key for key in found if isinstance(key, str)) if is_list(found) else ()
    return {"aws:TagKeys": keys or None}


def _tags(event: Event) -> Iterator[tuple[str, str]]:
    given = event.parameters.get("tags") or event.parameters.get("Tags")
    if is_object(given):
        yield from ((name, value) for name, value in given.items() if isinstance(value, str))
    for tag in given if is_list(given) else ():
        if is_object(tag):
            name = tag.get("key") or tag.get("Key") or tag.get("tagKey")
            value = tag.get("value") or tag.get("Value") or tag.get("tagValue") or ""
            if isinstance(name, str) and isinstance(value, str):
                yield name, value


def shortened(error: object) -> str:
    """A reason that may repeat a text of the record, cut to a length a group can be known by."""
    text = str(error)
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."


def account_of(text: str | None) -> str | None:
    """A text, if it is an account id."""
    return text if is_account_id(text) else None
