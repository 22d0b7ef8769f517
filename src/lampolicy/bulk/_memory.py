"""Everything a run has learned, and what it makes of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized

import numpy as np

from lampolicy.authorize import Authorizer
from lampolicy.bulk._answers import Answers
from lampolicy.bulk._arrow import Array, Batch, Codes, Keys, pa
from lampolicy.bulk._certain import Certain
from lampolicy.bulk._column import Column
from lampolicy.bulk._context import Contexts
from lampolicy.bulk._plans import Layout, Plans
from lampolicy.bulk._questions import Questions
from lampolicy.bulk._steps import Steps
from lampolicy.bulk._vocabulary import Sequences


class Memory:
    """Values, plans and answers. What it forgets it finds out again."""

    __slots__ = ("_certain", "_contexts", "_odd", "_plans", "_questions", "_steps", "answers")

    def __init__(self, authorizer: Authorizer, answers: Answers, unknown: Sequence[str]) -> None:
        self.answers = answers
        self._contexts = Contexts()
        self._plans = Plans(authorizer, self._contexts.columns, unknown)
        self._questions = Questions(self._plans.number)
        self._certain = Certain()
        self._steps = Steps()
        self._odd = _OddRows(self._plans, answers)

    def __len__(self) -> int:
        """How many distinct values and questions it holds."""
        parts: tuple[Sized, ...] = (self._questions, self._contexts, self._plans, self._odd, self.answers)
        return sum(map(len, parts))

    def decide(self, batch: Batch) -> Codes:
        """The number of the answer for every row."""
        columns: dict[str, Array] = dict(zip(batch.schema.names, batch.columns, strict=True))
        context = columns.get("context")
        contexts = None if context is None or pa.types.is_null(context.type) else self._contexts.of(context)
        self._plans.meet_columns()
        plans = self._questions.plans(columns)
        layout = self._plans.lay_out()
        codes: dict[int, Codes] = {}
        for place in {*layout.used, *layout.certain}:
            column = self._contexts.columns[place]
            codes[place] = np.full(len(plans), -1, dtype=np.int32) if contexts is None else contexts.codes(column)
            column.sort()
        return self._answered(plans, codes, self._plans.lay_out())

    def _answered(self, plans: Codes, codes: Mapping[int, Codes], layout: Layout) -> Codes:
        columns = self._contexts.columns
        odd = self._odd_rows(plans, codes, layout)
        if odd.size == len(plans):
            return self._odd.decide(odd, plans, codes, columns, layout)
        at = self._steps.cells(plans, codes, layout, columns)
        answers = layout.cells.take(at)
        answers[odd] = 0
        unasked = np.flatnonzero(answers < 0)
        if unasked.size:
            self._ask(at, unasked, plans, codes, layout)
            answers[unasked] = layout.cells.take(at[unasked])
        if odd.size:
            answers[odd] = self._odd.decide(odd, plans, codes, columns, layout)
        return answers

    def _odd_rows(self, plans: Codes, codes: Mapping[int, Codes], layout: Layout) -> Keys:
        """Rows that have no cell: they contradict what is certain, or their plan is too wide."""
        sizes = [len(column.values) for column in self._contexts.columns]
        odd = self._certain.contradicted(plans, codes, layout, sizes)
        if not layout.any_wide:
            return odd
        return np.union1d(odd, np.flatnonzero(layout.wide.take(plans)))

    def _ask(self, at: Codes, rows: Keys, plans: Codes, codes: Mapping[int, Codes], layout: Layout) -> None:
        cells, first = np.unique(at[rows], return_index=True)
        for cell, row in zip(cells.tolist(), rows[first].tolist(), strict=True):
            number = int(plans[row])
            given = {place: int(codes[place][row]) for place in self._plans.matters(number)}
            layout.cells[cell] = self.answers.number(self._plans.decide(number, given))


class _OddRows:
    """Rows that find their answer by the sequence of plan and values instead of a cell."""

    __slots__ = ("_answers", "_epoch", "_found", "_plans", "_sequences")

    def __init__(self, plans: Plans, answers: Answers) -> None:
        self._plans = plans
        self._answers = answers
        self._epoch: int = -1
        self._sequences = Sequences()
        self._found: list[int] = []

    def __len__(self) -> int:
        return len(self._sequences)

    def decide(
        self, rows: Keys, plans: Codes, codes: Mapping[int, Codes], columns: Sequence[Column], layout: Layout
    ) -> Codes:
        """The answers of some rows of a batch."""
        if layout.epoch != self._epoch:
            self._epoch, self._sequences, self._found = layout.epoch, Sequences(), []
        of = plans[rows]
        states = self._sequences.longer(np.zeros(len(rows), dtype=np.int32), of, len(self._plans))
        for items in self._items(rows, of, codes, columns, layout):
            states = self._sequences.longer(states, items, int(items.max(initial=0)) + 1)
        self._found += [-1] * (len(self._sequences) - len(self._found))
        distinct, first = np.unique(states, return_index=True)
        for state, row in zip(distinct.tolist(), rows[first].tolist(), strict=True):
            if self._found[state] < 0:
                number = int(plans[row])
                given = {place: int(codes[place][row]) for place in self._plans.matters(number)}
                self._found[state] = self._answers.number(self._plans.decide(number, given))
        return np.array(self._found, dtype=np.int32).take(states)

    def _items(
        self, rows: Keys, of: Codes, codes: Mapping[int, Codes], columns: Sequence[Column], layout: Layout
    ) -> list[Codes]:
        """What of the rows' values matters, column by column."""
        nothing = np.full(len(rows), -1, dtype=np.int32)
        read = [
            np.where(reads.take(of), columns[place].class_of(codes[place][rows]), nothing)
            for place, reads in zip(layout.used, layout.reads, strict=True)
        ]
        certain = [
            np.where(agreed.take(of) >= 0, codes[place][rows], nothing)
            for place, agreed in zip(layout.certain, layout.agreed, strict=True)
        ]
        return [*read, *certain]
