"""What lampolicy costs beside a decision, each figure in a process of its own: `python -m benchmarks.costs NAME`."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson

from benchmarks.ours import Ours, read
from benchmarks.peers._ours import ask
from benchmarks.workloads import Workload, managed_json, managed_policies, w1, w2
from lampolicy import Authorizer, Organization, Request, RoleSession, explain
from lampolicy.engine import compile_policy
from lampolicy.organization import Account, IamRole, ManagedPolicy
from lampolicy.policy import PolicyKind
from lampolicy.reference import trace

ACCOUNT = "111111111111"
ATTACHED = 5
REPEATS = 5
Figures = dict[str, float]


def load() -> Figures:
    """Milliseconds for all managed policies: JSON to values, values to statements, those filed by action.

    As everywhere, the collector of cycles is off while the clock runs; the last figure is all of it with the collector
    on, as a program has it that changes nothing.
    """
    text = managed_json()
    collecting = [_load_once(text, collects=True) for _ in range(REPEATS)]
    json_, typed, filed = zip(*(_load_once(text, collects=False) for _ in range(REPEATS)), strict=True)
    return {
        "policies": len(managed_policies()),
        "bytes": len(text),
        "json ms": statistics.median(json_),
        "typed ms": statistics.median(typed),
        "filed ms": statistics.median(filed),
        "collecting ms": statistics.median(map(sum, collecting)),
    }


def _load_once(text: bytes, *, collects: bool) -> tuple[float, float, float]:
    gc.collect()
    if not collects:
        gc.disable()
    try:
        started = time.perf_counter()
        values = orjson.loads(text)
        parsed = time.perf_counter()
        policies = [read(document, PolicyKind.IDENTITY, name) for name, document in values.items()]
        typed = time.perf_counter()
        for policy in policies:
            compile_policy(policy)
        filed = time.perf_counter()
    finally:
        gc.enable()
    return (parsed - started) * 1e3, (typed - parsed) * 1e3, (filed - typed) * 1e3


def _milliseconds(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1e3)
    return statistics.median(taken)


def memo() -> Figures:
    """Bytes an entry of the memo takes, its key's text included; and what a limit does."""
    ours = Ours.of(w1(100))
    authorizer = ours.cold()
    request = ours.requests[0]
    count = 100_000
    function = "arn:aws:lambda:us-east-1:111111111111:function:orders-api"
    authorizer.decide(request.principal, request.action, f"{function}:0", request.context)
    before = resident()
    for number in range(1, count + 1):
        authorizer.decide(request.principal, request.action, f"{function}:{number}", request.context)
    grown = resident() - before
    bounded = Authorizer(authorizer.organization, memo_limit=1_000, plan_limit=1_000)
    before = resident()
    for number in range(1, count + 1):
        bounded.decide(request.principal, request.action, f"{function}:{number}", request.context)
    return {
        "entries": count,
        "bytes an entry": grown / count,
        "MiB within a limit of 1,000": (resident() - before) / 2**20,
    }


def principals(count: int = 100_000, shared: int = 1_000) -> Figures:
    """Memory of very many roles over shared policies: at rest, and when each has asked once."""
    documents = dict(list(managed_policies().items())[:shared])
    names = [f"arn:aws:iam::aws:policy/{name}" for name in documents]
    before = resident()
    managed = tuple(
        ManagedPolicy(arn, read(d, PolicyKind.IDENTITY, arn)) for arn, d in zip(names, documents.values(), strict=True)
    )
    read_them = resident()
    organization = Organization(accounts=(Account(ACCOUNT),), managed=managed, roles=tuple(_roles(count, names)))
    rest = resident()
    authorizer = Authorizer(organization)
    started = time.perf_counter()
    for role in organization.roles:
        authorizer.allows(RoleSession(role.arn), "s3:GetObject", "arn:aws:s3:::photos/cat.jpg")
    seconds = time.perf_counter() - started
    return {
        "principals": count,
        "policies": len(managed),
        "MiB of the policies": (read_them - before) / 2**20,
        "bytes a principal": (rest - read_them) / count,
        "bytes a principal that has asked": (resident() - rest) / count,
        "MiB in all": resident() / 2**20,
        "us a first decision": seconds / count * 1e6,
    }


def _roles(count: int, names: list[str]) -> Iterable[IamRole]:
    for number in range(count):
        attached = tuple(names[(number * 7 + k * 131) % len(names)] for k in range(ATTACHED))
        yield IamRole(f"arn:aws:iam::{ACCOUNT}:role/service-{number:06d}", attached=tuple(dict.fromkeys(attached)))


def explanation(sample: int = 200) -> Figures:
    """Microseconds of an explanation with every fix it proposes proved, and of every statement's outcome alone."""
    return {
        **{f"W1 {name}": figure for name, figure in _explaining(w1(1_000), sample).items()},
        **{f"W2 {name}": figure for name, figure in _explaining(w2(1_000), sample // 4).items()},
    }


def _explaining(workload: Workload, sample: int) -> Figures:
    ours = Ours.of(workload, sample)
    authorizer = ours.cold()
    asked = [(r, authorizer.policies_for(r)) for r in ours.requests]
    figures = {}
    for name, run in (("explain us", explain), ("trace us", trace)):
        for request, policies in asked[:5]:
            run(request, policies)
        taken = []
        for request, policies in asked:
            started = time.perf_counter()
            run(request, policies)
            taken.append(time.perf_counter() - started)
        figures[name] = statistics.mean(taken) * 1e6
    return figures


def json_rows(count: int = 10_000) -> Figures:
    """Microseconds from a request as JSON text to its decision, warm."""
    ours = Ours.of(w1(count))
    authorizer = ours.cold()
    callers = {str(r.principal): r.principal for r in ours.requests}
    rows = [orjson.dumps([str(r.principal), r.action, r.resource, dict(r.context)]) for r in ours.requests]
    for request in ours.requests:
        ask(authorizer, request)

    def run() -> None:
        for row in rows:
            caller, action, resource, context = orjson.loads(row)
            authorizer.decide(callers[caller], action, resource, context)

    return {"us": _milliseconds(run) / len(rows) * 1e3}


def wire_rows(count: int = 2_000) -> Figures:
    """Microseconds from the JSON of a whole `Request` to its decision, warm."""
    ours = Ours.of(w1(count))
    authorizer = ours.cold()
    rows = [orjson.dumps(r.to_dict()) for r in ours.requests]

    def run() -> None:
        for row in rows:
            ask(authorizer, Request.from_dict(orjson.loads(row)))

    run()
    return {"us": _milliseconds(run) / len(rows) * 1e3}


def resident() -> float:
    """Bytes of memory this process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096.0


FIGURES: Mapping[str, Callable[[], Figures]] = {
    "load": load,
    "memo": memo,
    "principals": principals,
    "principals, fewer": lambda: principals(10_000, 200),
    "explanation": explanation,
    "explanation, fewer": lambda: explanation(40),
    "json rows": json_rows,
    "wire rows": wire_rows,
}


def main() -> int:
    """Print one set of figures as JSON."""
    print(json.dumps(FIGURES[sys.argv[1]]()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
