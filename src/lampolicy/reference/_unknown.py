"""Decisions on requests of which not everything is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import compress
from typing import Final, TypeAlias

from lampolicy.decision import Decision, Determined, OpenTest, Outcome, Undetermined
from lampolicy.policy import Effect
from lampolicy.reference._combine import Layers, asks_who_it_is, combine, heard
from lampolicy.reference._question import Question
from lampolicy.reference._trace import StatementTrace

Tests: TypeAlias = tuple[OpenTest, ...]

MOST_TESTS: Final = 6
"""Up to this many open tests every way they may turn out is decided: 64 decisions."""


def decide_under_all(question: Question, layers: Layers) -> Decision:
    """Decide for every way the open tests may turn out, and answer only what holds for all."""
    unsure = [s for layer in layers for s in layer.about if s.open_tests]
    if not unsure or asks_who_it_is(question):
        return combine(question, heard(layers, StatementTrace.matches))
    tests = tuple(sorted(frozenset(test for statement in unsure for test in statement.open_tests)))
    if len(tests) > MOST_TESTS:
        return _between_the_extremes(question, layers, tests)
    by_assumption = _by_assumption(question, layers, tests, unsure)
    if len({bool(decision) for decision in by_assumption.values()}) == 1:
        return by_assumption[frozenset()]
    decisive = tuple(test for test in tests if _matters(test, by_assumption))
    outcomes = tuple(Outcome(tuple(sorted(held)), by_assumption[held]) for held in _assumptions(decisive))
    return Undetermined(_keys(decisive), outcomes)


def _by_assumption(
    question: Question, layers: Layers, tests: Tests, unsure: Sequence[StatementTrace]
) -> dict[frozenset[OpenTest], Determined]:
    """Decide under every assumption; where the same statements match, the decision is the same."""
    decided: dict[tuple[bool, ...], Determined] = {}
    by_assumption: dict[frozenset[OpenTest], Determined] = {}
    for held in _assumptions(tests):
        matching = tuple(statement.matches(held) for statement in unsure)
        if matching not in decided:
            decided[matching] = combine(question, heard(layers, partial(StatementTrace.matches, assumed=held)))
        by_assumption[held] = decided[matching]
    return by_assumption


def _assumptions(tests: Tests) -> Iterator[frozenset[OpenTest]]:
    """Every set of tests that may hold, counted in binary with the first test as the lowest digit."""
    for number in range(2 ** len(tests)):
        yield frozenset(compress(tests, (number >> at & 1 for at in range(len(tests)))))


def _matters(test: OpenTest, by_assumption: dict[frozenset[OpenTest], Determined]) -> bool:
    """Whether the answer flips with this test under some assumption about the others."""
    without = (held for held in by_assumption if test not in held)
    return any(bool(by_assumption[held]) is not bool(by_assumption[held | {test}]) for held in without)


def _keys(tests: Sequence[OpenTest]) -> tuple[str, ...]:
    return tuple(sorted({key for test in tests for key in test.keys}))


def _between_the_extremes(question: Question, layers: Layers, tests: Tests) -> Decision:
    """Too many tests to try all: open Allows out and open Denies in, then the other way round."""
    pessimistic = combine(question, heard(layers, partial(_leaning, towards=Effect.DENY)))
    optimistic = combine(question, heard(layers, partial(_leaning, towards=Effect.ALLOW)))
    if bool(pessimistic) is bool(optimistic):
        return pessimistic
    return Undetermined(_keys(tests), (Outcome((), pessimistic), Outcome(tests, optimistic)))


def _leaning(statement: StatementTrace, towards: Effect) -> bool:
    if statement.open_tests:
        return statement.effect is towards
    return statement.matches()
