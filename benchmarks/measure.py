"""A whole run, or its two-minute subset: everything measured into one value that JSON can hold."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

from benchmarks import cold, hostile, machine
from benchmarks.gates import decide_over_bare
from benchmarks.peers import PEERS, ROOT, WORK
from benchmarks.side_by_side import Outcome, Plan, environment, run
from benchmarks.workloads import (
    ROWS,
    SIZES,
    NoManagedPolicies,
    Record,
    Workload,
    checksum_of_all,
    compare,
    managed_checksum,
    moto_version,
    w1,
    w2,
    w3,
    w4,
)

Results: TypeAlias = dict[str, object]
Say: TypeAlias = Callable[[str], None]

REFERENCED = {10: 2_000, 100: 500, 1_000: 100, 10_000: 15, 100_000: 2}
PUBLISHED = WORK / "published.json"


def full(say: Say) -> Results:
    """Everything, in some twenty minutes on two cores."""
    started = time.monotonic()
    begin()
    record = Record.read()
    one, two, growing, small = w1(), w2(), [w3(size) for size in SIZES], w4()
    differences = verify(record, {w.name: w for w in (one, two, *growing)}, small)
    plans = [Plan(one, 2_000, 2_000, 3), Plan(two, 1_000, 500, 3, seconds=2.0)]
    plans += [_plan_of(workload, size) for workload, size in zip(growing, SIZES, strict=True)]
    found = {
        **_about(record, differences),
        "side by side": _as_values(run(plans, PEERS, say)),
        "hostile": _hostile(small, record, say),
        "start": cold.measure(9, say),
        "floor": {"W1 warm over bare": decide_over_bare()},
        "costs": {name: _child("benchmarks.costs", name, say) for name in _COSTS},
        "columns": _child("benchmarks.columns", str(ROWS), say),
        "published": published(say),
    }
    return {**found, "minutes": round((time.monotonic() - started) / 60, 1)}


_COSTS = ("load", "memo", "principals", "explanation", "json rows", "wire rows")


def quick(say: Say) -> Results:
    """A subset that ends within two minutes: fewer requests, one round, no pyperf, no columns."""
    started = time.monotonic()
    begin()
    record = Record.read()
    one, growing = w1(), [w3(size) for size in (100, 10_000)]
    differences = verify(record, {w.name: w for w in (one, *growing)}, [])
    plans = [Plan(one, 300, 300, 1, seconds=0.3, limit=20.0)]
    plans += [
        Plan(w, 100, referenced, 1, seconds=0.2, limit=20.0) for w, referenced in zip(growing, (50, 2), strict=True)
    ]
    some = [w for w in w4() if w.name in _SOME_HOSTILE]
    found = {
        **_about(record, differences),
        "side by side": _as_values(run(plans, PEERS, say)),
        "hostile": _hostile(some, record, say, peers=False),
        "start": cold.measure(2, say),
        "floor": {"W1 warm over bare": decide_over_bare(rounds=15)},
        "costs": {name.partition(",")[0]: _child("benchmarks.costs", name, say) for name in _FEWER},
        "columns": {"status": "absent", "remark": "not part of the quick run"},
        "published": {},
    }
    return {**found, "minutes": round((time.monotonic() - started) / 60, 1)}


_FEWER = ("memo", "explanation, fewer", "json rows")
_SOME_HOSTILE = ("(a*) x 32, b / a x 2048", "(a*?) x 666", "*, (a?) x 999, b*", "(*?) x 999, z / y x 512")


def begin() -> None:
    """Compile everything first, for where the environment forbids caches; and see that there is room to work."""
    WORK.mkdir(parents=True, exist_ok=True)
    for folder in ("src", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def verify(record: Record, workloads: Mapping[str, Workload], small: Sequence[Workload]) -> list[str]:
    """Compare the workloads' checksums with those recorded; say in words where moto's policies differ."""
    found = {name: workload.checksum for name, workload in workloads.items()}
    if small:
        found["W4"] = checksum_of_all(small)
    try:
        found["W5"] = managed_checksum()
    except NoManagedPolicies as reason:
        return [str(reason)]
    return compare(record, found, moto_version())


def _about(record: Record, differences: Sequence[str]) -> Results:
    return {
        "machine": machine.described(),
        "versions": machine.versions(),
        "recorded with moto": record.moto,
        "differences": list(differences),
    }


def _plan_of(workload: Workload, size: int) -> Plan:
    if size == SIZES[-1]:
        return Plan(workload, 100, REFERENCED[size], 1, seconds=1.0, limit=45.0)
    return Plan(workload, 1_000, REFERENCED[size], 3, seconds=0.8, limit=45.0)


def _as_values(outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, dict[str, object]]:
    return {
        workload: {peer: asdict(outcome) for peer, outcome in found.items()} for workload, found in outcomes.items()
    }


def _hostile(small: Sequence[Workload], record: Record, say: Say, *, peers: bool = True) -> Results:
    expected = record.hostile
    ours = hostile.ours(small, expected)
    harmless = next(w for w in w4() if w.name.startswith("(a*) x 2, b / a x 32"))
    asked = [harmless, *(w for w in small if w.name != harmless.name)]
    theirs = {p.name: asdict(hostile.theirs(p, asked, expected, 1.0, say)) for p in PEERS} if peers else {}
    return {"ours": ours, "peers": theirs, "cases": len(small)}


def _child(module: str, argument: str, say: Say) -> object:
    say(f"{module.rpartition('.')[2]}: {argument}")
    command = [sys.executable, "-m", module, argument]
    done = subprocess.run(  # noqa: S603 - our own module
        command, env=environment(), cwd=WORK, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode != 0:
        return {"status": "failed", "remark": (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]}
    return json.loads(done.stdout.splitlines()[-1])


def published(say: Say) -> Results:
    """The figures pyperf took: median and standard deviation in microseconds; empty where it is not installed."""
    from importlib import util

    if util.find_spec("pyperf") is None:
        return {}
    say("pyperf: every regime of W1, W2 and W3")
    PUBLISHED.unlink(missing_ok=True)
    inherited = "PYTHONPATH,PYTHONHASHSEED,OMP_NUM_THREADS"
    command = [sys.executable, "-m", "benchmarks.published", "--quiet", "-o", str(PUBLISHED)]
    command += ["--inherit-environ", inherited]
    done = subprocess.run(  # noqa: S603 - our own module
        command, env=environment(), cwd=WORK, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return {"failed": (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]}
    return _figures()


def _figures() -> Results:
    import pyperf

    suite = pyperf.BenchmarkSuite.load(str(PUBLISHED))
    return {
        bench.get_name(): {"us": bench.median() * 1e6, "deviation": bench.stdev() * 1e6, "values": bench.get_nvalue()}
        for bench in suite.get_benchmarks()
    }


def to_terminal(text: str) -> None:
    """Tell a person who watches how far the run is."""
    if machine.on_terminal():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
    elif os.environ.get("BENCHMARKS_PROGRESS"):
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
        sys.stderr.flush()
