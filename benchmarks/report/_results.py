"""The results of a run, asked for by name; what was not measured is `None`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any, TypeAlias

from benchmarks.peers import OURS, PEERS
from benchmarks.peers._ours import ALLOWS, FIRST, MANY, OFF, WARM

REGIMES = (FIRST, OFF, WARM)
ALL_REGIMES = (*REGIMES, ALLOWS, MANY)
Value: TypeAlias = dict[str, Any]


class Results:
    """What `benchmarks/results.json` holds."""

    def __init__(self, value: Mapping[str, object]) -> None:
        """Take the JSON."""
        self.value: Value = dict(value)

    @property
    def workloads(self) -> list[str]:
        """Workloads that were measured side by side, in order."""
        return list(self.value["side by side"])

    @property
    def growing(self) -> dict[int, str]:
        """Those that grow, by their number of statements."""
        return {int(name.removeprefix("W3-")): name for name in self.workloads if name.startswith("W3-")}

    def outcome(self, workload: str, peer: str) -> Value | None:
        """What came of a peer on a workload."""
        found: Value | None = self.value["side by side"].get(workload, {}).get(peer)
        return found

    def ours(self, workload: str, regime: str) -> float | None:
        """Our microseconds: pyperf's where it measured, otherwise the median of the rounds beside the peers."""
        published = self.value["published"].get(f"{workload} {regime}")
        if isinstance(published, dict):
            return float(published["us"])
        rounds = (self.outcome(workload, OURS.name) or {}).get("figures", {}).get(regime)
        return statistics.median(rounds) if rounds else None

    def deviation(self, workload: str, regime: str) -> float | None:
        """The standard deviation pyperf found."""
        published = self.value["published"].get(f"{workload} {regime}")
        return float(published["deviation"]) if isinstance(published, dict) else None

    def theirs(self, workload: str, peer: str) -> float | None:
        """A peer's microseconds: the median of the rounds."""
        rounds = (self.outcome(workload, peer) or {}).get("rounds")
        return statistics.median(rounds) if rounds else None

    def ratio(self, workload: str, peer: str, regime: str) -> float | None:
        """How many times our figure of the same round a peer takes."""
        found = (self.outcome(workload, peer) or {}).get("ratios", {}).get(regime)
        return None if found is None else float(found)

    def best_peer(self, workload: str, regime: str) -> tuple[float, str] | None:
        """The peer with the smallest ratio among those that decided everything right."""
        found = [
            (ratio, peer.name)
            for peer in PEERS
            if (ratio := self.ratio(workload, peer.name, regime)) is not None and not self.wrong(workload, peer.name)
        ]
        return min(found, default=None)

    def wrong(self, workload: str, peer: str) -> int:
        """How many decisions of a peer were wrong."""
        return int((self.outcome(workload, peer) or {}).get("wrong", 0))

    def start(self, name: str) -> float | None:
        """Milliseconds to start a program: the median."""
        found = self.value["start"].get(name)
        return statistics.median(found) if isinstance(found, list) and found else None

    def cost(self, kind: str, name: str) -> float | None:
        """One of the costs beside a decision."""
        found = self.value["costs"].get(kind, {}).get(name)
        return float(found) if isinstance(found, int | float) else None

    def column(self, name: str) -> float | None:
        """One figure of the columns."""
        found = self.value["columns"].get(name)
        return float(found) if isinstance(found, int | float) else None

    @property
    def hostile_worst(self) -> dict[str, tuple[float, str]]:
        """Our slowest case of W4 by regime."""
        ours = self.value["hostile"]["ours"]
        return {regime: max((taken, name) for name, taken in cases.items()) for regime, cases in ours.items()}

    @property
    def floor(self) -> float:
        """W1 warm over a bare call with three look-ups."""
        return float(self.value["floor"]["W1 warm over bare"])


def over(one: float | None, other: float | None) -> float | None:
    """One figure over another, where both are there."""
    return None if one is None or not other else one / other
