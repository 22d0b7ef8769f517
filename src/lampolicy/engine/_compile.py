"""Policies made ready for deciding: statements with matchers, filed by action."""

from __future__ import annotations

from typing import Final

from lampolicy.condition import Test
from lampolicy.engine._resource import compile_resources
from lampolicy.names import Matcher, action_pattern, fold
from lampolicy.policy import (
    AllExcept,
    Effect,
    Policy,
    PrincipalPattern,
    Selection,
    Statement,
    StatementId,
    TrustStatement,
)


class CompiledStatement:
    """One statement made ready.

    Attributes:
        id: What names it as evidence.
        deny: Whether its effect is Deny.
        principals: Whom it names, as typed; `None` for nobody, or for a kind without principals.
        patterns: The patterns of its resource element.
        on: From a normal ARN to whether the element matches, or to the test that will tell; `None`: always.
        tests: Its conditions.
    """

    __slots__ = ("_actions", "_inverted", "deny", "id", "inverted_resources", "on", "patterns", "principals", "tests")

    def __init__(self, policy: Policy, index: int) -> None:
        statement = policy.statements[index]
        self.id: StatementId = policy.statement_id(index)
        self.deny = statement.effect is Effect.DENY
        self.principals: Selection[PrincipalPattern] | None = getattr(statement, "principals", None)
        resources = None if isinstance(statement, TrustStatement) else statement.resources
        self.inverted_resources = isinstance(resources, AllExcept)
        self.patterns, self.on = compile_resources(resources, policy.kind, policy.version)
        self.tests = tuple(Test(c, policy.version, deny=self.deny) for c in statement.conditions)
        self._inverted = isinstance(statement.actions, AllExcept)
        self._actions: tuple[Matcher, ...] = tuple(map(action_pattern, statement.actions.patterns))

    def covers(self, action: str) -> bool:
        """Whether the action element matches a folded action (semantics M2, M11)."""
        return any(match(action) for match in self._actions) is not self._inverted


class CompiledPolicy:
    """A policy's statements, filed by action so that most are never looked at."""

    __slots__ = ("_by_action", "_by_service", "_everywhere", "statements")

    def __init__(self, policy: Policy) -> None:
        self.statements = tuple(CompiledStatement(policy, i) for i in range(len(policy.statements)))
        self._by_action: dict[str, list[int]] = {}
        self._by_service: dict[str, list[int]] = {}
        self._everywhere: list[int] = []
        for index, statement in enumerate(policy.statements):
            self._file(index, statement)

    def _file(self, index: int, statement: Statement) -> None:
        if isinstance(statement.actions, AllExcept):
            self._everywhere.append(index)
            return
        for text in statement.actions.patterns:
            pattern = fold(text)
            service = pattern.partition(":")[0]
            if "*" in service or "?" in service:
                self._everywhere.append(index)
            elif "*" in pattern or "?" in pattern:
                self._by_service.setdefault(service, []).append(index)
            else:
                self._by_action.setdefault(pattern, []).append(index)

    def candidates(self, action: str) -> tuple[CompiledStatement, ...]:
        """Statements that may cover a folded action, in document order; none that does is left out."""
        service = action.partition(":")[0]
        filed = (self._by_action.get(action, ()), self._by_service.get(service, ()), self._everywhere)
        return tuple(self.statements[i] for i in sorted({i for indexes in filed for i in indexes}))

    def covering(self, action: str) -> tuple[CompiledStatement, ...]:
        """Statements whose action element matches a folded action, in document order."""
        return tuple(s for s in self.candidates(action) if s.covers(action))


_SLOT: Final = 0


def compile_policy(policy: Policy) -> CompiledPolicy:
    """Make a policy ready; the result stays with the policy."""
    if policy.compiled:
        kept = policy.compiled[_SLOT]
        if isinstance(kept, CompiledPolicy):
            return kept
    made = CompiledPolicy(policy)
    policy.compiled[:] = [made]
    return made
