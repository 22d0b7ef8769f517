"""Condition operators on texts of requests (semantics O1 to O11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.condition import BROKEN, Test, Value, lookup_in, shape_of
from lampolicy.names import read_address, read_network
from lampolicy.policy import BaseOperator, Condition, Operator, Quantifier, Version, read_date
from lampolicy.request import UNKNOWN

KEY = "aws:RequestTag/value"
MISSING = None


def holds(
    operator: str, policy: str | list[str], request: Value, *, deny: bool = False, **others: Value
) -> bool | None:
    """Whether a condition holds; both the general way and the short one for single values, which must agree."""
    test = Test(condition(operator, policy), Version.V2012, deny=deny)
    keys = {KEY.lower(): request, **{f"aws:requesttag/{k}": v for k, v in others.items()}}
    general = test.holds(keys.get)
    if test.scalar is not None and isinstance(request, str):
        _, compare, hit = test.scalar
        verdict = compare(request)
        assert verdict is BROKEN or (verdict is hit) is general
    return general


def condition(operator: str, policy: str | list[str]) -> Condition:
    quantifier, _, rest = operator.rpartition(":")
    base = rest.removesuffix("IfExists")
    values = (policy,) if isinstance(policy, str) else tuple(policy)
    name = Operator(BaseOperator(base), Quantifier(quantifier) if quantifier else None, rest != base)
    return Condition(name, KEY, values)


@pytest.mark.parametrize(
    ("operator", "policy", "request_value", "expected"),
    [
        ("StringEquals", "prod", "prod ", False),  # O1
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringEqualsIgnoreCase", "prod", "PrOd", True),  # O2 and case 65
        ("StringEqualsIgnoreCase", "\u00df", "\u1e9e", True),
        ("StringEqualsIgnoreCase", "\u00df", "SS", False),
        ("StringEqualsIgnoreCase", "s", "\u017f", False),
        ("StringEqualsIgnoreCase", "I", "\u0131", False),
        ("StringEqualsIgnoreCase", "i", "\u0130", False),
        ("StringEqualsIgnoreCase", "K", "\u212a", True),
        ("StringEqualsIgnoreCase", "\u039f\u03a3", "\u03bf\u03c2", True),
        ("StringEqualsIgnoreCase", "\u039f\u03a3", "\u03bf\u03c3", False),
        ("StringEqualsIgnoreCase", "\U00010400", "\U00010428", False),
        ("StringEqualsIgnoreCase", "\U00010400\u03a3", "\U00010400\u03c2", True),
        ("StringEqualsIgnoreCase", "A\u03a3\U00010400", "a\u03c2\U00010400", False),
        ("StringEqualsIgnoreCase", "\u0130\U00010400", "i\u0307\U00010400", True),
        ("StringLike", "team", "team", True),  # O3
        ("StringLike", "a?b", "a\U00010400b", False),
        ("StringNotLike", "a??b", "a\U00010400b", False),
        ("NumericEquals", "1", "01", True),  # O4 and case 58
        ("NumericEquals", "1", "+1", True),
        ("NumericEquals", "1", "1.0", True),
        ("NumericEquals", "1", "1e0", True),
        ("NumericEquals", "0.1", "0.10000000000000000001", False),
        ("NumericEquals", "1", "NaN", False),
        ("NumericNotEquals", "1", "no-number", True),
        ("NumericNotEquals", "1", "NaN", True),
        ("NumericNotEquals", "1", "", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "1e1", True),
        ("NumericGreaterThan", "10", "many", False),
        ("DateEquals", "2030-01-01T00:00:00Z", "1893456000", True),  # O5 and case 59
        ("DateEquals", "2030-01-01T00:00:00Z", "+1893456000", True),
        ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01", True),
        ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00", True),
        ("DateEquals", "2030-01-01T00:00:00.001Z", "2030-01-01T00:00:00.0019Z", True),
        ("DateNotEquals", "2030-01-01T00:00:00Z", "not-a-date", True),
        ("DateLessThan", "2030-01-01T00:00:00Z", "2029-12-31T23:59:59Z", True),
        ("DateGreaterThan", "2030-01-01T00:00:00Z", "2030-01-01", False),
        ("Bool", "true", "True", True),  # O6 and case 63
        ("Bool", "false", "banana", True),
        ("Bool", "true", " true ", False),
        ("Bool", "banana", "false", True),
        ("BinaryEquals", "YQ==", "YQ==", True),  # O7
        ("BinaryEquals", "YQ==", "YR==", False),
        ("BinaryEquals", "YQ==", "YQ", False),
        ("IpAddress", "192.0.2.5/24", "192.0.2.1", True),  # O8 and cases 60, 61
        ("IpAddress", "192.0.2.0/0", "2001:db8::1", False),
        ("NotIpAddress", "192.0.2.0/0", "2001:db8::1", True),
        ("IpAddress", "2001:db8::5/64", "2001:db8::5", False),
        ("NotIpAddress", "192.0.2.0/24", "192.0.2.1/32", False),
        ("IpAddress", "192.0.2.0/24", "192.0.2.1/32", False),
        ("ArnLike", "arn:aws:*:role/x", "arn:aws:iam::111111111111:role/x", False),  # O9
        ("StringLike", "arn:aws:*:role/x", "arn:aws:iam::111111111111:role/x", True),
        ("ArnEquals", "arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:role/a:b", True),
        ("ArnLike", "arn:aws:iam::*:role/*", "boop", False),  # O10 and case 62
        ("ArnNotLike", "arn:aws:iam::*:role/*", "boop", False),
        ("ArnNotEquals", "arn:aws:iam::*:role/*", "arn:aws:iam::111111111111:user/u", True),
        ("Null", "true", "", False),  # C13 and case 57
        ("Null", "false", "", True),
        ("Null", "FALSE", MISSING, False),
        ("Null", "yes", "x", True),
    ],
)
def test_operators_compare_as_recorded(operator: str, policy: str, request_value: Value, *, expected: bool) -> None:
    assert holds(operator, policy, request_value) is expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("DateLessThan", False),
        ("Bool", False),
        ("NotIpAddress", True),
        ("ArnNotLike", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_missing_key_counts_as_c4_says(form: str, *, expected: bool) -> None:
    assert holds(form, "true", MISSING) is expected


@pytest.mark.inferred
def test_for_any_value_if_exists_does_not_hold_on_a_missing_key() -> None:
    assert holds("ForAnyValue:StringEqualsIfExists", "x", MISSING) is False  # C12


TRUTH = {  # semantics C8, recorded: missing, [team], [env], [team, env]
    "ForAnyValue:StringEquals": (False, True, False, True),
    "ForAllValues:StringEquals": (True, True, False, False),
    "ForAnyValue:StringNotEquals": (False, False, True, True),
    "ForAllValues:StringNotEquals": (True, False, True, False),
    "StringEquals": (False, False, False, False),
    "StringNotEquals": (True, False, False, False),
    "StringEqualsIfExists": (True, False, False, False),
    "StringNotEqualsIfExists": (True, False, False, False),
}


@pytest.mark.parametrize("operator", TRUTH)
def test_several_values_follow_the_recorded_table(operator: str) -> None:
    requests: list[Value] = [MISSING, ("team",), ("env",), ("team", "env")]

    assert tuple(holds(operator, "team", value) for value in requests) == TRUTH[operator]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("ForAllValues:StringEquals", (), True),
        ("ForAnyValue:StringEquals", (), False),
        ("StringEquals", (), False),
        ("StringNotEquals", (), False),
        ("ForAnyValue:StringEquals", "team", True),  # C6: one value is a list of one
        ("ForAllValues:StringEquals", "", False),  # C9, case 56: the empty text is a value
        ("Null", (), True),
        ("ForAllValues:Null", "x", True),
        ("ForAnyValue:Null", "x", False),
    ],
)
def test_sets_and_single_values(operator: str, value: Value, *, expected: bool) -> None:
    policy = "false" if "Null" in operator else "team"

    assert holds(operator, policy, value) is expected


@pytest.mark.parametrize(
    ("operator", "present", "missing"),
    [
        ("StringEquals", False, False),
        ("StringNotEquals", False, True),
        ("StringEqualsIfExists", False, True),
        ("ForAllValues:StringEquals", False, True),
        ("ForAnyValue:StringNotEquals", False, False),
    ],
)
def test_an_empty_list_of_values_never_meets_a_present_key(operator: str, *, present: bool, missing: bool) -> None:
    assert holds(operator, [], "x") is present  # C14
    assert holds(operator, [], MISSING) is missing


@pytest.mark.parametrize(
    ("operator", "policy", "allow", "deny"),
    [
        ("ArnLike", ["nonsense"], False, True),
        ("ArnNotLike", ["nonsense"], False, True),
        ("ArnLike", ["nonsense", "arn:aws:iam::*:user/*"], False, True),
        ("ArnLike", ["arn:aws:iam::*:user/*", "nonsense"], True, True),
        ("ArnNotLike", ["arn:aws:iam::*:user/*", "nonsense"], False, False),
        ("ArnNotLike", ["arn:aws:iam::*:role/*", "nonsense"], False, True),
        ("ForAnyValue:ArnLike", ["nonsense"], False, True),
    ],
)
def test_a_malformed_arn_grants_nothing_but_lets_a_deny_apply(
    operator: str, policy: list[str], *, allow: bool, deny: bool
) -> None:
    arn = "arn:aws:iam::111111111111:user/test"

    assert holds(operator, policy, arn) is allow  # O11
    assert holds(operator, policy, arn, deny=True) is deny


@pytest.mark.parametrize(
    ("operator", "policy", "expected"),
    [
        ("NumericEquals", "NaN", False),
        ("NumericNotEquals", "NaN", True),
        ("DateEquals", "not-a-date", False),
        ("DateNotEquals", "not-a-date", True),
    ],
)
def test_other_malformed_literals_are_simply_unequal(operator: str, policy: str, *, expected: bool) -> None:
    assert holds(operator, policy, "1") is expected  # G23


@pytest.mark.parametrize(
    ("operator", "policy", "tag", "expected"),
    [
        ("StringEquals", "${aws:RequestTag/other}", "x", True),  # V1
        ("StringEquals", "${AWS:requesttag/OTHER}", "x", True),  # V9
        ("StringEquals", "${aws:RequestTag/none, 'x'}", "o", True),  # V5
        ("StringEquals", "${aws:RequestTag/other, 'x'}", "o", False),
        ("StringEquals", "${aws:RequestTag/none}", "o", False),  # V4
        ("StringNotEquals", "${aws:RequestTag/none}", "o", True),
        ("StringLike", "a${*}b", "o", False),  # V6
        ("StringLike", "${aws:RequestTag/other}", "*", False),  # V8
        ("StringEquals", "${aws:RequestTag/other", "x", False),  # no closing brace: plain text
        ("NumericEquals", "${aws:RequestTag/other}", "x", False),  # V2
    ],
)
def test_variables_stand_for_what_the_request_holds(operator: str, policy: str, tag: str, *, expected: bool) -> None:
    assert holds(operator, policy, "x", other=tag) is expected


def test_a_key_of_several_values_never_expands() -> None:
    assert holds("StringEquals", "${aws:RequestTag/many, 'x'}", "x", many=("x",)) is False  # V7, case 66
    assert holds("StringNotEquals", "${aws:RequestTag/many, 'x'}", "x", many=("x",)) is True


def test_escapes_are_literal() -> None:
    assert holds("StringLike", "a${*}${?}${$}", "a*?$") is True  # V6


def test_an_unknown_key_leaves_a_condition_open() -> None:
    assert holds("StringEquals", "x", UNKNOWN) is None
    assert holds("Null", "true", UNKNOWN) is None
    assert holds("StringEquals", ["x", "${aws:RequestTag/other}"], "x", other=UNKNOWN) is None
    assert holds("NumericEquals", "${aws:RequestTag/other}", "1", other=UNKNOWN) is False  # V2: no variable there


def test_scalars_of_json_compare_as_text() -> None:
    test = Test(condition("Bool", "true"), Version.V2012, deny=False)
    number = Test(condition("NumericLessThan", "10"), Version.V2012, deny=False)
    shape = shape_of((KEY,))

    assert test.holds(lookup_in({KEY: True}, shape, {})) is True
    assert number.holds(lookup_in({KEY: 9}, shape, {})) is True
    assert number.holds(lookup_in({KEY: 10.5}, shape, {})) is False


def test_of_two_spellings_of_a_key_the_greater_counts() -> None:
    test = Test(condition("StringEquals", "small"), Version.V2012, deny=False)
    context = {"aws:RequestTag/value": "small", "aws:RequestTag/Value": "big"}

    assert test.holds(lookup_in(context, shape_of(tuple(context)), {})) is True  # C3


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:30:41Z",
        "2026-02-29T00:30:41Z",  # no such day
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:30:60Z",
        "2026-01-01T00:30.41Z",  # as long as the form AWS writes, and a date to Python's library
        "2026-01-01T00:30,41Z",
        "2026-W01-1T00:30:41Z",
        "0000-01-01T00:30:41Z",
        "2026-01-01T00:30:4١Z",  # noqa: RUF001 - a digit, but none of ASCII's
    ],
)
def test_the_short_way_to_read_a_date_reads_what_the_careful_way_does(text: str) -> None:
    """O5: the standard library knows more forms of a date than AWS, and fewer."""
    moment = read_date(text)
    for operator, holds_there in (("DateEquals", moment is not None), ("DateLessThan", False)):
        policy = text if moment is not None else "2026-01-01T00:30:41Z"
        assert holds(operator, policy, text) is holds_there


@given(st.text("0123456789-:TZtz.,W+ ", max_size=24) | st.from_regex(r"[0-9-]{10}[Tt ][0-9:.,]{8}Z", fullmatch=True))
def test_dates_of_any_look_compare_as_they_are_read(text: str) -> None:
    moment, wanted = read_date(text), read_date("2026-01-01T00:00:00Z")
    assert wanted is not None
    assert holds("DateGreaterThan", "2026-01-01T00:00:00Z", text) is (moment is not None and moment > wanted)


@given(st.ip_addresses().map(str) | st.text("0123456789.:af", max_size=20))
def test_addresses_of_any_look_compare_as_they_are_read(text: str) -> None:
    """O8: plain IPv4 is read by the operating system, the rest with care; both find the same networks."""
    address = read_address(text)
    networks = ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "128.0.0.0/1"]
    inside = address is not None and any(address in n for n in map(read_network, networks) if n is not None)
    assert holds("IpAddress", networks, text) is inside
