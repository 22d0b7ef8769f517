"""A residual made ready for contexts of one shape: what is absent is settled, what is there is looked up by name.

A program is data, not a function: whoever decides runs it in place, and equal parts of many programs are one object, so
that little memory is touched for a decision.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from lampolicy._typing import TYPE_CHECKING, TypeVar, cast
from lampolicy.condition import Comparison, Shape, Value
from lampolicy.engine._derived import Derived
from lampolicy.engine._entry import AnyTest
from lampolicy.engine._residual import Answers, Residual
from lampolicy.request import Context

if TYPE_CHECKING:
    from typing import Final, TypeAlias

Pick: TypeAlias = Callable[[Context], object]
"""Takes from a context the values of some keys: one value, or a tuple of several."""

Step: TypeAlias = tuple[int, str, Comparison, bool]
"""The bit of a test, the spelling of its key, how to compare the text, and the verdict with which the test holds."""

Steps: TypeAlias = tuple[Step, ...]

Program: TypeAlias = "tuple[Pick | None, object, int, Steps | None, Answers, Residual]"
"""What to pick and what it must be, the bits of the tests that are settled, the steps, the answers by bits, and the
residual that decides with care: where something else is picked, a value is no text, a comparison is broken, or there
are no steps because not every test is short."""


class Shared:
    """Equal parts of programs, kept once."""

    __slots__ = ("_certain", "_parts", "_picks")

    def __init__(self) -> None:
        self._certain: dict[tuple[Derived, tuple[str, ...]], tuple[Pick | None, object]] = {}
        self._parts: dict[object, object] = {}
        self._picks: dict[tuple[str, ...], Pick] = {}

    def one(self, part: T) -> T:
        """The one object equal to `part`."""
        if len(self._parts) >= _KEPT:
            self._parts.clear()
        return cast("T", self._parts.setdefault(part, part))

    def certain(self, derived: Derived, shape: Shape) -> tuple[Pick | None, object]:
        """What contexts of a shape repeat of what is certain: what to pick, and what it must be."""
        alike = (derived, shape.spelt)
        found = self._certain.get(alike)
        if found is None:
            if len(self._certain) >= _KEPT:
                self._certain.clear()
            found = self._certain[alike] = self._to_pick(derived.checks(shape))
        return found

    def _to_pick(self, checks: tuple[tuple[str, Value], ...]) -> tuple[Pick | None, object]:
        if not checks:
            return None, None
        keys, values = zip(*checks, strict=True)
        return self._pick(keys), values[0] if len(values) == 1 else self.one(values)

    def _pick(self, keys: tuple[str, ...]) -> Pick:
        found = self._picks.get(keys)
        if found is None:
            if len(self._picks) >= _PICKS_KEPT:
                self._picks.clear()
            found = self._picks[keys] = cast("Pick", itemgetter(*keys))
        return found


T = TypeVar("T")
_KEPT: Final = 100_000
_PICKS_KEPT: Final = 4096


def program_of(residual: Residual, derived: Derived, shape: Shape, shared: Shared) -> Program:
    """Make a residual ready for contexts of a shape, `derived` being the keys known without one."""
    pick, certain = shared.certain(derived, shape)
    settled, steps, bit = 0, list[Step](), 1
    for test in residual.tests:
        step = _step(bit, test, shape)
        if step is not None:
            steps.append(shared.one(step))
        elif not shape.keys().isdisjoint(test.keys) or (held := test.holds(derived.known.get)) is None:
            return None, None, 0, None, residual.answers, residual
        elif held:
            settled |= bit
        bit += bit
    return pick, certain, settled, shared.one(tuple(steps)), residual.answers, residual


def _step(bit: int, test: AnyTest, shape: Shape) -> Step | None:
    """A test made short, if it is one that can be and the contexts hold its key."""
    if test.scalar is None:
        return None
    key, compare, hit = test.scalar
    spelt = shape.get(key)
    return None if spelt is None else (bit, spelt, compare, hit)
