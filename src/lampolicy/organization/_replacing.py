"""Replace single things of an organization: what stays is shared, and nothing of it is looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias

from lampolicy.diagnostic import RequestError
from lampolicy.organization._configuration import EventSourceMapping
from lampolicy.organization._types import (
    Account,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Resource,
    Unit,
)

Thing: TypeAlias = (
    Unit | Account | ManagedPolicy | IamUser | IamGroup | IamRole | Function | Resource | EventSourceMapping
)
"""What an organization holds by name."""

_ARN: Final = attrgetter("arn")
_PLACES: Final[Mapping[type, tuple[str, Callable[[Any], object]]]] = {
    Unit: ("units", attrgetter("id")),
    Account: ("accounts", attrgetter("id")),
    ManagedPolicy: ("managed", _ARN),
    IamUser: ("users", _ARN),
    IamGroup: ("groups", _ARN),
    IamRole: ("roles", _ARN),
    Function: ("functions", lambda function: str(function.arn)),
    Resource: ("resources", _ARN),
    EventSourceMapping: ("event_sources", attrgetter("uuid")),
}
"""For each kind of thing, the field it stands in, and its name there."""


def replaced(organization: Any, things: tuple[Thing, ...]) -> dict[str, tuple[Any, ...]]:  # noqa: ANN401 - it imports us
    """The fields of an `Organization` that change if these stand in place of those of the same names."""
    changed: dict[str, list[Any]] = {}
    names: set[object] = set()
    for thing in things:
        field, name_of, name = place_of(thing)
        row = changed.setdefault(field, list(getattr(organization, field)))
        at = next((at for at, old in enumerate(row) if name_of(old) == name), None)
        names.add(name)
        if at is None:
            row.append(thing)
        else:
            row[at] = thing
    fields: dict[str, tuple[Any, ...]] = {field: tuple(row) for field, row in changed.items()}
    if any(unread.on in names for unread in organization.unread):
        fields["unread"] = tuple(unread for unread in organization.unread if unread.on not in names)
    return fields


def place_of(thing: Thing) -> tuple[str, Callable[[Any], object], object]:
    """The field a thing stands in, how things are named there, and its own name."""
    place = _PLACES.get(type(thing))
    if place is None:
        kinds = ", ".join(kind.__name__ for kind in _PLACES)
        raise RequestError(f"`{thing!r}` cannot be put into an organization: give one of {kinds}")
    field, name_of = place
    return field, name_of, name_of(thing)
