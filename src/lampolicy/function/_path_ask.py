"""Ask many small questions, up to a limit, and read off statements which of them are worth asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lampolicy.authorize import Authorizer
from lampolicy.decision import Allowed
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._hand_over import trust_part
from lampolicy.names import FunctionArn, Matcher, action_pattern, fold
from lampolicy.organization import Organization
from lampolicy.policy import Effect, Only, Policy, Statement
from lampolicy.request import Principal, Request

_WHATEVER = "iam:PassRole"


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
        self._count()
        return bool(self.authorizer.decide(principal, step.action, step.resource, step.context))

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
        """Whether Lambda may assume a role for a function, for certain."""
        return isinstance(self.trust(role, function).decision, Allowed)

    def identity(self, principal: Principal) -> tuple[Policy, ...]:
        """The caller's own policies; raise `IncompleteOrganization` if not all are known."""
        return self.authorizer.policies_for(Request(principal, _WHATEVER, "*")).identity

    def _count(self) -> None:
        if self.made >= self.limit:
            raise Enough
        self.made += 1


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
