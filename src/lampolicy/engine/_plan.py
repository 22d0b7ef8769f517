"""Everything about a caller and an action that does not depend on the resource's name or the context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lampolicy.condition import Known, Passes, Test, lookup_in
from lampolicy.decision import Missing
from lampolicy.engine._compile import CompiledStatement, compile_policy
from lampolicy.engine._derived import Derived
from lampolicy.engine._index import INDEX_FROM, ResourceIndex
from lampolicy.engine._principal import NOBODY, Caller, Namings
from lampolicy.engine._resource import ResourceTest
from lampolicy.policy import Policy, StatementId

AnyTest: TypeAlias = Test | ResourceTest
Hit: TypeAlias = int | tuple[int, ResourceTest]
Hits: TypeAlias = tuple[Hit, ...]
"""Which entries of a plan match a resource; those that need a request's values come with the test that will tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of policies that a request passes.

    Attributes:
        name: What is missing if the layer stays silent; the engine only hands it back.
        policies: The policies of the layer, any of which may speak.
        principals: Whether the statements name principals.
    """

    name: Missing
    policies: tuple[Policy, ...]
    principals: bool


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A statement that may still matter.

    Attributes:
        layer: Name of the layer it speaks in.
        id: What names it as evidence.
        deny: Whether it denies.
        namings: How it names the caller, where it names principals.
        tests: What is left to test, apart from the resource.
    """

    layer: Missing
    id: StatementId
    deny: bool
    namings: Namings
    tests: tuple[AnyTest, ...]


class Plan:
    """The statements of some layers that cover an action and reach a caller, with what is left to test."""

    __slots__ = ("_entries", "_index", "_statements")

    def __init__(self, layers: Iterable[Layer], caller: Caller, action: str, derived: Derived) -> None:
        """Select and bind; `action` is folded."""
        found = [pair for layer in layers for pair in _entries(layer, caller, action, derived)]
        self._statements = tuple(statement for statement, _ in found)
        self._entries = tuple(entry for _, entry in found)
        self._index = ResourceIndex(self._statements) if len(found) >= INDEX_FROM else None

    @property
    def is_empty(self) -> bool:
        """Whether no statement is left."""
        return not self._entries

    def hits(self, arn: str) -> Hits:
        """Which entries match a normal ARN; those that need a request's values come with the test that will tell.

        The result is the same for all ARNs that the entries cannot tell apart.
        """
        indexes: Sequence[int] = range(len(self._entries)) if self._index is None else self._index.candidates(arn)
        return tuple(self._hits(indexes, arn))

    def _hits(self, indexes: Iterable[int], arn: str) -> Iterator[Hit]:
        for i in indexes:
            on = self._statements[i].on
            outcome = True if on is None else on(arn)
            if outcome is True:
                yield i
            elif outcome is not False:
                yield i, outcome

    def chosen(self, hits: Hits) -> list[Entry]:
        """The entries of `hits`, their resource tests joined to the others."""
        return [self._entries[h] if isinstance(h, int) else _with_test(self._entries[h[0]], h[1]) for h in hits]


def _with_test(entry: Entry, test: ResourceTest) -> Entry:
    return Entry(entry.layer, entry.id, entry.deny, entry.namings, (*entry.tests, test))


def _entries(layer: Layer, caller: Caller, action: str, derived: Derived) -> Iterator[tuple[CompiledStatement, Entry]]:
    for policy in layer.policies:
        for statement in compile_policy(policy).covering(action):
            namings = caller.named_by(statement.principals) if layer.principals else NOBODY
            if layer.principals and not namings:
                continue
            tests = _left_to_test(statement.tests, derived)
            if tests is not None:
                yield statement, Entry(layer.name, statement.id, statement.deny, namings, tests)


def _left_to_test(tests: tuple[Test, ...], derived: Derived) -> tuple[Test, ...] | None:
    """The tests a context still has to pass; `None` if one fails already."""
    left: list[Test] = []
    for test in tests:
        if test.keys <= derived.fixed.keys():
            if not test.holds(derived.fixed.get):
                return None
        else:
            left.append(test)
    return tuple(left)


def bound(test: AnyTest, known: Known) -> Passes:
    """Make the function that tests a context."""
    relevant = {key: value for key, value in known.items() if key in test.keys}
    if isinstance(test, Test):
        return test.bind(relevant)
    return lambda context, shape: test.holds(lookup_in(context, shape, relevant))
