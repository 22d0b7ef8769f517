"""The context of a request, as far as the trail tells it; what it cannot tell is `UNKNOWN`, never guessed.

Sources: IAM User Guide, "AWS global condition context keys"; CloudTrail User Guide, "CloudTrail record contents";
semantics K1, K2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from lampolicy.names import read_address
from lampolicy.organization import Organization
from lampolicy.replay._asked import Asked
from lampolicy.replay._callers import Caller
from lampolicy.replay._event import Event
from lampolicy.replay._world import World
from lampolicy.request import UNKNOWN, ContextValue, FederatedUser, RoleSession, Saml, Service, User, WebIdentity

_DERIVED: Final = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:resourceaccount",
    }
)
"""What the engine knows from the caller and the resource, unless the caller's own keys leave it open."""

_OF_ENDPOINT: Final = ("aws:sourcevpc", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
_OF_INSTANCE: Final = ("aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4")
_OF_SOURCE: Final = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
_CLAIMING: Final = (WebIdentity, Saml)


def context_of(event: Event, caller: Caller, asked: Asked, world: World) -> dict[str, ContextValue]:
    """Gather the keys that some policy reads; one that is left out is absent, or the engine derives it."""
    if not world.keys:
        return {}
    told = {name.lower(): value for name, value in (*caller.told.items(), *asked.told.items())}
    view = _View(event, caller, asked, world.organization, told)
    found: dict[str, ContextValue] = {}
    for key in world.keys:
        value = told[key] if key in told else view.untold(key)
        if value is not None:
            found[key] = value
    return found


class _View:
    """One authorization of one event, looked at key by key."""

    def __init__(
        self,
        event: Event,
        caller: Caller,
        asked: Asked,
        organization: Organization,
        told: Mapping[str, ContextValue | None],
    ) -> None:
        self.event, self.caller, self.asked, self.organization, self.told = event, caller, asked, organization, told

    def untold(self, key: str) -> ContextValue | None:
        """What is known of a key that neither caller nor service tell; `None`: absent, or left to the engine."""
        if key in _DERIVED:
            return None
        prefix, _, name = key.partition(":")
        if prefix != "aws":
            return self._of_service(prefix, key)
        found = _TOLD.get(key)
        if found is not None:
            return found(self)
        if name.startswith("principaltag/"):
            return self._principal_tag()
        if name.startswith("resourcetag/"):
            return self._resource_tag()
        if name.startswith("requesttag/") or name == "tagkeys":
            return self._request_tag()
        if name.startswith(("principalorg", "resourceorg")):
            return self._organization(name)
        return self._of_circumstances(key)

    def _of_circumstances(self, key: str) -> ContextValue | None:
        if key in _OF_SOURCE:
            # a service's own come with the caller; nobody else has any (K4)
            return None
        if key in _OF_ENDPOINT:
            return UNKNOWN if self.event.endpoint else None
        if key in _OF_INSTANCE:
            return UNKNOWN if isinstance(self.caller.principal, RoleSession) else None
        return None if key == "aws:assumedroot" else UNKNOWN

    def _of_service(self, prefix: str, key: str) -> ContextValue | None:
        role = isinstance(self.caller.principal, RoleSession)
        if key == "lambda:sourcefunctionarn" or prefix == "ec2":
            return UNKNOWN if role else None
        if prefix == self.asked.action.partition(":")[0].lower():
            return UNKNOWN
        if prefix == "saml" or "." in prefix:
            return UNKNOWN if role or isinstance(self.caller.principal, _CLAIMING) else None
        return None

    def _principal_tag(self) -> ContextValue | None:
        """A user has its own tags alone; to a session others may have been added, and the trail does not tell."""
        match self.caller.principal:
            case User():
                return None if self.organization.knows(self.caller.principal) else UNKNOWN
            case RoleSession() as session:
                return None if session.service_linked else UNKNOWN
            case FederatedUser():
                return UNKNOWN
            case _:
                return None

    def _resource_tag(self) -> ContextValue | None:
        known = self.organization.index.function(self.asked.resource) is not None
        return None if known or self.asked.resource == "*" else UNKNOWN

    def _request_tag(self) -> ContextValue | None:
        """Tags come with calls that write; a service whose parameters hold none has said so."""
        if "aws:tagkeys" in self.told:
            return UNKNOWN if self.told["aws:tagkeys"] is UNKNOWN else None
        return None if self.event.read_only or self.event.data else UNKNOWN

    def _organization(self, name: str) -> ContextValue | None:
        """An account that is known is in the organization or is not; of any other nothing is known."""
        if name.startswith("principal"):
            account = self.caller.principal.account
            if isinstance(self.caller.principal, Service):
                return None
        else:
            account = self.asked.owner or self.organization.owner_of(self.asked.resource)
        known = self.organization.index.accounts.get(account or "")
        sure = known is not None and self.organization.id is not None
        if known is not None and not known.member:
            return None
        return None if sure and not name.endswith("paths") else self._paths(sure=sure, name=name)

    def _paths(self, *, sure: bool, name: str) -> ContextValue | None:
        complete = bool(self.organization.units)
        return None if sure and name.endswith("paths") and complete else UNKNOWN

    def source_ip(self) -> ContextValue | None:
        """The address of a direct call. Through an endpoint the key is absent; a service's name is no address."""
        if self.event.endpoint:
            return None
        address = self.event.address
        return address if address is not None and read_address(address) is not None else UNKNOWN

    def secure_transport(self) -> ContextValue:
        """Records tell of TLS where the service tells CloudTrail."""
        return "true" if self.event.encrypted else UNKNOWN

    def user_agent(self) -> ContextValue:
        """The agent; a record that was shortened does not have all of it."""
        return self.event.user_agent or UNKNOWN

    def endpoint(self) -> ContextValue | None:
        """`aws:SourceVpce` is there only for calls through an endpoint."""
        return self.event.endpoint

    def endpoint_account(self) -> ContextValue | None:
        """`aws:VpceAccount`, which newer records tell."""
        return None if self.event.endpoint is None else self.event.endpoint_account or UNKNOWN

    def region(self) -> ContextValue:
        """Where the call went."""
        return self.event.region or UNKNOWN

    def time(self) -> ContextValue:
        """When the call came."""
        return self.event.time

    def epoch(self) -> ContextValue:
        """The same in seconds."""
        return int(datetime.fromisoformat(self.event.time).timestamp())


_TOLD: Final[Mapping[str, Callable[[_View], ContextValue | None]]] = {
    "aws:sourceip": _View.source_ip,
    "aws:securetransport": _View.secure_transport,
    "aws:useragent": _View.user_agent,
    "aws:sourcevpce": _View.endpoint,
    "aws:vpceaccount": _View.endpoint_account,
    "aws:requestedregion": _View.region,
    "aws:currenttime": _View.time,
    "aws:epochtime": _View.epoch,
}
