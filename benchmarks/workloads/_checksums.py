"""What every workload must be, byte for byte, so that two runs are about the same work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.workloads._shape import Workload

RECORD = Path(__file__).with_name("checksums.json")
NEED_MOTO = frozenset({"W2", "W5"})


class ChangedWorkload(RuntimeError):  # noqa: N818 - a finding
    """A workload that depends on nothing but its seed is not what was recorded."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was recorded.

    Attributes:
        moto: The version of `moto` whose policies W2 and W5 are made of.
        checksums: The sha256 of each workload.
        hostile: What the reference says about each case of W4, which takes it minutes.
    """

    moto: str
    checksums: Mapping[str, str]
    hostile: Mapping[str, bool]

    @classmethod
    def read(cls, path: Path = RECORD) -> Record:
        """Read the record of the project."""
        value = json.loads(path.read_text())
        return cls(value["moto"], value["checksums"], value["hostile"])

    def write(self, path: Path = RECORD) -> None:
        """Keep it."""
        value = {"moto": self.moto, "checksums": dict(sorted(self.checksums.items())), "hostile": dict(self.hostile)}
        path.write_text(json.dumps(value, indent=2) + "\n")


def compare(record: Record, found: Mapping[str, str], moto: str) -> list[str]:
    """Say what differs from the record; empty where nothing does.

    Raises:
        ChangedWorkload: A workload made from the seed alone differs: its generator was changed.
    """
    said = []
    for name, checksum in found.items():
        kept = record.checksums.get(name)
        if kept == checksum:
            continue
        if name not in NEED_MOTO:
            raise ChangedWorkload(f"{name} has sha256 {checksum}, recorded is {kept}: its generator changed")
        why = f"moto {moto} carries other AWS managed policies than moto {record.moto}"
        if moto == record.moto:
            raise ChangedWorkload(f"{name} has sha256 {checksum}, recorded for this moto is {kept}")
        said.append(f"{name} is not the recorded workload ({checksum[:12]}, not {(kept or 'none')[:12]}): {why}")
    return said


def checksum_of_all(workloads: Iterable[Workload]) -> str:
    """One sha256 over many workloads."""
    return sha256("".join(w.checksum for w in workloads).encode()).hexdigest()
