"""What was looked at on the way to a decision: layers, statements, elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lampolicy.decision import Decision, OpenTest, Side
from lampolicy.policy import Condition, Effect, Policy, Statement, StatementId
from lampolicy.reference._conditions import Truth
from lampolicy.reference._context import Value
from lampolicy.reference._matching import ResourceMatch
from lampolicy.reference._principals import PrincipalMatch
from lampolicy.reference._uncertain import UncertainRule
from lampolicy.request import Request

_NO_TESTS: Final = frozenset[OpenTest]()


@dataclass(slots=True)
class ConditionTrace:
    """One condition of a statement. Treat it as immutable, as everything here.

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


@dataclass(slots=True)
class StatementTrace:
    """One statement and how each of its elements fares.

    Where the action does not match, the other elements are not looked at.

    Attributes:
        policy: The policy it stands in.
        index: Where in the policy, counted from 0.
        action: Whether its action matches.
        resource: Whether its resource matches; `None` if it has none, or if the action does not match.
        principal: Whether its principal matches, and as what; `None` likewise.
        conditions: Its conditions; empty if the action does not match.
        statement: As written.
        possible: False if the statement does not match, whatever the unknown keys hold.
        open_tests: The tests the statement hangs on, if everything else about it matches.
    """

    policy: Policy
    index: int
    action: bool
    resource: ResourceMatch | None = None
    principal: PrincipalMatch | None = None
    conditions: tuple[ConditionTrace, ...] = ()
    statement: Statement = field(init=False)
    possible: bool = field(init=False)
    open_tests: frozenset[OpenTest] = field(init=False)

    def __post_init__(self) -> None:
        self.statement = self.policy.statements[self.index]
        self.possible = (
            self.action
            and (self.resource is None or self.resource.possible)
            and (self.principal is None or self.principal.matched)
            and False not in [condition.truth for condition in self.conditions]
        )
        self.open_tests = self._open_tests() if self.possible else _NO_TESTS

    def _open_tests(self) -> frozenset[OpenTest]:
        tests = [c.truth for c in self.conditions if isinstance(c.truth, OpenTest)]
        if self.resource is not None:
            tests += self.resource.open
        return frozenset(tests) if tests else _NO_TESTS

    @property
    def id(self) -> StatementId:
        """Which statement."""
        return self.policy.statement_id(self.index)

    @property
    def effect(self) -> Effect:
        """What the statement does when it matches."""
        return self.statement.effect

    def matches(self, assumed: frozenset[OpenTest] = _NO_TESTS) -> bool:
        """Whether the statement matches if these tests hold and no others."""
        if not self.open_tests:
            return self.possible
        return (self.resource is None or self.resource.holds(assumed)) and all(
            condition.holds(assumed) for condition in self.conditions
        )


@dataclass(slots=True)
class LayerTrace:
    """One layer of policies that applies to the request.

    Attributes:
        side: Which layer.
        level: For SCPs and RCPs, the level below the organization's root, which is 0.
        policies: Its policies.
        about: Its statements whose action matches, policy by policy, in document order.
    """

    side: Side
    level: int | None
    policies: Sequence[Policy]
    about: tuple[StatementTrace, ...]

    @property
    def statements(self) -> tuple[StatementTrace, ...]:
        """All its statements, policy by policy, in document order."""
        about = {(id(trace.policy), trace.index): trace for trace in self.about}
        return tuple(
            about.get((id(policy), at)) or StatementTrace(policy, at, action=False)
            for policy in self.policies
            for at in range(len(policy.statements))
        )


@dataclass(slots=True)
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
