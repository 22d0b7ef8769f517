"""What can be decided of a request before the resource's name and the context: made once, asked for many resources."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.authorize._combine import Frame
from lampolicy.authorize._layers import Bearing, resource_side
from lampolicy.decision import CALLER_IDENTITY, SESSION_TOKEN, RuleGrant, Side
from lampolicy.engine import (
    NO_HITS,
    NO_PLAN,
    Caller,
    Derived,
    Hits,
    Plan,
    Residual,
    Residuals,
    Stack,
)
from lampolicy.names import fold
from lampolicy.organization import Policies
from lampolicy.policy import PolicyKind
from lampolicy.request import (
    BEARERS,
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

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_MUST_SPEAK: Final = frozenset({Side.SERVICE_CONTROL, Side.ENDPOINT})
"""Guards that refuse if they are silent; RCPs never are, since AWS attaches RCPFullAWSAccess everywhere (G27)."""

_NEED_THEIR_POLICY: Final = frozenset({PolicyKind.KEY, PolicyKind.TRUST})

Left: TypeAlias = tuple[Stack | None, Hits, Hits, Hits]
"""Which statements are left for a resource: the stack of its own policy, if that matters, and what matches it of the
guards, of its own policy and of what hangs on the caller."""


class HalfDecided:
    """A caller and an action on resources that are alike, decided as far as their names and a context do not matter.

    Attributes:
        derived: The condition keys AWS derives for this caller and resource.
        constant: What is left for every resource whose own policy says nothing, where that is the same for all.
    """

    __slots__ = ("_action", "_caller", "_guards", "_identity", "_on_resource", "_residuals", "constant", "derived")

    def __init__(
        self, action: str, caller: Caller, derived: Derived, guards: Stack, identity: Stack, residuals: Residuals
    ) -> None:
        """Decide for a folded action, by everything but the resource's own policy."""
        self.derived = derived
        self._action = action
        self._caller = caller
        self._residuals = residuals
        self._guards = self._plan(guards)
        self._identity = self._plan(identity)
        self._on_resource: dict[Stack, Plan] = {}
        self.constant: Left | None = None
        if self._guards.constant is not None and self._identity.constant is not None:
            self.constant = (None, self._guards.constant, NO_HITS, self._identity.constant)

    def _plan(self, stack: Stack) -> Plan:
        selection = stack.selection(self._action)
        return NO_PLAN if selection is None else selection.plan(self._caller, self.derived)

    def _plan_on(self, stack: Stack) -> Plan:
        selection = stack.selection(self._action)
        if selection is None:
            return NO_PLAN
        found = self._on_resource.get(stack)
        if found is None:
            found = self._on_resource[stack] = selection.plan(self._caller, self.derived)
        return found

    def left(self, arn: str, stack: Stack | None) -> Left:
        """What is left for one resource, given by its normal ARN, and the stack of its policy."""
        plan = NO_PLAN if stack is None else self._plan_on(stack)
        hits = NO_HITS if plan is NO_PLAN else plan.hits(arn)
        if self.constant is not None:
            return (stack, self.constant[1], hits, self.constant[3]) if hits else self.constant
        # Resources whose policies say nothing here are decided alike.
        return stack if hits else None, self._guards.hits(arn), hits, self._identity.hits(arn)

    def residual(self, arn: str, stack: Stack | None) -> Residual:
        """What is left to decide for one resource, given by its normal ARN, and the stack of its policy."""
        return self.residual_of(self.left(arn, stack))

    def residual_of(self, left: Left) -> Residual:
        """What is left to decide where these statements are left."""
        stack, guards, hits, identity = left
        on_resource = NO_PLAN if stack is None else self._plan_on(stack)
        plans = ((self._guards, guards), (on_resource, hits), (self._identity, identity))
        entries = [entry for plan, chosen in plans if chosen for entry in plan.chosen(chosen)]
        return self._residuals.of(tuple(entries), keep=is_settled(left))


def is_settled(left: Left) -> bool:
    """Whether the same may be left for another resource: not if a statement hangs on the request's values."""
    for hits in left[1:]:  # noqa: SIM110 - a generator costs as much as all the rest
        if not isinstance(hits, int) and not all(isinstance(hit, int) for hit in hits):
            return False
    return True


def bounded(principal: Principal, boundary: object) -> bool:
    """A boundary binds users and roles, never root or services (E9)."""
    return boundary is not None and isinstance(principal, Bearing)


def frame_of(request: Request, policies: Policies, guards: Stack) -> Frame:
    """Say what about a request decides how its layers combine; of its action, no more than `ruled` gives."""
    principal = request.principal
    return Frame(
        caller=type(principal),
        same_account=principal.account is not None and principal.account == request.owner,
        reachable=_reachable(principal, request.action, request.resource),
        needs_resource_policy=policies.resource_kind in _NEED_THEIR_POLICY,
        resource=resource_side(policies),
        has_resource_policy=policies.resource is not None,
        guards=tuple(layer.name for layer in guards.layers if layer.name.side in _MUST_SPEAK),
        bounded=bounded(principal, policies.boundary),
        in_session=policies.session is not None,
        granted=_granted(principal, request.action),
    )


def ruled(action: str) -> str:
    """What of an action decides how layers combine: nothing, but for the services that E8, E17 and E20 speak of."""
    folded = fold(action)
    return folded if folded.startswith(("iam:", "sts:")) else ""


def _granted(principal: Principal, action: str) -> RuleGrant | None:
    """What AWS allows without any policy: `sts:GetCallerIdentity` to all who sign, `sts:GetSessionToken` (E17)."""
    folded = fold(action)
    if folded == "sts:getcalleridentity" and not isinstance(principal, Anonymous | WebIdentity | Saml):
        return CALLER_IDENTITY
    if folded == "sts:getsessiontoken" and isinstance(principal, User | Root):
        return SESSION_TOKEN
    return None


def _reachable(principal: Principal, action: str, resource: str) -> bool:
    """Whether any policy could allow it: not across partitions (E16), nor what the caller cannot call (E8, E20)."""
    folded = fold(action)
    if isinstance(principal, FederatedUser) and folded.startswith(("iam:", "sts:")):
        return False
    if folded in BEARERS and not isinstance(principal, BEARERS[folded]):
        return False
    if not isinstance(principal, User | RoleSession | FederatedUser | Root) or resource == "*":
        return True
    return principal.caller_arn.split(":", 2)[1] == resource.split(":", 2)[1]
