"""Look-up tables over an organization, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from lampolicy.diagnostic import RequestError
from lampolicy.names import Arn
from lampolicy.organization._configuration import EventSourceMapping
from lampolicy.organization._kinds import holder_of
from lampolicy.organization._types import Account, Function, IamGroup, IamRole, IamUser, Resource, Unit, Unread
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
        self.managed: dict[str, Policy] = {
            arn: found.policy for arn, found in _by(organization.managed, lambda managed: managed.arn).items()
        }
        self.users: dict[str, IamUser] = _by(organization.users, lambda user: user.arn)
        self.groups: dict[str, IamGroup] = _by(organization.groups, lambda group: group.arn)
        self.roles: dict[str, IamRole] = _by(organization.roles, lambda role: role.arn)
        self.functions: dict[str, Function] = _by(organization.functions, lambda function: str(function.arn))
        self.resources: dict[str, Resource] = _by(organization.resources, lambda resource: resource.arn)
        _by(organization.event_sources, lambda mapping: mapping.uuid)
        self.event_sources: dict[str, tuple[EventSourceMapping, ...]] = {}
        for mapping in organization.event_sources:
            function = str(mapping.function.unqualified)
            self.event_sources[function] = (*self.event_sources.get(function, ()), mapping)
        self.unread: dict[str, tuple[Unread, ...]] = {}
        for thing in organization.unread:
            self.unread[thing.on] = (*self.unread.get(thing.on, ()), thing)
        self.boundaries: dict[str, Policy] = {}
        for unit in organization.units:
            self.chain(unit.id)

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


def _by(things: Iterable[T], name: Callable[[T], str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for thing in things:
        if found.setdefault(name(thing), thing) != thing:
            raise RequestError(f"`{name(thing)}` is there twice, with different contents")
    return found
