"""The loop that measures every peer, one process for each: `python -m benchmarks.peers._loop MODULE WORKLOAD ...`."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.peers._protocol import Answer, Inexpressible, Peer
from benchmarks.workloads import Workload

MOST_PASSES = 5


def main() -> int:
    """Measure one peer on each of the workloads, and print an answer a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("workloads", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=2_000, help="requests to ask at most")
    parser.add_argument("--seconds", type=float, default=2.0, help="time to measure at most")
    given = parser.parse_args()
    peer = importlib.import_module(given.module).PEER
    for path in given.workloads:
        answer = measure(peer(), Workload.from_json(path.read_bytes()), given.limit, given.seconds)
        print(json.dumps(asdict(answer)), flush=True)
    return 0


def measure(peer: Peer[Any], workload: Workload, limit: int, seconds: float) -> Answer:
    """Let a peer decide a workload's first requests, then time passes over those it decided."""
    version = peer.version() or "absent"
    started = time.perf_counter()
    try:
        peer.load(workload)
    except Inexpressible as reason:
        return Answer(version, (), None, 0, 0.0, memory(), inexpressible=str(reason))
    loaded = time.perf_counter() - started
    asked = [a.told for a in workload.asked(limit)]
    ready = [peer.prepare(a) if peer.expresses(a) else None for a in asked]
    decisions = _first_pass(peer, ready, seconds)
    chosen = [r for r, decided in zip(ready, decisions, strict=False) if decided is not None]
    times = _passes(peer, chosen, seconds) if chosen else []
    microseconds = statistics.median(times) if times else None
    return Answer(version, tuple(decisions), microseconds, len(times), loaded, memory())


def _first_pass(peer: Peer[Any], ready: Sequence[object], seconds: float) -> list[bool | None]:
    # What is first asked is slow with many peers (imports, regular expressions): it warms up and is checked, not timed.
    decisions: list[bool | None] = []
    end = time.perf_counter() + seconds
    for one in ready:
        decisions.append(None if one is None else peer.decide(one))
        if time.perf_counter() > end:
            break
    return decisions


def _passes(peer: Peer[Any], ready: Sequence[object], seconds: float) -> list[float]:
    times: list[float] = []
    decide = peer.decide
    gc.collect()
    gc.disable()
    end = time.perf_counter() + seconds
    while len(times) < MOST_PASSES and (not times or time.perf_counter() < end):
        start = time.perf_counter()
        for one in ready:
            decide(one)
        times.append((time.perf_counter() - start) / len(ready) * 1e6)
    gc.enable()
    return times


def memory() -> float:
    """The largest resident size of this process so far, in MiB."""
    # `getrusage` counts what the process was before it became this program, too.
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
