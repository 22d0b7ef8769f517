from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.reference._values import (
    Address,
    date,
    decoded,
    lower_case,
    number,
    policy_network,
    request_address,
    truth,
)

NEW_YEAR_2030 = 1893456000 * 1000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "1"),
        ("+1", "1"),
        ("-1", "-1"),
        ("01", "1"),
        ("1.", "1"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("0.1000000000000000000000001", "0.1000000000000000000000001"),
        ("1e2147483647", "1e2147483647"),
        ("0e00000000000000000001", "0"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", ".", "+", "e1", "1e", "1e+", " 1", "1 ", "1_000", "1,5", "0x1", "NaN", "Infinity", "\u0661"]
)
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize("text", ["1e2147483648", "1e-2147483648", "1e" + "9" * 5000], ids=len)
def test_an_exponent_beyond_31_bits_is_no_number(text: str) -> None:
    assert number(text) is None


def test_a_very_long_number_is_read_in_a_moment() -> None:
    assert number("1" * 20000) is not None
    assert number("1" * 20000 + "x") is None


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2030-01-01T00:00:00Z", 0),
        ("2030-01-01t00:00:00z", 0),
        ("2030-01-01T00:00:00", 0),
        ("2030-01-01T00:00", 0),
        ("2030-01-01T00", 0),
        ("2030-01-01", 0),
        ("2030-01", 0),
        ("2030", 0),
        ("2030-01-01T01:30:00+01:30", 0),
        ("2029-12-31T23:00:00-01", 0),
        ("2030-01-01T00:00:00.5Z", 500),
        ("2030-01-01T00:00:00.001999999Z", 1),
        ("1893456000", 0),
        ("+1893456000", 0),
        ("1893456001", 1000),
    ],
)
def test_dates(text: str, milliseconds: int) -> None:
    assert date(text) == NEW_YEAR_2030 + milliseconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("-1", -1),
        ("2000-02-29", 951782400),
        ("2024-03-01", 1709251200),
        ("0001-01-01", -62135596800),
        ("1970-01-02T00:00:00+23:59", 60),
        ("9223372036854775807", 9223372036854775807),
        ("-9223372036854775807", -9223372036854775807),
        ("0000-12-31", -62135596800 - 86400),
        ("-0001-12-31", -62135596800 - 86400 - 366 * 86400),
    ],
)
def test_dates_far_and_near(text: str, seconds: int) -> None:
    assert date(text) == seconds * 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not-a-date",
        "2030-13-01",
        "2030-00-01",
        "2030-02-29",
        "2030-04-31",
        "2030-01-01T24:00:00Z",
        "2030-01-01T00:60:00Z",
        "2030-01-01T00:00:60Z",
        "2030-01-01T00:00:00.Z",
        "2030-01-01T00:00:00.1234567890Z",
        "2030-01-01T00:00:00+24:00",
        "2030-01-01T00:00:00+0100",
        "2030-01-01Z",
        "2030-01-01 00:00:00",
        "2030-1-1",
        " 2030-01-01",
        "1900-02-29",
        "9223372036854775808",
        "\u0662\u0660\u0663\u0660-01-01",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert date(text) is None


@given(st.datetimes())
def test_dates_agree_with_the_calendar(moment: object) -> None:
    from datetime import UTC, datetime, timedelta

    assert isinstance(moment, datetime)
    since = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    assert date(moment.isoformat()) == since // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TrUe", True), ("", False), ("1", False), (" true", False)]
)
def test_truth(text: str, *, value: bool) -> None:
    assert truth(text) is value


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("PrOd", "prod", True),
        ("K", "\u212a", True),
        ("ß", "ẞ", True),
        ("ß", "SS", False),
        ("s", "\u017f", False),
        ("I", "\u0131", False),
        ("i", "İ", False),
        ("\u039f\u03a3", "\u03bf\u03c2", True),
        ("\u039f\u03a3", "\u03bf\u03c3", False),
        ("\U00010400", "\U00010428", False),
        ("\U00010400Σ", "\U00010400ς", True),
        ("x\U00010400İ\U00010428", "X\U00010400İ\U00010428", True),
    ],
)
def test_lower_case(one: str, other: str, *, equal: bool) -> None:
    assert (lower_case(one) == lower_case(other)) is equal


@pytest.mark.parametrize(("text", "value"), [("YQ==", b"a"), ("", b""), ("QmluYXJ5", b"Binary")])
def test_base64(text: str, value: bytes) -> None:
    assert decoded(text) == value


@pytest.mark.parametrize("text", ["YR==", "YQ", "YQ=", "Y Q==", "YQ==\n", "Ä", "a"])
def test_what_is_no_canonical_base64(text: str) -> None:
    assert decoded(text) is None


def v6(text: str) -> Address:
    import ipaddress

    return Address(128, int(ipaddress.IPv6Address(text)))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:::1", "2001:db8::1"),
        ("2001:db8::1:", "2001:db8::1"),
        (":2001:db8::1", "::2001:db8:0:1"),
        ("2001::db8::1", "2001::db8:0:1"),
        ("::1", "::1"),
        ("::", "::"),
        ("2001:db8::", "2001:db8::"),
        ("2001:db8::192.0.2.1", "2001:db8::c000:201"),
        ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
    ],
)
def test_ipv6_addresses_of_requests(text: str, canonical: str) -> None:
    assert request_address(text) == v6(canonical)


@pytest.mark.parametrize("text", ["192.0.2.1", "192.000.002.001", "::ffff:192.0.2.1", "::FFFF:c000:201"])
def test_ipv4_addresses_of_requests(text: str) -> None:
    assert request_address(text) == Address(32, 0xC0000201)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "here",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1/32",
        "192.0.2.1 ",
        "192.0.2.-1",
        "192.0.2.1.",
        "\u0661.0.2.1",
        "3221225985",
        "2001:db8::::1",
        "2001::db8:::1",
        "1:2:3:4:5:6:7",
        ":1:2:3",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "1" * 5000 + ".0.0.1",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert request_address(text) is None


def holds(network: str, address: str) -> bool:
    found, asked = policy_network(network), request_address(address)
    assert asked is not None
    return found is not None and found.holds(asked)


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("192.0.2.5/24", "192.0.2.1", True),
        ("192.0.2.0/+24", "192.0.2.1", True),
        ("192.0.2.0/024", "192.0.3.1", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("0.0.0.0/0", "203.0.113.1", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("192.0.2.0/33", "192.0.2.1", False),
        ("192.0.2.0/", "192.0.2.0", False),
        ("192.0.2.0/-1", "192.0.2.0", False),
        ("2001:db8::/64", "2001:db8::ffff", True),
        ("2001:DB8::/064", "2001:db8:0:1::", False),
        ("2001:db8::5/64", "2001:db8::5", False),
        ("2001:db8::4/127", "2001:db8::5", True),
        ("2001:db8::/129", "2001:db8::", False),
        ("2001:db8::192.0.2.0/120", "2001:db8::c000:201", False),
        ("::ffff:c000:200/120", "::ffff:192.0.2.1", False),
        ("::ffff:c000:200/120", "::ffff:c000:201", False),
        ("::/0", "2001:db8::1", True),
        ("::/0", "::ffff:192.0.2.1", False),
    ],
)
def test_networks_of_policies(network: str, address: str, *, expected: bool) -> None:
    assert holds(network, address) is expected
