"""W6: ten million rows decided as columns, in a process of its own: `python -m benchmarks.columns ROWS`."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module, util
from typing import Any

from benchmarks.ours import Ours
from benchmarks.peers._loop import memory
from benchmarks.peers._ours import ask
from benchmarks.workloads import ROWS, Record, Workload, w2, w6, w6_checksum

SAMPLE = 2_000


def measure(count: int) -> dict[str, object]:
    """Rows a second through `lampolicy.bulk`, and what it took; or why there is no figure."""
    for package in ("numpy", "pyarrow"):
        if util.find_spec(package) is None:
            return {"status": "absent", "remark": f"{package} is not installed"}
    if util.find_spec("lampolicy.bulk") is None:
        return {"status": "absent", "remark": "this lampolicy has no `lampolicy.bulk` yet"}
    bulk = import_module("lampolicy.bulk")
    workload = w2()
    rows = w6(len(workload.rows), count)
    table = as_table(workload, rows)
    before = memory()
    decider = bulk.TableDecider(Ours.of(workload, 0).organization)
    times = []
    kept: Any = None
    for _ in range(2):
        started = time.perf_counter()
        for number, batch in enumerate(decider.decide(table, progress=False)):
            kept = batch if number == 0 else kept
        times.append(time.perf_counter() - started)
    return {
        "status": "measured",
        "rows": count,
        "first rows/s": count / times[0],
        "warm rows/s": count / times[1],
        "table MiB": table.nbytes / 2**20,
        "MiB before": before,
        "MiB at most": memory(),
        "checked": SAMPLE,
        "wrong": _wrong(workload, kept, rows),
        "as recorded": w6_checksum(rows) == Record.read().checksums["W6"] if count == ROWS else None,
    }


def _wrong(workload: Workload, batch: Any, rows: Any) -> int:  # noqa: ANN401 - pyarrow and numpy are optional
    answers = batch.column("decision").slice(0, SAMPLE).to_pylist()
    ours = Ours.of(workload)
    authorizer = ours.cold()
    right = [bool(ask(authorizer, ours.requests[row])) for row in rows[:SAMPLE]]
    return sum((answer == "allowed") is not allowed for answer, allowed in zip(answers, right, strict=True))


def as_table(workload: Workload, rows: Any) -> Any:  # noqa: ANN401 - numpy and pyarrow are optional
    """The rows as dictionary columns: principal, action, resource, and a struct of context keys."""
    import numpy as np
    import pyarrow as pa

    asked = list(workload.asked())
    index = np.asarray(workload.rows, dtype=np.int32)
    columns: dict[str, Any] = {}
    for place, (name, texts) in enumerate(
        (("principal", workload.callers), ("action", workload.actions), ("resource", workload.resources))
    ):
        columns[name] = _dictionary(index[:, place][rows], list(texts))
    keys = sorted({key for a in asked for key in a.context})
    fields = {}
    for key in keys:
        values = [a.context.get(key) for a in asked]
        distinct = sorted({v for v in values if v is not None})
        number = {value: code for code, value in enumerate(distinct)}
        codes = np.array([-1 if v is None else number[v] for v in values], dtype=np.int32)[rows]
        fields[key] = _dictionary(codes, distinct)
    columns["context"] = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
    return pa.table(columns)


def _dictionary(codes: Any, values: list[str]) -> Any:  # noqa: ANN401 - as `as_table`
    import pyarrow as pa

    indices = pa.array(codes, mask=codes < 0) if (codes < 0).any() else pa.array(codes)
    return pa.DictionaryArray.from_arrays(indices, pa.array(values))


def main() -> int:
    """Print the figures as JSON."""
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
