"""W6: ten million rows sampled from W2, some far more often than others."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from benchmarks.workloads._shape import SEED

ROWS = 10_000_000


def w6(of: int = 100_000, count: int = ROWS) -> Any:  # noqa: ANN401 - numpy is optional
    """`count` numbers of rows of a W2 with `of` rows, as 32-bit integers; needs numpy."""
    import numpy as np

    rng = np.random.Generator(np.random.PCG64(SEED + 6))
    ranks = np.minimum((rng.random(count) ** 3 * of).astype(np.int64), of - 1)
    order = np.argsort(rng.random(of), kind="stable")
    return order[ranks].astype(np.int32)


def w6_checksum(numbers: Any) -> str:  # noqa: ANN401 - as `w6`
    """The sha256 of the rows' numbers, little-endian."""
    return sha256(bytes(numbers.astype("<i4").tobytes())).hexdigest()
