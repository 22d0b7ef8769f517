"""What the organization says of one call now; equal calls are decided once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied, Side, Undetermined
from lampolicy.diagnostic import IncompleteOrganization, LampolicyError, RequestError
from lampolicy.organization import kind_of
from lampolicy.policy import Policy, PolicyKind, StatementId
from lampolicy.replay._asked import Asked, shortened
from lampolicy.replay._callers import Caller
from lampolicy.replay._world import World
from lampolicy.request import ContextValue, FederatedUser, Principal, Request, RoleSession, User

Ask: TypeAlias = tuple[Asked, dict[str, ContextValue]]
"""One authorization with its context."""

_HAVE_POLICIES: Final = frozenset(
    {
        PolicyKind.FUNCTION,
        PolicyKind.BUCKET,
        PolicyKind.QUEUE,
        PolicyKind.TOPIC,
        PolicyKind.SECRET,
        PolicyKind.KEY,
        PolicyKind.TRUST,
    }
)
"""Kinds of resources whose policy AWS's tools export; one that is not in the export is not known."""

_GUARDS: Final = frozenset({Side.SERVICE_CONTROL, Side.RESOURCE_CONTROL})
_OF_CALLER: Final = frozenset({Side.IDENTITY, Side.BOUNDARY, Side.SESSION})
_EVERYTHING: Final = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    kind=PolicyKind.SESSION,
    name="any session policy",
)


@dataclass(frozen=True, slots=True)
class Now:
    """How one authorization is decided now.

    Attributes:
        asked: What was authorized.
        allowed: Whether it is allowed; `None` if that cannot be told.
        why: What decides: statements, or sides that stay silent.
        needs: What it hangs on, if it cannot be told.
        doubts: What else would have to be known to call a difference one: the policy of a resource that is not in the
            organization.
        uses: The statements of the caller's identity policies that grant it, or may.
    """

    asked: Asked
    allowed: bool | None
    why: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    uses: tuple[StatementId, ...] = ()


class Decider:
    """Decides calls against a world, and remembers a bounded number of them."""

    def __init__(self, world: World, limit: int) -> None:
        self._world = world
        self._limit = limit
        self._memo: dict[tuple[object, ...], tuple[Now, ...]] = {}

    def decide(self, caller: Caller, asks: tuple[Ask, ...]) -> tuple[Now, ...]:
        """Decide everything that was authorized for one call."""
        told = tuple((a.action, a.resource, a.or_else, a.owner, tuple(context.items())) for a, context in asks)
        key = (caller.principal, caller.via, caller.session_policy, told)
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= self._limit:
                self._memo.clear()
            found = self._memo[key] = tuple(self._one(caller, asked, context) for asked, context in asks)
        return found

    def _one(self, caller: Caller, asked: Asked, context: dict[str, ContextValue]) -> Now:
        missing = self._unknown(caller.principal, asked)
        if missing is not None:
            return Now(asked, None, needs=(missing,))
        try:
            answers = [self._answer(caller, asked, arn, context) for arn in (asked.resource, *asked.or_else)]
        except IncompleteOrganization as error:
            return Now(asked, None, needs=(f"policies of {error.entity} that are missing or have faults",))
        except LampolicyError as error:
            return Now(asked, None, needs=(shortened(error),))
        return self._together(caller, asked, answers)

    def _unknown(self, principal: Principal, asked: Asked) -> str | None:
        organization = self._world.organization
        if isinstance(principal, User | RoleSession | FederatedUser) and not organization.knows(principal):
            return f"the policies of {_entity(principal)}, which is not in the organization"
        if asked.owner is None and asked.resource != "*" and organization.owner_of(asked.resource) is None:
            return f"the owner of {asked.resource.partition('/')[0]}, which is not in the organization"
        return None

    def _answer(self, caller: Caller, asked: Asked, arn: str, context: dict[str, ContextValue]) -> tuple[Decision, ...]:
        """One decision; for a session whose policy is not known, with the widest there is and with none."""
        if not caller.session_policy:
            return (self._decision(caller, asked, arn, context, None),)
        return tuple(self._decision(caller, asked, arn, context, session) for session in ((_EVERYTHING,), None))

    def _decision(
        self,
        caller: Caller,
        asked: Asked,
        arn: str,
        context: dict[str, ContextValue],
        session: tuple[Policy, ...] | None,
    ) -> Decision:
        authorizer = self._world.authorizer
        told = asked.owner is None or asked.owner == self._world.organization.owner_of(arn)
        if told and not caller.via and session is None:
            try:
                return authorizer.decide(caller.principal, asked.action, arn, context)
            except IncompleteOrganization:
                raise
            except RequestError:
                # a key that is left open contradicts what the organization would derive: the open one wins below
                pass
        owner = asked.owner if arn != "*" else None
        request = Request(caller.principal, asked.action, arn, context, resource_account=owner, via=caller.via)
        return authorizer.decide_request(request, session=session, what_if=True)

    def _together(self, caller: Caller, asked: Asked, answers: list[tuple[Decision, ...]]) -> Now:
        decisions = [decision for answer in answers for decision in answer]
        first = decisions[0]
        uses = tuple(dict.fromkeys(s for d in decisions for s in _identity_grants(d)))
        open_ = [d for d in decisions if isinstance(d, Undetermined)]
        if open_:
            needs = tuple(sorted({need for d in open_ for need in d.needs}))
            return Now(asked, None, needs=needs, uses=uses)
        if len({bool(d) for d in decisions}) > 1:
            return Now(asked, None, needs=(_ambiguity(answers),), uses=uses)
        owner = asked.owner or self._world.organization.owner_of(asked.resource)
        across = owner is not None and owner != caller.principal.account
        doubts = (
            () if _is_certain(first, across=across) else tuple(self._doubts(asked, across=across, allowed=bool(first)))
        )
        return Now(asked, bool(first), tuple(_why(first)), doubts=doubts, uses=uses)

    def _doubts(self, asked: Asked, *, across: bool, allowed: bool) -> Iterator[str]:
        index, resource = self._world.organization.index, asked.resource
        if resource == "*":
            return
        kind = kind_of(resource, asked.action)
        if kind is PolicyKind.TRUST:
            known = resource in index.roles
        else:
            known = index.function(resource) is not None or index.resource(resource) is not None
        if not known and (across or kind in _HAVE_POLICIES):
            yield f"the policy of {_holder(resource)}, which is not in the organization"
        elif kind is PolicyKind.KEY and not allowed:
            yield f"the grants on {resource}, which are not known"


def _entity(principal: User | RoleSession | FederatedUser) -> str:
    match principal:
        case User(arn=arn):
            return arn
        case RoleSession(role=role):
            return role
        case FederatedUser(issuer=issuer):
            return issuer


def _holder(resource: str) -> str:
    return resource.partition("/")[0] if resource.split(":", 3)[2] == "s3" else resource


def _ambiguity(answers: list[tuple[Decision, ...]]) -> str:
    if len(answers[0]) > 1:
        return "the session policy, which the trail does not tell"
    return "which form of the resource's ARN AWS authorizes"


def _is_certain(decision: Decision, *, across: bool) -> bool:
    """Whether no policy of the resource could change it: a Deny, a silent guard, or across accounts a silent caller."""
    if isinstance(decision, ExplicitlyDenied):
        return True
    alone = _GUARDS | _OF_CALLER if across else _GUARDS
    return isinstance(decision, ImplicitlyDenied) and any(m.side in alone for m in decision.missing)


def _identity_grants(decision: Decision) -> Iterator[StatementId]:
    match decision:
        case Allowed(by=by):
            yield from (g for g in by if isinstance(g, StatementId) and g.kind is PolicyKind.IDENTITY)
        case Undetermined(outcomes=outcomes):
            for outcome in outcomes:
                yield from _identity_grants(outcome.decision)
        case _:
            pass


def _why(decision: Decision) -> Iterator[str]:
    match decision:
        case Allowed(by=by):
            yield from (label(g) if isinstance(g, StatementId) else g.text for g in by)
        case ExplicitlyDenied(by=by):
            yield from (f"denied by {label(statement)}" for statement in by)
        case ImplicitlyDenied(missing=missing):
            for each in missing:
                level = "" if each.level is None else f" of level {each.level}"
                yield f"no {each.side}{level} allows it"
        case Undetermined():
            pass


def label(statement: StatementId) -> str:
    """Call a statement by its policy, its place and its `Sid`."""
    sid = f" ({statement.sid})" if statement.sid else ""
    return f"{statement.policy}, statement {statement.index}{sid}"
