"""Gates of speed: ratios that hold on a busy machine, and go red when the engine is broken on purpose.

`python -m benchmarks gates` measures; `--break NAME` breaks something first, so that anybody can see a gate go red.
"""

from __future__ import annotations

import compileall
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
import tomllib
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import lampolicy
from benchmarks.breaking import Breakage
from benchmarks.ours import Ours
from benchmarks.workloads import Workload, cases, hostile_case, w1, w3, w4
from lampolicy import Organization, Request

SETTINGS = Path(__file__).with_name("gates.toml")
Turn = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate.

    Attributes:
        name: As in `gates.toml`.
        what: What it compares.
        at_most: The largest figure that passes, if there is one.
        at_least: The smallest.
    """

    name: str
    what: str
    at_most: float | None = None
    at_least: float | None = None

    def passes(self, figure: float) -> bool:
        """Whether a figure is within."""
        return (self.at_most is None or figure <= self.at_most) and (self.at_least is None or figure >= self.at_least)

    @property
    def bound(self) -> str:
        """The bound in words."""
        return f"<= {self.at_most:,g}" if self.at_most is not None else f">= {self.at_least:,g}"


def read_gates(path: Path = SETTINGS) -> dict[str, Gate]:
    """Read the thresholds."""
    return {name: Gate(name, **held) for name, held in tomllib.loads(path.read_text()).items()}


def interleaved(one: Turn, other: Turn, rounds: int) -> float:
    """How many times as long `one` takes as `other`: the median over rounds of both, turn by turn."""
    ratios: list[float] = []
    one(), other()
    gc.collect()
    gc.disable()
    try:
        ratios += [_taken(one) / _taken(other) for _ in range(rounds)]
    finally:
        gc.enable()
    return statistics.median(ratios)


def _taken(run: Turn) -> float:
    # The thread's own time: what others do to a busy machine's clock would hit the longer of two turns more often.
    started = time.thread_time()
    run()
    return time.thread_time() - started


def bare(requests: Sequence[Request]) -> Turn:
    """What no decision can undercut: a function of the same arguments with three look-ups."""
    memo: dict[object, dict[str, dict[str, int]]] = {}
    for r in requests:
        memo.setdefault(r.principal, {}).setdefault(r.action, {})[r.resource] = 1

    def look_up(principal: object, action: str, resource: str, context: Mapping[str, object]) -> int:
        del context
        return memo[principal][action][resource]

    def turn() -> None:
        for r in requests:
            look_up(r.principal, r.action, r.resource, r.context)

    return turn


def deciding(organization: Organization, requests: Sequence[Request], **limits: int) -> Turn:
    """Decide all requests in turn."""
    decide = lampolicy.Authorizer(organization, **limits).decide

    def turn() -> None:
        for r in requests:
            decide(r.principal, r.action, r.resource, r.context)

    return turn


def decide_over_bare(count: int = 1_000, rounds: int = 40) -> float:
    """W1 warm over the bare call."""
    ours = Ours.of(w1(count))
    return interleaved(deciding(ours.organization, ours.requests), bare(ours.requests), rounds)


def reference_over_decide(count: int = 60, rounds: int = 25) -> float:
    """The reference over W1 warm, on the same requests."""
    ours = Ours.of(w1(count))
    authorizer = lampolicy.Authorizer(ours.organization)

    def by_reference() -> None:
        for request in ours.requests:
            ours.by_reference(authorizer, request)

    return interleaved(by_reference, deciding(ours.organization, ours.requests), rounds)


def growth(few: int = 100, many: int = 10_000, count: int = 300, rounds: int = 15) -> float:
    """W3 with many statements over few, memo off."""
    turns = []
    for size in (many, few):
        ours = Ours.of(w3(size), count)
        turns.append(deciding(ours.organization, ours.requests, memo_limit=0))
    return interleaved(turns[0], turns[1], rounds)


HOPELESS = 6.0
"""A ratio that needs no further case: backtracking would take years for the next."""


def hostile_doubling(rounds: int = 5) -> float:
    """The largest ratio of a text twice as long to the text, over patterns that are worst for somebody."""
    worst = 0.0
    for name, (front, repeated, times, end, of_text, length) in _GROWING.items():
        pattern = front + repeated * times + end
        short, long = (hostile_case(name, pattern, of_text * (size // len(of_text))) for size in (length, 2 * length))
        worst = max(worst, _doubling(long, short, rounds))
        if worst > HOPELESS:
            break
    return worst


_GROWING: Mapping[str, tuple[str, str, int, str, str, int]] = {
    # what stands in front, what is repeated, how often, what ends the pattern, what the text repeats, its length
    "(a*) x 3": ("", "a*", 3, "b", "a", 150),
    "(a*)": ("", "a*", 200, "b", "a", 2_000),
    "(*a)": ("", "*a", 200, "b", "a", 2_000),
    "(a?)": ("*", "a?", 200, "b*", "a", 2_000),
    "(ab?)": ("*", "ab?", 130, "c*", "ab", 2_000),
    "(a*?)": ("", "a*?", 130, "b", "a", 2_000),
    "literal": ("*", "a", 400, "b*", "a", 2_000),
}


def _doubling(long: Workload, short: Workload, rounds: int) -> float:
    turns = [deciding(Ours.of(w).organization, Ours.of(w).requests * 5, memo_limit=0) for w in (long, short)]
    return interleaved(turns[0], turns[1], rounds)


def hostile_worst(names: Iterable[str] | None = None) -> float:
    """Microseconds of the slowest first decision over the cases of W4, each the least of three."""
    wanted = set(cases() if names is None else names)
    return max(_least(workload) for workload in w4() if workload.name in wanted)


def _least(workload: Workload) -> float:
    ours = Ours.of(workload)
    taken = []
    for _ in range(3):
        organization = ours.cold().organization
        taken.append(_taken(deciding(organization, ours.requests)))
    return min(taken) * 1e6


def memo_bounded(few: int = 4_000, many: int = 20_000, limit: int = 1_000) -> float:
    """Memory held after many questions over that after few, where the memo is limited."""
    ours = Ours.of(w1(10))
    request = ours.requests[0]
    base = request.resource.rsplit(":", 1)[0] if request.resource.count(":") > 6 else request.resource
    authorizer = lampolicy.Authorizer(ours.organization, memo_limit=limit, plan_limit=limit)
    held = []
    tracemalloc.start()
    try:
        for start, end in pairwise((0, few, many)):
            for number in range(start, end):
                authorizer.allows(request.principal, request.action, f"{base}:{number}", request.context)
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    return held[1] / held[0]


IMPORT = "import lampolicy"
DECISION = """
role = lampolicy.RoleSession("arn:aws:iam::111111111111:role/app")
policy = lampolicy.Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}, kind="identity")
request = lampolicy.Request(role, "s3:GetObject", "arn:aws:s3:::b/k")
assert lampolicy.authorize(request, lampolicy.Policies(identity=[policy]))
"""


def start_over_python(program: str = IMPORT, rounds: int = 9) -> float:
    """Starting Python and running a program over starting Python, as pairs of processes."""
    compileall.compile_dir(Path(lampolicy.__file__).parent, quiet=2)
    ratios = []
    for number in range(-1, rounds):
        ratio = _taken_by_child(program) / _taken_by_child("pass")
        if number >= 0:
            ratios.append(ratio)
    return statistics.median(ratios)


def _taken_by_child(program: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(program)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def modules(program: str) -> list[str]:
    """The modules a program loads beyond those of bare Python."""
    code = f"import sys\nbefore = set(sys.modules)\n{program}\nprint(*sorted(set(sys.modules) - before))"
    return _python(code).split()


def _python(program: str) -> str:
    places = [str(Path(lampolicy.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout


def figures(breakage: Breakage) -> dict[str, Callable[[], float]]:
    """How the figure of every gate is taken."""
    extra = breakage.imports
    return {
        "decide-over-bare": decide_over_bare,
        "reference-over-decide": reference_over_decide,
        "growth": growth,
        "hostile-doubling": hostile_doubling,
        "hostile-worst": hostile_worst,
        "memo-bounded": memo_bounded,
        "import-over-python": lambda: start_over_python(IMPORT + extra),
        "decision-over-python": lambda: start_over_python(IMPORT + extra + DECISION),
        "modules-after-import": lambda: float(len(modules(IMPORT + extra))),
        "modules-after-decision": lambda: float(len(modules(IMPORT + extra + DECISION))),
    }


def run(broken: str | None = None, only: Sequence[str] = ()) -> int:
    """Measure every gate, or those named, and say which are green.

    Args:
        broken: What to break on purpose first (`benchmarks.breaking`).
        only: Names of gates; if empty, all, or those that what is broken must turn red: others may never end then.

    Returns:
        0 if all are green, otherwise 1.
    """
    gates = read_gates()
    red = 0
    with Breakage.of(broken) as breakage:
        if broken:
            print(f"broken on purpose: {breakage.what}")
        wanted = only or breakage.gates or tuple(gates)
        for name, figure in figures(breakage).items():
            if name not in wanted:
                continue
            gate, started = gates[name], time.perf_counter()
            found = figure()
            green = gate.passes(found)
            red += not green
            took = time.perf_counter() - started
            state = "green" if green else "RED  "
            print(f"{state}  {name:24}{found:10,.2f}  {gate.bound:12} {gate.what} ({took:.0f} s)", flush=True)
    print("all green" if not red else f"{red} red")
    return 1 if red else 0
