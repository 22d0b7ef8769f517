"""Peers are measured by one loop, compared with what is right, and never left out in silence."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import hostile, side_by_side
from benchmarks.peers import OURS, PEERS, Answer, Contender, Inexpressible, Peer
from benchmarks.peers import _cedar_text as cedar
from benchmarks.peers import _flat as flat
from benchmarks.peers._loop import measure
from benchmarks.side_by_side import Outcome, Plan
from benchmarks.workloads import Asked, Workload, cases, hostile_case, w1, w3


def silent(text: str) -> None:
    """Nobody watches."""
    del text


class Stubborn(Peer[Asked]):
    """Denies everything, and has no words for services."""

    name = "stubborn"
    package = "lampolicy"

    def load(self, workload: Workload) -> None:
        self.loaded = workload.name

    def expresses(self, asked: Asked) -> bool:
        return not asked.is_service

    def prepare(self, asked: Asked) -> Asked:
        return asked

    def decide(self, ready: Asked) -> bool:
        return ready.action == "nothing:AtAll"


def test_what_a_peer_has_no_words_for_is_neither_asked_nor_counted_as_wrong() -> None:
    workload = w1(200)
    answer = measure(Stubborn(), workload, limit=200, seconds=0.2)
    expected = side_by_side.expectations(Plan(workload, 200, 200, 1))
    outcome = Outcome("waiting")
    side_by_side.record(outcome, answer, expected)
    people = [right for right, asked in zip(expected, workload.asked(), strict=True) if not asked.is_service]

    assert outcome.status == "measured"
    assert outcome.asked == 200
    assert outcome.expressed == len(people)
    assert outcome.wrong == sum(people) > 0


def test_a_peer_without_words_for_a_workload_says_why() -> None:
    class Speechless(Stubborn):
        def load(self, workload: Workload) -> None:
            raise Inexpressible(f"no words for {workload.name}")

    outcome = Outcome("waiting")
    side_by_side.record(outcome, measure(Speechless(), w1(10), 10, 0.1), [True] * 10)

    assert (outcome.status, outcome.remark, outcome.asked) == ("inexpressible", "no words for W1", 10)
    assert outcome.rounds == []


def test_a_peer_that_is_not_installed_is_reported_as_absent() -> None:
    nowhere = Contender("nowhere", "no-such-package-of-anybody", "python", "", "benchmarks.peers._nowhere")
    found = side_by_side.run([Plan(w3(10, 20), 20, 20, 1)], [nowhere], silent)["W3-10"]

    assert found["nowhere"].status == "absent"
    assert found["nowhere"].remark == "no-such-package-of-anybody is not installed"
    assert found["nowhere"].rounds == []
    assert found[OURS.name].status == "measured"
    assert found[OURS.name].wrong == 0


def test_a_package_for_node_is_absent_where_it_was_not_installed(tmp_path: Path) -> None:
    (wasm,) = (p for p in PEERS if p.name == "cedar-wasm")

    assert wasm.version(tmp_path) is None


def test_a_peer_that_fails_is_reported_with_what_it_said() -> None:
    broken = Contender("broken", "pytest", "python", "", "benchmarks.peers._no_such_module")
    found = side_by_side.run([Plan(w3(10, 5), 5, 5, 1)], [broken], silent)["W3-10"]["broken"]

    assert found.status == "failed"
    assert "No module named 'benchmarks.peers._no_such_module'" in found.remark


def test_ratios_are_taken_within_a_round() -> None:
    ours = Outcome("measured", figures={"warm": [1.0, 10.0, 2.0]})
    peer = Outcome("measured", rounds=[100.0, 2_000.0, 300.0])
    side_by_side.compare({OURS.name: ours, "peer": peer})

    assert peer.ratios == {"warm": 150.0}


def test_a_process_that_hangs_is_ended_and_its_case_named() -> None:
    program = (
        "import json, sys, time\n"
        "for job in sys.argv[1:]:\n"
        "    name = json.load(open(job))['name']\n"
        "    if name == 'slow': time.sleep(60)\n"
        "    print(json.dumps(dict(version='1', decisions=[False], microseconds=1.5, passes=1, loaded=0, memory=1)),"
        " flush=True)\n"
    )

    class Hanging(Contender):
        def command(self, jobs: list[Path], limit: int, seconds: float) -> list[str]:
            del limit, seconds
            return [shutil.which("python3") or "python3", "-c", program, *map(str, jobs)]

        def version(self, packages: Path = Path()) -> str | None:
            del packages
            return "1"

    workloads = [hostile_case(name, "a*b", "ab") for name in ("quick", "slow", "late")]
    found = hostile.theirs(
        Hanging("hanging", "x", "python", "", "x"),
        workloads,
        {"quick": False, "slow": False, "late": True},
        0.3,
        silent,
    )

    assert found.hung == ["slow"]
    assert found.cases == {"quick": 1.5, "slow": None, "late": 1.5}
    assert found.wrong == ["late"]


def _installed(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("peer", [p for p in PEERS if p.language == "python"], ids=lambda p: p.name)
def test_a_peer_that_is_there_decides_as_it_is_known_to(peer: Contender) -> None:
    if peer.version() is None or not _installed(peer.module):
        pytest.skip(f"{peer.package} is not installed")
    workload = w1(120)
    answer = measure(importlib.import_module(peer.module).PEER(), workload, 120, 1.0)
    outcome = Outcome("waiting")
    side_by_side.record(outcome, answer, side_by_side.expectations(Plan(workload, 120, 120, 1)))

    assert outcome.status == "measured"
    assert outcome.expressed > 0
    # moto reads no conditions, MiniStack no time of the request; all others have all it takes.
    assert outcome.wrong == 0 or peer.name in {"moto", "MiniStack"}


class _Rules:
    """The flat rules themselves, decided literally: what every translated peer starts from."""

    def __init__(self, workload: Workload) -> None:
        self.rules = flat.flatten(workload)

    def allows(self, asked: Asked) -> bool:
        holding = [r for r in self.rules if all(_holds(t, flat.facts(asked)) for t in r.tests)]
        return bool(holding) and all(rule.allow for rule in holding)


def _holds(test: flat.Test, facts: Mapping[str, str]) -> bool:
    from fnmatch import fnmatchcase
    from ipaddress import ip_address, ip_network

    value = facts.get(test.subject)
    if value is None:
        return False
    match test.kind:
        case "equals":
            return value in test.values
        case "like":
            return any(fnmatchcase(value, v) for v in test.values)
        case "network":
            return any(ip_address(value) in ip_network(v) for v in test.values)
        case "after":
            return value > test.values[0]


@pytest.mark.parametrize("workload", [w1(400), w3(100, 200)], ids=lambda w: w.name)
def test_flat_rules_decide_as_the_reference_does(workload: Workload) -> None:
    rules = _Rules(workload)
    expected = side_by_side.expectations(Plan(workload, 400, 150, 1))

    assert [rules.allows(asked) for asked in workload.asked(400)] == expected


def test_cedar_has_no_words_for_a_question_mark() -> None:
    name = "(a*?) x 666"
    with pytest.raises(Inexpressible, match=r"no `\?`"):
        cedar.policies(hostile_case(name, *cases()[name]))


def test_an_answer_travels_as_json() -> None:
    answer = Answer("1", (True, None), 2.5, 3, 0.1, 20.0)
    value: dict[str, Any] = json.loads(json.dumps(answer, default=lambda a: {n: getattr(a, n) for n in a.__slots__}))

    assert list(Answer(**value).decisions) == [True, None]
