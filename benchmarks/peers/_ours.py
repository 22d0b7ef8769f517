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

import lampolicy
from benchmarks.ours import Ours
from benchmarks.peers._loop import memory
from benchmarks.peers._protocol import Answer
from benchmarks.workloads import Workload
from lampolicy import Authorizer, Request

PASSES = 3
FIRST, OFF, WARM, ALLOWS, MANY = "first sight", "memo off", "warm", "allows, warm", "decide_many, warm"


def main() -> int:
    """Measure every regime on each of the workloads, and print an answer a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=2_000, help="requests whose decisions to report")
    parser.add_argument("--seconds", type=float, default=2.0, help="unused: every request is asked in every regime")
    given = parser.parse_args()
    for path in given.workloads:
        print(json.dumps(asdict(measure(Workload.from_json(path.read_bytes()), given.limit))), flush=True)
    return 0


def measure(workload: Workload, limit: int) -> Answer:
    """Decide all requests of a workload in every regime."""
    started = time.perf_counter()
    ours = Ours.of(workload)
    loaded = time.perf_counter() - started
    figures, warm = regimes(ours)
    decisions = tuple(bool(ask(warm, r)) for r in ours.requests[:limit])
    return Answer(lampolicy.__version__, decisions, figures[WARM], PASSES, loaded, memory(), figures=figures)


def regimes(ours: Ours, passes: int = PASSES) -> tuple[dict[str, float], Authorizer]:
    """Microseconds a decision in every regime, and the authorizer that has seen everything."""
    requests = ours.requests
    warm = ours.cold()
    figures = {FIRST: per_request(lambda r: ask(warm, r), requests)}
    off = Authorizer(warm.organization, memo_limit=0)
    per_request(lambda r: ask(off, r), requests)
    taken: dict[str, list[float]] = {}
    for _ in range(passes):
        taken.setdefault(OFF, []).append(timed(off, requests))
        taken.setdefault(WARM, []).append(timed(warm, requests))
        taken.setdefault(ALLOWS, []).append(timed_allows(warm, requests))
        taken.setdefault(MANY, []).append(timed_many(warm, requests))
    return figures | {name: statistics.median(times) for name, times in taken.items()}, warm


def ask(authorizer: Authorizer, r: Request) -> object:
    """Decide one request."""
    return authorizer.decide(r.principal, r.action, r.resource, r.context)


def timed(authorizer: Authorizer, requests: Sequence[Request]) -> float:
    """Microseconds a `decide`, without a call in between."""
    decide = authorizer.decide
    return _timed(lambda: [decide(r.principal, r.action, r.resource, r.context) and None for r in requests], requests)


def timed_allows(authorizer: Authorizer, requests: Sequence[Request]) -> float:
    """Microseconds an `allows`, without a call in between."""
    allows = authorizer.allows
    return _timed(lambda: [allows(r.principal, r.action, r.resource, r.context) and None for r in requests], requests)


def timed_many(authorizer: Authorizer, requests: Sequence[Request]) -> float:
    """Microseconds a decision of `decide_many`."""
    return _timed(lambda: authorizer.decide_many(requests), requests)


def per_request(decide_one: Callable[[Request], object], requests: Sequence[Request]) -> float:
    """Microseconds a request takes, one call after another."""

    def run() -> None:
        for request in requests:
            decide_one(request)

    return _timed(run, requests)


def _timed(run: Callable[[], object], requests: Sequence[Request]) -> float:
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    run()
    taken = time.perf_counter() - start
    gc.enable()
    return taken / len(requests) * 1e6


if __name__ == "__main__":
    sys.exit(main())
