"""The published figures of lampolicy, by pyperf: own processes, warm-ups, deviation. Started by `benchmarks report`.

By hand: `python -m benchmarks.published -o figures.json`, and the options of pyperf.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import cache, partial

import pyperf

from benchmarks.ours import Ours
from benchmarks.peers._ours import COLLECTED, Row, ask, rows, timed
from benchmarks.workloads import SIZES, Workload, w1, w2, w3
from lampolicy import Authorizer
from lampolicy.request import Context, Principal

WORKLOADS: dict[str, Callable[[], Workload]] = {
    "W1": w1,
    "W2": w2,
    **{f"W3-{size}": partial(w3, size) for size in SIZES},
}


@cache
def _ours(name: str) -> Ours:
    return Ours.of(WORKLOADS[name]())


@cache
def _seen(name: str, memo_limit: int) -> Authorizer:
    ours = _ours(name)
    authorizer = Authorizer(ours.organization, memo_limit=memo_limit)
    for request in ours.requests:
        ask(authorizer, request)
    return authorizer


def first_sight(loops: int, name: str) -> float:
    """Seconds to decide all requests, nothing having been seen before."""
    requests = rows(_ours(name).requests)
    return sum(_collected(_ours(name).cold().decide, requests) for _ in range(loops)) / 1e6


def first_sight_collected(loops: int, name: str) -> float:
    """Seconds to decide all requests, nothing having been seen before, the collector of cycles being on."""
    requests, taken = rows(_ours(name).requests), 0.0
    for _ in range(loops):
        decide = _ours(name).cold().decide
        started = time.perf_counter()
        for principal, action, resource, context in requests:
            decide(principal, action, resource, context)
        taken += time.perf_counter() - started
    return taken / len(requests)


def seen(loops: int, name: str, memo_limit: int) -> float:
    """Seconds a decision, everything having been asked before."""
    decide, requests = _seen(name, memo_limit).decide, rows(_ours(name).requests)
    return sum(_collected(decide, requests) for _ in range(loops)) / 1e6


def allows(loops: int, name: str) -> float:
    """Seconds an `allows`, warm."""
    ask_allows, requests = _seen(name, 200_000).allows, rows(_ours(name).requests)
    return sum(_collected(ask_allows, requests) for _ in range(loops)) / 1e6


def _collected(decide: Callable[[Principal, str, str, Context], object], requests: list[Row]) -> float:
    """Microseconds a call, no garbage lying about."""
    gc.collect()
    return timed(decide, requests)


def main() -> None:
    """Let pyperf start the processes."""
    runner = pyperf.Runner(processes=4, values=3, warmups=1, loops=1)
    for name in WORKLOADS:
        runner.bench_time_func(f"{name} first sight", first_sight, name)
        runner.bench_time_func(f"{name} memo off", seen, name, 0)
        runner.bench_time_func(f"{name} warm", seen, name, 200_000)
        runner.bench_time_func(f"{name} allows, warm", allows, name)
    runner.bench_time_func(f"W2 {COLLECTED}", first_sight_collected, "W2")


if __name__ == "__main__":
    main()
