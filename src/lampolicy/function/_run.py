"""What the code of a function may do (semantics L20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lampolicy.authorize import authorize
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step
from lampolicy.function._execution import (
    SOURCE_FUNCTION,
    code_context,
    decide_steps,
    execution_session,
    unknown_target,
)
from lampolicy.function._hand_over import trust_part
from lampolicy.function._view import FunctionView
from lampolicy.policy import Condition, Policy
from lampolicy.reference import UncertainRule
from lampolicy.request import Context

NOT_IN_RESOURCE_POLICIES: Final = UncertainRule(
    "L20", "a resource's policy does not see `lambda:SourceFunctionArn`; identity policies, boundaries and SCPs do"
)

_UNSEEN: Final = f"{SOURCE_FUNCTION} (absent in a resource's policy)"


def may_run(view: FunctionView, action: str, resource: str, context: Context | None = None) -> Answer:
    """Decide whether the function's code may do something.

    It acts as `assumed-role/ROLE/FUNCTION`, a session of its execution role named like the function, and its calls
    carry `lambda:SourceFunctionArn`, the function's ARN without qualifier (semantics L20). The role's boundary, the
    SCPs of its account and the resource's own policy count as for every role; across accounts both sides must allow.

    Args:
        view: The function; how it is addressed makes no difference.
        action: The action AWS authorizes, such as `s3:PutObject`.
        resource: The resource's ARN, or `*`.
        context: Condition keys the call carries, beside or instead of what every call from a function carries.

    Raises:
        InvalidName: `action` is no action, or `resource` no ARN.
        RequestError: The context contradicts what is known of the role.
    """
    question = f"may the code of {view.function.arn} call {action} on {resource}"
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return Answer(question, (), (session,))
    why = "the function's code calls with the credentials of its execution role"
    decided = decide_steps(view, session, (Step(action, resource, "L20", why, code_context(view, resource, context)),))
    parts = tuple(_as_resources_see_it(part) for part in decided.parts)
    organization = view.authorizer.organization
    notes = (*unknown_target(organization, resource, session.account), *_unassumable(view, session.role))
    return Answer(question, parts, decided.obstacles, notes)


def _as_resources_see_it(part: Part) -> Part:
    """Decide without the function's ARN in the resource's policy, if that asks for it."""
    policy = part.policies.resource
    if policy is None or not any(_asks(c) for s in policy.statements for c in s.conditions):
        return part
    policies = replace(part.policies, resource=_without_key(policy))
    decision = authorize(part.request, policies)
    hangs = (type(decision), bool(decision)) != (type(part.decision), bool(part.decision))
    return replace(
        part, policies=policies, decision=decision, rests_on=(NOT_IN_RESOURCE_POLICIES,) if hangs else part.rests_on
    )


def _asks(condition: Condition) -> bool:
    return condition.key.lower() == SOURCE_FUNCTION.lower()


def _without_key(policy: Policy) -> Policy:
    statements = tuple(
        replace(s, conditions=tuple(replace(c, key=_UNSEEN) if _asks(c) else c for c in s.conditions))
        for s in policy.statements
    )
    return replace(policy, statements=statements)


def _unassumable(view: FunctionView, role: str) -> Iterator[str]:
    try:
        trusted = bool(trust_part(view.authorizer, role, view.function.arn).decision)
    except IncompleteOrganization:
        return
    if not trusted:
        yield f"the trust policy of {role} does not let Lambda assume it: without that no code runs (L19)"
