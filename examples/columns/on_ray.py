"""Decide a trail with Ray Data: `python examples/columns/on_ray.py` (needs `lampolicy[distributed]`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lampolicy as lp
from lampolicy.bulk import TableDecider

if TYPE_CHECKING:
    import ray.data


def decide(rows: ray.data.Dataset, organization: lp.Organization) -> ray.data.Dataset:
    """Decide every row of a dataset; each worker is sent the organization once and compiles it once."""
    import ray

    sent = ray.put(TableDecider(organization, keep=["event"], dictionaries=False))
    return rows.map_batches(lambda table: ray.get(sent).table(table), batch_format="pyarrow")


if __name__ == "__main__":
    import ray
    from trail import ORGANIZATION, trail

    ray.init(num_cpus=2, include_dashboard=False)
    decided = decide(ray.data.from_arrow(trail(10_000)), lp.load_organization(ORGANIZATION))
    print(decided.groupby("decision").count().take_all())
