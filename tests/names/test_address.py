"""IP addresses and networks as recorded on live AWS (semantics O8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.names import Address, plain_address, read_address, read_network
from lampolicy.names import _address as module

DB8_1 = Address(128, 0x20010DB8000000000000000000000001)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", Address(32, 0xC0000201)),
        ("192.000.002.1", Address(32, 0xC0000201)),
        ("::ffff:192.0.2.1", Address(32, 0xC0000201)),
        ("::FFFF:c000:201", Address(32, 0xC0000201)),
        ("2001:db8::1", DB8_1),
        ("2001:db8:::1", DB8_1),
        ("2001:db8::1:", DB8_1),
        ("2001:0db8:0000:0000:0000:0000:0000:0001", DB8_1),
        (":2001:db8::1", Address(128, 0x20010DB800000001)),
        ("::", Address(128, 0)),
        ("::1", Address(128, 1)),
        ("1::", Address(128, 1 << 112)),
        ("2001:db8::192.0.2.1", Address(128, 0x20010DB80000000000000000C0000201)),
    ],
)
def test_addresses_are_read_as_aws_reads_them(text: str, address: Address) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "192.0.513",
        "3221225985",
        "192.0.2.1/32",
        "192.0.2.256",
        "192.0.2.-1",
        "\u0661.0.0.1",
        "2001:db8::::1",
        "2001::db8:::1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:",
        ":",
        "2001:db8::g",
        "::12345",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("network", "address", "inside"),
    [
        ("192.0.2.5/24", "192.0.2.1", True),
        ("192.0.2.0/024", "192.0.2.255", True),
        ("192.0.2.0/+24", "192.0.3.0", False),
        ("192.0.2.0/0", "203.0.113.1", True),
        ("192.0.2.0/0", "2001:db8::1", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("2001:DB8::/064", "2001:db8::1", True),
        ("2001:db8::/64", "2001:db8:0:1::", False),
        ("2001:db8::5/64", "2001:db8::5", False),
        ("::/0", "::ffff:192.0.2.1", False),
        ("::ffff:c000:200/120", "::ffff:c000:201", False),
        ("2001:db8::192.0.2.0/120", "2001:db8::c000:201", False),
    ],
)
def test_networks_hold_what_aws_says(network: str, address: str, *, inside: bool) -> None:
    net, found = read_network(network), read_address(address)

    assert net is not None
    assert found is not None
    assert (found in net) is inside


@pytest.mark.parametrize(
    "text", ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "2001:db8::/129", "not-an-ip", "10.0.0.0/2 "]
)
def test_malformed_networks_are_refused(text: str) -> None:
    assert read_network(text) is None


@given(st.ip_addresses(v=4).map(str) | st.text("0123456789.: ", max_size=16))
def test_a_plain_address_is_read_as_with_care_or_left_to_it(text: str) -> None:
    number = plain_address(text)

    assert number is None or read_address(text) == Address(32, number)
    assert plain_address(text) == number


def test_what_is_remembered_of_addresses_is_bounded_and_never_a_stranger_s_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_ADDRESSES_KEPT", 8)
    kept = module._PlainAddresses()

    assert [kept[f"192.0.2.{i}"] for i in range(20)] == [0xC0000200 + i for i in range(20)]
    assert kept["x" * 1000] is None
    assert 0 < len(kept) <= 8
