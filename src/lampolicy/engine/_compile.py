"""Policies made ready for deciding: statements filed by action, each compiled when first it may matter."""

from __future__ import annotations

from collections.abc import Sequence

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition import Test
from lampolicy.decision import Missing
from lampolicy.engine._entry import Entry
from lampolicy.engine._principal import Namings
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

if TYPE_CHECKING:
    from typing import Final


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

    __slots__ = ("_entries", "deny", "id", "inverted_resources", "on", "patterns", "principals", "tests")

    def __init__(self, policy: Policy, index: int) -> None:
        statement = policy.statements[index]
        self.id: StatementId = policy.statement_id(index)
        self.deny = statement.effect is Effect.DENY
        self.principals: Selection[PrincipalPattern] | None = getattr(statement, "principals", None)
        resources = None if isinstance(statement, TrustStatement) else statement.resources
        self.inverted_resources = isinstance(resources, AllExcept)
        self.patterns, self.on = compile_resources(resources, policy.kind, policy.version)
        self.tests = tuple(Test(c, policy.version, deny=self.deny) for c in statement.conditions)
        self._entries: dict[object, Entry] = {}

    def entry(self, layer: Missing, namings: Namings, tests: tuple[Test, ...]) -> Entry:
        """The statement as far as it matters in a layer to a caller, one object wherever that is the same."""
        alike = (layer, namings, tests)
        found = self._entries.get(alike)
        if found is None:
            if len(self._entries) >= _ENTRIES_KEPT:
                self._entries.clear()
            made = Entry(layer, self.id, namings, tests, deny=self.deny)
            found = self._entries.setdefault(alike, made)
        return found


_ENTRIES_KEPT: Final = 256


class ActionElement:
    """The action element of one statement that no file by service can hold: NotAction, or a wildcard in the service."""

    __slots__ = ("_inverted", "_patterns")

    def __init__(self, statement: Statement) -> None:
        self._inverted = isinstance(statement.actions, AllExcept)
        self._patterns: tuple[Matcher, ...] = tuple(map(action_pattern, statement.actions.patterns))

    def matches(self, action: str) -> bool:
        """Whether the element matches a folded action (semantics M2, M11)."""
        return any(match(action) for match in self._patterns) is not self._inverted


class _Service:
    """The action patterns of a policy that name one service: those without wildcard by their text, the others tried."""

    __slots__ = ("_exact", "_matchers")

    def __init__(self, filed: list[tuple[str, int]]) -> None:
        self._exact: dict[str, list[int]] = {}
        self._matchers: list[tuple[Matcher, int]] = []
        for text, index in filed:
            if "*" in text or "?" in text:
                self._matchers.append((action_pattern(text), index))
            else:
                self._exact.setdefault(fold(text), []).append(index)

    def indexes(self, action: str) -> set[int]:
        """The statements whose patterns match a folded action."""
        found = set(self._exact.get(action, ()))
        found.update(index for match, index in self._matchers if index not in found and match(action))
        return found


def _services(patterns: tuple[str, ...]) -> Sequence[str]:
    """The services that action patterns name, as spelled there.

    In order, those that name one service stand in a row. Nearly always that is all of them, which the first and the
    last tell; else bisection finds where the row ends.
    """
    if len(patterns) == 1:
        return (patterns[0].partition(":")[0],)
    service, colon, _ = min(patterns).partition(":")
    if max(patterns).startswith(f"{service}:"):
        return (service,)
    from bisect import bisect_left

    ordered, found, at = sorted(patterns), [service], 0
    while (at := bisect_left(ordered, f"{service};", at) if colon else at + 1) < len(ordered):  # `;` follows `:`
        service, colon, _ = ordered[at].partition(":")
        found.append(service)
    return found


_ACTIONS_KEPT: Final = 512


class CompiledPolicy:
    """A policy's statements, filed by the services their actions name, so that most are never looked at.

    What no service can hold, NotAction or a wildcard in the service, is always tried. Matchers and statements are made
    when first they are needed.
    """

    __slots__ = ("_by_service", "_covering", "_everywhere", "_made", "_policy", "_services")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._by_service: dict[str, list[int]] = {}
        self._everywhere: list[int] = []
        self._services: dict[str, _Service] = {}
        self._made: dict[int, CompiledStatement] = {}
        self._covering: dict[str, tuple[CompiledStatement, ...]] = {}
        for index, statement in enumerate(policy.statements):
            if isinstance(statement.actions, AllExcept):
                self._everywhere.append(index)
                continue
            for service in _services(statement.actions.patterns):
                if "*" in service or "?" in service:
                    self._everywhere.append(index)
                elif (folded := service if service.islower() else fold(service)) in self._by_service:
                    self._by_service[folded].append(index)
                else:
                    self._by_service[folded] = [index]

    def _filed(self, service: str) -> list[tuple[str, int]]:
        """The patterns that name a folded service, however they spell it, each with its statement."""
        statements = self._policy.statements
        return [
            (text, index)
            for index in dict.fromkeys(self._by_service[service])
            for text in statements[index].actions.patterns
            if fold(text.partition(":")[0]) == service
        ]

    @property
    def statements(self) -> tuple[CompiledStatement, ...]:
        """All statements, in document order."""
        return tuple(self._statement(i) for i in range(len(self._policy.statements)))

    def knows(self, service: str) -> bool:
        """Whether any statement may cover an action of a folded service."""
        return service in self._by_service or bool(self._everywhere)

    def covering(self, action: str) -> tuple[CompiledStatement, ...]:
        """Statements whose action element matches a folded action, in document order."""
        found = self._covering.get(action)
        if found is None:
            if len(self._covering) >= _ACTIONS_KEPT:
                self._covering.clear()
            found = self._covering[action] = tuple(map(self._statement, sorted(self._indexes(action))))
        return found

    def _indexes(self, action: str) -> set[int]:
        service = action.partition(":")[0]
        made = self._services.get(service)
        if made is None and service in self._by_service:
            made = self._services[service] = _Service(self._filed(service))
        found = set[int]() if made is None else made.indexes(action)
        statements = self._policy.statements
        found.update(i for i in self._everywhere if i not in found and ActionElement(statements[i]).matches(action))
        return found

    def _statement(self, index: int) -> CompiledStatement:
        made = self._made.get(index)
        if made is None:
            made = self._made.setdefault(index, CompiledStatement(self._policy, index))
        return made


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


def covers(statement: Statement, action: str) -> bool:
    """Whether a statement's action element matches a folded action, without any file (semantics M2, M11)."""
    return ActionElement(statement).matches(action)
