"""Whom one may ask about: principals, their texts, typed sources, and services that assume a role."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from lampolicy.function._answer import Obstacle
from lampolicy.function._assumed import AssumedBy
from lampolicy.organization import Organization
from lampolicy.request import (
    Anonymous,
    Context,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)


class Source(Protocol):
    """Something that knows who calls on its behalf, such as a bucket that notifies a function."""

    @property
    def caller(self) -> Principal | AssumedBy:
        """Who calls."""
        ...


Caller: TypeAlias = Principal | AssumedBy | Source | str
"""A principal, its text (`Organization.principal`), a source that knows its caller, or a service as a role."""

_KINDS = (User, RoleSession, FederatedUser, Root, Service, Anonymous, WebIdentity, Saml)


def who_calls(organization: Organization, caller: Caller) -> Principal | AssumedBy:
    """Tell who calls, with what the organization knows about them.

    Raises:
        InvalidName: The text is no principal.
    """
    if isinstance(caller, str):
        return organization.principal(caller)
    if isinstance(caller, AssumedBy):
        return caller
    return organization.enrich(caller) if isinstance(caller, _KINDS) else who_calls(organization, caller.caller)


def carried(caller: Caller, context: Context | None) -> Context:
    """The context of a call, with what the source itself sends beside it, such as an Alexa skill's token."""
    own: Context = {} if isinstance(caller, (str, AssumedBy, *_KINDS)) else getattr(caller, "context", {})
    return {**own, **(context or {})}


def name_of(who: Principal | AssumedBy) -> str:
    """What to call a caller in a sentence."""
    if isinstance(who, AssumedBy):
        return f"{who.service} as {who.role}"
    return f"{who.name} for {who.source_arn}" if isinstance(who, Service) and who.source_arn else who.caller_arn


def bearer_obstacle(who: Principal) -> Obstacle | None:
    """A bearer of an OIDC token or SAML assertion has no credentials yet (semantics E20)."""
    if not isinstance(who, WebIdentity | Saml):
        return None
    return Obstacle(
        "E20",
        f"whoever bears a token of `{who.provider}` has no credentials to sign with",
        "let them assume a role that trusts the provider, and ask for the role's session",
    )
