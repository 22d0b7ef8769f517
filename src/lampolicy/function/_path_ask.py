"""Ask many small questions, up to a limit, and read off statements which of them are worth asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lampolicy.authorize import Authorizer
from lampolicy.decision import Allowed, Decision, Undetermined
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._circumstances import overlaid
from lampolicy.function._hand_over import trust_part
from lampolicy.names import FunctionArn, Matcher, action_pattern, fold
from lampolicy.organization import Organization, Policies
from lampolicy.policy import Effect, Only, Policy, Statement
from lampolicy.request import UNKNOWN, ContextValue, Principal, Request

_WHATEVER: Final = "iam:PassRole"
_TOLD: Final = (
    "aws:called",
    "aws:principal",
    "aws:resource",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorg",
    "aws:userid",
    "aws:username",
    "aws:via",
)
"""What follows from the caller and the resource, or is absent because no service calls (semantics K1, K2, K4)."""


class Enough(Exception):  # noqa: N818 - the work ends here, nothing is wrong
    """As many decisions were made as were allowed."""


@dataclass(slots=True)
class Inquiry:
    """Decides, counts, and stops at the limit.

    Attributes:
        authorizer: Decides.
        limit: How many decisions may be made.
        made: How many were.
    """

    authorizer: Authorizer
    limit: int
    made: int = 0
    _trusts: dict[tuple[str, str], Part] = field(default_factory=dict[tuple[str, str], Part])

    @property
    def organization(self) -> Organization:
        """Who exists."""
        return self.authorizer.organization

    def may(self, principal: Principal, step: Step) -> bool:
        """Tell whether a step is allowed for certain."""
        return isinstance(self._decide(principal, step), Allowed)

    def might(self, principal: Principal, step: Step) -> bool:
        """Tell whether a step is allowed, or hangs on what is not known."""
        return isinstance(self._decide(principal, step), Allowed | Undetermined)

    def proof(self, principal: Principal, steps: Iterable[Step]) -> tuple[Part, ...]:
        """The decisions on steps, as parts of an answer."""
        return tuple(ask(self.authorizer, principal, step) for step in steps)

    def trust(self, role: str, function: FunctionArn) -> Part:
        """Whether Lambda may assume a role for a function."""
        key = (role, str(function))
        if key not in self._trusts:
            self._count()
            self._trusts[key] = trust_part(self.authorizer, role, function)
        return self._trusts[key]

    def trusted(self, role: str, function: FunctionArn) -> bool:
        """Whether Lambda may assume a role for a function, or that hangs on what is not known."""
        return isinstance(self.trust(role, function).decision, Allowed | Undetermined)

    def policies(self, principal: Principal) -> Policies:
        """What bears on everything a caller does; raise `IncompleteOrganization` if not all of it is known."""
        return self.authorizer.policies_for(Request(principal, _WHATEVER, "*"))

    def _decide(self, principal: Principal, step: Step) -> Decision:
        self._count()
        return self.authorizer.decide(principal, step.action, step.resource, step.context)

    def _count(self) -> None:
        if self.made >= self.limit:
            raise Enough
        self.made += 1


def open_keys(policies: Policies) -> frozenset[str]:
    """The condition keys of a caller's policies which neither the caller nor the call itself tells, in lower case."""
    layers = (policies.identity, policies.boundary or (), *policies.service_control)
    statements = (statement for layer in layers for policy in layer for statement in policy.statements)
    keys = {condition.key.lower() for statement in statements for condition in statement.conditions}
    return frozenset(key for key in keys if not key.startswith(_TOLD))


def opened(step: Step, keys: Iterable[str], region: str) -> Step:
    """Leave open what a caller may bring along or choose: a second factor, a network, tags, layers."""
    unknown: dict[str, ContextValue] = dict.fromkeys(sorted(keys), UNKNOWN)
    every: dict[str, ContextValue] = {"aws:RequestedRegion": region, "aws:SecureTransport": "true"}
    context = overlaid(overlaid(unknown, every), step.context)
    return Step(step.action, step.resource, step.rule, step.why, context, step.aws)


def allowing(policies: Iterable[Policy], action: str) -> Iterator[Statement]:
    """The statements that allow an action on something; without one, and no grant by a resource, nothing is allowed."""
    folded = fold(action)
    for policy in policies:
        for statement in policy.statements:
            if statement.effect is Effect.ALLOW and _names(statement, folded):
                yield statement


def _names(statement: Statement, folded: str) -> bool:
    listed = any(_matcher(pattern)(folded) for pattern in statement.actions.patterns)
    return listed is isinstance(statement.actions, Only)


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Matcher:
    return action_pattern(pattern)
