"""Tables of every library, of every type, and what is wrong with some."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lampolicy import Authorizer, LampolicyError, Organization, Policy, RequestError
from lampolicy.bulk import RowError, TableDecider, TableError, decide_table
from lampolicy.bulk._progress import Progress
from lampolicy.bulk._reader import MOST_ITEMS
from lampolicy.names import FunctionArn
from lampolicy.organization import Account, Function, IamRole, IamUser

HOME = "111111111111"
ANA = f"arn:aws:iam::{HOME}:user/ana"
BEN = f"arn:aws:iam::{HOME}:user/ben"
APP = f"arn:aws:iam::{HOME}:role/team/app"
FUNCTION = f"arn:aws:lambda:us-east-1:{HOME}:function:f"
INVOKE = "lambda:InvokeFunction"
QUESTION = {"principal": [ANA], "action": [INVOKE], "resource": [FUNCTION]}


def identity(name: str, **condition: object) -> Policy:
    statement = {"Sid": name, "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    return Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind="identity", name="p")


def authorizer(**condition: object) -> Authorizer:
    """Ana may do everything under a condition; Ben's policy is not known."""
    from_bucket = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": INVOKE,
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}},
    }
    policy = Policy.parse({"Version": "2012-10-17", "Statement": from_bucket}, kind="function", name="f")
    arn = FunctionArn.parse(FUNCTION)
    return Authorizer(
        Organization(
            accounts=(Account(HOME),),
            users=(IamUser(ANA, inline=(identity("All", **condition),)), IamUser(BEN, attached=("arn:aws:iam::1:x",))),
            roles=(IamRole(APP, inline=(identity("All"),)),),
            functions=(Function(arn, policies=((arn, policy),)),),
        )
    )


def decisions(table: object, **condition: object) -> list[str]:
    decided = decide_table(authorizer(**condition), table).read_all()
    return list(decided.column("decision").to_pylist())


def asked(context: Any, **more: object) -> Any:
    """Ana asks once for every context."""
    return pa.table({**{name: values * len(context) for name, values in QUESTION.items()}, "context": context, **more})


# ------------------------------------------------------------------------------------------------------ libraries

FRAME = {"principal": [ANA, BEN, None], "action": [INVOKE] * 3, "resource": [FUNCTION] * 3}
DECIDED = ["allowed", "refused", "refused"]


@pytest.mark.parametrize(
    "table",
    [
        pa.table(FRAME),
        pa.table(FRAME).to_batches()[0],
        pa.table(FRAME).to_reader(),
        pl.DataFrame(FRAME),
        pl.DataFrame(FRAME).with_columns(pl.col("principal").cast(pl.Categorical)),
        pd.DataFrame(FRAME),
        pd.DataFrame(FRAME, index=[5, 6, 9]),
        pd.DataFrame(FRAME).astype({"principal": "category"}),
    ],
    ids=["table", "batch", "reader", "polars", "categorical", "pandas", "indexed", "category"],
)
def test_a_table_of_any_library(table: object) -> None:
    assert decisions(table) == DECIDED


def test_a_relation_of_duckdb() -> None:
    relation = duckdb.sql(
        f"select unnest(['{ANA}', '{BEN}']) as principal, '{INVOKE}' as action, '{FUNCTION}' as resource, "
        "{'aws:SourceIp': '10.0.0.1', 'aws:Number': 1.5} as context"
    )
    assert decisions(relation, NumericEquals={"aws:Number": "1.50"}) == ["allowed", "refused"]


def by_duckdb(stream: object) -> Any:
    return duckdb.from_arrow(stream).to_arrow_table()


@pytest.mark.parametrize("read", [pl.DataFrame, pa.table, by_duckdb])
def test_the_decisions_can_be_read_by_any_library(read: Any) -> None:
    read_back = read(decide_table(authorizer(), pa.table(FRAME), batch_rows=1))
    assert (
        list(read_back["decision"].to_pylist() if isinstance(read_back, pa.Table) else read_back["decision"]) == DECIDED
    )


def test_a_table_without_rows_has_decisions_of_none() -> None:
    decided = decide_table(authorizer(), pa.table(FRAME).slice(0, 0)).read_all()
    assert decided.num_rows == 0
    assert decided.column_names == ["decision", "reason", "statement"]


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(TableError, match=r"a builtins\.list is no table"):
        decide_table(authorizer(), [1])


# -------------------------------------------------------------------------------------------------------- columns


def test_all_faults_of_a_table_are_said_at_once() -> None:
    columns = {"principal": [1], "acton": ["x"], "context": [{"aws:SourceIp": b"x"}], "id": [3], "reason": [1]}
    with pytest.raises(TableError) as caught:
        decide_table(authorizer(), pa.table(columns), keep=["id", "reason", "lost"])
    faults = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 7
    for part in (
        "`action` is missing",
        "`resource` is missing",
        "`acton` is no part",
        "`lost`",
        "`principal` is int64",
    ):
        assert part in faults
    assert "`context.aws:SourceIp` is binary" in faults
    assert "ignore_others=True" in str(caught.value)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([[1]]), "should be a struct|a condition key holds"),
        (pa.array([[("a", b"x")]], pa.map_(pa.string(), pa.binary())), "the keys of a map are texts"),
        (pa.array([[(1, "x")]], pa.map_(pa.int32(), pa.string())), "the keys of a map are texts"),
        (pa.StructArray.from_arrays([pa.array(["x"])] * 2, names=["a", "a"]), "the field `a` twice"),
    ],
)
def test_a_context_of_a_wrong_type_is_said(column: Any, said: str) -> None:
    with pytest.raises(TableError, match=said):
        decide_table(authorizer(), asked(column))


def test_a_caller_of_a_wrong_type_is_said() -> None:
    strange = pa.array([{"arn": ANA, "name": "x", "role": 1}])
    with pytest.raises(TableError) as caught:
        decide_table(authorizer(), asked([{}]).drop(["context"]).set_column(0, "principal", strange))
    assert [fault.partition(" is ")[0] for fault in caught.value.faults] == ["`principal.name`", "`principal.role`"]


def test_columns_may_come_back_or_be_left_out() -> None:
    table = pa.table({**QUESTION, "id": [7], "more": [8]})
    kept = decide_table(authorizer(), table, keep=["id", "action"], ignore_others=True).read_all()
    assert kept.column_names == ["id", "action", "decision", "reason", "statement"]
    assert kept.to_pylist() == [
        {"id": 7, "action": INVOKE, "decision": "allowed", "reason": "granted by identity policy", "statement": "p#All"}
    ]


def test_texts_may_be_plain() -> None:
    decided = decide_table(authorizer(), pa.table(FRAME), dictionaries=False, evidence=True)
    assert {str(kind) for kind in decided.schema.types} == {"string"}
    assert decided.read_all().column("decision").to_pylist() == DECIDED


@pytest.mark.parametrize(
    "options",
    [{"keep": "id"}, {"unknown": "aws:SourceIp"}, {"on_error": "grant"}, {"batch_rows": 0}, {"remember": 0}],
)
def test_impossible_options_are_refused(options: Any) -> None:
    with pytest.raises(RequestError):
        decide_table(authorizer(), pa.table(FRAME), **options)


# -------------------------------------------------------------------------------------------------------- callers


def test_a_caller_may_be_a_struct() -> None:
    callers = [
        {"service": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::photos"},
        {"service": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::else"},
        {"arn": ANA},
        {"arn": f"arn:aws:sts::{HOME}:assumed-role/app/s", "role": APP},
        {"arn": f"arn:aws:sts::{HOME}:assumed-role/app/s"},
        {"arn": f"arn:aws:sts::{HOME}:assumed-role/other/s", "role": APP},
        {"arn": f"arn:aws:sts::{HOME}:federated-user/f", "issuer": ANA},
        {"arn": ANA, "service": "s3.amazonaws.com"},
        {"source_arn": "arn:aws:s3:::photos"},
        {},
        None,
    ]
    fields = [(name, pa.string()) for name in ("service", "source_arn", "arn", "role", "issuer")]
    count = len(callers)
    table = pa.table(
        {"principal": pa.array(callers, pa.struct(fields)), "action": [INVOKE] * count, "resource": [FUNCTION] * count}
    )
    silent = "implicitly_denied"
    wanted = ["allowed", silent, "allowed", "allowed", "allowed", "refused", silent, *["refused"] * 4]
    assert decisions(table) == wanted


def test_a_session_needs_its_role_to_be_known() -> None:
    names = ["app", "lost"]
    table = pa.table(
        {
            "principal": [f"arn:aws:sts::{HOME}:assumed-role/{name}/s" for name in names],
            "action": [INVOKE] * 2,
            "resource": [FUNCTION] * 2,
        }
    )
    assert decisions(table) == ["allowed", "refused"]


# --------------------------------------------------------------------------------------------------------- values


PAIRS = pa.array([["a", "c"], ["b", "d"], None], pa.list_(pa.string(), 2))
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        (pa.array([True, False, None]), {"Bool": {"k:k": "true"}}),
        (pa.array([1, 2, None]), {"NumericEquals": {"k:k": "1.0"}}),
        (pa.array([1.5, 2.5, None]), {"NumericEquals": {"k:k": "1.5"}}),
        (pa.array([Decimal("1.50"), Decimal(2), None]), {"NumericEquals": {"k:k": "1.5"}}),
        (pa.array(["a", "b", None]), {"StringEquals": {"k:k": "a"}}),
        (pa.array(["a", "b", None], pa.large_string()), {"StringEquals": {"k:k": "a"}}),
        (pa.array(["a", "b", None], pa.string_view()), {"StringEquals": {"k:k": "a"}}),
        (pa.array(["a", "b", None]).dictionary_encode(), {"StringEquals": {"k:k": "a"}}),
        (pa.array([["a", "c"], ["b"], None]), {"ForAnyValue:StringEquals": {"k:k": "a"}}),
        (
            pa.array([["a", "c"], ["b", "d"], None], pa.list_(pa.string(), 2)),
            {"ForAnyValue:StringEquals": {"k:k": "a"}},
        ),
        (
            pa.array(
                [datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), None], pa.timestamp("ns", "UTC")
            ),
            {"DateEquals": {"k:k": "2026-01-01T00:00:00Z"}},
        ),
        (
            pa.array([datetime(2026, 1, 1, 0, 0, 0, 5000), datetime(2027, 1, 1), None]),  # noqa: DTZ001 - without zone
            {"StringEquals": {"k:k": "2026-01-01T00:00:00.005Z"}},
        ),
        (pa.array([date(2026, 1, 1), date(2027, 1, 1), None]), {"DateEquals": {"k:k": "2026-01-01T00:00:00Z"}}),
    ],
)
def test_values_of_every_type_are_compared_as_iam_does(values: Any, condition: Any) -> None:
    table = asked(pa.StructArray.from_arrays([values], names=["K:K"]))
    assert decisions(table, **condition) == ["allowed", "implicitly_denied", "implicitly_denied"]


def test_a_null_is_an_absent_key() -> None:
    nulls = pa.StructArray.from_arrays([pa.array([None, "x", "x"])], names=["k:k"], mask=pa.array([False, False, True]))
    assert decisions(asked(nulls), Null={"k:k": "true"}) == ["allowed", "implicitly_denied", "allowed"]
    maps = pa.array([[], [("k:k", "x")], None, [("k:k", None)]], pa.map_(pa.string(), pa.string()))
    assert decisions(asked(maps), Null={"k:k": "true"}) == ["allowed", "implicitly_denied", "allowed", "allowed"]
    assert decisions(asked(pa.nulls(1)), Null={"k:k": "true"}) == ["allowed"]


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (pa.array([[("k:k", "a"), ("k:k", "a")]], pa.map_(pa.string(), pa.string())), "a map holds the key twice"),
        (pa.array([{"k:k": ["a", None]}]), "a list holds a null"),
        (pa.array([{"k:k": ["a"] * (MOST_ITEMS + 1)}]), "more than 1,000 values"),
        (
            pa.StructArray.from_arrays([pa.array([b"\xff"]).view(pa.string())], names=["k:k"]),
            "no text in UTF-8",
        ),
        (
            pa.StructArray.from_arrays([pa.array([1 << 62], pa.timestamp("s"))], names=["k:k"]),
            "no time that can be written",
        ),
        (pa.array([{"aws:PrincipalArn": BEN, "k:k": "a"}]), "the context says `aws:PrincipalArn`"),
    ],
)
def test_a_context_that_cannot_be_used_never_grants(context: Any, reason: str) -> None:
    decided = decide_table(authorizer(**{"ForAnyValue:StringEquals": {"k:k": "a"}}), asked(context)).read_all()
    assert decided.column("decision").to_pylist() == ["refused"]
    assert reason in decided.column("reason").to_pylist()[0]


def test_a_list_may_hold_as_much_as_the_limit_says() -> None:
    context = pa.array([{"k:k": ["a"] * MOST_ITEMS}])
    assert decisions(asked(context), **{"ForAllValues:StringEquals": {"k:k": "a"}}) == ["allowed"]


def test_a_context_may_repeat_what_is_certain() -> None:
    assert decisions(asked(pa.array([{"AWS:principalarn": ANA}, {"AWS:principalarn": None}]))) == ["allowed"] * 2


def test_keys_are_unknown_where_a_row_does_not_tell() -> None:
    table = asked(pa.array([{"k:k": "a"}, {"k:k": "b"}, {"k:k": None}]))
    decided = decide_table(authorizer(StringEquals={"k:k": "a"}), table, unknown=["K:k"]).read_all()
    assert decided.column("decision").to_pylist() == ["allowed", "implicitly_denied", "undetermined"]
    assert decided.column("reason").to_pylist()[2] == "hangs on k:k"


def test_a_damaged_dictionary_is_refused() -> None:
    damaged = pa.DictionaryArray.from_arrays(pa.array([3], pa.int32()), pa.array([ANA]), safe=False)
    with pytest.raises(TableError, match="damaged"):
        decide_table(authorizer(), pa.table({**QUESTION, "principal": damaged})).read_all()


# ------------------------------------------------------------------------------------------------------ bad rows


def test_bad_rows_are_refused_with_the_reason_and_the_run_goes_on() -> None:
    rows = {
        "principal": [ANA, "who", None, BEN, ANA, ANA, ANA],
        "action": [INVOKE, INVOKE, INVOKE, INVOKE, "lambda:*", INVOKE, INVOKE],
        "resource": [FUNCTION, FUNCTION, FUNCTION, FUNCTION, FUNCTION, "f", FUNCTION],
        "account": [None, None, None, None, None, None, "222222222222"],
    }
    decided = decide_table(authorizer(), pa.table(rows)).read_all()
    assert decided.column("decision").to_pylist() == ["allowed", *["refused"] * 6]
    said = decided.column("reason").to_pylist()
    for reason, part in zip(
        said[1:], ("`who`", "no `principal`", "arn:aws:iam::1:x", "wildcards", "`f`", "belongs"), strict=True
    ):
        assert part in reason


def test_the_first_bad_row_may_stop_the_run() -> None:
    table = pa.table({**FRAME, "principal": [ANA, ANA, "who"]})
    with pytest.raises(RowError, match="row 2: `who`") as caught:
        decide_table(authorizer(), table, on_error="raise", batch_rows=2).read_all()
    assert caught.value.row == 2
    assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason  # noqa: S301 - our own


# ---------------------------------------------------------------------------------------------- memory and travel


def test_what_is_forgotten_is_found_out_again() -> None:
    table = asked(pa.array([{"k:k": str(number)} for number in range(400)]))
    small = TableDecider(authorizer(StringEquals={"k:k": "7"}), remember=20, batch_rows=10)
    large = TableDecider(authorizer(StringEquals={"k:k": "7"}))
    assert small.table(table).column("decision").to_pylist() == large.table(table).column("decision").to_pylist()
    assert len(small._memory) < 60 < len(large._memory)


def test_values_no_policy_tells_apart_are_decided_once() -> None:
    table = asked(pa.array([{"k:k": str(number)} for number in range(400)]))
    decider = TableDecider(authorizer(StringEquals={"k:k": "7"}))
    decider.table(table)
    assert (decider._memory._plans.layout.cells >= 0).sum() == 2


def test_a_decider_travels_and_is_compiled_once_a_process() -> None:
    decider = TableDecider(authorizer(), keep=["id"], dictionaries=False)
    first, second = (pickle.loads(pickle.dumps(decider)) for _ in range(2))  # noqa: S301 - our own
    assert first is second
    assert first.options == decider.options
    table = pa.table({**FRAME, "id": [1, 2, 3]})
    assert first.table(table).equals(decider.table(table))


def test_batches_are_decided_one_by_one() -> None:
    decider = TableDecider(authorizer(), batch_rows=2)
    batches = list(decider.batches(pa.table(FRAME).to_batches(max_chunksize=3)))
    assert [batch.num_rows for batch in batches] == [2, 1]
    assert pa.Table.from_batches(batches).column("decision").to_pylist() == DECIDED


def test_threads_may_share_a_decider() -> None:
    decider = TableDecider(authorizer(StringEquals={"k:k": ["3", "5"]}), batch_rows=7, remember=50)
    tables = [asked(pa.array([{"k:k": str(n % (5 + which))} for n in range(300)])) for which in range(4)]
    wanted = [decisions(table, StringEquals={"k:k": ["3", "5"]}) for table in tables]
    got: dict[int, list[str]] = {}

    def decide(which: int) -> None:
        got[which] = decider.table(tables[which]).column("decision").to_pylist()

    threads = [Thread(target=decide, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[which] for which in range(4)] == wanted


# ------------------------------------------------------------------------------------------------------- progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_at_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("lampolicy.bulk._progress._PATIENCE", 0.0)
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        with Progress(stream=stream) as progress:
            progress.at(1_234)
        assert ("decided 1,234 rows" in stream.getvalue()) is shown
        assert stream.getvalue().endswith("\r\x1b[K") is shown


def test_progress_waits_before_it_speaks() -> None:
    stream = Terminal()
    with Progress(stream=stream) as progress:
        progress.at(1)
    assert stream.getvalue() == ""


# ----------------------------------------------------------------------------------------------- what is loaded


def test_importing_the_room_loads_neither_pyarrow_nor_numpy() -> None:
    program = "import lampolicy.bulk, sys; print(sorted({'pyarrow', 'numpy'} & sys.modules.keys()))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "[]"


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import lampolicy.bulk

    def lacking(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name}", name="pyarrow")

    monkeypatch.delattr(lampolicy.bulk, "decide_table", raising=False)
    monkeypatch.setattr("importlib.import_module", lacking)
    with pytest.raises(LampolicyError, match=r"pip install 'lampolicy\[arrow\]'"):
        _ = lampolicy.bulk.decide_table


def test_what_the_room_does_not_have() -> None:
    import lampolicy.bulk

    with pytest.raises(AttributeError, match="no attribute `nothing`"):
        _ = lampolicy.bulk.nothing
