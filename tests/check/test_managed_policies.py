"""The rules are quiet on what AWS itself writes, where its managed policies are at hand."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from lampolicy.check import RULES
from lampolicy.policy import UNLIMITED, Policy

moto_policies = pytest.importorskip("moto.iam.aws_managed_policies", reason="moto carries them")


@pytest.fixture(scope="module")
def managed() -> dict[str, Policy]:
    """AWS's managed policies, which may be longer than a customer's."""
    rows: dict[str, Any] = json.loads(moto_policies.aws_managed_policies_data)
    return {
        name: Policy.parse(row["Document"], kind="identity", name=name, quota=UNLIMITED) for name, row in rows.items()
    }


def test_all_can_be_read_without_a_fault(managed: dict[str, Policy]) -> None:
    assert len(managed) > 1000


def test_no_rule_speaks_of_more_than_one_in_twenty(managed: dict[str, Policy]) -> None:
    spoken = Counter(rule.name for policy in managed.values() for rule in RULES if any(rule.check_policy(policy)))

    assert {name: count for name, count in spoken.items() if count > len(managed) / 20} == {}
