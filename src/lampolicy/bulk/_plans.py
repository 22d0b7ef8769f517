"""What is left to decide for callers, actions and resources, and how rows find the answer in one table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lampolicy.authorize import Authorizer, Prepared
from lampolicy.bulk._answers import Answer
from lampolicy.bulk._arrow import Codes, Keys
from lampolicy.bulk._column import Column
from lampolicy.bulk._reader import Flaw
from lampolicy.diagnostic import LampolicyError
from lampolicy.request import UNKNOWN, ContextValue, Principal

MOST_CELLS_OF_A_PLAN: Final = 1 << 14
"""A plan with more combinations of classes than this has no cells of its own; its rows are sorted batch by batch."""

MOST_CELLS: Final = 1 << 23
"""All plans together have no more cells than this (32 MiB)."""

Question = tuple[Principal | str, str, str, str | None]


class Plan:
    """One caller, action and resource, or several that decide every context alike.

    Attributes:
        prepared: What decides its contexts; a flaw, if nothing does.
        reads: The places of the columns it has to look at.
        certain: The places of the columns whose value is certain, with the code of that value.
    """

    __slots__ = ("certain", "prepared", "reads")

    def __init__(self, prepared: Prepared | Flaw) -> None:
        self.prepared = prepared
        self.reads: list[int] = []
        self.certain: dict[int, int] = {}

    def meet(self, place: int, column: Column) -> None:
        """Take notice of a column of the table."""
        if isinstance(self.prepared, Flaw) or column.key not in self.prepared.keys:
            return
        if column.key in self.prepared.certain:
            self.certain[place] = column.reader.vocabulary.number(self.prepared.certain[column.key])
            return
        self.reads.append(place)
        for test, deny in self.prepared.tests:
            if column.key in test.keys:
                column.learn(test, deny=deny)


class Plans:
    """All plans of a run.

    A row's answer stands in one table at `offset of its plan + sum of stride of its plan and column * class of its
    value`: a plan's cells are the combinations of classes of the columns it reads, and of no others.
    """

    def __init__(self, authorizer: Authorizer, columns: list[Column], unknown: Sequence[str]) -> None:
        """Take the columns of the contexts, a list that may grow."""
        self._authorizer = authorizer
        self._columns = columns
        self._unknown = {key.lower(): key for key in unknown}
        self._numbers: dict[Prepared | Flaw, int] = {}
        self._plans: list[Plan] = []
        self._met = 0
        self.layout = Layout()

    def __len__(self) -> int:
        return len(self._plans)

    def number(self, question: Question | Flaw) -> int:
        """The number of the plan for a question."""
        prepared = question if isinstance(question, Flaw) else self._prepare(question)
        number = self._numbers.get(prepared)
        if number is None:
            number = self._numbers[prepared] = len(self._plans)
            plan = Plan(prepared)
            for place, column in enumerate(self._columns[: self._met]):
                plan.meet(place, column)
            self._plans.append(plan)
        return number

    def _prepare(self, question: Question) -> Prepared | Flaw:
        try:
            return self._authorizer.prepare(*question)
        except LampolicyError as error:
            return Flaw(str(error))

    def meet_columns(self) -> None:
        """Let all plans take notice of columns that are new."""
        for place in range(self._met, len(self._columns)):
            for plan in self._plans:
                plan.meet(place, self._columns[place])
        self._met = len(self._columns)

    def lay_out(self) -> Layout:
        """Bring the layout up to date with plans, columns and classes."""
        self.layout.update(self._plans, self._columns)
        return self.layout

    def decide(self, number: int, codes: Mapping[int, int]) -> Answer:
        """Decide with one plan; `codes` has the code of a row's value for each column that matters."""
        plan = self._plans[number]
        if isinstance(plan.prepared, Flaw):
            return plan.prepared
        context: dict[str, ContextValue] = {}
        for place, code in codes.items():
            if code >= 0:
                column = self._columns[place]
                value = column.values[code]
                if isinstance(value, Flaw):
                    return Flaw(f"the context's `{column.name}` cannot be used: {value.reason}")
                if value is not None:
                    context[column.name] = value
        try:
            return plan.prepared.decide(self._with_unknown(context, plan.prepared))
        except LampolicyError as error:
            return Flaw(str(error))

    def matters(self, number: int) -> list[int]:
        """The places of the columns that can change a plan's decision."""
        plan = self._plans[number]
        return [*plan.reads, *plan.certain]

    def _with_unknown(self, context: dict[str, ContextValue], prepared: Prepared) -> dict[str, ContextValue]:
        if not self._unknown:
            return context
        told = {name.lower() for name in context} | prepared.certain.keys()
        return context | {name: UNKNOWN for key, name in self._unknown.items() if key not in told}


class Layout:
    """Where the answers of all plans stand.

    Attributes:
        used: The places of the columns that some plan reads.
        certain: The places of the columns that some plan is certain about.
        offsets: For each plan, its first cell; 0 for a wide one.
        way_of: For each plan, which of the ways its cells are ordered in: plans that read the same columns share one.
        strides: For each way and column, how far apart the cells of two neighbouring classes are; 0 if not read.
        reads: For each used column and plan, whether the plan reads it.
        wide: For each plan, whether it has no cells.
        any_wide: Whether there is such a plan.
        agreed: For each certain column and plan, the code that agrees; -1 where the plan is not certain.
        cells: The answers; -1 where nobody asked yet.
        epoch: Grows whenever classes have changed, so that what was sorted by class is void.
        version: Grows whenever anything has changed.
    """

    def __init__(self) -> None:
        self.used: list[int] = []
        self.certain: list[int] = []
        self.offsets: Codes = np.empty(0, dtype=np.int32)
        self.way_of: Codes = np.empty(0, dtype=np.int32)
        self.strides: Codes = np.empty((0, 0), dtype=np.int32)
        self.reads: list[NDArray[np.bool_]] = []
        self.wide: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self.any_wide = False
        self.agreed: list[Codes] = []
        self.cells: Codes = np.empty(0, dtype=np.int32)
        self.epoch: int = 0
        self.version = 0
        self._reads: NDArray[np.bool_] = np.zeros((0, 0), dtype=np.bool_)
        self._agreed: Codes = np.empty((0, 0), dtype=np.int32)
        self._rooms: Keys = np.empty(0, dtype=np.int64)
        self._generations: list[int] = []

    def update(self, plans: Sequence[Plan], columns: Sequence[Column]) -> None:
        """Make room for new plans, columns and classes."""
        grown = self._reads.shape != (len(plans), len(columns))
        if grown:
            self._take_in(plans, columns)
        rooms = np.array([_room_for(column.classes) for column in columns], dtype=np.int64)
        generations = [column.generation for column in columns]
        moved = not np.array_equal(rooms, self._rooms) or generations != self._generations
        if moved:
            self.epoch += 1
            self._rooms, self._generations = rooms, generations
            self.cells = np.empty(0, dtype=np.int32)
        if grown or moved:
            self.version += 1
            self._place()

    def _take_in(self, plans: Sequence[Plan], columns: Sequence[Column]) -> None:
        before, width = self._reads.shape
        reads = np.zeros((len(plans), len(columns)), dtype=np.bool_)
        agreed = np.full((len(plans), len(columns)), -1, dtype=np.int32)
        known = before if width == len(columns) else 0
        if known:
            reads[:known], agreed[:known] = self._reads, self._agreed
        for number in range(known, len(plans)):
            reads[number, plans[number].reads] = True
            for place, code in plans[number].certain.items():
                agreed[number, place] = code
        self._reads, self._agreed = reads, agreed

    def _place(self) -> None:
        self.used = np.flatnonzero(self._reads.any(axis=0)).tolist()
        self.certain = np.flatnonzero((self._agreed >= 0).any(axis=0)).tolist()
        self.agreed = [np.ascontiguousarray(self._agreed[:, place]) for place in self.certain]
        rooms = np.where(self._reads, self._rooms, 1)
        sizes = rooms.astype(np.float64).prod(axis=1)
        own = np.where(sizes > MOST_CELLS_OF_A_PLAN, 0, sizes).astype(np.int64)
        ends = np.cumsum(own)
        self.wide = (sizes > MOST_CELLS_OF_A_PLAN) | (ends > MOST_CELLS)
        self.any_wide = bool(self.wide.any())
        self.offsets = np.where(self.wide, 0, ends - own).astype(np.int32)
        self._order()
        self.reads = [np.ascontiguousarray(self._reads[:, place]) for place in self.used]
        size = int(ends[~self.wide].max(initial=0))
        cells = np.full(size, -1, dtype=np.int32)
        cells[: len(self.cells)] = self.cells[:size]
        self.cells = cells

    def _order(self) -> None:
        """Give every plan its way: the columns that count for it, in their order, the first one moving least."""
        counting = np.packbits(self._reads & ~self.wide[:, None], axis=1)
        ways, way_of = np.unique(counting, axis=0, return_inverse=True)
        self.way_of = way_of.reshape(-1).astype(np.int32)
        reads = np.unpackbits(ways, axis=1, count=self._reads.shape[1]).astype(np.bool_)
        rooms = np.where(reads, self._rooms, 1)
        self.strides = np.where(reads, np.cumprod(rooms, axis=1) // rooms, 0).astype(np.int32)


def _room_for(classes: int) -> int:
    """A power of two, so that classes to come seldom move anything."""
    return 1 << max(classes - 1, 1).bit_length()
