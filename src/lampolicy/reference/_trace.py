"""What was looked at on the way to a decision: layers, statements, elements."""

from __future__ import annotations

from dataclasses import dataclass

from lampolicy.decision import Decision, OpenTest, Side
from lampolicy.policy import Condition, Effect, Policy, Statement, StatementId
from lampolicy.reference._conditions import Truth
from lampolicy.reference._context import Value
from lampolicy.reference._matching import ResourceMatch
from lampolicy.reference._principals import PrincipalMatch
from lampolicy.reference._uncertain import UncertainRule
from lampolicy.request import Request


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition of a statement.

    Attributes:
        condition: As written.
        value: What the request holds under its key; `None` if it holds nothing.
        truth: Whether it holds, or the test that is open.
    """

    condition: Condition
    value: Value | None
    truth: Truth

    def holds(self, assumed: frozenset[OpenTest]) -> bool:
        """Whether it holds if these tests hold and no others."""
        return self.truth in assumed if isinstance(self.truth, OpenTest) else self.truth


@dataclass(frozen=True, slots=True)
class StatementTrace:
    """One statement and how each of its elements fares.

    Where the action does not match, the other elements are not looked at.

    Attributes:
        id: Which statement.
        statement: As written.
        policy: The policy it stands in.
        action: Whether its action matches.
        resource: Whether its resource matches; `None` if it has none, or if the action does not match.
        principal: Whether its principal matches, and as what; `None` likewise.
        conditions: Its conditions; empty if the action does not match.
    """

    id: StatementId
    statement: Statement
    policy: Policy
    action: bool
    resource: ResourceMatch | None = None
    principal: PrincipalMatch | None = None
    conditions: tuple[ConditionTrace, ...] = ()

    @property
    def effect(self) -> Effect:
        """What the statement does when it matches."""
        return self.statement.effect

    @property
    def possible(self) -> bool:
        """False if the statement does not match, whatever the unknown keys hold."""
        return (
            self.action
            and (self.resource is None or self.resource.possible)
            and (self.principal is None or self.principal.matched)
            and all(condition.truth is not False for condition in self.conditions)
        )

    @property
    def open_tests(self) -> frozenset[OpenTest]:
        """The tests the statement hangs on, if everything else about it matches."""
        if not self.possible:
            return frozenset()
        tests = {c.truth for c in self.conditions if isinstance(c.truth, OpenTest)}
        return frozenset(tests.union(self.resource.open if self.resource is not None else ()))

    def matches(self, assumed: frozenset[OpenTest] = frozenset()) -> bool:
        """Whether the statement matches if these tests hold and no others."""
        return (
            self.possible
            and (self.resource is None or self.resource.holds(assumed))
            and all(condition.holds(assumed) for condition in self.conditions)
        )


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One layer of policies that applies to the request.

    Attributes:
        side: Which layer.
        level: For SCPs and RCPs, the level below the organization's root, which is 0.
        statements: Its statements, policy by policy, in document order.
    """

    side: Side
    level: int | None
    statements: tuple[StatementTrace, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A decision and everything it was made of.

    Attributes:
        request: What was asked.
        decision: What was decided.
        layers: The layers that apply, in the order of `Side`.
        exempt: Layers that were given and do not bind this request, each with the reason.
        rests_on: Uncertain rules of the semantics that would change the decision, read the other way.
    """

    request: Request
    decision: Decision
    layers: tuple[LayerTrace, ...]
    exempt: tuple[tuple[Side, str], ...]
    rests_on: tuple[UncertainRule, ...]
