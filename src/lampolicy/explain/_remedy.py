"""The smallest addition that would allow a request, found by deciding again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, TypeAlias

from lampolicy.decision import Allowed, ImplicitlyDenied, Missing, Side, Undetermined
from lampolicy.diagnostic import PolicyError, Severity
from lampolicy.explain._additions import proposed, with_additions
from lampolicy.explain._parts import Addition, Remedy
from lampolicy.names import Arn
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.reference import decide
from lampolicy.request import BEARERS, FederatedUser, Request, Saml, WebIdentity

Places: TypeAlias = tuple[Missing, ...]

_ROUNDS: Final = 3
"""An addition may bring up the next silent side (a role's boundary, once the role is named), but not for ever."""

_TOKENS: Final = {Saml: "a SAML assertion", WebIdentity: "an OIDC token"}
_GUARD_RAILS: Final = frozenset({Side.SERVICE_CONTROL, Side.RESOURCE_CONTROL, Side.ENDPOINT})


def remedies(request: Request, policies: Policies, denied: ImplicitlyDenied, *, what_if: bool) -> tuple[Remedy, ...]:
    """Find the smallest sets of statements that allow the request; several sets of one size are alternatives.

    Every set is put into the policies, and the request decided again; a set that does not allow it is not returned.
    """
    places: Places = denied.missing
    for _ in range(_ROUNDS):
        found = list(_smallest(request, policies, places, what_if=what_if))
        if found:
            return tuple(found)
        left = _still_missing(request, policies, places, what_if=what_if)
        if not left:
            return ()
        places += left
    return ()


def _smallest(request: Request, policies: Policies, places: Places, *, what_if: bool) -> Iterator[Remedy]:
    rails = tuple(place for place in places if place.side in _GUARD_RAILS)
    grants = tuple(place for place in places if place.side not in _GUARD_RAILS)
    for size in range(len(grants) + 1):
        tried = [rails + chosen for chosen in combinations(grants, size)]
        found = [r for chosen in tried if (r := _remedy(request, policies, chosen, what_if=what_if))]
        if found:
            yield from found
            return


def _remedy(request: Request, policies: Policies, places: Places, *, what_if: bool) -> Remedy | None:
    additions = [addition for place in places if (addition := proposed(request, policies, place)) is not None]
    if len(additions) != len(places) or not additions:
        return None
    changed = _with(policies, additions)
    if changed is None or not isinstance(decide(request, changed, what_if=what_if), Allowed):
        return None
    return Remedy(tuple(additions))


def _still_missing(request: Request, policies: Policies, places: Places, *, what_if: bool) -> Places:
    """The sides that come up as missing once all places so far have spoken."""
    changed = _with(policies, [a for place in places if (a := proposed(request, policies, place)) is not None])
    if changed is None:
        return ()
    again = decide(request, changed, what_if=what_if)
    if not isinstance(again, ImplicitlyDenied):
        return ()
    return tuple(place for place in again.missing if place not in places)


def _with(policies: Policies, additions: Sequence[Addition]) -> Policies | None:
    """The policies with the additions; `None` if AWS would refuse one of them as written."""
    try:
        return with_additions(policies, additions)
    except PolicyError:
        return None


def without_statements(policies: Policies, removed: Iterable[tuple[Policy, int]]) -> Policies:
    """The policies without some of their statements."""
    gone = {(id(policy), index) for policy, index in removed}

    def kept(policy: Policy) -> Policy:
        statements = tuple(s for i, s in enumerate(policy.statements) if (id(policy), i) not in gone)
        return Policy(policy.kind, statements, policy.version, name=policy.name)

    return replace(
        policies,
        identity=tuple(map(kept, policies.identity)),
        boundary=None if policies.boundary is None else tuple(map(kept, policies.boundary)),
        session=None if policies.session is None else tuple(map(kept, policies.session)),
        resource=None if policies.resource is None else kept(policies.resource),
        service_control=tuple(tuple(map(kept, level)) for level in policies.service_control),
        resource_control=tuple(tuple(map(kept, level)) for level in policies.resource_control),
        endpoint=None if policies.endpoint is None else tuple(map(kept, policies.endpoint)),
    )


def why_none(request: Request, policies: Policies, denied: ImplicitlyDenied, *, what_if: bool) -> str:
    """Why a statement in each silent layer does not allow a request that could be reached."""
    additions = [a for place in denied.missing if (a := proposed(request, policies, place)) is not None]
    try:
        again = decide(request, with_additions(policies, additions), what_if=what_if)
    except PolicyError as error:
        fault = next(d for d in error.diagnostics if d.severity is Severity.ERROR)
        return f"AWS refuses the statement it would take: {fault.message}"
    if isinstance(again, Undetermined):
        return f"with what is missing it would still hang on {', '.join(again.needs)}"
    return "no single statement in each silent layer would allow it"


def why_unreachable(request: Request) -> str | None:
    """Why no statement anywhere can allow a request; `None` if one may."""
    caller = request.principal
    prefix = request.action.lower().partition(":")[0]
    if isinstance(caller, FederatedUser) and prefix in {"iam", "sts"}:
        return "federated users cannot call IAM or STS, whatever their policies say (E8)"
    bearer = BEARERS.get(request.action.lower())
    if bearer is not None and not isinstance(caller, bearer):
        return f"only who bears {_TOKENS[bearer]} calls {request.action}, which nobody signs (E20)"
    arn = caller.caller_arn
    if arn.startswith("arn:") and request.resource != "*":
        ours, theirs = Arn.parse(arn).partition, Arn.parse(request.resource).partition
        if ours != theirs:
            return f"the resource is in partition {theirs}, which a caller of {ours} cannot reach (E16)"
    return None
