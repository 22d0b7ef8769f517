"""Decide one request with the policies in hand."""

from __future__ import annotations

from typing import Final

from lampolicy.authorize._combine import Frame
from lampolicy.authorize._layers import Bearing, guards_of, identity_layers, resource_layer, resource_side
from lampolicy.condition import Shape
from lampolicy.decision import CALLER_IDENTITY, SESSION_TOKEN, Allowed, Decision, RuleGrant, Side
from lampolicy.engine import Caller, Derived, Entry, Layer, Plan, Residual, derive
from lampolicy.names import fold, normal_arn
from lampolicy.organization import Policies
from lampolicy.policy import PolicyKind
from lampolicy.request import (
    Anonymous,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    User,
    WebIdentity,
)

_MUST_SPEAK: Final = frozenset({Side.SERVICE_CONTROL, Side.ENDPOINT})
"""Guards that refuse if they are silent; RCPs never are, since AWS attaches RCPFullAWSAccess everywhere (G27)."""

_RESOURCE_PART: Final = 1
_NEED_THEIR_POLICY: Final = frozenset({PolicyKind.KEY, PolicyKind.TRUST})


def authorize(request: Request, policies: Policies, *, what_if: bool = False) -> Decision:
    """Decide a request.

    Args:
        request: Who asks for what, and in which circumstances.
        policies: Every policy that bears on it.
        what_if: Let keys in the request's context win over what AWS would derive from the caller and the resource,
            instead of refusing the contradiction.

    Returns:
        The decision with its evidence. It is true only if the request is allowed.

    Raises:
        RequestError: The context contradicts the caller or the resource.

    Source:
        Semantics 4.1; IAM User Guide, "Policy evaluation logic".
    """
    shape = Shape(tuple(request.context))
    derived = derive(request.principal, request.known_owner, policies.facts, request.via)
    derived = derived.checked_against(request.context, shape, what_if=what_if)
    return residual_for(request, policies, derived).decide(request.context, shape)


class Plans:
    """Makes plans; a subclass may remember them."""

    __slots__ = ()

    def of(
        self, key: tuple[object, ...], layers: tuple[Layer, ...], caller: Caller, action: str, derived: Derived
    ) -> Plan:
        """The plan for a key: whoever asks promises that equal keys mean equal arguments."""
        del key
        return Plan(layers, caller, action, derived)


class RememberedPlans(Plans):
    """Plans of one immutable organization, remembered until there are too many."""

    __slots__ = ("_limit", "_plans")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._plans: dict[tuple[object, ...], Plan] = {}

    def of(
        self, key: tuple[object, ...], layers: tuple[Layer, ...], caller: Caller, action: str, derived: Derived
    ) -> Plan:
        """The plan for a key, made at most once."""
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= self._limit:
                self._plans.clear()
            plan = self._plans[key] = Plan(layers, caller, action, derived)
        return plan


ONE_OFF: Final = Plans()


def residual_for(request: Request, policies: Policies, derived: Derived, plans: Plans = ONE_OFF) -> Residual:
    """Partially evaluate: all of a request but its context."""
    principal, owner, action = request.principal, request.owner, fold(request.action)
    if identifies_itself(principal, action):
        return Residual((), lambda _: Allowed((CALLER_IDENTITY,)), {})
    guards = tuple(guards_of(principal, action, request.resource, owner, policies))
    parts = (guards, tuple(resource_layer(policies)), tuple(identity_layers(principal, policies)))
    caller = Caller(principal, bounded=_bounded(principal, policies))
    arn = normal_arn(request.resource)
    entries: list[Entry] = []
    for number, layers in enumerate(parts):
        if layers:
            hung_on = id(policies.resource) if number == _RESOURCE_PART else len(guards)
            key = (number, hung_on, principal, action, owner, request.known_owner, policies.facts)
            plan = plans.of(key, layers, caller, action, derived)
            entries += plan.chosen(plan.hits(arn))
    return Residual(entries, frame_of(request, policies, guards).conclude, derived.known)


def frame_of(request: Request, policies: Policies, guards: tuple[Layer, ...]) -> Frame:
    """Say what about a request decides how its layers combine."""
    principal = request.principal
    return Frame(
        principal=principal,
        same_account=principal.account is not None and principal.account == request.owner,
        reachable=_reachable(principal, request.action, request.resource),
        needs_resource_policy=policies.resource_kind in _NEED_THEIR_POLICY,
        resource=resource_side(policies),
        has_resource_policy=policies.resource is not None,
        guards=tuple(layer.name for layer in guards if layer.name.side in _MUST_SPEAK),
        bounded=_bounded(principal, policies),
        in_session=policies.session is not None,
        granted=_granted(principal, request.action),
    )


def _bounded(principal: Principal, policies: Policies) -> bool:
    """A boundary binds users and roles, never root or services (E9)."""
    return policies.boundary is not None and isinstance(principal, Bearing)


def identifies_itself(principal: Principal, action: str) -> bool:
    """`sts:GetCallerIdentity` is allowed to everybody who signs, even under a Deny (E17)."""
    unsigned = isinstance(principal, Anonymous | WebIdentity | Saml)
    return fold(action) == "sts:getcalleridentity" and not unsigned


def _granted(principal: Principal, action: str) -> RuleGrant | None:
    """`sts:GetSessionToken` needs no permission (E17)."""
    if fold(action) == "sts:getsessiontoken" and isinstance(principal, User | Root):
        return SESSION_TOKEN
    return None


def _reachable(principal: Principal, action: str, resource: str) -> bool:
    """No policy reaches into another partition (E16), nor lets a federated user call IAM or STS (E8)."""
    if isinstance(principal, FederatedUser) and fold(action).startswith(("iam:", "sts:")):
        return False
    if not isinstance(principal, User | RoleSession | FederatedUser | Root) or resource == "*":
        return True
    return principal.caller_arn.split(":", 2)[1] == resource.split(":", 2)[1]
