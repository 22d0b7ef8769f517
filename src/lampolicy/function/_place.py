"""Where a statement belongs: a layer of policies and what they hang on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lampolicy.decision import Side
from lampolicy.names import Arn, is_function_arn
from lampolicy.organization import Policies, holder_of
from lampolicy.policy import PolicyKind
from lampolicy.request import FederatedUser, Principal, Request, RoleSession, User

_OF_CALLER: Final = frozenset({Side.IDENTITY, Side.BOUNDARY})
_OF_RESOURCE: Final = frozenset({Side.RESOURCE, Side.TRUST})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement belongs.

    Attributes:
        side: The layer.
        level: For SCPs, the level below the organization's root.
        holder: What the policy hangs on: the ARN of a user, role or resource, or the id of an account.
        account: The account in which it is changed; `None` where nothing tells.
        kind: For the policy of a resource, its kind.
    """

    side: Side
    level: int | None
    holder: str
    account: str | None
    kind: PolicyKind | None = None

    @property
    def name(self) -> str:
        """The last part of the holder's name, without path."""
        return self.holder.rsplit("/", 1)[-1] if self.side is not Side.RESOURCE else self.holder.split(":", 5)[-1]

    def __str__(self) -> str:
        match self.side:
            case Side.IDENTITY:
                return f"an identity-based policy of {self.holder}"
            case Side.BOUNDARY:
                return f"the permissions boundary of {self.holder}"
            case Side.SESSION:
                return f"the session policy of {self.holder}"
            case Side.TRUST:
                return f"the trust policy of {self.holder}"
            case Side.SERVICE_CONTROL:
                at = "" if self.level is None else f" at level {self.level}"
                return f"a service control policy{at} above account {self.holder}"
            case Side.RESOURCE_CONTROL:
                return f"a resource control policy above account {self.account}"
            case Side.ENDPOINT:
                return "the policy of the VPC endpoint"
            case _:
                return f"the policy of {self.holder}"


def place_of(request: Request, policies: Policies, side: Side, level: int | None = None) -> Place:
    """Tell where a layer of a request's policies hangs."""
    caller = request.principal
    if side in _OF_RESOURCE:
        holder, kind = holder_of(request.resource), policies.resource_kind
        told = PolicyKind.RESOURCE if kind is PolicyKind.FUNCTION and not is_function_arn(holder) else kind
        return Place(side, None, holder, request.owner, told)
    if side in _OF_CALLER:
        return Place(side, None, entity_of(caller), caller.account)
    if side is Side.SERVICE_CONTROL:
        return Place(side, level, caller.account or "", None)
    if side is Side.RESOURCE_CONTROL:
        return Place(side, level, "", request.owner)
    return Place(side, None, caller.caller_arn if side is Side.SESSION else "", caller.account)


def entity_of(caller: Principal) -> str:
    """The ARN of the user or role whose policies are a caller's own."""
    match caller:
        case User():
            return caller.arn
        case RoleSession():
            return caller.role
        case FederatedUser():
            return caller.issuer
        case _:
            return caller.caller_arn


def region_of(holder: str) -> str | None:
    """The region in which a resource's policy is changed; `None` for one without a region."""
    return (Arn.parse(holder).region if holder.startswith("arn:") else "") or None
