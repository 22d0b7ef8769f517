"""The short way reads what the long way would, and nothing that the long way has something to say about."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lampolicy.policy._read as reading
from lampolicy.diagnostic import PolicyError
from lampolicy.policy import MANAGED, Policy, PolicyKind
from lampolicy.policy._plain import read_plain
from tests.policy.faulty import document, statement

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:f"
PLAIN_KINDS = ("identity", "boundary", "session", "scp")
KINDS = pytest.mark.parametrize("kind", PLAIN_KINDS)
CONDITION: dict[str, Any] = {
    "StringLike": {"aws:PrincipalTag/team": ["a*", "${aws:username}", "${aws:username, 'x'}"], "aws:x": "y"},
    "ForAllValues:StringEquals": {"aws:TagKeys": "a"},
    "NumericLessThanIfExists": {"s3:max-keys": 10},
    "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
    "Bool": {"aws:SecureTransport": False},
    "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]},
    "ArnLike": {"aws:SourceArn": "arn:aws:s3:::b*"},
    "Null": {"aws:TokenIssueTime": "true"},
    "BinaryEquals": {"x:key": "QmluYXJ5"},
}
GOOD: list[dict[str, Any]] = [
    document(statement(Action=["s3:Get*", "lambda:InvokeFunction", "*"], Resource=[ARN, "arn:aws:s3:::b/*", "*"])),
    document(statement(Sid="A"), statement("identity", Sid="B", Effect="Deny"), Id="i"),
    document(statement(Action=None, NotAction="iam:*", Resource=None, NotResource="arn:aws:iam::*:role/x")),
    document(
        statement(Condition={"StringLike": CONDITION["StringLike"], "Bool": {"aws:SecureTransport": [True, "FALSE"]}}),
        statement(Resource="arn:aws:s3:::home/${aws:username}/*"),
    ),
    document(statement(Condition=CONDITION)),
    {"Version": "2012-10-17", "Statement": statement(Resource="arn:aws:iam::aws:policy/x")},
    document(statement("function"), statement("function", Principal={"Service": "s3.amazonaws.com"})),
    document(
        statement("function", Sid="a-b", Principal={"AWS": ["111122223333", "arn:aws:iam::111122223333:role/p/r"]}),
        statement("function", Condition={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, Effect="Deny"),
    ),
    document(
        statement("trust"), statement("trust", Action=["sts:AssumeRole", "sts:TagSession"], Principal={"AWS": "*"})
    ),
    document(statement("bucket"), statement("bucket", Principal={"AWS": "arn:aws:iam::111122223333:root"})),
    document(statement("key", Principal={"AWS": "111122223333", "Service": "logs.amazonaws.com"})),
    document(statement("endpoint"), statement("secret")),
]
RESOURCE_SIDE = ("function", "trust", "bucket", "topic", "secret", "key", "endpoint")
NASTY: tuple[Any, ...] = (
    *(None, True, 0, 10, 1.5, float("nan"), "", "*", "a\nb:c", "s3:Get\n", "s3:a\ns3:b", "é:x", "\ud800", b"s3:x"),
    *([], [[]], {}, {"a": "b"}, (), ("s3:x",), [None], ["*", "*"], {1: 2}, object(), 10**400),
    *("arn:aws:s3:::b", "arn:aws:s3:eu-west-1::b", "arn:aws:iam::1:x", "arn:aws::::", "arn:x:s3:::b", "arn:aws:s3"),
    *(
        "arn:aws:s3:*:*:accesspoint/a",
        "arn:aws:iam::*:root",
        "arn:aws:iam::*:*",
        "arn:aws:iam:x:*:*",
        "1.2",
        "1.",
        ".1",
    ),
    *("arn:*:s*:::b", "arn:aws:lambda:*:x:f", "arn:aws:${a}:::b", "arn:aws:s3:::${", "arn:aws:s3:::${ }", "${a}"),
    *("Allow", "allow", "2008-10-17", "2012-10-17", "StringEquals", "aws:X", "true", "1", "-1", "10.0.0.0/33"),
    *(
        "2026-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-13-01T00:00:00Z",
    ),
    *("2026-01-01t00:00:00Z", "2026-01-01T00:00:60Z", "20260101T00:00:00ZZZZ", "2026-01-01T00:00:00+"),
    *("111122223333", "11112222333", "x.amazonaws.com", "*.amazonaws.com", "sts:AssumeRole", "lambda:InvokeFunction"),
    *("arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::1:root", f"{ARN}:live"),
    *("arn:aws:sts::111122223333:assumed-role/r/s", "arn:aws:iam::111122223333:group/g", f"{ARN}:*", f"{ARN}:a:b"),
    *("::1/64", "2026-01-01", "²", "0x1", "a:b:c", ":b", "a:", "a b:c", "a.b-c:D?*", "-:?", "sts:x-y"),
)
NAMES = (
    *("Version", "Id", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
    *(
        "Condition",
        "Principal",
        "NotPrincipal",
        "AWS",
        "Service",
        "Federated",
        "lambda:x",
        "action",
        "StringEquals",
        "stringequals",
        "StringLikeIfExists",
    ),
    *(
        "AWS",
        "Service",
        "Federated",
        "lambda:x",
        "NullIfExists",
        "ForAnyValue:StringLike",
        "ForAnyValue:Null",
        "aws:X",
        "aws:x",
        "AWS:X",
        "",
    ),
)


def _said(read: Callable[[], Policy]) -> object:
    """Give the policy with its warnings, or every fault in order."""
    try:
        policy = read()
    except PolicyError as error:
        return error.diagnostics
    return policy, policy.name, policy.warnings, tuple(map(type, policy.statements))


def _boxes(value: Any) -> list[Any]:
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(box for item in inner for box in _boxes(item))]


def damaged(value: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Change one thing somewhere inside: remove it, rename it, damage its text or put something else there."""
    box = chance.choice([box for box in _boxes(value) if box])
    step = chance.choice(list(box)) if isinstance(box, dict) else chance.randrange(len(box))
    match chance.randrange(5):
        case 0:
            del box[step]
        case 1 if isinstance(box, dict):
            box[chance.choice(NAMES)] = box.pop(step)
        case 2 if isinstance(box, dict):
            box[chance.choice(NAMES)] = copy.deepcopy(chance.choice([*NASTY, *box.values()]))
        case 3 if isinstance(box[step], str):
            text, at = box[step], chance.randrange(len(box[step]) + 1)
            box[step] = (
                text[:at] + chance.choice(["", "*", ":", "\n", "${", "}", "é"]) + text[at + chance.randrange(2) :]
            )
        case _:
            box[step] = copy.deepcopy(chance.choice(NASTY))
    return value


@settings(max_examples=500)
@given(st.sampled_from([*PolicyKind]), st.integers(), st.integers(0, 4), st.sampled_from([None, MANAGED]))
@example(PolicyKind.IDENTITY, 0, 0, None)
def test_both_ways_say_the_same_of_damaged_documents(kind: PolicyKind, seed: int, damage: int, quota: Any) -> None:
    chance = random.Random(seed)
    value = copy.deepcopy(chance.choice(GOOD))
    for _ in range(damage):
        if value:
            value = damaged(value, chance)

    assert _said_by(value, kind, quota, short=True) == _said_by(value, kind, quota, short=False)


def _said_by(value: dict[str, Any], kind: PolicyKind, quota: Any, *, short: bool) -> object:
    with pytest.MonkeyPatch.context() as patched:
        if not short:
            patched.setattr(reading, "read_plain", lambda _document, _kind: None)
        return _said(lambda: Policy.parse(value, kind=kind, quota=quota))


ELEMENTS: dict[str, list[dict[str, Any]]] = {
    "Principal": [
        {},
        {"Principal": "*"},
        {"Principal": {"AWS": ["*", "111122223333"]}},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:user/a", "Service": "lambda.amazonaws.com"}},
        {"Principal": {"Service": "edgelambda.amazonaws.com"}},
        {"Principal": {"Federated": "cognito-identity.amazonaws.com"}},
        {"Principal": {}},
        {"NotPrincipal": {"AWS": "111122223333"}},
    ],
    "Action": [
        {"Action": "*"},
        {"Action": "lambda:InvokeFunction"},
        {"Action": ["sts:AssumeRole", "sts:TagSession"]},
        {"Action": ["s3:GetObject", "*"]},
        {"NotAction": "lambda:*"},
        {},
    ],
    "Resource": [
        {},
        {"Resource": "*"},
        {"Resource": ARN},
        {"Resource": [ARN, f"{ARN}:live"]},
        {"Resource": "arn:aws:s3:::b/*"},
        {"NotResource": ARN},
    ],
    "Rest": [
        {"Effect": "Allow"},
        {"Effect": "Deny", "Sid": "not alphanumeric"},
        {"Effect": "Allow", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}},
        {"Effect": "Deny", "Condition": {"StringLike": {"s3:prefix": "${aws:username}/*"}}},
    ],
}


@pytest.mark.parametrize("kind", PolicyKind)
def test_both_ways_say_the_same_of_every_mixture_of_elements(kind: PolicyKind) -> None:
    for parts in itertools.product(*ELEMENTS.values()):
        mixed: dict[str, Any] = {name: value for part in parts for name, value in part.items()}
        whole = document(mixed)
        assert _said_by(whole, kind, None, short=True) == _said_by(whole, kind, None, short=False)


@KINDS
@pytest.mark.parametrize("good", GOOD[:4])
def test_what_is_written_as_usual_takes_the_short_way(kind: str, good: dict[str, Any]) -> None:
    """Else the property above would show nothing."""
    assert read_plain(good, PolicyKind(kind)) is not None


@pytest.mark.parametrize("kind", RESOURCE_SIDE)
def test_policies_of_resources_written_as_usual_take_the_short_way(kind: str) -> None:
    assert read_plain(document(statement(kind)), PolicyKind(kind)) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-01T00:00:00Z", "0000-12-28T23:59:59Z", "2026-02-28T00:00:00Z", "2026-02-29T00:00:00Z"),
        *("2026-02-30T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z"),
        *("2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01t00:00:00z"),
        *("2026-01-01T00:00:00+", "2026-01-01 00:00:00Z", "٢026-01-01T00:00:00Z", "2026-01-01T00:00:0Z", "", "1"),
    ],
)
def test_both_ways_say_the_same_of_a_date(text: str) -> None:
    dated = document(statement(Condition={"DateLessThan": {"aws:CurrentTime": text}}))

    assert _said_by(dated, PolicyKind.IDENTITY, None, short=True) == _said_by(
        dated, PolicyKind.IDENTITY, None, short=False
    )


@pytest.mark.parametrize("name", sorted(set(CONDITION) - {"BinaryEquals"}))
def test_common_operators_take_the_short_way(name: str) -> None:
    good = document(statement(Condition={name: CONDITION[name]}))

    assert read_plain(good, PolicyKind.IDENTITY) is not None


@KINDS
@pytest.mark.parametrize(
    "changed",
    [
        {"Action": "s3:Get\ns3:Put"},
        {"Action": ["s3:GetObject", ""]},
        {"Action": "s3:Get", "NotAction": "s3:Put"},
        {"Action": "s3*:GetObject"},
        {"Action": "s3:Get-Object"},
        {"Action": ("s3:GetObject",)},
        {"Resource": "arn:aws:s3:eu-west-1::b"},
        {"Resource": "arn:aws:lambda:*:f"},
        {"Resource": "arn:aws:lambda:*:function:f:x"},
        {"Resource": []},
        {"Resource": [None]},
        {"Principal": "*"},
        {"Condition": {"StringEquals": {}}},
        {"Condition": {"StringEquals": {"aws:x": []}}},
        {"Condition": {"StringEquals": {"aws:x": "1", "aws:X": "2"}}},
        {"Condition": {"Bool": {"aws:x": "yes"}}},
        {"Condition": {"IpAddress": {"aws:x": "10.0.0.0/40"}}},
        {"Effect": "allow"},
        {"Sid": None},
    ],
)
def test_what_may_be_a_fault_takes_the_long_way(kind: str, changed: dict[str, Any]) -> None:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | changed

    assert read_plain(document(whole), PolicyKind(kind)) is None
