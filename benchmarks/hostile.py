"""W4 put to everybody, case by case; whoever does not answer in time is ended and says so."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.ours import EngineDisagrees, Ours
from benchmarks.peers import WORK, Answer, Contender, Inexpressible
from benchmarks.peers._ours import ask
from benchmarks.side_by_side import cedar_job, environment, written
from benchmarks.workloads import Workload, cases
from lampolicy import Authorizer, Request

START_ALLOWANCE = 20.0
SAMPLES = 5
MOST_HANGS = 12
"""After how many a peer is asked no more."""


@dataclass
class Hostility:
    """How a peer fared.

    Attributes:
        status: `measured` or `absent`.
        cases: Microseconds a decision by case; `None` where it was ended.
        inexpressible: Cases it has no words for.
        wrong: Cases it decided otherwise than the reference.
        failed: What it said where it gave up.
        limit: Seconds after which it was ended.
    """

    status: str
    cases: dict[str, float | None] = field(default_factory=dict[str, float | None])
    inexpressible: list[str] = field(default_factory=list[str])
    wrong: list[str] = field(default_factory=list[str])
    failed: dict[str, str] = field(default_factory=dict[str, str])
    limit: float = 0.0
    not_asked: int = 0
    """How many cases were left when it had hung too often."""

    @property
    def hung(self) -> list[str]:
        """The cases in which it was ended."""
        return [name for name, taken in self.cases.items() if taken is None]

    @property
    def worst(self) -> tuple[float, str]:
        """The slowest case it answered."""
        return max(((taken, name) for name, taken in self.cases.items() if taken is not None), default=(0.0, ""))


SMALL = 200_000
"""Up to which product of pattern and text the reference is asked on every run; it takes seconds for the largest."""


def ours(workloads: Sequence[Workload], expected: Mapping[str, bool]) -> dict[str, dict[str, float]]:
    """Microseconds of lampolicy by regime and case: the match compiled within the time, and memo off.

    Args:
        workloads: The cases.
        expected: What the reference said of each when the workloads were recorded.

    Raises:
        EngineDisagrees: Engine and reference differ.
    """
    found: dict[str, dict[str, float]] = {"first sight": {}, "memo off": {}}
    for workload in workloads:
        made = Ours.of(workload)
        request = made.requests[0]
        if _size(workload) <= SMALL:
            made.check(made.requests)
        if made.cold().allows(request.principal, request.action, request.resource) is not expected[workload.name]:
            raise EngineDisagrees(f"the engine and what the reference said differ: {workload.name}")
        firsts, offs = [], []
        for _ in range(SAMPLES):
            cold = made.cold()
            firsts.append(_taken(cold, request))
            off = Authorizer(cold.organization, memo_limit=0)
            ask(off, request)
            offs.append(_taken(off, request))
        found["first sight"][workload.name] = min(firsts)
        found["memo off"][workload.name] = min(offs)
    return found


def _size(workload: Workload) -> int:
    pattern, text = cases()[workload.name]
    return len(pattern) * len(text)


def _taken(authorizer: Authorizer, request: Request) -> float:
    start = time.perf_counter()
    ask(authorizer, request)
    return (time.perf_counter() - start) * 1e6


def theirs(
    peer: Contender,
    workloads: Sequence[Workload],
    expected: Mapping[str, bool],
    limit: float,
    say: Callable[[str], None],
) -> Hostility:
    """Put every case to a peer.

    Args:
        peer: Who is asked.
        workloads: The cases, the first of them harmless: with it the time to start is over.
        expected: What the reference says of each.
        limit: Seconds to wait for an answer.
        say: Where to tell how far it is.
    """
    if peer.version() is None:
        return Hostility("absent")
    outcome = Hostility("measured", limit=limit)
    harmless, *waiting = list(_jobs(peer, workloads, expected, outcome))
    while waiting and len(outcome.hung) < MOST_HANGS:
        say(f"W4: {peer.name}, {len(waiting)} cases left")
        answered = 0
        lines = _lines(peer.command([job for _, job, _ in (harmless, *waiting)], 1, 0.05), limit)
        first = next(lines, None)
        if first is None:
            outcome.failed[harmless[0]] = "it did not start"
            return outcome
        _note(outcome, first, *harmless)
        for line in lines:
            if line is None or not _note(outcome, line, *waiting[answered]):
                break
            answered += 1
        if answered < len(waiting):
            name = waiting[answered][0]
            if name not in outcome.failed:
                outcome.cases[name] = None
        waiting = waiting[answered + 1 :]
    outcome.not_asked = len(waiting)
    return outcome


def _jobs(
    peer: Contender, workloads: Sequence[Workload], expected: Mapping[str, bool], outcome: Hostility
) -> Iterator[tuple[str, Path, bool]]:
    for workload in workloads:
        try:
            job = cedar_job(workload, 1) if peer.job == "cedar" else written(workload)
        except Inexpressible:
            outcome.inexpressible.append(workload.name)
            continue
        yield workload.name, job, expected[workload.name]


def _note(outcome: Hostility, line: str, name: str, _job: Path, right: bool) -> bool:  # noqa: FBT001 - one row
    try:
        answer = Answer(**json.loads(line))
    except (ValueError, TypeError):
        outcome.failed[name] = line[:200]
        return False
    if answer.microseconds is None:
        outcome.inexpressible.append(name)
        return True
    outcome.cases[name] = answer.microseconds
    if answer.decisions[0] is not right:
        outcome.wrong.append(name)
    return True


def _lines(command: list[str], limit: float) -> Iterator[str | None]:
    """What a process prints, line by line; `None` when it takes too long, and the process is ended."""
    process = subprocess.Popen(  # noqa: S603 - the command is ours
        command, env=environment(), cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    held, allowance = b"", START_ALLOWANCE
    try:
        while True:
            if not selector.select(timeout=allowance):
                yield None
                return
            part = os.read(process.stdout.fileno(), 1 << 16)
            if not part:
                return
            *whole, held = (held + part).split(b"\n")
            for line in whole:
                yield line.decode()
            if whole:
                allowance = limit
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        selector.close()
