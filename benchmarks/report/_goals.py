"""The goals, what must be and what would be better, and what a run has reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.peers._ours import FIRST, OFF, WARM
from benchmarks.report._results import Results, over
from benchmarks.report._table import Table, figure

YAMS = {"W1": 7.9, "W2": 50.5}
"""Microseconds a decision of yams (Go), measured in 2026 on another day: quoted, not rebuilt."""
THERE = {"cedarpy": 77.0, "vakt": 20.3, "iam-simulate core": 491.0}
"""Microseconds a decision on W1 of peers that ran beside yams on that day."""
YAMS_ROWS = 20_000.0
YAMS_TRACING = 42.0


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal.

    Attributes:
        what: What is measured.
        must: What it must be.
        stretch: What would be better.
        unit: The unit of all three.
        reached: What a run has reached; `None` where that was not measured.
        least: Whether larger is better.
        quoted: Whether the other side is a quoted figure.
    """

    what: str
    must: float
    stretch: float
    unit: str
    reached: Callable[[Results], float | None]
    least: bool = False
    quoted: bool = False

    def verdict(self, found: float | None) -> str:
        """In a word."""
        if found is None:
            return "not measured"
        if self._within(found, self.stretch):
            return "stretch"
        return "must" if self._within(found, self.must) else "**missed**"

    def _within(self, found: float, bound: float) -> bool:
        return found >= bound if self.least else found <= bound


def _ratio(workload: str, peer: str, regime: str) -> Callable[[Results], float | None]:
    return lambda r: r.ratio(workload, peer, regime)


def _against_yams(workload: str, regime: str) -> Callable[[Results], float | None]:
    return lambda r: over(YAMS[workload], r.ours(workload, regime))


def _growth(r: Results) -> float | None:
    return over(r.ours("W3-100000", OFF), r.ours("W3-100", OFF))


def _best(r: Results) -> float | None:
    found = r.best_peer("W3-10000", OFF)
    return None if found is None else found[0]


def _hostile(r: Results) -> float | None:
    return r.hostile_worst["memo off"][0]


def _import(r: Results) -> float | None:
    ours, bare = r.start("import lampolicy"), r.start("bare Python")
    return None if ours is None or bare is None else ours - bare


def _load(r: Results) -> float | None:
    typed, filed = r.cost("load", "typed ms"), r.cost("load", "filed ms")
    return None if typed is None or filed is None else typed + filed


def _start_over(peer: str) -> Callable[[Results], float | None]:
    return lambda r: over(r.start("lampolicy, first decision"), r.start(f"{peer}, first decision"))


CORE = "iam-simulate core"
GOALS = (
    Goal("W1 warm, cedarpy over ours", 80, 150, "x", _ratio("W1", "cedarpy", WARM), least=True),
    Goal("W1 warm, iam-simulate core over ours", 400, 800, "x", _ratio("W1", CORE, WARM), least=True),
    Goal("W1 warm, yams over ours", 8, 15, "x", _against_yams("W1", WARM), least=True, quoted=True),
    Goal("W1 memo off, iam-simulate core over ours", 120, 250, "x", _ratio("W1", CORE, OFF), least=True),
    Goal("W1 memo off, yams over ours", 3, 5, "x", _against_yams("W1", OFF), least=True, quoted=True),
    Goal("W2 warm, iam-simulate core over ours", 1_000, 2_500, "x", _ratio("W2", CORE, WARM), least=True),
    Goal("W2 warm, yams over ours", 40, 80, "x", _against_yams("W2", WARM), least=True, quoted=True),
    Goal("W2 memo off, yams over ours", 12, 25, "x", _against_yams("W2", OFF), least=True, quoted=True),
    Goal("W2 first sight, yams over ours", 6, 12, "x", _against_yams("W2", FIRST), least=True, quoted=True),
    Goal("W3 memo off, 100,000 statements over 100", 3, 1.5, "x", _growth),
    Goal("W3 memo off at 10,000, best peer over ours", 200, 450, "x", _best, least=True),
    Goal("W4, worst case, memo off", 100, 30, "us", _hostile),
    Goal("W5, all managed policies typed and filed by action", 60, 30, "ms", _load),
    Goal("`import lampolicy` over bare Python", 15, 10, "ms", _import),
    Goal("process start to first decision, over cedarpy's", 0.8, 0.55, "x", _start_over("cedarpy")),
    Goal("process start to first decision, over iam-simulate's", 0.3, 0.2, "x", _start_over(CORE)),
    Goal(
        "W6, coded columns warm, over yams row by row",
        1_000,
        2_000,
        "x",
        lambda r: over(r.column("warm rows/s"), YAMS_ROWS),
        least=True,
        quoted=True,
    ),
    Goal("a row of JSON in, decided (orjson and `decide`)", 2.5, 1.2, "us", lambda r: r.cost("json rows", "us")),
    Goal(
        "every statement's outcome (W1), iam-simulate core over ours",
        20,
        40,
        "x",
        lambda r: over(r.theirs("W1", CORE), r.cost("explanation", "W1 trace us")),
        least=True,
    ),
    Goal("`decide`, W1 warm, over a bare call with three look-ups", 8, 4.5, "x", lambda r: r.floor),
)


def goals_table(results: Results) -> Table:
    """All goals and what was reached."""
    rows = []
    for goal in GOALS:
        found = goal.reached(results)
        sign = ">=" if goal.least else "<="
        reached = "-" if found is None else f"{figure(found)} {goal.unit}".replace(" x", "x")
        what = goal.what + (" (quoted)" if goal.quoted else "")
        bounds = [f"{sign} {figure_of_bound(b)} {goal.unit}".replace(" x", "x") for b in (goal.must, goal.stretch)]
        rows.append((what, *bounds, reached, goal.verdict(found)))
    return Table(("goal", "must", "stretch", "reached", ""), tuple(rows))


def scale(results: Results) -> str:
    """How the machine of the quoted figures compares with this one, by peers that ran on both."""
    both = [
        f"{peer} {figure(there)} us there and {figure(here)} us here"
        for peer, there in THERE.items()
        if (here := results.theirs("W1", peer)) is not None
    ]
    return f"On W1 peers that ran on both machines took: {', '.join(both)}." if both else ""


def figure_of_bound(bound: float) -> str:
    """A bound as it was set."""
    return f"{bound:,g}"


def missed(results: Results) -> list[str]:
    """The goals whose must is not reached, in words."""
    return [g.what for g in GOALS if g.verdict(g.reached(results)) == "**missed**"]
