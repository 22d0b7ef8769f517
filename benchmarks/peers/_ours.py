"""lampolicy in a process of its own, in its regimes: `python -m benchmarks.peers._ours WORKLOAD`."""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

import lampolicy
from benchmarks.ours import Ours
from benchmarks.peers._loop import memory
from benchmarks.peers._protocol import Answer
from benchmarks.workloads import Workload
from lampolicy import Authorizer, Request
from lampolicy.request import Context, Principal

AT_LEAST = 0.4
"""Seconds that each regime is measured for; a pass over all requests is finished."""
FIRST, OFF, WARM, ALLOWS, MANY = "first sight", "memo off", "warm", "allows, warm", "decide_many, warm"
COLLECTED = "first sight, collector on"
Row: TypeAlias = tuple[Principal, str, str, Context]


def main() -> int:
    """Measure every regime on each of the workloads, and print an answer a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=2_000, help="requests that peers are asked as well")
    parser.add_argument("--seconds", type=float, default=2.0, help="unused: every regime has its own time")
    given = parser.parse_args()
    for path in given.workloads:
        print(json.dumps(asdict(measure(Workload.from_json(path.read_bytes()), given.limit))), flush=True)
    return 0


def measure(workload: Workload, limit: int) -> Answer:
    """Decide a workload in every regime."""
    started = time.perf_counter()
    ours = Ours.of(workload)
    loaded = time.perf_counter() - started
    figures, warm = regimes(ours, limit)
    decisions = tuple(bool(ask(warm, r)) for r in ours.requests[:limit])
    return Answer(lampolicy.__version__, decisions, figures[WARM], 1, loaded, memory(), figures=figures)


def regimes(ours: Ours, limit: int, at_least: float = AT_LEAST) -> tuple[dict[str, float], Authorizer]:
    """Microseconds a decision in every regime, and the authorizer that has seen everything.

    First sight is over every request; the others are over the first `limit`, which peers are asked as well.
    """
    warm = ours.cold()
    gc.collect()
    first = timed(warm.decide, rows(ours.requests))
    some = ours.requests[:limit]
    asked = rows(some)
    off = Authorizer(warm.organization, memo_limit=0)
    timed(off.decide, asked)
    ways: dict[str, Callable[[], float]] = {
        OFF: lambda: timed(off.decide, asked),
        WARM: lambda: timed(warm.decide, asked),
        ALLOWS: lambda: timed(warm.allows, asked),
        MANY: lambda: _timed(lambda: warm.decide_many(some), len(some)),
    }
    return {FIRST: first} | {name: statistics.median(_again(way, at_least)) for name, way in ways.items()}, warm


def _again(way: Callable[[], float], at_least: float) -> list[float]:
    """One pass after another, as peers are measured."""
    gc.collect()
    taken, end = [way()], time.perf_counter() + at_least
    while time.perf_counter() < end:
        taken.append(way())
    return taken


def ask(authorizer: Authorizer, r: Request) -> object:
    """Decide one request."""
    return authorizer.decide(r.principal, r.action, r.resource, r.context)


def rows(requests: Sequence[Request]) -> list[Row]:
    """The arguments of every call, ready before the clock starts."""
    return [(r.principal, r.action, r.resource, r.context) for r in requests]


def timed(decide: Callable[[Principal, str, str, Context], object], asked: Sequence[Row]) -> float:
    """Microseconds a call, one after another."""

    def run() -> None:
        for principal, action, resource, context in asked:
            decide(principal, action, resource, context)

    return _timed(run, len(asked))


def _timed(run: Callable[[], object], calls: int) -> float:
    gc.disable()
    start = time.perf_counter()
    run()
    taken = time.perf_counter() - start
    gc.enable()
    return taken / calls * 1e6


if __name__ == "__main__":
    sys.exit(main())
