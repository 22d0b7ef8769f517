"""Tables decided by one organization, again and again, here or on other machines."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from lampolicy.authorize import Authorizer
from lampolicy.bulk._answers import Answers
from lampolicy.bulk._arrow import Array, Batch, Reader, Schema, pa
from lampolicy.bulk._faults import RowError
from lampolicy.bulk._memory import Memory
from lampolicy.bulk._options import Options
from lampolicy.bulk._progress import Progress
from lampolicy.bulk._source import open_stream, sliced
from lampolicy.bulk._table import check_schema
from lampolicy.organization import Organization

if TYPE_CHECKING:
    from typing import Unpack

    from lampolicy.bulk._options import Chosen

_SNAPSHOTS_KEPT = 4


class TableDecider:
    """Decides tables, and remembers what it has decided from one to the next.

    Safe to use from several threads, which take turns batch by batch. It can be pickled: what travels is the
    organization and the options, and a process that unpickles the same twice compiles it once. So a distributed engine
    may be handed one, in a broadcast or in a closure.
    """

    def __init__(self, authorizer: Authorizer | Organization, **options: Unpack[Chosen]) -> None:
        """Take who decides, and the options of `decide_table`."""
        self._authorizer = Authorizer(authorizer) if isinstance(authorizer, Organization) else authorizer
        self.options = Options(**options)
        self._turn = Lock()
        self._memory = self._fresh()

    def _fresh(self) -> Memory:
        answers = Answers(evidence=self.options.evidence, dictionaries=self.options.dictionaries)
        return Memory(self._authorizer, answers, self.options.unknown)

    def __reduce__(self) -> tuple[object, ...]:
        return (_restored, (pickle.dumps(self._authorizer.organization), tuple(asdict(self.options).items())))

    def decide(self, table: object, *, progress: bool | None = None) -> Reader:
        """Decide a table; see `decide_table`."""
        reader = open_stream(table)
        check_schema(reader.schema, self.options)
        shown = Progress(progress)
        return pa.RecordBatchReader.from_batches(self.schema(reader.schema), self._decided(reader, shown))

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Decide record batches one by one: what PySpark's `mapInArrow` takes."""
        start = 0
        for batch in batches:
            check_schema(batch.schema, self.options)
            for part in sliced(batch, self.options.batch_rows):
                yield self._batch(part, start)
                start += part.num_rows

    def table(self, table: object) -> Any:  # noqa: ANN401 - a `pyarrow.Table`
        """Decide a table wholly, as a `pyarrow.Table`: what Ray Data's `map_batches` takes."""
        return self.decide(table, progress=False).read_all()

    def schema(self, schema: Schema) -> Schema:
        """The schema of what comes out for tables of a schema: the columns that are kept, then the decisions."""
        kept = [schema.field(name) for name in self.options.keep]
        answers = self._memory.answers
        return pa.schema([*kept, *(pa.field(name, answers.type(), nullable=False) for name in answers.names)])

    def _decided(self, reader: Reader, progress: Progress) -> Iterator[Batch]:
        start = 0
        with progress:
            for batch in reader:
                for part in sliced(batch, self.options.batch_rows):
                    yield self._batch(part, start)
                    start += part.num_rows
                    progress.at(start)

    def _batch(self, batch: Batch, start: int) -> Batch:
        with self._turn:
            if len(self._memory) > self.options.remember:
                self._memory = self._fresh()
            memory = self._memory
            numbers = memory.decide(batch)
            refusal = memory.answers.first_refusal(numbers) if self.options.on_error == "raise" else None
            if refusal is not None:
                row, reason = refusal
                raise RowError(start + row, reason)
            columns: list[Array] = [*(batch.column(name) for name in self.options.keep)]
            columns += memory.answers.columns(numbers)
        return pa.RecordBatch.from_arrays(columns, schema=self.schema(batch.schema))


@lru_cache(maxsize=_SNAPSHOTS_KEPT)
def _restored(organization: bytes, options: tuple[tuple[str, Any], ...]) -> TableDecider:
    """Compile an organization that has travelled; once a process."""
    known: Organization = pickle.loads(organization)  # noqa: S301 - we have written it, and pickle carries it anyway
    return TableDecider(known, **dict(options))
