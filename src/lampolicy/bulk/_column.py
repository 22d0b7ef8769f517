"""One key of the context as a column, its values sorted by what the policies make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np

from lampolicy.bulk._arrow import Codes
from lampolicy.bulk._reader import Flaw, Reader, bare
from lampolicy.condition import Test, Value, value_of
from lampolicy.request import ContextValue

Held: TypeAlias = Value | Flaw


class Column:
    """One spelling of a condition key. Two values that no test of any policy tells apart are one class.

    Attributes:
        name: The key as the table spells it.
        key: The key in lower case.
        reader: Reads its values.
        generation: Grows whenever values have changed their class.
    """

    __slots__ = (
        "_class_of",
        "_dirty",
        "_outcomes",
        "_whole",
        "classes",
        "generation",
        "key",
        "name",
        "reader",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = name.lower()
        self.reader: Reader[Held] = Reader(self._held)
        self.generation = 0
        self.classes = 1
        self._whole = False
        self._dirty = False
        self._outcomes: dict[object, tuple[Test, list[object]]] = {}
        self._class_of: Codes = np.zeros(1, dtype=np.int32)

    def _held(self, value: object) -> Held:
        """What Arrow holds, as conditions compare it."""
        if isinstance(value, Flaw):
            return value
        if not isinstance(value, tuple | list):
            return value_of(self.key, cast("ContextValue", value))
        items = [bare(item) for item in cast("Sequence[object]", value)]
        flaws = [item for item in items if isinstance(item, Flaw)]
        if None in items:
            flaws.append(Flaw("a list holds a null"))
        return flaws[0] if flaws else value_of(self.key, cast("ContextValue", items))

    @property
    def values(self) -> list[Held]:
        """Its values, by code."""
        return self.reader.vocabulary.values

    def learn(self, test: object, *, deny: bool) -> None:
        """Take notice of a test that reads the key."""
        if not (isinstance(test, Test) and test.keys == frozenset((self.key,))):
            self.generation += not self._whole
            self._whole = True
            return
        token = (test.sameness, deny)
        if token not in self._outcomes:
            self._outcomes[token] = (test, [])
            self._dirty = True

    def class_of(self, codes: Codes) -> Codes:
        """The classes of values, 0 for that of absent ones. Call `sort` before."""
        return codes + np.int32(1) if self._whole else self._class_of.take(codes)

    def sort(self) -> None:
        """Find the classes of new values; of all values, if a new test may tell them apart."""
        values = self.values
        if self._whole:
            self.classes = len(values) + 1
            return
        old = self._class_of[:-1]
        if not self._dirty and len(values) == len(old):
            return
        self._dirty = False
        for test, outcomes in self._outcomes.values():
            outcomes.extend(
                value if isinstance(value, Flaw | None) else test.holds({self.key: value}.get)
                for value in values[len(outcomes) :]
            )
        rows = zip(*(outcomes for _, outcomes in self._outcomes.values()), strict=True)
        classes: dict[tuple[object, ...], int] = {}
        found = [classes.setdefault(row, len(classes) + 1) for row in rows] or [1] * len(values)
        self._class_of = np.array([*found, 0], dtype=np.int32)
        self.classes = len(classes) + 1 if classes else 2
        self.generation += not np.array_equal(self._class_of[: len(old)], old)
