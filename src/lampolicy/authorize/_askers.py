"""Who asks and what is asked about, each worked out once: their meeting is where a decision begins."""

from __future__ import annotations

from typing import Final

from lampolicy.authorize._half import HalfDecided, bounded
from lampolicy.authorize._layers import guards_of, identity_layers, resource_layer
from lampolicy.engine import Caller, Stack, Stacks, derive
from lampolicy.names import normal_arn
from lampolicy.organization import CallerSide, Organization, Policies, ResourceSide
from lampolicy.policy import PolicyKind
from lampolicy.request import Principal, Request, checked_action


class Group:
    """What resources have in common that are alike to every policy but by their names.

    Attributes:
        side: What the organization knows of them; its policy is that of the first.
        resource: The first, which stands for all.
    """

    __slots__ = ("resource", "side")

    def __init__(self, side: ResourceSide, resource: str) -> None:
        self.side = side
        self.resource = resource


class Known:
    """What was worked out for one organization and is shared: equal groups, and equal stacks of policies, are one.

    Attributes:
        stacks: The stacks of policies.
    """

    __slots__ = ("_groups", "stacks")

    def __init__(self) -> None:
        self.stacks = Stacks()
        self._groups: dict[object, Group] = {}

    def group(self, side: ResourceSide, resource: str) -> Group:
        """The group of a resource."""
        partition = "*" if resource == "*" else resource.split(":", 2)[1]
        service_linked = ":role/aws-service-role/" in resource
        alike = (side.owner, side.kind, side.policy is None, side.facts, partition, service_linked)
        found = self._groups.get(alike)
        return self._groups.setdefault(alike, Group(side, resource)) if found is None else found


class Target:
    """A resource as far as it decides.

    Attributes:
        arn: Its normal ARN.
        own: The stack of its policy; `None` if it has none.
        side: What the organization knows of it.
        group: What it has in common with others.
        assumed: The same resource for `sts:` actions, where that is another; a role's trust policy takes part in them
            only.
    """

    __slots__ = ("arn", "assumed", "group", "own", "side")

    def __init__(
        self, organization: Organization, known: Known, resource: str, owner: str | None, action: str = ""
    ) -> None:
        self.side = side = organization.resource_side(resource, action, owner)
        self.arn = normal_arn(resource)
        own = None if side.policy is None else resource_layer(side.kind, side.policy)
        self.own = None if own is None else known.stacks.of((own,))
        self.group = known.group(side, resource)
        self.assumed: Target | None = None
        if not action and ":role/" in resource:
            assumed = Target(organization, known, resource, owner, _ASSUMING)
            self.assumed = assumed if assumed.side.kind is PolicyKind.TRUST else None


_ASSUMING: Final = "sts:AssumeRole"


class Asker:
    """A caller with what bears on it whatever it asks.

    Attributes:
        principal: The caller, with what the organization knows of it.
        caller: Every text that names it.
        side: What the organization knows of it.
        met: The groups of resources it asked about.
    """

    __slots__ = ("_known", "_management_account", "caller", "met", "principal", "side")

    def __init__(self, organization: Organization, principal: Principal, known: Known) -> None:
        self.principal = principal
        self.side: CallerSide = organization.caller_side(principal)
        self.caller = Caller(principal, bounded=bounded(principal, self.side.boundary))
        self._management_account = organization.management_account
        self._known = known
        self.met: dict[Group, Meeting] = {}

    def meeting(self, group: Group, action: str) -> Meeting:
        """The caller and resources of a group; refuse an action that is none before anything is kept."""
        try:
            return self.met[group]
        except KeyError:
            checked_action(action)
            made = self.met[group] = Meeting(self, group, self.policies_on(group.side), self._known.stacks)
            return made

    def policies_on(self, theirs: ResourceSide) -> Policies:
        """What bears on the caller's requests for resources that are alike; only the policy is the first one's."""
        return Policies(
            identity=self.side.identity,
            boundary=self.side.boundary,
            resource=theirs.policy,
            resource_kind=theirs.kind,
            service_control=self.side.service_control,
            resource_control=theirs.resource_control,
            management_account=self._management_account,
            facts=(*self.side.facts, *theirs.facts),
        )


class Meeting:
    """A caller and resources that are alike, with what was decided of them so far.

    Attributes:
        identity: What hangs on the caller.
        halves: By action, what is decided already.
    """

    __slots__ = ("_asker", "_derived", "_group", "_guards", "_policies", "_stacks", "halves", "identity")

    def __init__(self, asker: Asker, group: Group, policies: Policies, stacks: Stacks) -> None:
        self._asker = asker
        self._group = group
        self._policies = policies
        self._stacks = stacks
        self._derived = derive(asker.principal, group.side.owner, policies.facts)
        self._guards: dict[bool, Stack] = {}
        self.identity = stacks.of(tuple(identity_layers(asker.principal, policies)))
        self.halves: dict[str, HalfDecided] = {}

    def guards(self, rcp_binds: bool, /) -> Stack:  # noqa: FBT001 - one question, two answers
        """The layers of organization and network, with RCPs or without."""
        found = self._guards.get(rcp_binds)
        if found is None:
            layers = guards_of(self._asker.principal, self._policies, rcp=rcp_binds)
            found = self._guards[rcp_binds] = self._stacks.of(tuple(layers))
        return found

    def half_decided(self, action: str) -> HalfDecided:
        """Decide as far as an action goes, and remember that."""
        group, asker = self._group, self._asker
        request = Request(asker.principal, action, group.resource, resource_account=group.side.owner)
        made = self.halves[action] = HalfDecided(request, self._policies, self._derived, asker.caller, self)
        return made
