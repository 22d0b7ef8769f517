"""Sizes, counted as AWS counts: at each limit, and one above (semantics 1.3)."""

from __future__ import annotations

import json

import pytest

from lampolicy.diagnostic import Code, PolicyError
from lampolicy.policy import (
    INLINE_GROUP,
    INLINE_ROLE,
    INLINE_USER,
    MANAGED,
    QUOTAS,
    Policy,
    PolicyKind,
    Quota,
    check_inline,
    check_session,
    size_of,
)
from tests.policy.faulty import FUNCTION, document, found, refused, statement, warned


def of_size(kind: str, size: int, *, compact: bool = True) -> str:
    """Write a policy of exactly this size without blanks, padded in its resource or its condition."""
    separators = (",", ":") if compact else None
    bare = json.dumps(document(padded(kind, 0)), separators=(",", ":"))
    return json.dumps(document(padded(kind, size - len(bare))), separators=separators)


def padded(kind: str, length: int) -> dict[str, object]:
    return statement(kind, Condition={"StringEquals": {"aws:RequestTag/x": "x" * length}})


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ("identity", 10_240),
        ("boundary", 6144),
        ("session", 2048),
        ("scp", 10_240),
        ("rcp", 5120),
        ("trust", 8192),
        ("function", 20_480),
        ("layer", 20_480),
        ("bucket", 20_480),
        ("queue", 8192),
    ],
)
def test_a_policy_may_be_as_long_as_its_limit_and_no_longer(kind: str, limit: int) -> None:
    assert size_of(of_size(kind, limit), PolicyKind(kind)) == limit
    assert refused(of_size(kind, limit), kind) == set()
    assert refused(of_size(kind, limit + 1), kind) == {Code.TOO_LONG}
    assert refused(json.loads(of_size(kind, limit + 1)), kind) == {Code.TOO_LONG}


@pytest.mark.parametrize("kind", ["identity", "boundary", "trust"])
def test_iam_does_not_count_white_space(kind: str) -> None:
    limit = QUOTAS[PolicyKind(kind)].limit
    text = of_size(kind, limit, compact=False).replace(" ", " \n\t\r ")
    assert size_of(text, PolicyKind(kind)) == limit
    assert refused(text, kind) == set()


@pytest.mark.parametrize("kind", ["scp", "rcp", "session"])
def test_organizations_and_sts_count_every_character(kind: str) -> None:
    limit = QUOTAS[PolicyKind(kind)].limit
    assert refused(of_size(kind, limit) + " ", kind) == {Code.TOO_LONG}


@pytest.mark.parametrize("kind", ["function", "bucket", "queue"])
def test_services_count_bytes_of_the_document_without_blanks(kind: str) -> None:
    limit = QUOTAS[PolicyKind(kind)].limit
    assert refused(json.dumps(json.loads(of_size(kind, limit)), indent=8), kind) == set()
    text = of_size(kind, limit).replace("xx", "ÿ", 1)
    assert size_of(text, PolicyKind(kind)) == limit


@pytest.mark.parametrize(("kind", "default"), [("scp", 5120), ("trust", 2048)])
def test_a_size_that_not_every_account_may_have_is_a_warning(kind: str, default: int) -> None:
    assert found(of_size(kind, default), kind) == set()
    assert warned(of_size(kind, default + 1), kind) == {Code.NEARLY_TOO_LONG}


def test_who_knows_that_a_policy_is_managed_says_so() -> None:
    long = of_size("identity", 6145)
    assert Policy.parse(long, kind="identity").warnings == ()
    with pytest.raises(PolicyError, match="6144"):
        Policy.parse(long, kind="identity", quota=MANAGED)
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document(statement(), Version=None), kind="identity", quota=MANAGED)
    assert [d.code for d in caught.value.diagnostics] == [Code.VERSION_TOO_OLD]


@pytest.mark.parametrize(("quota", "limit"), [(INLINE_USER, 2048), (INLINE_GROUP, 5120), (INLINE_ROLE, 10_240)])
def test_inline_policies_count_together(quota: Quota, limit: int) -> None:
    half = limit // 2
    assert check_inline([of_size("identity", half), json.loads(of_size("identity", half))], quota) == ()
    (fault,) = check_inline([of_size("identity", half), of_size("identity", half + 1)], quota)
    assert fault.code is Code.TOO_LONG


def test_a_session_counts_its_policy_and_the_arns_of_managed_ones() -> None:
    arn = "arn:aws:iam::111122223333:policy/p"
    assert check_session([of_size("session", 2048 - len(arn))], [arn]) == ()
    assert [d.code for d in check_session([of_size("session", 2049 - len(arn))], [arn])] == [Code.TOO_LONG]
    assert check_session([], [arn] * 10) == ()
    assert [d.code for d in check_session([], [arn] * 11)] == [Code.TOO_MANY]


def queue(count: int, **changes: object) -> dict[str, object]:
    return document(*(statement("queue", **changes) for _ in range(count)))


def test_a_queues_policy_is_limited_in_everything() -> None:
    conditions = {f"aws:{n}": "x" for n in range(10)}
    for most, one_more in (
        (queue(20), queue(21)),
        (queue(1, Action=["sqs:SendMessage"] * 7), queue(1, Action=["sqs:SendMessage"] * 8)),
        (queue(1, Principal={"AWS": ["111122223333"] * 50}), queue(1, Principal={"AWS": ["111122223333"] * 51})),
        (
            queue(1, Condition={"StringEquals": conditions}),
            queue(1, Condition={"StringEquals": conditions, "StringLike": {"aws:x": "x"}}),
        ),
    ):
        assert refused(most, "queue") == set()
        assert refused(one_more, "queue") == {Code.TOO_MANY}


def test_a_value_that_is_no_policy_is_not_counted() -> None:
    cycle: dict[str, object] = document(statement("function", Resource=FUNCTION))
    cycle["Statement"] = [cycle]
    assert refused(cycle, "function")
