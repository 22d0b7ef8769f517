"""The workloads are what was recorded, and say so where they cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.ours import Ours
from benchmarks.workloads import (
    LONGEST_PATTERN,
    LONGEST_TEXT,
    SIZES,
    ChangedWorkload,
    NoManagedPolicies,
    Record,
    Workload,
    cases,
    checksum_of_all,
    compare,
    managed_checksum,
    moto_version,
    w1,
    w2,
    w3,
    w4,
)

RECORD = Record.read()


@pytest.mark.parametrize("size", SIZES[:4])
def test_growing_policies_are_byte_for_byte_those_recorded(size: int) -> None:
    assert w3(size).checksum == RECORD.checksums[f"W3-{size}"]


def test_one_function_is_byte_for_byte_that_recorded() -> None:
    assert w1().checksum == RECORD.checksums["W1"]


def test_hostile_patterns_are_byte_for_byte_those_recorded() -> None:
    assert checksum_of_all(w4()) == RECORD.checksums["W4"]


def test_managed_policies_are_those_recorded_or_their_moto_is_another() -> None:
    try:
        found = managed_checksum()
    except NoManagedPolicies:
        pytest.skip("moto is not installed")
    if moto_version() == RECORD.moto:
        assert found == RECORD.checksums["W5"]


def test_everything_that_is_measured_has_a_checksum() -> None:
    named = {"W1", "W2", "W4", "W5", "W6", *(f"W3-{size}" for size in SIZES)}

    assert RECORD.checksums.keys() == named
    assert all(re.fullmatch(r"[0-9a-f]{64}", checksum) for checksum in RECORD.checksums.values())
    assert RECORD.hostile.keys() == cases().keys()


def test_another_moto_is_named_where_its_policies_differ() -> None:
    (said,) = compare(RECORD, {"W1": RECORD.checksums["W1"], "W2": "f" * 64}, moto="0.0.1")

    assert said.startswith("W2 is not the recorded workload")
    assert "moto 0.0.1 carries other AWS managed policies" in said


def test_a_changed_generator_ends_the_run() -> None:
    with pytest.raises(ChangedWorkload, match=r"W1 has sha256 f+, recorded is"):
        compare(RECORD, {"W1": "f" * 64}, moto="0.0.1")


def test_the_same_moto_with_another_sum_is_a_changed_generator() -> None:
    with pytest.raises(ChangedWorkload, match="recorded for this moto"):
        compare(RECORD, {"W2": "f" * 64}, moto=RECORD.moto)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "record.json")

    assert Record.read(tmp_path / "record.json") == RECORD


def test_the_neutral_form_is_read_as_it_was_written() -> None:
    workload = w1(50)

    assert Workload.from_json(workload.to_json()) == workload


def test_requests_of_one_function_are_distinct_and_carry_about_eight_keys() -> None:
    asked = list(w1(500).asked())

    assert len({(a.caller, a.action, a.resource, str(a.context)) for a in asked}) == 500
    assert 7.5 < sum(len(a.context) for a in asked) / 500 < 9


def test_engine_and_reference_agree_on_a_sample_and_neither_always_denies() -> None:
    for workload in (w1(300), w3(100, 100)):
        ours = Ours.of(workload)
        allowed = ours.check(ours.requests)

        assert 0.2 < sum(allowed) / len(allowed) < 0.9


def test_two_accounts_are_as_they_are_described() -> None:
    try:
        workload = w2(400)
    except NoManagedPolicies:
        pytest.skip("moto is not installed")
    ours = Ours.of(workload)

    assert len(workload.entities) == 200
    assert len(workload.functions) == 300
    assert any(len(policies) > 1 for policies in workload.functions.values())
    assert any(e.boundary for e in workload.entities)
    assert len(workload.levels) == 2
    assert 0.1 < sum(ours.check(ours.requests[:40])) / 40 < 0.9


def test_every_policy_of_a_function_is_about_the_address_it_hangs_on() -> None:
    try:
        workload = w2(10)
    except NoManagedPolicies:
        pytest.skip("moto is not installed")
    for policies in workload.functions.values():
        for arn, name in policies.items():
            statements = workload.documents[name]["Statement"]

            assert isinstance(statements, list)
            assert {s["Resource"] for s in statements} == {arn}


def test_hostile_cases_keep_within_the_lengths_that_are_promised() -> None:
    found = cases()

    assert max(len(pattern) for pattern, _ in found.values()) == LONGEST_PATTERN
    assert max(len(text) for _, text in found.values()) >= LONGEST_TEXT - 1
    assert sum("?" in pattern for pattern, _ in found.values()) >= 10
    assert {True, False} == set(RECORD.hostile.values())


@pytest.mark.parametrize("workload", w4(), ids=lambda w: w.name)
def test_the_engine_says_of_a_hostile_case_what_the_reference_said(workload: Workload) -> None:
    (request,) = Ours.of(workload).requests

    assert (
        Ours.of(workload).cold().allows(request.principal, request.action, request.resource)
        is (RECORD.hostile[workload.name])
    )
