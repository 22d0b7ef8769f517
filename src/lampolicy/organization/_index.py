"""Look-up tables over an organization, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from lampolicy.diagnostic import RequestError
from lampolicy.names import Arn
from lampolicy.organization._configuration import EventSourceMapping
from lampolicy.organization._kinds import holder_of
from lampolicy.organization._replacing import Thing, place_of
from lampolicy.organization._types import (
    Account,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Resource,
    Unit,
    Unread,
)
from lampolicy.policy import Policy

if TYPE_CHECKING:
    from lampolicy.organization._organization import Organization

T = TypeVar("T")


class Index:
    """The entities of one organization by name; refuses two of the same name."""

    __slots__ = (
        "accounts",
        "boundaries",
        "event_sources",
        "functions",
        "groups",
        "managed",
        "resources",
        "roles",
        "units",
        "unread",
        "users",
    )

    def __init__(self, organization: Organization) -> None:
        self.units: dict[str, Unit] = _by(organization.units, lambda unit: unit.id)
        self.accounts: dict[str, Account] = _by(organization.accounts, lambda account: account.id)
        self.managed: dict[str, ManagedPolicy] = _by(organization.managed, lambda managed: managed.arn)
        self.users: dict[str, IamUser] = _by(organization.users, lambda user: user.arn)
        self.groups: dict[str, IamGroup] = _by(organization.groups, lambda group: group.arn)
        self.roles: dict[str, IamRole] = _by(organization.roles, lambda role: role.arn)
        self.functions: dict[str, Function] = _by(organization.functions, lambda function: str(function.arn))
        self.resources: dict[str, Resource] = _by(organization.resources, lambda resource: resource.arn)
        self.event_sources = _by_function(organization.event_sources)
        self.unread = _by_place(organization.unread)
        self.boundaries: dict[str, Policy] = {}
        for unit in organization.units:
            self.chain(unit.id)

    def replacing(self, organization: Organization, changed: Iterable[str], things: Iterable[Thing]) -> Index:
        """The index of an organization that differs by these things, in these of its fields; the rest is shared."""
        made = object.__new__(Index)
        for table in Index.__slots__:
            setattr(made, table, getattr(self, table))
        for field in changed:
            if field == "event_sources":
                made.event_sources = _by_function(organization.event_sources)
            elif field == "unread":
                made.unread = _by_place(organization.unread)
            else:
                setattr(made, field, dict(getattr(self, field)))
        for thing in things:
            field, _, name = place_of(thing)
            if field != "event_sources":
                getattr(made, field)[name] = thing
        made.boundaries = {
            arn: kept for arn, kept in self.boundaries.items() if made.managed.get(arn) is self.managed.get(arn)
        }
        for thing in things:
            if isinstance(thing, Unit):
                made.chain(thing.id)
        return made

    def chain(self, unit: str | None) -> tuple[Unit, ...]:
        """The nodes from the root down to `unit`, as far as they are known; refuses a circle."""
        found: list[Unit] = []
        while unit is not None and (node := self.units.get(unit)) is not None:
            if node in found:
                raise RequestError(f"the organizational unit `{unit}` is above itself")
            found.append(node)
            unit = node.parent
        return tuple(reversed(found))

    def resource(self, arn: str) -> Resource | None:
        """The resource an ARN names; for an object of S3 its bucket."""
        return self.resources.get(holder_of(arn))

    def function(self, arn: str) -> Function | None:
        """The function an ARN addresses, whatever the qualifier."""
        return self.functions.get(":".join(arn.split(":", 7)[:7])) if ":function:" in arn else None

    def role_of_session(self, session: Arn) -> IamRole | None:
        """The role behind `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, which has lost the role's path."""
        name = session.resource.split("/")[1]
        return next((r for r in self.roles.values() if r.name == name and r.account == session.account), None)


def _by_function(mappings: Iterable[EventSourceMapping]) -> dict[str, tuple[EventSourceMapping, ...]]:
    _by(mappings, lambda mapping: mapping.uuid)
    found: dict[str, tuple[EventSourceMapping, ...]] = {}
    for mapping in mappings:
        function = str(mapping.function.unqualified)
        found[function] = (*found.get(function, ()), mapping)
    return found


def _by_place(things: Iterable[Unread]) -> dict[str, tuple[Unread, ...]]:
    found: dict[str, tuple[Unread, ...]] = {}
    for thing in things:
        found[thing.on] = (*found.get(thing.on, ()), thing)
    return found


def _by(things: Iterable[T], name: Callable[[T], str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for thing in things:
        if found.setdefault(name(thing), thing) != thing:
            raise RequestError(f"`{name(thing)}` is there twice, with different contents")
    return found
