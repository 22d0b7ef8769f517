"""Whom outside a function's policy admits, statement by statement, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias

from lampolicy.authorize import authorize
from lampolicy.condition import keys_of, template
from lampolicy.decision import Allowed, Decision, OpenTest, Undetermined, condition_text
from lampolicy.function._admitted import Admitted, Outsider
from lampolicy.function._ask import Step
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._in_words import in_words
from lampolicy.function._known import own_policy
from lampolicy.function._outsiders import EVERYONE, Suspect, strangers, suspects
from lampolicy.function._view import FunctionView
from lampolicy.organization import Policies
from lampolicy.policy import (
    BaseOperator,
    Condition,
    Effect,
    FunctionStatement,
    IdentityStatement,
    Only,
    Policy,
    PolicyKind,
    SessionStatement,
    StatementId,
)
from lampolicy.request import UNKNOWN, Context, ContextValue, FederatedUser, Request

_ALL: Final = Only(("*",))
_IDENTITY: Final = Policy(PolicyKind.IDENTITY, (IdentityStatement(Effect.ALLOW, _ALL, resources=_ALL),))
_SESSION: Final = Policy(PolicyKind.SESSION, (SessionStatement(Effect.ALLOW, _ALL, resources=_ALL),))
_TAG: Final = "aws:principaltag/"
_NAMING: Final = {"aws:principalorgid": Outsider.ORGANIZATION, "aws:principalaccount": Outsider.ACCOUNT}
_WITH_ACCOUNT: Final = frozenset(Outsider) - {Outsider.EVERYONE, Outsider.EVERY_SERVICE, Outsider.SERVICE}
_EQUALS: Final = frozenset({BaseOperator.STRING_EQUALS, BaseOperator.STRING_LIKE})


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to be admitted: tests that hold, and tests that must not."""

    holds: frozenset[OpenTest]
    fails: frozenset[OpenTest]
    exact: bool = True


_Found: TypeAlias = Mapping[int, list[_Way]]


def admitted(view: FunctionView, steps: tuple[Step, ...], given: Context | None, *, unsigned: bool) -> list[Admitted]:
    """Whom the policy of the addressed ARN admits beside the known principals.

    Args:
        view: The function as addressed.
        steps: What the call is authorized for.
        given: Condition keys that are known of the call.
        unsigned: Whether every caller is anonymous: a URL of AuthType `NONE`.

    Raises:
        IncompleteOrganization: The policy has faults.
    """
    view.authorizer.policies_for(Request(EVERYONE.principal, steps[0].action, steps[0].resource))  # may it be read?
    policy = own_policy(view)
    if policy is None:
        return []
    found: dict[Admitted, None] = {}
    for suspect, places in _suspects(view, policy, unsigned=unsigned).items():
        each = [_ways(view, policy, suspect, step, given) for step in steps]
        found.update(dict.fromkeys(_joined(policy, suspect, places, each)))
    return list(found)


def _suspects(view: FunctionView, policy: Policy, *, unsigned: bool) -> dict[Suspect, set[int]]:
    """Everybody outside whom an Allow names, with the statements that do."""
    found: dict[Suspect, set[int]] = {}
    for index, statement in enumerate(policy.statements):
        if statement.effect is Effect.ALLOW and isinstance(statement, FunctionStatement):
            for suspect in (EVERYONE,) if unsigned else _of_statement(view, statement):
                found.setdefault(suspect, set()).add(index)
    return found


def _of_statement(view: FunctionView, statement: FunctionStatement) -> Iterator[Suspect]:
    organization = view.authorizer.organization
    if statement.principals is None:
        return
    if not isinstance(statement.principals, Only):
        yield from strangers(organization, view.arn)
        return
    for pattern in statement.principals.patterns:
        yield from suspects(organization, view.arn, pattern)


def _ways(view: FunctionView, policy: Policy, suspect: Suspect, step: Step, given: Context | None) -> _Found:
    """For each Allow of the policy, together with every Deny: in which ways it admits."""
    found: dict[int, list[_Way]] = {}
    request = _request(view, policy, suspect, step, given)
    bearing = _bearing(view, suspect, request)
    for index, statement in enumerate(policy.statements):
        if statement.effect is Effect.ALLOW:
            kept = tuple(s for s in policy.statements if s is statement or s.effect is Effect.DENY)
            alone = replace(policy, statements=kept)
            ways = list(_in_ways(authorize(request, replace(bearing, resource=alone), what_if=True)))
            if ways:
                found[index] = ways
    return found


def _request(view: FunctionView, policy: Policy, suspect: Suspect, step: Step, given: Context | None) -> Request:
    tags = tuple(key for key in _keys(policy) if key.startswith(_TAG)) if suspect.tags else ()
    unknown: dict[str, ContextValue] = dict.fromkeys((*suspect.unknown, *tags), UNKNOWN)
    context = overlaid(overlaid({**unknown, **certain(view.arn)}, given), step.context)
    return Request(suspect.principal, step.action, step.resource, context, resource_account=view.arn.account)


def _bearing(view: FunctionView, suspect: Suspect, request: Request) -> Policies:
    policies = view.authorizer.policies_for(request)
    if not suspect.has_identity:
        return policies
    session = (_SESSION,) if isinstance(suspect.principal, FederatedUser) else None
    return replace(policies, identity=(_IDENTITY,), boundary=None, session=session)


def _keys(policy: Policy) -> set[str]:
    conditions = [condition for statement in policy.statements for condition in statement.conditions]
    read = {condition.key.lower() for condition in conditions}
    values = (value for condition in conditions for value in condition.values)
    return read.union(*(keys_of(template(value, policy.version)) for value in values))


def _in_ways(decision: Decision) -> Iterator[_Way]:
    """The smallest sets of tests that, if just they hold, allow it; beside each the tests that must not hold too."""
    if isinstance(decision, Allowed):
        yield _Way(frozenset(), frozenset())
    if not isinstance(decision, Undetermined):
        return
    outcomes = {frozenset(outcome.holds): bool(outcome.decision) for outcome in decision.outcomes}
    every = frozenset(test for holds in outcomes for test in holds)
    if len(outcomes) == len((False, True)) and len(every) > 1:
        yield _Way(every, frozenset(), exact=False)
        return
    allowing = [holds for holds, allowed in outcomes.items() if allowed]
    for holds in allowing:
        if not any(other < holds for other in allowing):
            yield _Way(holds, frozenset(t for t in every - holds if not outcomes[holds | {t}]))


def _joined(policy: Policy, suspect: Suspect, places: set[int], each: list[_Found]) -> Iterator[Admitted]:
    """One way for each permission the call takes; at least one of the statements names this caller."""
    for indexes in product(*each):
        if places.isdisjoint(indexes):
            continue
        by = tuple(dict.fromkeys(policy.statement_id(index) for index in indexes))
        for ways in product(*(found[index] for found, index in zip(each, indexes, strict=True))):
            yield _admitted(policy, suspect, by, ways)


def _admitted(policy: Policy, suspect: Suspect, by: tuple[StatementId, ...], ways: tuple[_Way, ...]) -> Admitted:
    holds = sorted(frozenset(test for way in ways for test in way.holds))
    fails = sorted(frozenset(test for way in ways for test in way.fails))
    conditions = {condition_text(c): c for statement in policy.statements for c in statement.conditions}
    kind, who, said_by_name = _named(suspect, [conditions[t.text] for t in holds if t.text in conditions])
    when = tuple(_words(test, conditions) for test in holds if conditions.get(test.text) is not said_by_name)
    if not all(way.exact for way in ways):
        when = (f"it fits {', '.join(sorted({key for test in holds for key in test.keys}))}",)
    unless = tuple(_words(test, conditions) for test in fails)
    return Admitted(kind, who, by, when, unless, both_sides=suspect.kind in _WITH_ACCOUNT)


def _named(suspect: Suspect, holding: list[Condition]) -> tuple[Outsider, str, Condition | None]:
    """A condition may say who it is better than the principal does: `*` of one organization is that organization."""
    if suspect.kind is Outsider.EVERY_PRINCIPAL:
        for condition in holding:
            plain = condition.operator.quantifier is None and not condition.operator.if_exists
            if condition.key.lower() in _NAMING and condition.operator.base in _EQUALS and plain:
                return _NAMING[condition.key.lower()], " or ".join(condition.values), condition
    return suspect.kind, suspect.who, None


def _words(test: OpenTest, conditions: Mapping[str, Condition]) -> str:
    return in_words(conditions[test.text]) if test.text in conditions else test.text
