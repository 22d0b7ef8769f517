"""Cedar through its Python bindings: a parsed `PolicySet` and `Entities`, and one call a decision."""

from __future__ import annotations

from typing import ClassVar

import cedarpy

from benchmarks.peers import _cedar_text
from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Workload


class Cedarpy(Peer[dict[str, object]]):
    """`cedarpy.is_authorized` with everything parsed beforehand."""

    name: ClassVar[str] = "cedarpy"
    package: ClassVar[str] = "cedarpy"

    def load(self, workload: Workload) -> None:
        """Parse the rules."""
        self._policies = cedarpy.PolicySet.from_str(_cedar_text.policies(workload))
        self._entities = cedarpy.Entities.from_json_str("[]")

    def prepare(self, asked: Asked) -> dict[str, object]:
        """Write it as cedarpy takes it."""
        return _cedar_text.request(asked)

    def decide(self, ready: dict[str, object]) -> bool:
        """Ask Cedar."""
        return bool(cedarpy.is_authorized(ready, self._policies, self._entities).allowed)


PEER = Cedarpy
