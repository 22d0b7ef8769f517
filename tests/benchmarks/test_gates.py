"""Every gate is red when what it guards is broken, and green otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import lampolicy
from benchmarks import gates
from benchmarks.breaking import BREAKAGES, Breakage
from benchmarks.gates import read_gates

GATES = read_gates()
SMALL: dict[str, Callable[[], float]] = {
    "decide-over-bare": lambda: gates.decide_over_bare(count=60, rounds=12),
    "reference-over-decide": lambda: gates.reference_over_decide(count=10, rounds=5),
    "growth": lambda: gates.growth(many=2_000, count=15, rounds=3),
    "hostile-doubling": lambda: gates.hostile_doubling(rounds=5),
    "hostile-worst": lambda: gates.hostile_worst(["(a*?) x 666", "*, (a?) x 999, b*"]),
    "memo-bounded": lambda: gates.memo_bounded(few=600, many=3_000, limit=100),
    "import-over-python": lambda: gates.start_over_python(rounds=3),
    "decision-over-python": lambda: gates.start_over_python(gates.IMPORT + gates.DECISION, rounds=3),
    "modules-after-import": lambda: float(len(gates.modules(gates.IMPORT))),
    "modules-after-decision": lambda: float(len(gates.modules(gates.IMPORT + gates.DECISION))),
}
BROKEN = {name: breakage for breakage in BREAKAGES.values() for name in breakage.gates}


@pytest.mark.parametrize("name", sorted(set(GATES) - {"decision-over-python"}))
def test_a_gate_is_green(name: str) -> None:
    assert GATES[name].passes(SMALL[name]())


@pytest.mark.parametrize("name", sorted(BROKEN.keys() - {"decision-over-python", "modules-after-decision"}))
def test_a_gate_is_red_when_what_it_guards_is_broken(name: str) -> None:
    with Breakage.of(BROKEN[name].name) as breakage:
        figure = SMALL[name]() if not breakage.imports else gates.figures(breakage)[name]()

    assert not GATES[name].passes(figure)


def test_every_gate_but_the_absolute_one_can_be_seen_red() -> None:
    assert GATES.keys() - BROKEN.keys() == {"hostile-worst"}


def test_the_absolute_bound_is_red_when_patterns_backtrack() -> None:
    with Breakage.of("patterns"):
        assert not GATES["hostile-worst"].passes(gates.hostile_worst(["(a*) x 4, b / a x 128"]))


def test_every_gate_has_a_figure_and_a_bound() -> None:
    assert gates.figures(BREAKAGES["import"]).keys() == GATES.keys() == SMALL.keys()
    assert all((g.at_most is None) is not (g.at_least is None) for g in GATES.values())


def test_what_was_broken_is_whole_again() -> None:
    before = [lampolicy.Authorizer]
    for name in BREAKAGES:
        with Breakage.of(name):
            pass

    assert [lampolicy.Authorizer] == before


def test_a_run_says_what_is_red_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert gates.run("import", ["modules-after-import"]) == 1

    said = capsys.readouterr().out
    assert "broken on purpose: pydantic and lark are loaded with lampolicy" in said
    assert "RED    modules-after-import" in said
    assert said.endswith("1 red\n")


def test_a_run_of_green_gates_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert gates.run(None, ["modules-after-import"]) == 0

    assert capsys.readouterr().out.endswith("all green\n")
