"""What the policies of a role allow that no setting of its function needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lampolicy.decision import Allowed
from lampolicy.function._needs_types import Excess, Need
from lampolicy.names import action_pattern, fold
from lampolicy.organization import Organization
from lampolicy.policy import Effect, IdentityStatement, Only, StatementId
from lampolicy.request import RoleSession


def excess_of(organization: Organization, session: RoleSession, required: Sequence[Need]) -> tuple[Excess, ...]:
    """List what the role's own policies allow beyond its needs, in the order of policies, statements and actions.

    An action counts as needed if a need is allowed by that statement, or is refused only by something else. One with a
    wildcard that covers more than what is needed is listed with what of it is needed.
    """
    policies = organization.policies_for(session, "*").identity
    return tuple(
        excess
        for policy in policies
        for index, statement in enumerate(policy.statements)
        if isinstance(statement, IdentityStatement) and statement.effect is Effect.ALLOW
        for excess in _of_statement(policy.statement_id(index), statement, required)
    )


def _of_statement(name: StatementId, statement: IdentityStatement, required: Sequence[Need]) -> Iterator[Excess]:
    useful = [need.part.request.action for need in required if _serves(name, need)]
    resources = _resources(statement)
    if not isinstance(statement.actions, Only):
        exceptions = ", ".join(statement.actions.patterns)
        needed = useful if any(_named(name, need) for need in required) else []
        yield Excess(name, f"everything but {exceptions}", resources, tuple(dict.fromkeys(needed)))
        return
    for pattern in statement.actions.patterns:
        matches = action_pattern(pattern)
        needed = [action for action in dict.fromkeys(useful) if matches(fold(action))]
        if not needed or _wild(pattern):
            yield Excess(name, pattern, resources, tuple(needed))


def _resources(statement: IdentityStatement) -> tuple[str, ...]:
    if isinstance(statement.resources, Only):
        return statement.resources.patterns
    return tuple(f"all but {pattern}" for pattern in statement.resources.patterns)


def _serves(name: StatementId, need: Need) -> bool:
    return _named(name, need) or not isinstance(need.part.decision, Allowed)


def _named(name: StatementId, need: Need) -> bool:
    decision = need.part.decision
    return isinstance(decision, Allowed) and name in decision.by


def _wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
