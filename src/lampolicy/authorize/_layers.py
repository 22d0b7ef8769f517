"""Which layers of policies bind a caller (semantics E5, E6, E8, E9, E12, E13, E15, E21)."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.decision import Missing, Side
from lampolicy.engine import Layer
from lampolicy.names import fold
from lampolicy.organization import Policies
from lampolicy.policy import RCP_SERVICES, Policy, PolicyKind
from lampolicy.request import FederatedUser, Principal, RoleSession, Root, User

Bearing = User | RoleSession | FederatedUser
"""Callers with identity policies and a boundary."""


def guards_of(
    principal: Principal, action: str, resource: str, owner: str | None, policies: Policies
) -> Iterator[Layer]:
    """The layers of organization and network, in the order of `Side`, each named by what is missing if it is silent."""
    if rcp_binds(principal, action, resource, owner, policies):
        yield from _levels(Side.RESOURCE_CONTROL, policies.resource_control, principals=True)
    if scp_binds(principal, policies):
        yield from _levels(Side.SERVICE_CONTROL, policies.service_control, principals=False)
    if policies.endpoint is not None:
        yield Layer(Missing(Side.ENDPOINT), policies.endpoint, principals=True)


def resource_layer(name: Missing, policy: Policy) -> Iterator[Layer]:
    """The layer of the resource's own policy."""
    yield Layer(name, (policy,), principals=True)


def identity_layers(principal: Principal, policies: Policies) -> Iterator[Layer]:
    """The layers that hang on the caller."""
    if isinstance(principal, Bearing):
        yield Layer(Missing(Side.IDENTITY), policies.identity, principals=False)
        if policies.boundary is not None:
            yield Layer(Missing(Side.BOUNDARY), policies.boundary, principals=False)
    if isinstance(principal, Bearing | Root) and policies.session is not None:
        yield Layer(Missing(Side.SESSION), policies.session, principals=False)


def _levels(side: Side, levels: tuple[tuple[Policy, ...], ...], *, principals: bool) -> Iterator[Layer]:
    for level, policies in enumerate(levels):
        yield Layer(Missing(side, level), policies, principals=principals)


def resource_side(policies: Policies) -> Side:
    """What to call the resource's policy."""
    return Side.TRUST if policies.resource_kind is PolicyKind.TRUST else Side.RESOURCE


def scp_binds(principal: Principal, policies: Policies) -> bool:
    """SCPs bind the users, roles and root of member accounts; never the management account (E5, E13)."""
    if not isinstance(principal, Bearing | Root) or _service_linked(principal):
        return False
    return bool(policies.service_control) and principal.account != policies.management_account


def rcp_binds(principal: Principal, action: str, resource: str, owner: str | None, policies: Policies) -> bool:
    """RCPs bind every caller of a member account's resource, for the services that support them (E6)."""
    if not policies.resource_control or _service_linked(principal):
        return False
    if owner is not None and owner == policies.management_account:
        return False
    service, _, name = fold(action).partition(":")
    if (service, name) == ("kms", "retiregrant") or (service == "sts" and ":role/aws-service-role/" in resource):
        return False
    return service in RCP_SERVICES


def _service_linked(principal: Principal) -> bool:
    return isinstance(principal, RoleSession) and principal.service_linked
