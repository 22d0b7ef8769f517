"""The workloads W1 to W6, the same on every machine, in a neutral form every peer can read."""

from benchmarks.workloads._checksums import ChangedWorkload, Record, checksum_of_all, compare
from benchmarks.workloads._shape import NO_MOMENT, SEED, START, Asked, Document, Entity, Workload, statements_of
from benchmarks.workloads._w1 import w1
from benchmarks.workloads._w2 import w2
from benchmarks.workloads._w3 import SIZES, w3
from benchmarks.workloads._w4 import LONGEST_PATTERN, LONGEST_TEXT, cases, hostile_case, w4
from benchmarks.workloads._w5 import (
    NoManagedPolicies,
    managed_checksum,
    managed_json,
    managed_policies,
    moto_version,
)
from benchmarks.workloads._w6 import ROWS, w6, w6_checksum

__all__ = [
    "LONGEST_PATTERN",
    "LONGEST_TEXT",
    "NO_MOMENT",
    "ROWS",
    "SEED",
    "SIZES",
    "START",
    "Asked",
    "ChangedWorkload",
    "Document",
    "Entity",
    "NoManagedPolicies",
    "Record",
    "Workload",
    "cases",
    "checksum_of_all",
    "compare",
    "hostile_case",
    "managed_checksum",
    "managed_json",
    "managed_policies",
    "moto_version",
    "statements_of",
    "w1",
    "w2",
    "w3",
    "w4",
    "w6",
    "w6_checksum",
]
