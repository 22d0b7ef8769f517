"""The organization: everybody who exists, and the question of which policies bear on a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from lampolicy.diagnostic import InvalidName, RequestError
from lampolicy.names import Arn
from lampolicy.organization._configuration import EventSourceMapping
from lampolicy.organization._gather import (
    CallerSide,
    ResourceSide,
    caller_side,
    refuse_unread,
    resource_side,
    unresolved_of,
)
from lampolicy.organization._index import Index
from lampolicy.organization._policies import Policies
from lampolicy.organization._principals import enrich
from lampolicy.organization._replacing import Thing, replaced
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
from lampolicy.record import field, fields_of, record
from lampolicy.request import FederatedUser, Principal, RoleSession, User, account_in, parse_principal

T = TypeVar("T")


@record
class Organization:
    """Who exists, and which policies hang where. Immutable; two are equal if they say the same.

    Accounts outside the organization may be part of it (`Account.member`), so that cross-account requests find both
    sides. Managed policies are kept once and named by ARN wherever they are attached.

    Attributes:
        id: The organization's id, `o-...`; `None` for accounts without one.
        management_account: Its management account, which SCPs and RCPs do not bind (semantics E5, E6).
        units: Root and organizational units.
        accounts: The accounts.
        managed: Managed policies; the Lambda ones of AWS are known without being listed.
        users: IAM users.
        groups: IAM groups.
        roles: IAM roles.
        functions: Lambda functions.
        resources: Other resources.
        unread: Policies that are there but have faults; what they bear on is refused (`IncompleteOrganization`).
        event_sources: What Lambda polls for which function.

    Raises:
        RequestError: Two things of one name differ, or an organizational unit is above itself.
    """

    id: str | None = None
    management_account: str | None = None
    units: tuple[Unit, ...] = ()
    accounts: tuple[Account, ...] = ()
    managed: tuple[ManagedPolicy, ...] = ()
    users: tuple[IamUser, ...] = ()
    groups: tuple[IamGroup, ...] = ()
    roles: tuple[IamRole, ...] = ()
    functions: tuple[Function, ...] = ()
    resources: tuple[Resource, ...] = ()
    unread: tuple[Unread, ...] = ()
    event_sources: tuple[EventSourceMapping, ...] = ()
    index: Index = field(init=False, compare=False, repr=False)
    """Look-up tables; not part of the organization's value."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self))

    def __reduce__(self) -> tuple[object, ...]:
        return (Organization, tuple(getattr(self, f.name) for f in fields_of(self) if f.init))

    @classmethod
    def merge(cls, *organizations: Organization) -> Organization:
        """Put several organizations together, such as one export for each account.

        Raises:
            RequestError: They have different ids or management accounts, or contradict each other.
        """
        return cls(
            id=_only("id", [o.id for o in organizations]),
            management_account=_only("management account", [o.management_account for o in organizations]),
            units=_united(o.units for o in organizations),
            accounts=_united(o.accounts for o in organizations),
            managed=_united(o.managed for o in organizations),
            users=_united(o.users for o in organizations),
            groups=_united(o.groups for o in organizations),
            roles=_united(o.roles for o in organizations),
            functions=_united(o.functions for o in organizations),
            resources=_united(o.resources for o in organizations),
            unread=_united(o.unread for o in organizations),
            event_sources=_united(o.event_sources for o in organizations),
        )

    def replacing(self, *things: Thing) -> Organization:
        """A copy in which each of these stands in place of what has its name; what has none yet is added.

        Everything else is shared, compiled policies included, so the cost is that of what is new and of copying lists
        of references. A policy with faults that hung on a replaced thing is gone with it.

        Args:
            things: Units, accounts, managed policies, users, groups, roles, functions, resources, event source
                mappings.

        Raises:
            RequestError: Something else was given, or an organizational unit would be above itself.
        """
        changed = replaced(self, things)
        made = object.__new__(Organization)
        for name in (f.name for f in fields_of(self) if f.init):
            object.__setattr__(made, name, changed.get(name, getattr(self, name)))
        object.__setattr__(made, "index", self.index.replacing(made, changed.keys(), things))
        return made

    @property
    def unresolved(self) -> tuple[tuple[str, str], ...]:
        """What is attached but not known, as (ARN of the user, group or role, ARN of the policy or group) pairs.

        A request by such an entity is refused (`IncompleteOrganization`).
        """
        return unresolved_of(self)

    def owner_of(self, resource: str) -> str | None:
        """The account that owns a resource: known here, or written in its ARN; `None` where nothing tells.

        A `Request` for a bucket or object needs it as `resource_account`.
        """
        known = self.index.resource(resource)
        return known.account if known is not None else account_in(resource)

    def principal(self, text: str) -> Principal:
        """Read a principal from a text and add what is known about it.

        Like `parse_principal`; moreover a session's ARN, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, is accepted
        if the role is known, since only that tells its path (semantics E18).

        Raises:
            InvalidName: The text is no principal, or the role behind a session's ARN is not known.
        """
        if ":assumed-role/" in text:
            return enrich(self.index, _session(self.index, text))
        return enrich(self.index, parse_principal(text))

    def enrich(self, principal: Principal) -> Principal:
        """Add what is known about a caller: unique id and tags. What the caller says of itself stays."""
        return enrich(self.index, principal)

    def event_sources_of(self, function: Function) -> tuple[EventSourceMapping, ...]:
        """What Lambda polls for a function, whatever version or alias it then invokes."""
        return self.index.event_sources.get(str(function.arn), ())

    def knows(self, principal: Principal) -> bool:
        """Tell whether the user or role behind a caller is known; callers without an entity always are."""
        match principal:
            case User(arn=arn) | FederatedUser(issuer=arn):
                return arn in self.index.users
            case RoleSession(role=arn):
                return arn in self.index.roles
            case _:
                return True

    def resource_side(self, resource: str, action: str | None, resource_account: str | None = None) -> ResourceSide:
        """What a request about `resource` meets there, whoever asks: owner, policy and condition keys.

        Raises:
            RequestError: `resource_account` contradicts the known owner.
        """
        owner = self.owner_of(resource)
        if owner is not None and resource_account is not None and owner != resource_account:
            raise RequestError(f"`{resource}` belongs to account `{owner}`, not to `{resource_account}`")
        return resource_side(self, resource, action, resource_account or owner)

    def caller_side(self, principal: Principal) -> CallerSide:
        """What a request by `principal` brings along, whatever it asks for: policies and condition keys.

        Raises:
            IncompleteOrganization: The caller has a policy attached, or is in a group, that is not known.
        """
        return caller_side(self, principal)

    def refuse_unread(self, principal: Principal, resource: str, side: ResourceSide) -> None:
        """Raise `IncompleteOrganization` if a policy that bears on a request has faults."""
        refuse_unread(self.index, principal, resource, side)

    def policies_for(
        self,
        principal: Principal,
        resource: str,
        *,
        action: str | None = None,
        resource_account: str | None = None,
        session: Sequence[Policy] | None = None,
        endpoint: Policy | Sequence[Policy] | None = None,
    ) -> Policies:
        """Gather every policy that bears on a request, and the condition keys the organization knows for it.

        The resource policy is exactly that of the addressed ARN: a qualified function's is its qualifier's (semantics
        L4), an object's its bucket's, a role's its trust policy.

        Args:
            principal: Who asks. Unknown users and roles have no policies, and so no permissions of their own.
            resource: The resource's ARN, or `*`.
            action: The action; without it a role's ARN stands for assuming that role (`kind_of`).
            resource_account: The owner, where the request tells it.
            session: Session policies passed with the session.
            endpoint: Policies of the VPC endpoint the request came through.

        Raises:
            IncompleteOrganization: The caller has a policy attached, or is in a group, that is not known; or a policy
                that bears on the request has faults.
            RequestError: `resource_account` contradicts the known owner.
        """
        side = self.resource_side(resource, action, resource_account)
        self.refuse_unread(principal, resource, side)
        caller = self.caller_side(principal)
        return Policies(
            identity=caller.identity,
            boundary=caller.boundary,
            session=session,
            resource=side.policy,
            resource_kind=side.kind,
            service_control=caller.service_control,
            resource_control=side.resource_control,
            endpoint=endpoint,
            management_account=self.management_account,
            facts=(*caller.facts, *side.facts),
        )


def _session(index: Index, text: str) -> RoleSession:
    arn = Arn.parse(text)
    parts = arn.resource.split("/")
    if arn.service != "sts" or len(parts) != 3 or not parts[1] or not parts[2]:
        raise InvalidName(f"`{text}` is not a session's ARN: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION")
    role = index.role_of_session(arn)
    if role is None:
        raise InvalidName(
            f"`{text}` has lost its role's path, and no role `{parts[1]}` is known in account `{arn.account}`: "
            "use RoleSession(role=ARN of the role, session=...)"
        )
    return RoleSession(role.arn, session=parts[2])


def _united(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(thing for things in lists for thing in things))


def _only(what: str, values: Sequence[str | None]) -> str | None:
    found = sorted({value for value in values if value is not None})
    if len(found) > 1:
        raise RequestError(f"organizations of different {what} do not merge: {', '.join(found)}")
    return found[0] if found else None
