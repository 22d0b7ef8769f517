"""The readers of typed values (semantics O4 to O9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.policy import is_canonical_base64, read_arn_pattern, read_date, read_number

NEW_YEAR_2030 = 1_893_456_000_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", Decimal(1)),
        ("01", Decimal(1)),
        ("+1", Decimal(1)),
        ("-1", Decimal(-1)),
        ("1.0", Decimal(1)),
        ("1.", Decimal(1)),
        (".5", Decimal("0.5")),
        ("1e0", Decimal(1)),
        ("1E+2", Decimal(100)),
        ("0.1000000000000000000000000000000001", Decimal("0.1000000000000000000000000000000001")),
        ("1e2147483647", Decimal("1e2147483647")),
        ("1e-2147483647", Decimal("1e-2147483647")),
        ("1e0000000000000000001", Decimal(10)),
    ],
)
def test_a_number_is_exact_o4(text: str, number: Decimal) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "NaN",
        "Infinity",
        "-inf",
        "0x10",
        "1_0",
        "1e",
        "e1",
        ".",
        "+",
        "--1",
        "٣",
        "1e2147483648",
        "1,0",
    ],
)
def test_other_texts_are_no_numbers_o4(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2030-01-01T00:00:00Z", NEW_YEAR_2030),
        ("2030-01-01t00:00:00z", NEW_YEAR_2030),
        ("2030-01-01T00:00:00", NEW_YEAR_2030),
        ("2030-01-01T00:00", NEW_YEAR_2030),
        ("2030-01-01T00", NEW_YEAR_2030),
        ("2030-01-01", NEW_YEAR_2030),
        ("2030-01", NEW_YEAR_2030),
        ("2030", NEW_YEAR_2030),
        ("2030-01-01T01:30:00+01:30", NEW_YEAR_2030),
        ("2030-01-01T01:00:00+01", NEW_YEAR_2030),
        ("2029-12-31T23:00:00-01:00", NEW_YEAR_2030),
        ("1893456000", NEW_YEAR_2030),
        ("+1893456000", NEW_YEAR_2030),
        ("0", 0),
        ("-1", -1000),
        ("1970-01-01T00:00:00.001Z", 1),
        ("1970-01-01T00:00:00.000999999Z", 0),
        ("1969-12-31T23:59:59.9999Z", -1),
        ("1970-01-01T00:00:00.5Z", 500),
        ("2024-02-29", 1_709_164_800_000),
        ("0000-03-01", -62_162_035_200_000),
        ("-0001-01-01", -62_198_755_200_000),
    ],
)
def test_a_date_is_whole_milliseconds_o5(text: str, milliseconds: int) -> None:
    assert read_date(text) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not-a-date",
        "2030-1-1",
        "2030-13-01",
        "2030-00-01",
        "2030-02-30",
        "2023-02-29",
        "2030-01-01T24:00:00Z",
        "2030-01-01T00:60:00Z",
        "2030-01-01T00:00:60Z",
        "2030-01-01T",
        "2030-01-01Z",
        "2030-01-01 00:00:00",
        "2030-01-01T00:00:00.Z",
        "2030-01-01T00:00:00.1234567890Z",
        "2030-01-01T00:00:00+24:00",
        "2030-01-01T00:00:00+0100",
        " 2030",
        "2030-01-01T00:00:00Z\n",
        "99999999999999999999",
        "٢٠٣٠",
    ],
)
def test_other_texts_are_no_dates_o5(text: str) -> None:
    assert read_date(text) is None


@given(st.datetimes(), st.integers(-23, 23))
def test_dates_agree_with_the_calendar_o5(moment: datetime, hours: int) -> None:
    shifted = moment.replace(tzinfo=UTC) - timedelta(0)
    expected = (shifted - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) - hours * 3_600_000
    assert read_date(f"{moment.isoformat()}{hours:+03d}") == expected


@given(st.binary(max_size=40))
def test_base64_has_one_canonical_form_o7(data: bytes) -> None:
    import base64

    text = base64.b64encode(data).decode()
    assert is_canonical_base64(text)
    assert not is_canonical_base64(text + "\n")
    assert not is_canonical_base64(text + "=")


@pytest.mark.parametrize("text", ["YQ", "YR==", "Y", "no-binary", "é", "YQ==YQ=="])
def test_other_texts_are_no_canonical_base64_o7(text: str) -> None:
    assert not is_canonical_base64(text)


def test_an_arn_pattern_has_six_parts_the_last_with_its_colons_o9() -> None:
    assert read_arn_pattern("arn:aws:lambda:*:*:function:f:1") == ("arn", "aws", "lambda", "*", "*", "function:f:1")
    assert read_arn_pattern("arn:aws:s3") is None
