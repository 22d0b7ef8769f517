"""Everything about a caller and an action that does not depend on the resource's name or the context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition import Test
from lampolicy.decision import Missing
from lampolicy.engine._compile import CompiledStatement, compile_policy
from lampolicy.engine._derived import Derived
from lampolicy.engine._entry import Entry
from lampolicy.engine._index import INDEX_FROM, ResourceIndex
from lampolicy.engine._principal import NOBODY, Caller, Namings, texts_named
from lampolicy.engine._resource import ResourceTest
from lampolicy.policy import Policy

if TYPE_CHECKING:
    from typing import Final, TypeAlias

Hit: TypeAlias = int | tuple[int, ResourceTest]
Hits: TypeAlias = int | tuple[Hit, ...]
"""Which entries of a plan match a resource: as bits, or one by one where a plan is indexed or an entry hangs on a
request's values, which comes with the test that will tell."""

NO_HITS: Final = 0


class Layer:
    """One layer of policies that a request passes.

    Attributes:
        name: What is missing if the layer stays silent; the engine only hands it back.
        policies: The policies of the layer, any of which may speak.
        principals: Whether the statements name principals.
    """

    __slots__ = ("name", "policies", "principals")

    def __init__(self, name: Missing, policies: tuple[Policy, ...], *, principals: bool) -> None:
        self.name = name
        self.policies = policies
        self.principals = principals


class Plan:
    """The statements of some layers that cover an action and reach a caller, with what is left to test.

    Attributes:
        constant: Which entries match, where that is the same for all resources; else `None`.
    """

    __slots__ = ("_always", "_entries", "_index", "_matchers", "_statements", "constant")

    def __init__(self, pairs: Sequence[tuple[CompiledStatement, Entry]]) -> None:
        self._statements = tuple(statement for statement, _ in pairs)
        self._entries = tuple(entry for _, entry in pairs)
        self._index = ResourceIndex(self._statements) if len(pairs) >= INDEX_FROM else None
        places = [(1 << place, statement.on) for place, statement in enumerate(self._statements)]
        self._always = sum(bit for bit, on in places if on is None) if self._index is None else NO_HITS
        self._matchers = tuple((bit, on) for bit, on in places if on is not None) if self._index is None else ()
        self.constant = None if self._matchers or self._index is not None else self._always

    def hits(self, arn: str) -> Hits:
        """Which entries match a normal ARN; the same for all ARNs that the entries cannot tell apart."""
        if self._index is not None:
            return tuple(self._one_by_one(self._index.candidates(arn), arn))
        bits = self._always
        for bit, on in self._matchers:
            outcome = on(arn)
            if outcome is True:
                bits |= bit
            elif outcome is not False:
                return tuple(self._one_by_one(range(len(self._entries)), arn))
        return bits

    def _one_by_one(self, indexes: Iterable[int], arn: str) -> Iterator[Hit]:
        for i in indexes:
            on = self._statements[i].on
            outcome = True if on is None else on(arn)
            if outcome is True:
                yield i
            elif outcome is not False:
                yield i, outcome

    def chosen(self, hits: Hits) -> list[Entry]:
        """The entries of `hits`, their resource tests joined to the others."""
        if isinstance(hits, int):
            return [entry for place, entry in enumerate(self._entries) if hits >> place & 1] if hits else []
        return [self._entries[h] if isinstance(h, int) else self._entries[h[0]].with_test(h[1]) for h in hits]


NO_PLAN: Final = Plan(())
"""The plan of whoever no statement reaches."""


class Selection:
    """The statements of some layers that cover an action, whoever asks, at least one; and the plans made of them."""

    __slots__ = ("_for_all", "_keys", "_names", "_plans", "_principals", "_statements")

    def __init__(self, statements: Sequence[tuple[Layer, CompiledStatement]]) -> None:
        self._statements = tuple(statements)
        self._principals = any(layer.principals for layer, _ in self._statements)
        self._names = self._only_names()
        tested = [test.keys for _, statement in self._statements for test in statement.tests]
        self._keys = tuple(frozenset[str]().union(*tested)) if tested else ()
        self._plans: dict[object, Plan] = {}
        # Most statements neither name principals nor read what is known of a caller: one plan for all.
        self._for_all: Plan | None = None

    def plan(self, caller: Caller, derived: Derived) -> Plan:
        """What of it reaches a caller, with the tests that are left.

        Callers that are named alike and share the keys that the statements read share the plan.
        """
        if self._for_all is not None:
            return self._for_all
        if self._names is not None and self._names.isdisjoint(caller.names):
            return NO_PLAN
        namings = self._namings(caller) if self._principals else None
        alike = (namings, tuple(map(derived.fixed.get, self._keys)))
        try:
            return self._plans[alike]
        except KeyError:
            if len(self._plans) >= _PLANS_KEPT:
                self._plans.clear()
            entries = tuple(self._entries(namings, derived))
            made = self._plans[alike] = Plan(entries) if entries else NO_PLAN
            if not self._principals and not self._keys:
                self._for_all = made
            return made

    def _only_names(self) -> frozenset[str] | None:
        """The texts of which a caller must have one for any statement to reach it; `None` if others may be reached."""
        names = frozenset[str]()
        for layer, statement in self._statements:
            named = texts_named(statement.principals) if layer.principals else None
            if named is None:
                return None
            names |= named
        return names

    def _namings(self, caller: Caller) -> tuple[Namings, ...]:
        return tuple(
            [caller.named_by(made.principals) if layer.principals else NOBODY for layer, made in self._statements]
        )

    def _entries(
        self, namings: tuple[Namings, ...] | None, derived: Derived
    ) -> Iterator[tuple[CompiledStatement, Entry]]:
        for place, (layer, statement) in enumerate(self._statements):
            named = NOBODY if namings is None else namings[place]
            if layer.principals and not named:
                continue
            tests = _left_to_test(statement.tests, derived)
            if tests is not None:
                yield statement, statement.entry(layer.name, named, tests)


_PLANS_KEPT: Final = 1024


def _left_to_test(tests: tuple[Test, ...], derived: Derived) -> tuple[Test, ...] | None:
    """The tests a context still has to pass; `None` if one fails already."""
    if not tests:
        return tests
    left: list[Test] = []
    for test in tests:
        if test.keys <= derived.fixed.keys():
            if not test.holds(derived.fixed.get):
                return None
        else:
            left.append(test)
    return tuple(left)


class Stack:
    """Layers of policies in their order, with what was selected from them for each action."""

    __slots__ = ("_selections", "layers")

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = layers
        self._selections: dict[str, Selection | None] = {}

    def selection(self, action: str) -> Selection | None:
        """The statements that cover a folded action; `None` if none does."""
        try:
            return self._selections[action]
        except KeyError:
            if len(self._selections) >= _SELECTIONS_KEPT:
                self._selections.clear()
            service = action.partition(":")[0]
            statements = [
                (layer, statement)
                for layer in self.layers
                for policy in layer.policies
                if (compiled := compile_policy(policy)).knows(service)
                for statement in compiled.covering(action)
            ]
            made = self._selections[action] = Selection(statements) if statements else None
            return made


_SELECTIONS_KEPT: Final = 1024


class Stacks:
    """One stack for all to whom the same policies apply."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[object, Stack] = {}

    def of(self, layers: tuple[Layer, ...]) -> Stack:
        """The stack of these layers."""
        # By identity, as equal policies of different names are different evidence; the stack keeps them alive.
        alike = tuple([(layer.name, *map(id, layer.policies)) for layer in layers])
        found = self._kept.get(alike)
        return self._kept.setdefault(alike, Stack(layers)) if found is None else found
