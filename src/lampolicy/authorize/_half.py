"""All of a request but the resource's name and policy and the context: made once, asked for many resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from lampolicy.authorize._combine import Frame
from lampolicy.authorize._layers import Bearing, rcp_binds, resource_side
from lampolicy.decision import CALLER_IDENTITY, SESSION_TOKEN, Allowed, Determined, RuleGrant, Side
from lampolicy.engine import NO_HITS, Caller, Conclude, Derived, Entry, Hits, Layer, Plan, Residual, Stack
from lampolicy.names import fold
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

_NEED_THEIR_POLICY: Final = frozenset({PolicyKind.KEY, PolicyKind.TRUST})
_RESIDUALS_KEPT: Final = 4096


class HalfDecided:
    """A caller and an action on resources that are alike, decided as far as their names and a context do not matter.

    Attributes:
        derived: The condition keys AWS derives for this caller and resource.
    """

    __slots__ = ("_action", "_caller", "_conclude", "_guards", "_identity", "_on_resource", "_residuals", "derived")

    def __init__(
        self, request: Request, policies: Policies, derived: Derived, caller: Caller, stacks: OfCaller
    ) -> None:
        """Take a request for its caller, action and owner, and its policies for all but the resource's own."""
        self.derived = derived
        self._action = fold(request.action)
        self._caller = caller
        guards = stacks.guards(rcp_binds(request, policies))
        self._conclude: Conclude = frame_of(request, policies, guards.layers).conclude
        if identifies_itself(request.principal, self._action):
            guards, self._conclude = _NO_GUARDS, _caller_identity
        self._guards = self._plan(guards)
        self._identity = self._plan(stacks.identity)
        self._on_resource: dict[Stack, Plan | None] = {}
        self._residuals: dict[tuple[Stack | None, Hits, Hits, Hits], Residual] = {}

    def _plan(self, stack: Stack) -> Plan | None:
        return stack.selection(self._action).plan(self._caller, self.derived) if stack.layers else None

    def _plan_on(self, stack: Stack) -> Plan | None:
        try:
            return self._on_resource[stack]
        except KeyError:
            made = self._on_resource[stack] = self._plan(stack)
            return made

    def residual(self, arn: str, stack: Stack | None) -> Residual:
        """What is left for one resource, given by its normal ARN, and the stack of its policy."""
        on_resource = None if stack is None else self._plan_on(stack)
        guards = NO_HITS if self._guards is None else self._guards.hits(arn)
        hits = NO_HITS if on_resource is None else on_resource.hits(arn)
        identity = NO_HITS if self._identity is None else self._identity.hits(arn)
        # Resources whose policies say nothing here are decided alike.
        key = (stack if hits else None, guards, hits, identity)
        try:
            return self._residuals[key]
        except KeyError:
            plans = ((self._guards, guards), (on_resource, hits), (self._identity, identity))
            entries = [e for plan, chosen in plans if plan is not None and chosen for e in plan.chosen(chosen)]
            if len(self._residuals) >= _RESIDUALS_KEPT:
                self._residuals.clear()
            made = self._residuals[key] = Residual(entries, self._conclude, self.derived)
            return made


_NO_GUARDS: Final = Stack(())


class OfCaller(Protocol):
    """The stacks of policies that bear on a caller."""

    @property
    def identity(self) -> Stack:
        """What hangs on the caller: identity policies, boundary, session policy."""
        ...

    def guards(self, rcp_binds: bool, /) -> Stack:  # noqa: FBT001 - one question, two answers
        """The layers of organization and network, with RCPs or without."""
        ...


def bounded(principal: Principal, boundary: object) -> bool:
    """A boundary binds users and roles, never root or services (E9)."""
    return boundary is not None and isinstance(principal, Bearing)


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
        bounded=bounded(principal, policies.boundary),
        in_session=policies.session is not None,
        granted=_granted(principal, request.action),
    )


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
