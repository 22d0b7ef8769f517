"""Ask an authorizer for the parts of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lampolicy.authorize import Authorizer, authorize
from lampolicy.diagnostic import AwsError
from lampolicy.function._answer import Part
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import ContextValue, Principal, Request


@dataclass(frozen=True, slots=True)
class Step:
    """One (action, resource, context) that AWS authorizes on the way.

    Attributes:
        action: The action.
        resource: The resource's ARN, or `*`.
        rule: The rule of the semantics that asks for it, such as `L8`.
        why: Why AWS asks, in a few words.
        context: Condition keys the request carries.
        aws: The error AWS gives if it refuses here, where it is known to be another than its denial sentence.
        via: Services that forward the caller's own call, first to last (semantics E14).
    """

    action: str
    resource: str
    rule: str
    why: str
    context: Mapping[str, ContextValue] = field(default_factory=dict[str, ContextValue])
    aws: AwsError | None = None
    via: tuple[str, ...] = ()


def ask(
    authorizer: Authorizer,
    principal: Principal,
    step: Step,
    *,
    session: Sequence[Policy] | None = None,
    policies: Policies | None = None,
) -> Part:
    """Decide one step for a caller.

    Args:
        authorizer: Decides.
        principal: Who asks.
        step: What is asked.
        session: Session policies of the caller.
        policies: What to decide with, where the question itself supposes other policies than the organization's.
    """
    organization = authorizer.organization
    owner = organization.owner_of(step.resource) if step.resource != "*" else None
    caller = organization.enrich(principal)
    request = Request(caller, step.action, step.resource, step.context, resource_account=owner, via=step.via)
    bearing = policies or authorizer.policies_for(request, session=session)
    return Part(request, bearing, authorize(request, bearing), step.rule, step.why, step.aws)


def ask_all(authorizer: Authorizer, principal: Principal, steps: Iterable[Step]) -> tuple[Part, ...]:
    """Decide several steps for one caller, in order."""
    return tuple(ask(authorizer, principal, step) for step in steps)
