"""Which policies of an organization bear on one request, layer by layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.organization._index import Index
from lampolicy.organization._kinds import holder_of, kind_of
from lampolicy.organization._policies import Levels
from lampolicy.organization._principals import enrich
from lampolicy.organization._types import Account, IamGroup, IamRole, IamUser, Unit
from lampolicy.policy import (
    BoundaryStatement,
    Effect,
    IdentityStatement,
    Only,
    Policy,
    PolicyKind,
    ServiceControlStatement,
)
from lampolicy.record import record
from lampolicy.request import FederatedUser, Principal, RoleSession, Root, User, account_in

if TYPE_CHECKING:
    from lampolicy.organization._organization import Organization

Facts: TypeAlias = tuple[tuple[str, str | tuple[str, ...]], ...]

FULL_AWS_ACCESS: Final = Policy(
    PolicyKind.SERVICE_CONTROL,
    (ServiceControlStatement(Effect.ALLOW, Only(("*",)), resources=Only(("*",))),),
    name="FullAWSAccess",
)
"""The SCP that AWS attaches to every node (semantics G26)."""

_OF_ENTITY: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY})
_OF_CALLER: Final = frozenset({PolicyKind.SERVICE_CONTROL})
_OF_OWNER: Final = frozenset({PolicyKind.RESOURCE_CONTROL})
_NODE_ID: Final = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", re.ASCII)


@record
class ResourceSide:
    """What an organization knows of the resource of a request, whoever asks.

    Attributes:
        owner: The account that owns it, as far as it is known.
        kind: What its policy is, whether it has one or not.
        policy: Its policy.
        resource_control: RCPs of the owner, level by level from the root down; empty if none apply.
        facts: Condition keys that follow from the resource.
    """

    owner: str | None
    kind: PolicyKind
    policy: Policy | None
    resource_control: Levels
    facts: Facts


@record
class CallerSide:
    """What an organization knows of the caller of a request, whatever it asks for.

    Attributes:
        identity: Its policies, inline and managed, and its groups'.
        boundary: Its permissions boundary.
        service_control: SCPs of its account, level by level from the root down; empty if none apply.
        facts: Condition keys that follow from the caller.
    """

    identity: tuple[Policy, ...]
    boundary: Policy | None
    service_control: Levels
    facts: Facts


def resource_side(organization: Organization, resource: str, action: str | None, owner: str | None) -> ResourceSide:
    """Gather what a resource contributes, its owner being known as far as it can be."""
    index = organization.index
    kind = kind_of(resource, action)
    facts = tuple(_resource_facts(organization, resource, owner))
    levels = _resource_control(index, index.accounts.get(owner or ""))
    return ResourceSide(owner, kind, _resource_policy(index, resource, kind), levels, facts)


def caller_side(organization: Organization, principal: Principal) -> CallerSide:
    """Gather what a caller contributes."""
    index = organization.index
    entity = _entity(index, principal)
    account = index.accounts.get(principal.account or "")
    return CallerSide(
        identity=() if entity is None else _identity(index, entity),
        boundary=None if entity is None else _boundary(index, entity),
        service_control=_service_control(index, account) if _has_service_control(principal) else (),
        facts=tuple(_caller_facts(organization, principal)),
    )


def refuse_unread(index: Index, principal: Principal, resource: str, side: ResourceSide) -> None:
    """Refuse a request on which a policy bears that has faults."""
    if not index.unread:
        return
    caller, owning = index.accounts.get(principal.account or ""), index.accounts.get(side.owner or "")
    entity = _entity(index, principal)
    places = [(entity.arn, _OF_ENTITY)] if entity is not None else []
    if isinstance(entity, IamUser):
        places += [(group, _OF_ENTITY) for group in entity.groups]
    kind = frozenset({side.kind})
    places += [(resource, kind), (holder_of(resource), kind)]
    places += [(node.id, _OF_CALLER) for node in _path(index, caller) if _has_service_control(principal)]
    places += [(node.id, _OF_OWNER) for node in _path(index, owning)]
    for on, kinds in places:
        names = tuple(thing.name for thing in index.unread.get(on, ()) if thing.kind in kinds)
        if names:
            raise IncompleteOrganization(on, names)


def _has_service_control(principal: Principal) -> bool:
    return isinstance(principal, User | RoleSession | FederatedUser | Root)


def _entity(index: Index, principal: Principal) -> IamUser | IamRole | None:
    match principal:
        case User(arn=arn) | FederatedUser(issuer=arn):
            return index.users.get(arn)
        case RoleSession(role=arn):
            return index.roles.get(arn)
        case _:
            return None


def _identity(index: Index, entity: IamUser | IamRole) -> tuple[Policy, ...]:
    missing = tuple(_unknown(index, entity))
    if missing:
        raise IncompleteOrganization(entity.arn, missing)
    holders: tuple[IamUser | IamRole | IamGroup, ...] = (entity,)
    if isinstance(entity, IamUser):
        holders += tuple(index.groups[group] for group in entity.groups)
    return tuple(policy for holder in holders for policy in _own(index, holder))


def _own(index: Index, holder: IamUser | IamRole | IamGroup) -> Iterator[Policy]:
    yield from holder.inline
    for arn in holder.attached:
        policy = managed_policy(index, arn)
        if policy is not None:
            yield policy


def managed_policy(index: Index, arn: str) -> Policy | None:
    """The managed policy of an ARN, the customer's or one of AWS's Lambda policies (semantics L23)."""
    found = index.managed.get(arn)
    return _of_aws(arn) if found is None else found.policy


@lru_cache(maxsize=64)
def _of_aws(arn: str) -> Policy | None:
    from lampolicy.catalog import managed_policy as document_of

    document = document_of(arn)
    return None if document is None else Policy.parse(document, kind=PolicyKind.IDENTITY, name=arn)


def _boundary(index: Index, entity: IamUser | IamRole) -> Policy | None:
    if entity.boundary is None:
        return None
    cached = index.boundaries.get(entity.boundary)
    if cached is not None:
        return cached
    policy = managed_policy(index, entity.boundary)
    if policy is None:
        raise IncompleteOrganization(entity.arn, (entity.boundary,))
    return index.boundaries.setdefault(entity.boundary, as_boundary(policy))


def as_boundary(policy: Policy) -> Policy:
    """Read a managed policy as a permissions boundary; AWS lets any managed policy be one (semantics E9)."""
    statements = tuple(
        BoundaryStatement(s.effect, s.actions, s.conditions, s.sid, resources=s.resources)
        for s in policy.statements
        if isinstance(s, IdentityStatement | BoundaryStatement)
    )
    return Policy(PolicyKind.BOUNDARY, statements, policy.version, policy.id, policy.name, policy.file, policy.pointer)


def _unknown(index: Index, entity: IamUser | IamRole | IamGroup) -> Iterator[str]:
    boundary = None if isinstance(entity, IamGroup) else entity.boundary
    for arn in (*entity.attached, *((boundary,) if boundary else ())):
        if managed_policy(index, arn) is None:
            yield arn
    if isinstance(entity, IamUser):
        for arn in entity.groups:
            group = index.groups.get(arn)
            yield from (arn,) if group is None else _unknown(index, group)


def unresolved_of(organization: Organization) -> tuple[tuple[str, str], ...]:
    """Everything that is attached but not known, as (entity, policy or group) pairs of ARNs."""
    index = organization.index
    entities: tuple[IamUser | IamGroup | IamRole, ...] = (
        *organization.users,
        *organization.groups,
        *organization.roles,
    )
    return tuple((entity.arn, arn) for entity in entities for arn in _unknown(index, entity))


def _resource_policy(index: Index, resource: str, kind: PolicyKind) -> Policy | None:
    if resource == "*":
        return None
    if kind is PolicyKind.TRUST:
        role = index.roles.get(resource)
        return None if role is None else role.trust
    function = index.function(resource)
    if function is not None:
        return next((policy for arn, policy in function.policies if str(arn) == resource), None)
    known = index.resource(resource)
    return None if known is None else known.policy


def _service_control(index: Index, account: Account | None) -> Levels:
    levels = [node.service_control for node in _path(index, account)]
    if all(level is None for level in levels):
        return ()
    return tuple((FULL_AWS_ACCESS,) if level is None else level for level in levels)


def _resource_control(index: Index, account: Account | None) -> Levels:
    levels = tuple(node.resource_control for node in _path(index, account))
    return levels if any(levels) else ()


def _path(index: Index, account: Account | None) -> tuple[Unit | Account, ...]:
    if account is None or not account.member:
        return ()
    return (*index.chain(account.parent), account)


def _caller_facts(organization: Organization, principal: Principal) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    if _has_service_control(principal):
        yield from _organization_of(organization, principal.account, "Principal")
    given = _tags(principal)
    for key, value in _tags(enrich(organization.index, principal)):
        if (key, value) not in given:
            yield (f"aws:PrincipalTag/{key}", value)


def _resource_facts(
    organization: Organization, resource: str, owner: str | None
) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    yield from _organization_of(organization, owner, "Resource")
    if owner is not None and account_in(resource) is None:
        yield ("aws:ResourceAccount", owner)
    function = organization.index.function(resource)
    for key, value in () if function is None else function.tags:
        yield (f"aws:ResourceTag/{key}", value)


def _tags(principal: Principal) -> tuple[tuple[str, str], ...]:
    return principal.tags if isinstance(principal, User | RoleSession | FederatedUser) else ()


def _organization_of(
    organization: Organization, account_id: str | None, side: str
) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    account = organization.index.accounts.get(account_id or "")
    if account is None or not account.member or organization.id is None:
        return
    yield (f"aws:{side}OrgID", organization.id)
    chain = organization.index.chain(account.parent)
    if chain and chain[0].parent is None and all(_NODE_ID.fullmatch(node.id) for node in chain):
        path = "/".join((organization.id, *(node.id for node in chain)))
        yield (f"aws:{side}OrgPaths", (f"{path}/",))
