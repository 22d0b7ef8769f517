"""What is left of all policies for one caller, action and resource: a few tests, and a table of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition import Lookup, Shape, Value, lookup_in
from lampolicy.decision import Decision, Determined, OpenTest, Outcome, Undetermined
from lampolicy.engine._entry import AnyTest, Entry
from lampolicy.request import Context

if TYPE_CHECKING:
    from typing import Final, TypeAlias

Conclude: TypeAlias = Callable[[Sequence[Entry]], Determined]
"""Takes the statements that match; gives the decision. The law of combination is the caller's, not the engine's."""

Answers: TypeAlias = "list[Determined | None] | Sparse"
"""The decisions found so far, by the bits of the tests that hold."""

MOST_OPEN_TESTS: Final = 6
_ANSWERS_KEPT: Final = 1024
_LIST_UP_TO: Final = 5
"""Up to how many tests the answers are a list with a place for each way they may turn out."""


class Sparse(dict[int, Determined]):
    """Answers of a residual with many tests; `None` where there is none yet."""

    def __missing__(self, bits: int) -> None:
        return None


class Residual:
    """Decides contexts, for whoever has nothing else left. Immutable but for its answers, which only save work.

    Attributes:
        tests: What is left to test; a test is one bit, the first the least.
        answers: The decisions found so far, by the bits of the tests that hold.
    """

    __slots__ = ("_conclude", "_entries", "_masks", "answers", "tests")

    def __init__(self, entries: tuple[Entry, ...], conclude: Conclude) -> None:
        self._entries = entries
        self._conclude = conclude
        self._masks: list[int] = []
        bits: dict[tuple[object, bool], int] = {}
        tests: list[AnyTest] = []
        for entry in self._entries:
            mask = 0
            for test in entry.tests:
                sameness = (test.sameness, entry.deny)
                bit = bits.get(sameness)
                if bit is None:
                    bit = bits[sameness] = 1 << len(tests)
                    tests.append(test)
                mask |= bit
            self._masks.append(mask)
        self.tests = tuple(tests)
        places: list[Determined | None] = [None]
        self.answers: Answers = Sparse() if len(tests) > _LIST_UP_TO else places * (1 << len(tests))

    @property
    def tests_of_effects(self) -> tuple[tuple[AnyTest, bool], ...]:
        """Every test of its entries, each with whether the entry denies."""
        found = {(test.sameness, e.deny): (test, e.deny) for e in self._entries for test in e.tests}
        return tuple(found.values())

    def decide(self, context: Context, shape: Shape, known: Mapping[str, Value]) -> Decision:
        """Decide a context of the given shape test by test; `known` are the keys known without it."""
        lookup = lookup_in(context, shape, known)
        bits, bit = 0, 1
        for test in self.tests:
            passed = test.holds(lookup)
            if passed:
                bits |= bit
            elif passed is None:
                return self._decide_open(lookup)
            bit += bit
        return self.answer(bits)

    def answer(self, bits: int) -> Determined:
        """The decision if just the tests of these bits hold."""
        answer = self.answers[bits]
        if answer is None:
            if isinstance(self.answers, dict) and len(self.answers) >= _ANSWERS_KEPT:
                self.answers.clear()
            answer = self.answers[bits] = self._conclude(self._holding(bits))
        return answer

    def _holding(self, bits: int) -> Sequence[Entry]:
        if not self.tests:
            return self._entries
        return [entry for entry, mask in zip(self._entries, self._masks, strict=True) if bits & mask == mask]

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


class Residuals:
    """What is left wherever statements are combined in one way: where the same are left, that is one residual."""

    __slots__ = ("_conclude", "_kept")

    def __init__(self, conclude: Conclude) -> None:
        self._conclude = conclude
        self._kept: dict[tuple[Entry, ...], Residual] = {}

    def of(self, entries: tuple[Entry, ...], *, keep: bool = True) -> Residual:
        """The residual of these statements, in the order of their layers; `keep` where the same may come again."""
        found = self._kept.get(entries)
        if found is None:
            found = Residual(entries, self._conclude)
            if keep:
                if len(self._kept) >= _RESIDUALS_KEPT:
                    self._kept.clear()
                found = self._kept.setdefault(entries, found)
        return found


_RESIDUALS_KEPT: Final = 16_384


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
