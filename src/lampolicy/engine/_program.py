"""A residual made ready for contexts of one shape: what is absent is settled, what is there is looked up by name.

A program is data, not a function: whoever decides runs it in place, and equal parts of many programs are one object, so
that little memory is touched for a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import itemgetter
from typing import Final, Protocol, TypeAlias, TypeVar, cast

from lampolicy.condition import Comparison, Shape, Value
from lampolicy.decision import Decision, Determined
from lampolicy.engine._derived import Derived
from lampolicy.engine._plan import AnyTest
from lampolicy.request import Context

Pick: TypeAlias = Callable[[Context], object]
"""Takes from a context the values of the keys that are certain without it: one value, or a tuple of several."""

Step: TypeAlias = tuple[int, str, Comparison, bool]
"""The bit of a test, the spelling of its key, how to compare the text, and the verdict with which the test holds."""

Steps: TypeAlias = tuple[Step, ...]

Answers: TypeAlias = "list[Determined | None] | Sparse"
"""The decisions found so far, by the bits of the tests that hold."""

Program: TypeAlias = "tuple[Pick | None, object, int, Steps | None, Answers, Careful]"
"""What to pick and what it must be, the bits of the tests that are settled, the steps, the answers by bits, and who
decides with care: where something else is picked, a value is no text, an answer is not there yet, or there are no steps
because not every test is short."""

_LIST_UP_TO: Final = 5
"""Up to how many tests the answers are a list with a place for each way they may turn out."""


class Sparse(dict[int, Determined]):
    """Answers of a residual with many tests; `None` where there is none yet."""

    def __missing__(self, bits: int) -> None:
        return None


def answers_for(tests: int) -> Answers:
    """No answers yet, for so many tests."""
    if tests > _LIST_UP_TO:
        return Sparse()
    empty: list[Determined | None] = [None]
    return empty * (1 << tests)


class Judge(Protocol):
    """What a program is made of; `Residual` is one."""

    @property
    def derived(self) -> Derived:
        """The condition keys known without a context."""
        ...

    @property
    def tests(self) -> tuple[AnyTest, ...]:
        """What is left to test; a test is one bit, the first the least."""
        ...

    @property
    def answers(self) -> Answers:
        """The decisions found so far."""
        ...

    def answer(self, bits: int) -> Determined:
        """The decision if just the tests of these bits hold."""
        ...

    def decide(self, context: Context, shape: Shape) -> Decision:
        """Decide a context of the given shape, test by test."""
        ...


class Careful:
    """Decides contexts of a shape whatever their values are: texts, numbers, lists, or unknown."""

    __slots__ = ("_judge", "_shape")

    def __init__(self, judge: Judge, shape: Shape) -> None:
        self._judge = judge
        self._shape = shape

    def decide(self, context: Context) -> Decision:
        """Decide test by test; raise `RequestError` if the context contradicts what is certain."""
        self._judge.derived.checked_against(context, self._shape, what_if=False)
        return self._judge.decide(context, self._shape)

    def answer(self, bits: int) -> Determined:
        """The decision if just the tests of these bits hold."""
        return self._judge.answer(bits)


K = TypeVar("K", bound=Hashable)


class Shared:
    """Equal parts of programs, kept once."""

    __slots__ = ("_kept", "_picks")

    def __init__(self) -> None:
        self._kept: dict[object, object] = {}
        self._picks: dict[tuple[str, ...], Pick] = {}

    def one(self, part: K) -> K:
        """The one object equal to `part`."""
        if len(self._kept) >= _PARTS_KEPT:
            self._kept.clear()
        return self._kept.setdefault(part, part)  # type: ignore[return-value]

    def pick(self, keys: tuple[str, ...]) -> Pick:
        """The one function that picks these keys."""
        found = self._picks.get(keys)
        if found is None:
            if len(self._picks) >= _PICKS_KEPT:
                self._picks.clear()
            found = self._picks[keys] = cast("Pick", itemgetter(*keys))
        return found


_PARTS_KEPT: Final = 100_000
_PICKS_KEPT: Final = 4096


def program_of(judge: Judge, shape: Shape, shared: Shared) -> Program:
    """Make a residual ready for contexts of a shape."""
    careful = Careful(judge, shape)
    settled, steps, bit = 0, list[Step](), 1
    for test in judge.tests:
        step = _step(bit, test, shape)
        if step is not None:
            steps.append(shared.one(step))
        elif not shape.keys().isdisjoint(test.keys) or (held := test.holds(judge.derived.known.get)) is None:
            return None, None, 0, None, judge.answers, careful
        elif held:
            settled |= bit
        bit += bit
    pick, certain = _certain(judge.derived.checks(shape), shared)
    return pick, certain, settled, shared.one(tuple(steps)), judge.answers, careful


def _certain(checks: tuple[tuple[str, Value], ...], shared: Shared) -> tuple[Pick | None, object]:
    if not checks:
        return None, None
    keys, values = zip(*checks, strict=True)
    return shared.pick(keys), values[0] if len(values) == 1 else shared.one(values)


def _step(bit: int, test: AnyTest, shape: Shape) -> Step | None:
    """A test made short, if it is one that can be and the contexts hold its key."""
    if test.scalar is None:
        return None
    key, compare, hit = test.scalar
    spelt = shape.get(key)
    return None if spelt is None else (bit, spelt, compare, hit)
