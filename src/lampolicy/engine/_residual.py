"""What is left of all policies for one caller, action and resource: a few tests, and a table of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Final, TypeAlias

from lampolicy.condition import Known, Lookup, Passes, Shape, lookup_in
from lampolicy.decision import Decision, Determined, OpenTest, Outcome, Undetermined
from lampolicy.engine._plan import AnyTest, Entry, bound
from lampolicy.request import Context

Conclude: TypeAlias = Callable[[Sequence[Entry]], Determined]
"""Takes the statements that match; gives the decision. The law of combination is the caller's, not the engine's."""

MOST_OPEN_TESTS: Final = 6
_TABLE_KEPT: Final = 1024


class Residual:
    """Decides contexts. Immutable but for its table of answers, which only saves work."""

    __slots__ = ("_conclude", "_entries", "_known", "_masks", "_passes", "_table", "constant")

    def __init__(self, entries: Iterable[Entry], conclude: Conclude, known: Known) -> None:
        self._entries = tuple(entries)
        self._conclude = conclude
        self._known = known
        tests: dict[tuple[str, bool], AnyTest] = {}
        for entry in self._entries:
            tests.update({(test.text, entry.deny): test for test in entry.tests})
        bits = {key: 1 << place for place, key in enumerate(tests)}
        self._masks = tuple(sum({bits[t.text, e.deny] for t in e.tests}) for e in self._entries)
        self._passes: tuple[Passes, ...] = tuple(bound(test, known) for test in tests.values())
        self._table: dict[int, Determined] = {}
        self.constant = None if tests else conclude(self._entries)

    @property
    def tests(self) -> tuple[tuple[AnyTest, bool], ...]:
        """Every test of its entries, each with whether the entry denies."""
        found = ((test, entry.deny) for entry in self._entries for test in entry.tests)
        return tuple({id(test): (test, deny) for test, deny in found}.values())

    def decide(self, context: Context, shape: Shape) -> Decision:
        """Decide a context of the given shape."""
        if self.constant is not None:
            return self.constant
        bits, bit = 0, 1
        for passes in self._passes:
            passed = passes(context, shape)
            if passed:
                bits |= bit
            elif passed is None:
                return self._decide_open(lookup_in(context, shape, self._known))
            bit += bit
        answer = self._table.get(bits)
        return self._answer(bits) if answer is None else answer

    def _answer(self, bits: int) -> Determined:
        if len(self._table) >= _TABLE_KEPT:
            self._table.clear()
        holding = [e for e, mask in zip(self._entries, self._masks, strict=True) if bits & mask == mask]
        answer = self._table[bits] = self._conclude(holding)
        return answer

    def _decide_open(self, lookup: Lookup) -> Decision:
        closed, open_ = self._sorted_out(lookup)
        tests = sorted({test for entry in open_ for test in _open_tests(entry, lookup)})
        if not tests:
            return self._conclude([e for e in self._entries if e in closed])
        if len(tests) > MOST_OPEN_TESTS:
            return self._bracketed(closed, open_, tests)
        answers = {
            holding: self._conclude(
                [e for e in self._entries if e in closed or (e in open_ and _if(e, lookup, holding))]
            )
            for holding in _assignments(tests)
        }
        return _combined(answers, tests)

    def _sorted_out(self, lookup: Lookup) -> tuple[set[Entry], set[Entry]]:
        """The entries that match for certain, and those that hang on an unknown key."""
        closed: set[Entry] = set()
        open_: set[Entry] = set()
        for entry in self._entries:
            held = [test.holds(lookup) for test in entry.tests]
            if False not in held:
                (open_ if None in held else closed).add(entry)
        return closed, open_

    def _bracketed(self, closed: set[Entry], open_: set[Entry], tests: list[OpenTest]) -> Decision:
        """Too many open tests to try every way: the worst case and the best."""
        worst = self._conclude([e for e in self._entries if e in closed or (e in open_ and e.deny)])
        best = self._conclude([e for e in self._entries if e in closed or (e in open_ and not e.deny)])
        if bool(worst) is bool(best):
            return worst
        return Undetermined(_keys(tests), (Outcome((), worst), Outcome(tuple(tests), best)))


def _open_tests(entry: Entry, lookup: Lookup) -> Iterable[OpenTest]:
    return (o for test in entry.tests if test.holds(lookup) is None for o in test.open_tests(lookup))


def _if(entry: Entry, lookup: Lookup, holding: frozenset[OpenTest]) -> bool:
    return all(test.holds_if(lookup, holding) for test in entry.tests)


def _assignments(tests: list[OpenTest]) -> list[frozenset[OpenTest]]:
    """Every way the tests may turn out, counted in binary with the first test as the least significant bit."""
    ways = product((False, True), repeat=len(tests))
    return [frozenset(t for t, holds in zip(reversed(tests), way, strict=True) if holds) for way in ways]


def _combined(answers: dict[frozenset[OpenTest], Determined], tests: list[OpenTest]) -> Decision:
    if len({bool(answer) for answer in answers.values()}) == 1:
        return answers[frozenset()]
    kept = [test for test in tests if _matters(test, answers)]
    outcomes = (Outcome(tuple(t for t in kept if t in holding), answers[holding]) for holding in _assignments(kept))
    return Undetermined(_keys(kept), tuple(outcomes))


def _matters(test: OpenTest, answers: dict[frozenset[OpenTest], Determined]) -> bool:
    return any(bool(answer) is not bool(answers[holding ^ {test}]) for holding, answer in answers.items())


def _keys(tests: Iterable[OpenTest]) -> tuple[str, ...]:
    return tuple(sorted({key for test in tests for key in test.keys}))
