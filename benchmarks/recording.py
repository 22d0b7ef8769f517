"""Record what the workloads are: `python -m benchmarks record`, after a generator has changed on purpose."""

from __future__ import annotations

from benchmarks.ours import Ours
from benchmarks.workloads import (
    SIZES,
    Record,
    Workload,
    checksum_of_all,
    managed_checksum,
    moto_version,
    w1,
    w2,
    w3,
    w4,
    w6,
    w6_checksum,
)


def record() -> int:
    """Write checksums, and what the reference says about each hostile case, which takes it some minutes."""
    small = w4()
    checksums = {w.name: w.checksum for w in (w1(), w2(), *map(w3, SIZES))}
    checksums |= {"W4": checksum_of_all(small), "W5": managed_checksum(), "W6": w6_checksum(w6())}
    Record(moto_version(), checksums, {w.name: _decided(w) for w in small}).write()
    return 0


def _decided(workload: Workload) -> bool:
    ours = Ours.of(workload)
    return ours.check(ours.requests)[0]
