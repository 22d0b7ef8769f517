"""Decide a trail with Spark: `python examples/columns/spark.py` (needs `lampolicy[distributed]` and Java 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lampolicy as lp
from lampolicy.bulk import TableDecider

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

DECISIONS = "event long, decision string, reason string, statement string"


def decide(frame: DataFrame, organization: lp.Organization) -> DataFrame:
    """Decide every row of a frame; each worker is sent the organization once and compiles it once."""
    decider = TableDecider(organization, keep=["event"], dictionaries=False)  # Spark reads no dictionaries
    sent = frame.sparkSession.sparkContext.broadcast(decider)
    return frame.mapInArrow(lambda batches: sent.value.batches(batches), DECISIONS)  # noqa: PLW0108 - opened there


if __name__ == "__main__":
    from pyspark.sql import SparkSession
    from trail import ORGANIZATION, trail

    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    decided = decide(spark.createDataFrame(trail(10_000)), lp.load_organization(ORGANIZATION))
    decided.groupBy("decision", "reason", "statement").count().show(truncate=60)
    spark.stop()
