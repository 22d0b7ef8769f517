"""Everybody in one run: one process for each peer and workload, round after round, decisions checked before figures."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.ours import Ours
from benchmarks.peers import OURS, PEERS, ROOT, WORK, Answer, Contender, Inexpressible
from benchmarks.peers import _cedar_text as cedar
from benchmarks.workloads import Workload

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of a workload is asked.

    Attributes:
        workload: The workload.
        requests: How many of its requests peers are asked at most; lampolicy decides them all.
        referenced: How many of them the reference decides too.
        rounds: How often everybody has a turn.
        seconds: How long a peer may go on.
        limit: After how many seconds a process is ended.
    """

    workload: Workload
    requests: int
    referenced: int
    rounds: int
    seconds: float = 1.5
    limit: float = 60.0


@dataclass
class Outcome:
    """What came of one peer on one workload.

    Attributes:
        status: `measured`, `absent`, `inexpressible`, `cut off` or `failed`.
        remark: Why, where it was not measured.
        version: The peer's version.
        rounds: Microseconds a decision, of every round.
        ratios: How many times lampolicy's figure of the same round that is, by regime of lampolicy.
        asked: How many requests it was asked about.
        expressed: How many of them it had words for.
        wrong: How many of those it decided otherwise than the reference.
        memory: Its largest resident size in MiB.
        loaded: Seconds it took to parse the policies.
        figures: lampolicy's own regimes, of every round.
    """

    status: str
    remark: str = ""
    version: str | None = None
    rounds: list[float] = field(default_factory=list[float])
    ratios: dict[str, float] = field(default_factory=dict[str, float])
    asked: int = 0
    expressed: int = 0
    wrong: int = 0
    memory: float = 0.0
    loaded: float = 0.0
    figures: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    @property
    def microseconds(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)


def run(plans: Sequence[Plan], peers: Sequence[Contender], say: Say) -> dict[str, dict[str, Outcome]]:
    """Measure everybody on every workload.

    Returns:
        Outcomes by workload and peer; lampolicy's own among them.

    Raises:
        EngineDisagrees: lampolicy's engine and reference differ; nothing is measured then.
    """
    return {plan.workload.name: _side_by_side(plan, peers, say) for plan in plans}


def _side_by_side(plan: Plan, peers: Sequence[Contender], say: Say) -> dict[str, Outcome]:
    name = plan.workload.name
    say(f"{name}: comparing engine and reference")
    expected = expectations(plan)
    outcomes = {peer.name: _beginning(peer) for peer in (OURS, *peers)}
    jobs = dict(_jobs(plan, peers, outcomes))
    for number in range(plan.rounds):
        for peer in (OURS, *peers):
            outcome = outcomes[peer.name]
            if outcome.status in ("measured", "waiting"):
                say(f"{name}: round {number + 1} of {plan.rounds}, {peer.name}")
                _turn(peer, jobs[peer.name], plan, outcome, expected)
    compare(outcomes)
    return outcomes


def expectations(plan: Plan) -> list[bool]:
    """What is right: the reference's answers as far as it is asked, then the engine's, which agreed with it so far."""
    ours = Ours.of(plan.workload, plan.requests)
    by_reference = ours.check(ours.requests[: plan.referenced])
    authorizer = ours.cold()
    rest = ours.requests[plan.referenced :]
    return by_reference + [authorizer.allows(r.principal, r.action, r.resource, r.context) for r in rest]


def _beginning(peer: Contender) -> Outcome:
    version = peer.version()
    if version is None and peer is not OURS:
        return Outcome("absent", f"{peer.package} is not installed")
    return Outcome("waiting", version=version)


def _jobs(plan: Plan, peers: Sequence[Contender], outcomes: Mapping[str, Outcome]) -> Iterator[tuple[str, Path]]:
    neutral = written(plan.workload)
    for peer in (OURS, *peers):
        if peer.job == "neutral":
            yield peer.name, neutral
        elif outcomes[peer.name].status == "waiting":
            try:
                yield peer.name, cedar_job(plan.workload, plan.requests)
            except Inexpressible as reason:
                outcomes[peer.name].status, outcomes[peer.name].remark = "inexpressible", str(reason)
                outcomes[peer.name].asked = plan.requests


def written(workload: Workload) -> Path:
    """The file that holds a workload."""
    path = WORK / "data" / f"{workload.checksum[:16]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        path.write_bytes(workload.to_json())
    return path


def cedar_job(workload: Workload, requests: int) -> Path:
    """The file that holds a workload in Cedar's own form."""
    path = WORK / "data" / f"{workload.checksum[:16]}.cedar.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    job = {"policies": cedar.policies(workload), "requests": [cedar.request(a) for a in workload.asked(requests)]}
    path.write_text(json.dumps(job))
    return path


def environment() -> dict[str, str]:
    """What every measured process runs in: one thread, fixed hashes, this checkout."""
    places = [str(ROOT / "src"), str(ROOT)]
    single = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "ARROW_NUM_THREADS", "GOMAXPROCS"), "1")
    return {**os.environ, **single, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(places)}


def _turn(peer: Contender, job: Path, plan: Plan, outcome: Outcome, expected: Sequence[bool]) -> None:
    command = peer.command([job], plan.requests, plan.seconds)
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours
            command, env=environment(), cwd=WORK, capture_output=True, text=True, timeout=plan.limit, check=False
        )
    except subprocess.TimeoutExpired:
        outcome.status, outcome.remark = "cut off", f"no answer within {plan.limit:.0f} s"
        return
    if done.returncode != 0 or not done.stdout.strip():
        outcome.status, outcome.remark = "failed", _last_line(done.stderr)
        return
    record(outcome, Answer(**json.loads(done.stdout)), expected)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it said nothing")[:300]


def record(outcome: Outcome, answer: Answer, expected: Sequence[bool]) -> None:
    """Add one round's answer, its decisions compared with what is right."""
    outcome.version = answer.version
    if answer.inexpressible is not None:
        outcome.status, outcome.remark = "inexpressible", answer.inexpressible
        outcome.asked = len(expected)
        return
    decided = [(got, right) for got, right in zip(answer.decisions, expected, strict=False) if got is not None]
    outcome.asked, outcome.expressed = len(answer.decisions), len(decided)
    outcome.wrong = sum(got is not right for got, right in decided)
    if answer.microseconds is None:
        outcome.status, outcome.remark = "inexpressible", "no words for any of the requests"
        return
    outcome.status = "measured"
    outcome.rounds.append(answer.microseconds)
    outcome.memory, outcome.loaded = answer.memory, answer.loaded
    for name, figure in (answer.figures or {}).items():
        outcome.figures.setdefault(name, []).append(figure)


def compare(outcomes: Mapping[str, Outcome]) -> None:
    """Work out how many times lampolicy's figure of the same round each peer takes."""
    ours = outcomes[OURS.name]
    for outcome in outcomes.values():
        for regime, figures in ours.figures.items():
            pairs = list(zip(outcome.rounds, figures, strict=False))
            if pairs and outcome is not ours:
                outcome.ratios[regime] = statistics.median(peer / mine for peer, mine in pairs)


__all__ = ["PEERS", "Outcome", "Plan", "compare", "environment", "expectations", "record", "run", "written"]
