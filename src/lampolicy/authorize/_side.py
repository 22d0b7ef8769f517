"""All of a request but the resource's name and policy and the context: made once, asked for many resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lampolicy.authorize._combine import Frame
from lampolicy.authorize._layers import Bearing, guards_of, identity_layers, resource_layer, resource_side
from lampolicy.decision import CALLER_IDENTITY, SESSION_TOKEN, Allowed, Determined, Missing, RuleGrant, Side
from lampolicy.engine import Caller, Conclude, Derived, Entry, Hits, Layer, Plan, Residual
from lampolicy.names import fold
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind
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

_NEED_THEIR_POLICY: Final = frozenset({PolicyKind.KEY, PolicyKind.TRUST})
_RESIDUALS_KEPT: Final = 4096


class CallerSide:
    """A caller and an action, with every policy that bears on them whatever the resource's name.

    Attributes:
        derived: The condition keys AWS derives for this caller and resource.
    """

    __slots__ = (
        "_action",
        "_caller",
        "_conclude",
        "_guards",
        "_identity",
        "_on_resource",
        "_residuals",
        "_resource",
        "derived",
    )

    def __init__(self, request: Request, policies: Policies, derived: Derived) -> None:
        """Take a request for its caller, action and owner, and its policies for all but the resource's own."""
        principal, owner = request.principal, request.owner
        self.derived = derived
        self._action = fold(request.action)
        self._caller = Caller(principal, bounded=_bounded(principal, policies))
        guards = tuple(guards_of(principal, self._action, request.resource, owner, policies))
        self._conclude: Conclude = frame_of(request, policies, guards).conclude
        if identifies_itself(principal, self._action):
            guards, self._conclude = (), _caller_identity
        self._guards = self._plan(guards)
        self._identity = self._plan(tuple(identity_layers(principal, policies)))
        self._resource = Missing(resource_side(policies))
        self._on_resource: dict[int, Plan | None] = {}
        self._residuals: dict[tuple[int, Hits, Hits, Hits], Residual] = {}

    def _plan(self, layers: tuple[Layer, ...]) -> Plan | None:
        plan = Plan(layers, self._caller, self._action, self.derived) if layers else None
        return None if plan is None or plan.is_empty else plan

    def _plan_on(self, policy: Policy | None) -> Plan | None:
        if policy is None:
            return None
        # By identity: equal policies of different names are different evidence. Whoever asks keeps the policy alive.
        if id(policy) not in self._on_resource:
            self._on_resource[id(policy)] = self._plan(tuple(resource_layer(self._resource, policy)))
        return self._on_resource[id(policy)]

    def residual(self, arn: str, policy: Policy | None) -> Residual:
        """What is left for one resource, given by its normal ARN, and its policy."""
        plans = (self._guards, self._plan_on(policy), self._identity)
        guards, on_resource, identity = (() if plan is None else plan.hits(arn) for plan in plans)
        key = (id(policy), guards, on_resource, identity)
        residual = self._residuals.get(key)
        if residual is None:
            entries: list[Entry] = []
            for plan, hits in zip(plans, (guards, on_resource, identity), strict=True):
                if plan is not None:
                    entries += plan.chosen(hits)
            if len(self._residuals) >= _RESIDUALS_KEPT:
                self._residuals.clear()
            residual = self._residuals[key] = Residual(entries, self._conclude, self.derived.known)
        return residual


def _caller_identity(_holding: Sequence[Entry]) -> Determined:
    return Allowed((CALLER_IDENTITY,))


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
