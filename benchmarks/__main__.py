"""Measure and print: `python -m benchmarks`, or `python -m benchmarks --quick` for half a minute.

Every figure stands beside two others taken in the same process, turn by turn, so that a noisy machine moves all of
them alike: a bare call with three dictionary look-ups, and the reference. Decisions are compared with the reference
before any figure is printed. Byte-compile first (`python -m compileall -q src`) where the environment forbids caches.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks.workloads import HOSTILE_PATTERNS, HOSTILE_TEXTS, Workload, growing, small
from lampolicy import Authorizer, Request
from lampolicy.names import glob, tokens
from lampolicy.reference import decide

ROUNDS = 5
SAMPLE = 300
SAMPLE_OF_LARGE = 15
LARGE = 1_000

Decide = Callable[[Request], object]


def main() -> int:
    """Measure all workloads and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer statements and rounds")
    quick = parser.parse_args().quick
    sizes = (10, 100, 1_000) if quick else (10, 100, 1_000, 10_000)
    print(f"CPython {platform.python_version()} on {platform.machine()}, medians of {ROUNDS} rounds, microseconds")
    print(f"{'workload':20} {'bare':>7} {'warm':>7} {'memo off':>9} {'first':>8} {'reference':>10}   ratios")
    without_memo = {}
    for workload in (small(2_000 if quick else 10_000), *(growing(size) for size in sizes)):
        check(workload)
        without_memo[workload.name] = report(workload)
    growth(without_memo, sizes)
    hostile()
    return 0


def check(workload: Workload) -> None:
    """Refuse to measure an engine that decides otherwise than the reference."""
    authorizer = Authorizer(workload.organization)
    for request in sample(workload):
        fast = authorizer.decide(request.principal, request.action, request.resource, request.context)
        slow = decide(request, authorizer.policies_for(request))
        if fast != slow:
            sys.exit(f"{workload.name}: the engine says {fast}, the reference {slow}, for {request}")


def sample(workload: Workload) -> Sequence[Request]:
    """The requests put to the reference, which looks at every statement."""
    return workload.requests[: SAMPLE_OF_LARGE if workload.statements >= LARGE else SAMPLE]


def report(workload: Workload) -> float:
    """Print the row of one workload; give the time without memo."""
    requests = workload.requests
    warm = Authorizer(workload.organization)
    without = Authorizer(workload.organization, memo_limit=0)
    ways: dict[str, Callable[[], float]] = {
        "bare": lambda: per_request(bare(requests), requests),
        "warm": lambda: per_request(through(warm), requests),
        "memo off": lambda: per_request(through(without), requests),
        "first": lambda: per_request(through(Authorizer(workload.organization)), requests),
        "reference": lambda: per_request(by_reference(warm), sample(workload)),
    }
    per_request(through(warm), requests)
    per_request(through(without), requests)
    taken = {name: [way() for _ in range(1)] for name, way in ways.items()}
    for _ in range(ROUNDS - 1):
        for name, way in ways.items():
            taken[name].append(way())
    middle = {name: statistics.median(times) for name, times in taken.items()}
    ratio = {name: statistics.median(map(_over, taken[name], taken["bare"])) for name in ("warm", "memo off", "first")}
    quick = f"{middle['bare']:7.3f} {middle['warm']:7.3f} {middle['memo off']:9.2f} {middle['first']:8.2f}"
    gain = statistics.median(map(_over, taken["reference"], taken["memo off"]))
    print(
        f"{workload.name:20} {quick} {middle['reference']:10.1f}"
        f"   warm {ratio['warm']:.1f}x bare, memo off {ratio['memo off']:.0f}x,"
        f" first {ratio['first']:.0f}x; the reference takes {gain:.0f}x memo off"
    )
    return middle["memo off"]


def _over(one: float, other: float) -> float:
    return one / other


def per_request(decide_one: Decide, requests: Sequence[Request]) -> float:
    """Microseconds a request takes, without the collector in between."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    for request in requests:
        decide_one(request)
    taken = time.perf_counter() - start
    gc.enable()
    return taken / len(requests) * 1e6


def bare(requests: Sequence[Request]) -> Decide:
    """What no decision can undercut: a function of the same arguments with three look-ups."""
    memo: dict[object, dict[str, dict[str, int]]] = {}
    for r in requests:
        memo.setdefault(r.principal, {}).setdefault(r.action, {})[r.resource] = 1

    def look_up(principal: object, action: str, resource: str, context: Mapping[str, object]) -> int:
        del context
        return memo[principal][action][resource]

    return lambda r: look_up(r.principal, r.action, r.resource, r.context)


def through(authorizer: Authorizer) -> Decide:
    """Decide with an authorizer."""
    return lambda r: authorizer.decide(r.principal, r.action, r.resource, r.context)


def by_reference(authorizer: Authorizer) -> Decide:
    """Decide literally."""
    return lambda r: decide(r, authorizer.policies_for(r))


def growth(times: dict[str, float], sizes: Sequence[int]) -> None:
    """Say how the cost grows with the statements."""
    few, many = times[f"growing to {100:,}"], times[f"growing to {sizes[-1]:,}"]
    print(f"growth: {sizes[-1]:,} statements take {many / few:.2f}x the time of 100, memo off")


def hostile() -> None:
    """Print the worst pattern of 2,048 characters against texts of 4,096."""
    worst = max((_worst(pattern), name) for name, pattern in HOSTILE_PATTERNS.items())
    print(f"hostile patterns: the worst of {len(HOSTILE_PATTERNS)} takes {worst[0]:.0f} us a match ({worst[1]})")


def _worst(pattern: str) -> float:
    match = glob(tokens(pattern))
    return max(_least(match, text) for text in HOSTILE_TEXTS)


def _least(match: Callable[[str], bool], text: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        match(text)
        taken.append(time.perf_counter() - start)
    return min(taken) * 1e6


if __name__ == "__main__":
    sys.exit(main())
