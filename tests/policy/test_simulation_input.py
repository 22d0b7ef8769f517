"""What AWS's policy simulator checks of its input."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import DocumentError
from lampolicy.policy import check_simulation_input


def entry(kind: object, *values: object) -> dict[str, object]:
    return {"ContextEntries": [{"ContextKeyName": "k", "ContextKeyType": kind, "ContextKeyValues": list(values)}]}


@pytest.mark.parametrize(
    "given",
    [
        {},
        entry("numeric", "+1"),
        entry("numericList", "1", "2"),
        entry("boolean", "yes"),
        entry("string", ""),
        entry("stringList"),
        entry("date", "2030-01-01"),
        entry("ip", "10.0.0.0/8"),
        entry("binary", "YQ=="),
        {"ResourceArns": ["*", "arn:aws:s3:::b"]},
    ],
)
def test_well_formed_input_passes(given: dict[str, object]) -> None:
    check_simulation_input(given)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (entry("numeric", "0x10"), "Invalid context value for key k: expected numeric format."),
        (entry("string", "a", "b"), "Context key string expected a single value, but received 2."),
        (entry("string"), "Context values for context key k cannot be null or empty."),
        ({"ResourceArns": ["not-an-arn"]}, "ResourceNames are not in a valid ARN format: not-an-arn."),
        (entry("unheard", "x"), None),
        (entry(["string"], "x"), None),
        ({"ContextEntries": ["x"]}, None),
        (entry("numeric", 1), "Invalid context value for key k: expected numeric format."),
    ],
)
def test_other_input_has_awss_answer(given: dict[str, object], text: str | None) -> None:
    with pytest.raises(DocumentError) as caught:
        check_simulation_input(given)
    aws = caught.value.diagnostics[0].aws
    assert aws is not None
    assert (aws.code, aws.text) == ("InvalidInput", text)
