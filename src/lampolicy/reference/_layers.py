"""Which layers of policies bind a request, and what their statements say (semantics E5, E6, E9, E12, E13, E21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lampolicy.decision import Side
from lampolicy.policy import (
    BoundaryStatement,
    Condition,
    Effect,
    IdentityStatement,
    Policy,
    PolicyKind,
    PrincipalPattern,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TrustStatement,
)
from lampolicy.reference._about import about_action
from lampolicy.reference._conditions import condition_truth
from lampolicy.reference._matching import ResourceMatch, resource_match
from lampolicy.reference._principals import PrincipalMatch, has_identity, principal_match
from lampolicy.reference._question import Question
from lampolicy.reference._rcp import rcp_exemption
from lampolicy.reference._trace import ConditionTrace, LayerTrace, StatementTrace
from lampolicy.request import FederatedUser, RoleSession, Root, User

_WITHOUT_PRINCIPAL: Final = (IdentityStatement, BoundaryStatement, SessionStatement, ServiceControlStatement)


def layers_of(question: Question) -> tuple[LayerTrace, ...]:
    """Evaluate the statements of every layer that applies, in the order of `Side`."""
    return tuple(
        [LayerTrace(side, level, group, _statements(question, group)) for side, level, group in _applicable(question)]
    )


def _applicable(question: Question) -> Iterator[tuple[Side, int | None, Sequence[Policy]]]:
    policies, identified = question.policies, has_identity(question.request.principal)
    if policies.resource_control and rcp_exemption(question) is None:
        yield from ((Side.RESOURCE_CONTROL, at, level) for at, level in enumerate(policies.resource_control))
    if policies.service_control and scp_exemption(question) is None:
        yield from ((Side.SERVICE_CONTROL, at, level) for at, level in enumerate(policies.service_control))
    if policies.endpoint is not None:  # E21
        yield Side.ENDPOINT, None, policies.endpoint
    if policies.resource is not None:
        yield resource_side(question), None, (policies.resource,)
    if identified:
        yield Side.IDENTITY, None, policies.identity
    if identified and policies.boundary is not None:  # E9
        yield Side.BOUNDARY, None, policies.boundary
    if policies.session is not None and has_session(question):  # E8, E10
        yield Side.SESSION, None, policies.session


def resource_side(question: Question) -> Side:
    """What the resource's policy is called: a role's is its trust policy."""
    return Side.TRUST if question.policies.resource_kind is PolicyKind.TRUST else Side.RESOURCE


def has_session(question: Question) -> bool:
    """E8, E10: sessions of roles and users, and of the root user, may carry session policies."""
    caller = question.request.principal
    return has_identity(caller) or isinstance(caller, Root)


def scp_exemption(question: Question) -> str | None:
    """E5: why SCPs do not bind this caller; `None` if they do."""
    caller = question.request.principal
    if not isinstance(caller, User | RoleSession | FederatedUser | Root):
        return "SCPs bind only users, roles and root users"
    if caller.account == question.policies.management_account:
        return "SCPs do not bind the organization's management account"
    if isinstance(caller, RoleSession) and caller.service_linked:  # E13
        return "SCPs do not bind service-linked roles"
    return None


def _statements(question: Question, policies: Sequence[Policy]) -> tuple[StatementTrace, ...]:
    action = question.request.action
    return tuple([_statement(question, policy, at) for policy in policies for at in about_action(policy, action)])


def _statement(question: Question, policy: Policy, at: int) -> StatementTrace:
    statement = policy.statements[at]
    return StatementTrace(
        policy,
        at,
        action=True,
        resource=_resource(question, policy, statement),
        principal=_principal(question, statement),
        conditions=_conditions(question, policy, statement),
    )


def _resource(question: Question, policy: Policy, statement: Statement) -> ResourceMatch | None:
    """G8: a statement without a resource speaks of the resource it hangs on, as every trust statement does."""
    if isinstance(statement, TrustStatement) or statement.resources is None:
        return None
    return resource_match(question, statement.resources, policy.kind, policy.version)


def _principal(question: Question, statement: Statement) -> PrincipalMatch | None:
    if isinstance(statement, _WITHOUT_PRINCIPAL):
        return None
    principals: Selection[PrincipalPattern] | None = statement.principals
    return principal_match(question, principals, statement.effect)


def _conditions(question: Question, policy: Policy, statement: Statement) -> tuple[ConditionTrace, ...]:
    return tuple([_condition(question, condition, statement.effect, policy) for condition in statement.conditions])


def _condition(question: Question, condition: Condition, effect: Effect, policy: Policy) -> ConditionTrace:
    value = question.value(condition.key.lower())  # C3
    return ConditionTrace(condition, value, condition_truth(question, condition, value, effect, policy.version))
