"""An organization compiled once, deciding again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from lampolicy.authorize._authorize import authorize
from lampolicy.authorize._prepared import Prepared
from lampolicy.authorize._side import CallerSide
from lampolicy.condition import Shapes
from lampolicy.decision import Decision
from lampolicy.engine import Derived, Residual, derive
from lampolicy.names import normal_arn
from lampolicy.organization import Organization, Policies
from lampolicy.policy import Policy
from lampolicy.request import Context, Principal, Request

_NO_CONTEXT: Final[Context] = {}
DEFAULT_MEMO: Final = 200_000
DEFAULT_PLANS: Final = 50_000


class Authorizer:
    """Decides requests against an organization.

    Safe to use from many threads: the organization does not change, and what is remembered only saves work. To reload,
    make a new `Authorizer` and swap the reference; everything remembered goes with the old one.
    """

    __slots__ = ("_memo", "_memo_limit", "_plan_limit", "_remembered", "_shapes", "_sides", "_targets", "organization")

    def __init__(
        self, organization: Organization, *, memo_limit: int = DEFAULT_MEMO, plan_limit: int = DEFAULT_PLANS
    ) -> None:
        """Take an organization.

        Args:
            organization: Who exists.
            memo_limit: How many triples of principal, action and resource to remember; 0 for none.
            plan_limit: How many callers with an action, and how many resources, to keep half-evaluated.
        """
        self.organization = organization
        self._memo_limit = memo_limit
        self._memo: dict[Principal | str, dict[str, dict[str, tuple[Residual, Derived]]]] = {}
        self._remembered = 0
        self._plan_limit = plan_limit
        self._sides: dict[tuple[Principal | str, str, _Group], CallerSide] = {}
        self._targets: dict[tuple[str, bool], _Target] = {}
        self._shapes = Shapes()

    def decide(
        self, principal: Principal | str, action: str, resource: str, context: Context | None = None
    ) -> Decision:
        """Decide one request.

        Args:
            principal: The caller; or its ARN, where that tells enough (`Organization.principal`).
            action: The action AWS authorizes, such as `lambda:InvokeFunction`.
            resource: The resource's ARN, or `*`.
            context: Condition keys the request carries.

        Returns:
            The decision with its evidence; true only if the request is allowed.

        Raises:
            InvalidName: A name cannot be read.
            RequestError: The context contradicts the caller or the resource, or a policy that bears on the request is
                not known.
        """
        try:
            residual, derived = self._memo[principal][action][resource]
        except KeyError:
            residual, derived = self._remember(principal, action, resource)
        if not context:
            return residual.decide(_NO_CONTEXT, self._shapes.of(_NO_CONTEXT))
        shape = self._shapes.of(context)
        if shape.derivable and not derived.agrees_with(context, shape):
            derived.checked_against(context, shape, what_if=False)
        return residual.decide(context, shape)

    def allows(self, principal: Principal | str, action: str, resource: str, context: Context | None = None) -> bool:
        """Tell whether a request is allowed; `decide` without the evidence."""
        return bool(self.decide(principal, action, resource, context))

    def decide_request(
        self,
        request: Request,
        *,
        session: Sequence[Policy] | None = None,
        endpoint: Policy | Sequence[Policy] | None = None,
        what_if: bool = False,
    ) -> Decision:
        """Decide a request that carries more: session policies, an endpoint's policy, an owner, forwarding services."""
        policies = self.policies_for(request, session=session, endpoint=endpoint)
        return authorize(self._enriched(request), policies, what_if=what_if)

    def decide_many(self, requests: Iterable[Request]) -> list[Decision]:
        """Decide requests in order."""
        return [
            self.decide_request(r)
            if r.via or r.resource_account
            else self.decide(r.principal, r.action, r.resource, r.context)
            for r in requests
        ]

    def prepare(
        self, principal: Principal | str, action: str, resource: str, resource_account: str | None = None
    ) -> Prepared:
        """Decide everything but the context, for whoever asks about many contexts; arguments and errors of `decide`.

        `resource_account` is the owner of the resource, where the organization does not know it.
        """
        target = self._target(resource, action)
        given = None if resource_account == target.owner else resource_account
        side = self._side(principal, action, resource, target, given)
        return Prepared(side.residual(target.arn, target.policy), side.derived, self._shapes)

    def policies_for(
        self,
        request: Request,
        *,
        session: Sequence[Policy] | None = None,
        endpoint: Policy | Sequence[Policy] | None = None,
    ) -> Policies:
        """The policies of the organization that bear on a request; what `lampolicy.explain` takes beside it."""
        return self.organization.policies_for(
            request.principal,
            request.resource,
            action=request.action,
            resource_account=request.resource_account,
            session=session,
            endpoint=endpoint,
        )

    def _enriched(self, request: Request) -> Request:
        principal = self.organization.enrich(request.principal)
        owner = request.resource_account or self.organization.owner_of(request.resource)
        return Request(
            principal, request.action, request.resource, request.context, resource_account=owner, via=request.via
        )

    def _remember(self, principal: Principal | str, action: str, resource: str) -> tuple[Residual, Derived]:
        found = self._evaluate(principal, action, resource)
        if self._memo_limit == 0:
            return found
        if self._remembered >= self._memo_limit:
            self._memo, self._remembered = {}, 0
        self._memo.setdefault(principal, {}).setdefault(action, {})[resource] = found
        self._remembered += 1
        return found

    def _evaluate(self, principal: Principal | str, action: str, resource: str) -> tuple[Residual, Derived]:
        target = self._target(resource, action)
        side = self._side(principal, action, resource, target)
        return side.residual(target.arn, target.policy), side.derived

    def _side(
        self, principal: Principal | str, action: str, resource: str, target: _Target, owner: str | None = None
    ) -> CallerSide:
        key = (principal, action, target.group if owner is None else (owner, *target.group))
        side = self._sides.get(key)
        if side is None or not self.organization.wholly_read:
            who = self.organization.principal(principal) if isinstance(principal, str) else principal
            request = self._enriched(Request(who, action, resource, resource_account=owner))
            policies = self.policies_for(request)
            derived = derive(request.principal, request.known_owner, policies.facts)
            if len(self._sides) >= self._plan_limit:
                self._sides.clear()
            side = self._sides[key] = CallerSide(request, policies, derived)
        return side

    def _target(self, resource: str, action: str) -> _Target:
        # A role's own policy, its trust, takes part in `sts:` actions only.
        key = (resource, action[:4].lower() == "sts:")
        target = self._targets.get(key)
        if target is None:
            if len(self._targets) >= self._plan_limit:
                self._targets.clear()
            target = self._targets[key] = _Target(self.organization, resource, action)
        return target


_Group: TypeAlias = tuple[object, ...]


class _Target:
    """A resource as far as it decides: its policy, and what it has in common with others."""

    __slots__ = ("arn", "group", "owner", "policy")

    def __init__(self, organization: Organization, resource: str, action: str) -> None:
        side = organization.resource_side(resource, action)
        self.arn = normal_arn(resource)
        self.policy = side.policy
        self.owner = side.owner
        partition = "*" if resource == "*" else resource.split(":", 2)[1]
        service_linked = ":role/aws-service-role/" in resource
        self.group: _Group = (side.owner, side.kind, side.policy is None, side.facts, partition, service_linked)
