"""Which modules a process pays for before its first decision (docs/decisions/0011)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import room_map

READ = """
import lampolicy as lp
arn = "arn:aws:lambda:eu-west-1:111122223333:function:f"
invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
night = {"Effect": "Deny", "Action": "iam:*", "Resource": "*",
         "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T02:00:00Z"}}}
import json
def text(**more):
    return json.dumps({"Version": "2012-10-17", "Statement": {**invoke, "Condition": condition, **more}})
assert not lp.Policy.parse({"Version": "2012-10-17", "Statement": night}, kind="identity").warnings
policy = lp.Policy.parse(text(), kind="identity")
own = lp.Policy.parse(text(Principal={"Service": "s3.amazonaws.com"}), kind="function")
request = lp.Request("arn:aws:iam::111122223333:user/ana", "lambda:InvokeFunction", arn)
policies = lp.Policies(identity=[policy], resource=own)
"""
DECIDE = f"{READ}assert not lp.authorize(request, policies)\n"
OF_AN_AUTHORIZER = f"""{READ}
from lampolicy.organization import Account, Function, IamRole
role, function = "arn:aws:iam::111122223333:role/r", lp.FunctionArn.parse(arn)
organization = lp.Organization(
    accounts=(Account(function.account),), roles=(IamRole(role, inline=(policy,)),),
    functions=(Function(function, policies=((function, own),)),),
)
assert not lp.Authorizer(organization).decide(role, "lambda:InvokeFunction", arn)
"""
MAY_LOAD = {
    "authorize": {"_authorize", "_combine", "_half", "_layers"},
    "decision": {"_answer", "_decision"},
    "diagnostic": {"_errors", "_pydantic"},
    "jsontext": {"_limits", "_read", "_shape", "_values"},
    "names": {"_action_pattern", "_any_of", "_address", "_arn", "_arn_pattern", "_glob"},
    "organization": {"_kinds", "_policies"},
    "policy": {
        *("_operator_names", "_plain", "_plain_parts", "_policy", "_quotas", "_read", "_shape", "_types"),
        *("_variable_bodies", "_arn_words", "_literals"),
    },
    "record": {"_field", "_lazy", "_record"},
    "request": {"_multivalued", "_principal", "_request"},
}
"""What a decision over plain documents may load of a room: nothing that says or places faults, and no organization."""

SLOW = {
    *(
        "calendar",
        "datetime",
        "decimal",
        "difflib",
        "locale",
        "numbers",
        "orjson",
        "pathlib",
        "threading",
        "unicodedata",
    ),
    *("urllib", "uuid"),
}
"""Of other packages, what takes milliseconds and which no plain decision needs."""

OF_DATACLASSES = {"ast", "dataclasses", "dis", "inspect", "tokenize"}


def _loaded(program: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"{program}\nimport sys; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(room_map.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


@pytest.fixture(scope="module")
def decided() -> set[str]:
    return _loaded(DECIDE)


def test_importing_lampolicy_loads_no_room() -> None:
    ours = {name for name in _loaded("import lampolicy") if name.partition(".")[0] == "lampolicy"}

    assert ours == {"lampolicy", "lampolicy._later"}


def test_importing_lampolicy_loads_little_of_the_standard_library() -> None:
    assert _loaded("import lampolicy") & {"enum", "json", "re", "typing", *SLOW, *OF_DATACLASSES} == set()


@pytest.mark.parametrize("room", MAY_LOAD)
def test_a_decision_loads_of_a_room_only_what_decides(room: str, decided: set[str]) -> None:
    prefix = f"lampolicy.{room}."
    loaded = {name.removeprefix(prefix) for name in decided if name.startswith(prefix)}

    assert loaded == MAY_LOAD[room]


def test_a_decision_loads_nothing_slow(decided: set[str]) -> None:
    assert decided & {"typing", *SLOW} == set()


def test_what_is_read_and_asked_does_without_dataclasses() -> None:
    assert _loaded(READ) & {*SLOW, *OF_DATACLASSES} == set()


def test_only_rooms_that_decide_are_entered(decided: set[str]) -> None:
    ours = {tuple(name.split(".")) for name in decided if name.startswith("lampolicy.")}
    entered = {name[1] for name in ours if len(name) > 2}

    assert entered == {*MAY_LOAD, "condition", "engine"}


def test_a_decision_of_an_authorizer_loads_nothing_slow() -> None:
    loaded = _loaded(OF_AN_AUTHORIZER)

    assert loaded & {*SLOW, *OF_DATACLASSES} == {"threading"}
    assert {name for name in loaded if name.startswith("lampolicy.function.")} == {"lampolicy.function._authorizer"}
    assert not {name for name in loaded if name.startswith("lampolicy.catalog")}
