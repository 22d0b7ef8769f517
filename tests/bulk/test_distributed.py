"""Spark and Ray, really run on this machine, give exactly the rows a single process gives."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

import lampolicy as lp
from lampolicy.bulk import TableDecider

COLUMNS = Path(__file__).parents[2] / "examples" / "columns"
ROWS = 5_000

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.filterwarnings("ignore"),  # what these libraries warn of is not ours to mend
]


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, COLUMNS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def trail() -> Any:
    return example("trail").trail(ROWS)


@pytest.fixture
def organization() -> lp.Organization:
    return lp.load_organization(COLUMNS.parent / "photo-service")


@pytest.fixture
def decided_here(trail: Any, organization: lp.Organization) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = TableDecider(organization, keep=["event"]).table(trail).to_pylist()
    assert {row["decision"] for row in rows} >= {"allowed", "refused", "implicitly_denied"}
    return rows


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYSPARK_DRIVER_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    builder = sql.SparkSession.builder.master("local[2]").appName("lampolicy")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "700",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_decides_the_same_rows(
    spark: Any, trail: Any, organization: lp.Organization, decided_here: list[dict[str, object]]
) -> None:
    frame = spark.createDataFrame(trail).repartition(4)
    decided = example("spark").decide(frame, organization).toArrow()
    assert sorted(decided.to_pylist(), key=lambda row: row["event"]) == decided_here


def test_spark_decides_maps_and_refuses_bad_rows(spark: Any, organization: lp.Organization) -> None:
    schema = "event long, principal string, action string, resource string, context map<string,array<string>>"
    ana, invoke = "arn:aws:iam::111122223333:user/ana", "lambda:InvokeFunction"
    function = "arn:aws:lambda:eu-west-1:444455556666:function:thumbnails:live"
    rows = [
        (0, ana, invoke, function, {"aws:RequestedRegion": ["eu-west-1"], "aws:TagKeys": ["a", "b"]}),
        (1, None, invoke, function, None),
        (2, ana, invoke, "nothing", {}),
    ]
    frame = spark.createDataFrame(rows, schema)
    there = example("spark").decide(frame, organization).toArrow().to_pylist()
    here = TableDecider(organization, keep=["event"]).table(frame.toArrow()).to_pylist()
    assert sorted(there, key=lambda row: row["event"]) == here
    assert [row["decision"] for row in here][1:] == ["refused", "refused"]


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = pytest.importorskip("ray", reason="ray is not installed")
        pytest.importorskip("ray.data", reason="ray.data is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    paths = os.pathsep.join(path for path in sys.path if path)
    module.init(
        num_cpus=2,
        include_dashboard=False,
        _node_ip_address="127.0.0.1",
        log_to_driver=False,
        object_store_memory=100_000_000,
        runtime_env={"env_vars": {"PYTHONPATH": paths}},
    )
    yield module
    module.shutdown()


def test_ray_decides_the_same_rows(
    ray: Any, trail: Any, organization: lp.Organization, decided_here: list[dict[str, object]]
) -> None:
    rows = ray.data.from_arrow(trail).repartition(4)
    decided = example("on_ray").decide(rows, organization).to_arrow_refs()
    table = pa.concat_tables(ray.get(decided))
    assert sorted(table.to_pylist(), key=lambda row: row["event"]) == decided_here
