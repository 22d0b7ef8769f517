"""Who asks and what is asked about, each worked out once: their meeting is where a decision begins."""

from __future__ import annotations

from typing import Final

from lampolicy.authorize._combine import Frame
from lampolicy.authorize._half import bounded, frame_of, ruled
from lampolicy.authorize._layers import guards_of, identity_layers, rcp_binds, resource_layer
from lampolicy.authorize._primed import Primed
from lampolicy.engine import Caller, Residuals, Shared, Stack, Stacks, derive
from lampolicy.names import fold, normal_arn
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
    """What was worked out for one organization and is shared: equal groups, stacks of policies and residuals are one.

    Attributes:
        stacks: The stacks of policies.
        shared: The parts of programs.
    """

    __slots__ = ("_groups", "_residuals", "shared", "stacks")

    def __init__(self) -> None:
        self.stacks = Stacks()
        self.shared = Shared()
        self._groups: dict[object, Group] = {}
        self._residuals: dict[Frame, Residuals] = {}

    def residuals(self, frame: Frame) -> Residuals:
        """The residuals of everybody whose layers combine in this way."""
        found = self._residuals.get(frame)
        return self._residuals.setdefault(frame, Residuals(frame.conclude)) if found is None else found

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
            made = self.met[group] = Meeting(self, group, self.policies_on(group.side), self._known)
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
        halves: By action, what is decided already.
    """

    __slots__ = ("_asker", "_combined", "_derived", "_group", "_guards", "_identity", "_known", "_policies", "halves")

    def __init__(self, asker: Asker, group: Group, policies: Policies, known: Known) -> None:
        self._asker = asker
        self._group = group
        self._policies = policies
        self._known = known
        self._derived = derive(asker.principal, group.side.owner, policies.facts)
        self._identity = known.stacks.of(tuple(identity_layers(asker.principal, policies)))
        self._guards: dict[bool, Stack] = {}
        self._combined: dict[tuple[bool, str], Residuals] = {}
        self.halves: dict[str, Primed] = {}

    def half_decided(self, action: str) -> Primed:
        """Decide as far as an action goes, and remember that."""
        group, asker = self._group, self._asker
        request = Request(asker.principal, action, group.resource, resource_account=group.side.owner)
        guards, residuals = self._combining(request)
        made = self.halves[action] = Primed(
            fold(action), asker.caller, self._derived, guards, self._identity, residuals, self._known.shared
        )
        return made

    def _combining(self, request: Request) -> tuple[Stack, Residuals]:
        """The layers of organization and network, and what is left where they combine with the others."""
        bound = rcp_binds(request, self._policies)
        guards = self._guards.get(bound)
        if guards is None:
            layers = guards_of(self._asker.principal, self._policies, rcp=bound)
            guards = self._guards[bound] = self._known.stacks.of(tuple(layers))
        asked = (bound, ruled(request.action))
        found = self._combined.get(asked)
        if found is None:
            found = self._combined[asked] = self._known.residuals(frame_of(request, self._policies, guards))
        return guards, found
