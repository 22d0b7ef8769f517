"""W6 as a table, here and through local Spark: `python -m benchmarks.spark_rows [--rows N]`.

A sample is first decided one by one, and nothing is printed unless the table agrees. Then the rows are written to
Parquet, Spark decides them in two worker processes, and every row is compared with what this process says. `--here`
leaves Spark out.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.columns import as_table
from benchmarks.ours import Ours
from benchmarks.workloads import ROWS, w2, w6
from lampolicy import Authorizer, Organization
from lampolicy.bulk import TableDecider

Table: TypeAlias = Any
"""A `pyarrow.Table` or a column of one; pyarrow has no types of its own."""

SAMPLE = 2_000


def main() -> int:
    """Measure, print, and compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark_rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--here", action="store_true", help="without Spark, which needs pyspark and Java 17")
    options = parser.parse_args()
    workload = w2()
    organization = Ours.of(workload, 0).organization
    table = as_table(workload, w6(len(workload.rows), options.rows))
    table = table.append_column("event", pa.array(np.arange(options.rows)))
    print(f"CPython {platform.python_version()} on {platform.machine()}, {options.rows:,} rows")
    print(f"held before: {_peak():,.0f} MB, of which the rows {table.nbytes / 1e6:,.0f} MB")
    check(organization, table)
    decider = TableDecider(organization, keep=["event"])
    for what in ("first pass", "again", "again", "again"):
        measure(decider, table, f"coded columns, {what}")
    texts = plain(table.slice(0, options.rows // 10))
    decider = TableDecider(organization, keep=["event"])
    for what in ("first pass", "again"):
        measure(decider, texts, f"plain texts, a tenth, {what}")
    if not options.here:
        with tempfile.TemporaryDirectory() as folder:
            compare(organization, table, Path(folder))
    return 0


def plain(table: Table) -> Table:
    """The same rows with plain texts."""
    context = table.column("context").combine_chunks()
    fields = [field.cast(pa.string()) for field in context.flatten()]
    plain_context = pa.StructArray.from_arrays(fields, names=[field.name for field in context.type])
    columns = {name: table.column(name).cast(pa.string()) for name in ("principal", "action", "resource")}
    return pa.table({"event": table.column("event"), **columns, "context": plain_context})


def check(organization: Organization, table: Table) -> None:
    """Refuse to measure what decides otherwise than the authorizer does row by row."""
    authorizer = Authorizer(organization)
    step = max(table.num_rows // SAMPLE, 1)
    sample = table.take(pa.array(range(0, table.num_rows, step)))
    decided = TableDecider(organization, evidence=True).table(sample.drop(["event"])).column("evidence").to_pylist()
    for row, got in zip(sample.to_pylist(), decided, strict=True):
        context = {key: value for key, value in row["context"].items() if value is not None}
        one = authorizer.decide(row["principal"], row["action"], row["resource"], context)
        if json.loads(got) != json.loads(json.dumps(one.to_dict())):
            sys.exit(f"row {row['event']}: the table says {got}, the authorizer {one}")
    print(f"{len(decided):,} rows decided one by one: 0 differ")


def measure(decider: TableDecider, table: Table, what: str) -> None:
    """Decide a table, keep nothing, and say how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    count = sum(batch.num_rows for batch in decider.decide(table))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    pace = f"{count / wall / 1e6:6.1f} M rows/s, {count / cpu / 1e6:6.1f} M a second of CPU"
    print(f"{what:34} {pace}, peak {_peak():,.0f} MB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(organization: Organization, table: Table, folder: Path) -> None:
    """Let Spark decide the rows, and compare every one with what this process says."""
    rows, answers = folder / "rows", folder / "answers"
    rows.mkdir()
    for part, start in enumerate(range(0, table.num_rows, 1_000_000)):
        pq.write_table(plain(table.slice(start, 1_000_000)), rows / f"{part:03}.parquet")
    decider = TableDecider(organization, keep=["event"], dictionaries=False)
    with spark_session() as spark:
        sent = spark.sparkContext.broadcast(decider)
        started = time.perf_counter()
        schema = "event long, decision string, reason string, statement string"
        frame = spark.read.parquet(str(rows))
        decided = frame.mapInArrow(lambda batches: sent.value.batches(batches), schema)  # noqa: PLW0108 - opened there
        decided.write.parquet(str(answers))
        taken = time.perf_counter() - started
    print(f"Spark, local[2], Parquet to Parquet: {taken:.0f} s, {table.num_rows / taken / 1e6:.2f} M rows/s")
    there = pq.read_table(answers, read_dictionary=["decision", "reason", "statement"])
    order = np.argsort(there.column("event").to_numpy(), kind="stable")
    here = TableDecider(organization, keep=["event"]).table(table)
    differing = 0 if there.num_rows == table.num_rows else abs(there.num_rows - table.num_rows)
    for name in ("event", "decision", "reason", "statement"):
        differing += int((_numbers(there.column(name))[order] != _numbers(here.column(name))).sum())
    print(f"{there.num_rows:,} rows of Spark beside {here.num_rows:,} of this process: {differing} values differ")
    if differing:
        sys.exit(1)


def _numbers(column: Table) -> np.ndarray:
    """Texts as numbers that are the same for the same text in every table."""
    if pa.types.is_integer(column.type):
        numbers: np.ndarray = column.to_numpy()
        return numbers
    found = []
    for chunk in column.chunks:
        known = np.array([hash(text) for text in chunk.dictionary.to_pylist()], dtype=np.int64)
        found.append(known[chunk.indices.to_numpy()])
    return np.concatenate(found)


@contextmanager
def spark_session() -> Iterator[Any]:
    """A Spark of two worker processes on this machine."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.log.level": "ERROR",
        "spark.pyspark.python": sys.executable,
        "spark.executorEnv.PYTHONPATH": ":".join(path for path in sys.path if path),
    }
    builder = SparkSession.builder.master("local[2]").appName("lampolicy")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


if __name__ == "__main__":
    sys.exit(main())
