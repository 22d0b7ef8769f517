"""Which layers of policies bind a caller (semantics E5, E6, E8, E9, E12, E13, E15, E21)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lampolicy.decision import Missing, Side
from lampolicy.engine import Layer
from lampolicy.names import fold
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import FederatedUser, Principal, Request, RoleSession, Root, User

_IDENTITY, _BOUNDARY, _SESSION = Missing(Side.IDENTITY), Missing(Side.BOUNDARY), Missing(Side.SESSION)
_ENDPOINT, _TRUST, _RESOURCE = Missing(Side.ENDPOINT), Missing(Side.TRUST), Missing(Side.RESOURCE)

Bearing = User | RoleSession | FederatedUser
"""Callers with identity policies and a boundary."""


def guards_of(principal: Principal, policies: Policies, *, rcp: bool) -> Iterator[Layer]:
    """The layers of organization and network, in the order of `Side`, each named by what is missing if it is silent.

    Args:
        principal: Who asks.
        policies: What bears on the request.
        rcp: RCPs bind it.
    """
    if rcp:
        yield from _levels(Side.RESOURCE_CONTROL, policies.resource_control, principals=True)
    if scp_binds(principal, policies):
        yield from _levels(Side.SERVICE_CONTROL, policies.service_control, principals=False)
    if policies.endpoint is not None:
        yield Layer(_ENDPOINT, policies.endpoint, principals=True)


def resource_layer(kind: PolicyKind, policy: Policy) -> Layer:
    """The layer of the resource's own policy."""
    return Layer(_TRUST if kind is PolicyKind.TRUST else _RESOURCE, (policy,), principals=True)


def identity_layers(principal: Principal, policies: Policies) -> Iterator[Layer]:
    """The layers that hang on the caller."""
    if isinstance(principal, Bearing):
        yield Layer(_IDENTITY, policies.identity, principals=False)
        if policies.boundary is not None:
            yield Layer(_BOUNDARY, policies.boundary, principals=False)
    if isinstance(principal, Bearing | Root) and policies.session is not None:
        yield Layer(_SESSION, policies.session, principals=False)


def _levels(side: Side, levels: tuple[tuple[Policy, ...], ...], *, principals: bool) -> Iterator[Layer]:
    for level, policies in enumerate(levels):
        yield Layer(_level(side, level), policies, principals=principals)


@lru_cache(maxsize=64)
def _level(side: Side, level: int) -> Missing:
    """One object for each level, since comparing the same object is quick."""
    return Missing(side, level)


def resource_side(policies: Policies) -> Side:
    """What to call the resource's policy."""
    return Side.TRUST if policies.resource_kind is PolicyKind.TRUST else Side.RESOURCE


def scp_binds(principal: Principal, policies: Policies) -> bool:
    """SCPs bind the users, roles and root of member accounts; never the management account (E5, E13)."""
    if not isinstance(principal, Bearing | Root) or _service_linked(principal):
        return False
    return bool(policies.service_control) and principal.account != policies.management_account


def rcp_binds(request: Request, policies: Policies) -> bool:
    """RCPs bind every caller of a member account's resource, for the services that support them (E6)."""
    if not policies.resource_control or _service_linked(request.principal):
        return False
    if request.owner is not None and request.owner == policies.management_account:
        return False
    service, _, name = fold(request.action).partition(":")
    if (service, name) == ("kms", "retiregrant") or (
        service == "sts" and ":role/aws-service-role/" in request.resource
    ):
        return False
    from lampolicy.policy import RCP_SERVICES  # loaded where there are RCPs

    return service in RCP_SERVICES


def _service_linked(principal: Principal) -> bool:
    return isinstance(principal, RoleSession) and principal.service_linked
