"""An organization compiled once, deciding again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias

from lampolicy.authorize._askers import Asker, Known, Target
from lampolicy.authorize._authorize import authorize
from lampolicy.authorize._prepared import Prepared, with_care
from lampolicy.authorize._primed import Primed
from lampolicy.condition import BROKEN, text_of
from lampolicy.decision import Allowed, Decision
from lampolicy.engine import Program, Residual
from lampolicy.organization import Organization, Policies, Thing
from lampolicy.policy import Policy
from lampolicy.request import (
    Context,
    Principal,
    Request,
    checked_account,
    checked_context,
    checked_principal,
    checked_resource,
)

if TYPE_CHECKING:
    from typing import Self

_Key: TypeAlias = "str | tuple[object, ...]"
"""What a caller is remembered by: `key` of a principal, or its text."""

_NO_CONTEXT: Final[Context] = {}
DEFAULT_MEMO: Final = 200_000
DEFAULT_PLANS: Final = 50_000


class Authorizer:
    """Decides requests against an organization.

    Safe to use from many threads: the organization does not change, and what is remembered only saves work. To reload,
    make a new `Authorizer` and swap the reference; everything remembered goes with the old one.
    """

    __slots__ = (
        "_askers",
        "_halves",
        "_known",
        "_lock",
        "_memo",
        "_memo_limit",
        "_plan_limit",
        "_remembered",
        "_targets",
        "organization",
    )

    def __init__(
        self, organization: Organization, *, memo_limit: int = DEFAULT_MEMO, plan_limit: int = DEFAULT_PLANS
    ) -> None:
        """Take an organization.

        Args:
            organization: Who exists.
            memo_limit: How many triples of principal, action and resource to remember; 0 for none.
            plan_limit: How many callers with an action, and how many resources, to keep half-decided.
        """
        self.organization = organization
        self._lock = Lock()
        self._memo_limit = memo_limit
        self._memo: dict[tuple[str, ...], dict[_Key, dict[str, dict[str, Program]]]] = {}
        self._remembered = 0
        self._plan_limit = plan_limit
        self._halves = 0
        self._known = Known()
        self._askers: dict[_Key, Asker] = {}
        self._targets: dict[str | tuple[str, str], Target] = {}

    def __reduce__(self) -> tuple[object, ...]:
        # What is remembered stays behind: it is worked out again where the copy is used.
        return (_rebuild, (type(self), self.organization, self._memo_limit, self._plan_limit))

    def replacing(self, *things: Thing) -> Self:
        """An authorizer over the same organization but for these things (`Organization.replacing`): a cheap reload.

        Put it where the old one was: whoever asks gets answers of one or of the other. What was compiled of policies
        that stay is shared; what was remembered of answers goes with the old one.
        """
        organization = self.organization.replacing(*things)
        return type(self)(organization, memo_limit=self._memo_limit, plan_limit=self._plan_limit)

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
        if context is None:
            context = _NO_CONTEXT
        if not self._memo_limit:
            program = self._program(principal, action, resource, context)
        else:
            try:
                caller = principal if isinstance(principal, str) else principal.key
                program = self._memo[tuple(context)][caller][action][resource]
            except (KeyError, TypeError, AttributeError):
                program = self._remember(principal, action, resource, context)
        pick, certain, bits, steps, answers, residual = program
        if steps is None or (pick is not None and pick(context) != certain):
            return self._with_care(principal, action, resource, context, residual)
        for bit, spelt, compare, hit in steps:
            text = context[spelt]
            if not isinstance(text, str):
                if not isinstance(text, int | float):
                    return self._with_care(principal, action, resource, context, residual)
                text = text_of(text)
            verdict = compare(text)
            if verdict is hit:
                bits |= bit
            elif verdict is BROKEN:
                return self._with_care(principal, action, resource, context, residual)
        answer = answers[bits]
        return residual.answer(bits) if answer is None else answer

    def allows(self, principal: Principal | str, action: str, resource: str, context: Context | None = None) -> bool:
        """Tell whether a request is allowed; `decide` without the evidence."""
        return self.decide(principal, action, resource, context).__class__ is Allowed

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
        target, half = self._meet(principal, action, resource, resource_account)
        return Prepared(half.residual(target.arn, target.own), half.derived)

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

    def _program(self, principal: Principal | str, action: str, resource: str, context: Context) -> Program:
        target, half = self._meet(principal, action, resource)
        keys = tuple(context if isinstance(context, dict) else checked_context(context))
        return half.program(target.arn, target.own, keys, context)

    def _remember(self, principal: Principal | str, action: str, resource: str, context: Context) -> Program:
        program = self._program(principal, action, resource, context)
        keys, caller = tuple(context), principal if isinstance(principal, str) else principal.key
        with self._lock:
            if self._remembered >= self._memo_limit:
                self._memo, self._remembered = {}, 0
            self._remembered += 1
            try:
                self._memo[keys][caller][action][resource] = program
            except KeyError:
                by_action = self._memo.setdefault(keys, {}).setdefault(caller, {})
                by_action.setdefault(action, {})[resource] = program
        return program

    def _with_care(
        self, principal: Principal | str, action: str, resource: str, context: Context, residual: Residual
    ) -> Decision:
        """Decide test by test, whatever values are: texts, numbers, lists, or unknown."""
        _, half = self._meet(principal, action, resource)
        return with_care(residual, half.derived, context)

    def _meet(
        self, principal: Principal | str, action: str, resource: str, owner: str | None = None
    ) -> tuple[Target, Primed]:
        try:
            asker = self._askers[principal if isinstance(principal, str) else principal.key]
        except (KeyError, TypeError, AttributeError):
            asker = self._asker(principal)
        try:
            target = self._targets[resource if owner is None else (resource, owner)]
        except (KeyError, TypeError):
            target = self._target(resource, owner)
        if target.assumed is not None and action[:4].lower() == "sts:":
            target = target.assumed
        if self.organization.unread:
            self.organization.refuse_unread(asker.principal, resource, target.side)
        try:
            half = asker.met[target.group].halves[action]
        except KeyError:
            half = asker.meeting(target.group, action).half_decided(action)
            self._count_half()
        return target, half

    def _asker(self, principal: Principal | str) -> Asker:
        organization = self.organization
        caller: _Key = principal if isinstance(principal, str) else checked_principal(principal).key
        who = organization.principal(principal) if isinstance(principal, str) else organization.enrich(principal)
        asker = Asker(organization, who, self._known)
        with self._lock:
            if len(self._askers) >= self._plan_limit:
                self._askers = {}
            return self._askers.setdefault(caller, asker)

    def _target(self, resource: str, owner: str | None) -> Target:
        given = None if owner is None else checked_account(owner)
        target = Target(self.organization, self._known, checked_resource(resource), given)
        with self._lock:
            if len(self._targets) >= self._plan_limit:
                self._targets = {}
            return self._targets.setdefault(resource if owner is None else (resource, owner), target)

    def _count_half(self) -> None:
        with self._lock:
            self._halves += 1
            if self._halves > self._plan_limit:
                self._halves = 0
                self._askers, self._targets, self._known = {}, {}, Known()


def _rebuild(kind: type[Authorizer], organization: Organization, memo_limit: int, plan_limit: int) -> Authorizer:
    return kind(organization, memo_limit=memo_limit, plan_limit=plan_limit)
