"""The smallest change of policies that lifts a refusal, decided again, with the commands and templates that make it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied, Side
from lampolicy.diagnostic import PolicyError
from lampolicy.explain import Addition, explain, with_additions, without_statements
from lampolicy.function._answer import Answer, Part
from lampolicy.function._fix_command import as_stored, command_of, removal_command
from lampolicy.function._fix_merge import Wanted, merged
from lampolicy.function._fix_narrow import narrowed
from lampolicy.function._fix_template import sam_of, template_of
from lampolicy.function._fix_types import Fix, Grant, Removal
from lampolicy.function._fix_words import advice, replacing
from lampolicy.function._place import Place, place_of
from lampolicy.organization import Organization, Policies
from lampolicy.policy import Policy, PolicyKind, StatementId

Option: TypeAlias = tuple[Wanted, ...]

_SIDES: Final = {
    PolicyKind.IDENTITY: Side.IDENTITY,
    PolicyKind.BOUNDARY: Side.BOUNDARY,
    PolicyKind.SESSION: Side.SESSION,
    PolicyKind.SERVICE_CONTROL: Side.SERVICE_CONTROL,
    PolicyKind.RESOURCE_CONTROL: Side.RESOURCE_CONTROL,
    PolicyKind.ENDPOINT: Side.ENDPOINT,
    PolicyKind.TRUST: Side.TRUST,
}

_DERIVED: Final = ("aws:principal", "aws:user", "aws:source", "aws:resource", "aws:via", "aws:called")
"""How the keys begin that AWS derives from caller and resource rather than from the call."""

_NOWHERE: Final = "the action has no resource whose policy could grant it"


@dataclass(frozen=True, slots=True)
class _Case:
    """A refused part: what has to go first, and the ways to grant the rest."""

    part: Part
    removals: tuple[Removal, ...]
    options: tuple[Option, ...]
    left: str | None


def fixes(part: Part, organization: Organization | None = None) -> tuple[Fix, ...]:
    """Find the smallest changes that lift one refusal; several of one size are alternatives, the safest first.

    Args:
        part: The refused part.
        organization: Tells whose boundary a boundary is, where it is known.

    Returns:
        The fixes, each decided again; one that does not suffice (`Fix.left`) if no policy can help, none if the part
        is not refused.
    """
    if not isinstance(part.decision, ImplicitlyDenied | ExplicitlyDenied):
        return ()
    case = _case(part)
    if case.left is not None:
        return (Fix((), case.removals, *advice((), case.removals), (case.left,)),)
    found = [_fix([case], (option,), (), organization) for option in case.options or ((),)]
    return tuple(sorted(found, key=_unwise))


def fix(answer: Answer, organization: Organization | None = None) -> Fix | None:
    """Find the smallest changes that lift every refusal of an answer together; `None` if there is none to lift.

    Statements for one place are joined where that grants nothing more, and what turns out not to be needed is left out.

    Args:
        answer: The answer.
        organization: As for `fixes`.
    """
    refused = [part for part in answer.parts if isinstance(part.decision, ImplicitlyDenied | ExplicitlyDenied)]
    left = (*(o.message for o in answer.obstacles), *map(_open, answer.undetermined))
    if not refused and not left:
        return None
    cases = [_case(part) for part in refused]
    left += tuple(case.left for case in cases if case.left is not None)
    found = [_fix(cases, options, left, organization) for options in _choices(cases)]
    return min(found, key=_unwise)


def _open(part: Part) -> str:
    return f"{part.request.action} on {part.request.resource} hangs on what is not known"


def _unwise(found: Fix) -> tuple[int, int]:
    return len(found.cautions), len(found.grants)


# --- one part ---------------------------------------------------------------------------------------------------------


def _case(part: Part) -> _Case:
    denying = part.decision.by if isinstance(part.decision, ExplicitlyDenied) else ()
    removals = tuple(_removal(part, name) for name in denying)
    policies = _without(part.policies, {removal.statement for removal in removals})
    said = explain(part.request, policies)
    if isinstance(said.decision, Allowed):
        return _Case(part, removals, (), None)
    options = [option for r in said.remedies if (option := _option(part, policies, r.additions)) is not None]
    left = None if options else said.no_remedy or _NOWHERE
    return _Case(part, removals, tuple(options), left)


def _option(part: Part, policies: Policies, additions: Sequence[Addition]) -> Option | None:
    """Fit a remedy to what it is for; as `explain` found it where the narrower one does not allow."""
    if part.request.resource == "*" and any(addition.side is Side.RESOURCE for addition in additions):
        return None
    for fit in (True, False):
        option = tuple(_wanted(part, policies, addition, fit=fit) for addition in additions)
        if _allows(part, policies, option):
            return option
    return None


def _wanted(part: Part, policies: Policies, addition: Addition, *, fit: bool) -> Wanted:
    place = place_of(part.request, policies, addition.side, addition.level)
    chosen = narrowed(part.request, addition) if fit else addition
    if place.side is Side.RESOURCE and place.kind is PolicyKind.FUNCTION and fit:
        chosen = as_stored(place, chosen, policies.resource)
    return Wanted(place, chosen)


def _removal(part: Part, name: StatementId) -> Removal:
    side = _SIDES.get(name.kind, Side.RESOURCE)
    place = place_of(part.request, part.policies, side)
    return Removal(name, place, removal_command(place, name.sid), tuple(_untold(part, name)))


def _untold(part: Part, name: StatementId) -> Iterator[str]:
    """The condition keys a statement reads that neither the request nor its caller tells."""
    told = {key.lower() for key in (*part.request.context, *(key for key, _ in part.policies.facts))}
    for policy in _every(part.policies):
        if policy.kind is name.kind and name.index < len(policy.statements) and policy.statement_id(name.index) == name:
            keys = dict.fromkeys(condition.key for condition in policy.statements[name.index].conditions)
            yield from (k for k in keys if k.lower() not in told and not k.lower().startswith(_DERIVED))


# --- several parts ----------------------------------------------------------------------------------------------------


def _choices(cases: Sequence[_Case]) -> list[tuple[Option, ...]]:
    """For every way of granting that some part knows, take it wherever it is known; parts without it take their first.

    A way is the set of sides that speak, so that one statement of one policy may serve several parts.
    """
    open_ = [case for case in cases if case.options]
    ways = list(dict.fromkeys(_sides(option) for case in open_ for option in case.options)) or [frozenset[Side]()]
    return [tuple(_preferred(case, way) for case in open_) for way in ways]


def _preferred(case: _Case, way: frozenset[Side]) -> Option:
    return next((option for option in case.options if _sides(option) == way), case.options[0])


def _sides(option: Option) -> frozenset[Side]:
    return frozenset(wanted.place.side for wanted in option)


def _fix(
    cases: Sequence[_Case], options: Sequence[Option], left: tuple[str, ...], organization: Organization | None
) -> Fix:
    removals = tuple(dict.fromkeys(removal for case in cases for removal in case.removals))
    hopeful = [case.part for case in cases if case.left is None]
    removed = {removal.statement for removal in removals}
    wanted = merged(_distinct(wanted for option in options for wanted in option))
    wanted = _needed(hopeful, removed, wanted)
    refused = tuple(_refused(part) for part in hopeful if not _allowed(part, removed, wanted))
    grants = tuple(_grant(wanted[: n + 1], hopeful, removed, organization) for n in range(len(wanted)))
    cautions, safer = advice(grants, removals)
    whole = (w for grant in grants for w in replacing(grant.place, _before(grant.place, hopeful, set()), grant.command))
    return Fix(grants, removals, (*cautions, *whole), safer, left + refused)


def _refused(part: Part) -> str:
    return f"{part.request.action} on {part.request.resource} would still be refused"


def _distinct(wanted: Iterable[Wanted]) -> Iterator[Wanted]:
    """Name the statements of one function policy apart, as AddPermission demands."""
    sids: dict[tuple[Place, object], int] = {}
    seen: list[Wanted] = []
    for one in wanted:
        sid = one.addition.statement.get("Sid")
        if one in seen or sid is None:
            yield one
            continue
        seen.append(one)
        number = sids[one.place, sid] = sids.get((one.place, sid), 0) + 1
        named = sid if number == 1 else f"{sid}-also-{number}"
        yield Wanted(one.place, replace(one.addition, statement={**one.addition.statement, "Sid": named}))


def _needed(parts: Sequence[Part], removed: set[StatementId], wanted: list[Wanted]) -> list[Wanted]:
    """Leave out, one after another, what the parts are allowed without."""
    if not all(_allowed(part, removed, wanted) for part in parts):
        return wanted
    kept = wanted
    for one in wanted:
        fewer = [other for other in kept if other is not one]
        if all(_allowed(part, removed, fewer) for part in parts):
            kept = fewer
    return kept


def _allowed(part: Part, removed: set[StatementId], wanted: Sequence[Wanted]) -> bool:
    return _allows(part, _without(part.policies, removed), wanted)


def _allows(part: Part, policies: Policies, wanted: Sequence[Wanted]) -> bool:
    """Decide a part again with those of the statements that bear on it."""
    here = [w for w in wanted if w.place == place_of(part.request, policies, w.place.side, w.place.level)]
    bearing = [w.addition for w in here if _has_level(policies, w.place)]
    try:
        return isinstance(authorize(part.request, with_additions(policies, bearing)), Allowed)
    except PolicyError:
        return False


def _has_level(policies: Policies, place: Place) -> bool:
    """Whether SCPs of that level bear on a part: one that knows of none is not held by another's."""
    return place.side is not Side.SERVICE_CONTROL or (place.level or 0) < len(policies.service_control)


def _without(policies: Policies, removed: set[StatementId]) -> Policies:
    if not removed:
        return policies
    found = [(p, i) for p in _every(policies) for i in range(len(p.statements)) if p.statement_id(i) in removed]
    return without_statements(policies, found)


def _every(policies: Policies) -> Iterator[Policy]:
    yield from policies.identity
    for some in (policies.boundary, policies.session, policies.endpoint):
        yield from some or ()
    for levels in (policies.service_control, policies.resource_control):
        for level in levels:
            yield from level
    if policies.resource is not None:
        yield policies.resource


def _grant(
    wanted: Sequence[Wanted], parts: Sequence[Part], removed: set[StatementId], organization: Organization | None
) -> Grant:
    """Write down the last of the statements; its command may have to repeat those before it."""
    place, addition = wanted[-1]
    statements = [one.addition.statement for one in wanted if one.place == place]
    command = command_of(place, statements, _before(place, parts, removed), _target(place, organization))
    return Grant(place, addition, command, template_of(place, addition.statement), sam_of(place, addition.statement))


def _before(place: Place, parts: Sequence[Part], removed: set[StatementId]) -> tuple[Policy, ...]:
    """The policies that hang at a place now."""
    for part in parts:
        if place_of(part.request, part.policies, place.side, place.level) == place:
            policies = _without(part.policies, removed)
            match place.side:
                case Side.IDENTITY:
                    return policies.identity
                case Side.BOUNDARY:
                    return policies.boundary or ()
                case _:
                    return () if policies.resource is None else (policies.resource,)
    return ()


def _target(place: Place, organization: Organization | None) -> str | None:
    """The ARN of the policy that is somebody's boundary."""
    if organization is None or place.side is not Side.BOUNDARY:
        return None
    role, user = organization.index.roles.get(place.holder), organization.index.users.get(place.holder)
    holder = role or user
    return holder.boundary if holder is not None else None
