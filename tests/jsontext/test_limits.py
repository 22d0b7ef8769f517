"""Limits hold at, one below and one above."""

from __future__ import annotations

import time

import pytest

from lampolicy.diagnostic import Code, DocumentError
from lampolicy.jsontext import DEFAULT_LIMITS, Limits, locate, read_json, report


def codes(source: bytes | bytearray | str, limits: Limits = DEFAULT_LIMITS) -> list[Code]:
    try:
        read_json(source, limits=limits)
    except DocumentError as error:
        return [fault.code for fault in error.diagnostics]
    return []


@pytest.mark.parametrize(("length", "expected"), [(1_048_575, []), (1_048_576, []), (1_048_577, [Code.TOO_LARGE])])
@pytest.mark.parametrize("kind", [str, bytes, bytearray])
def test_bytes(kind: type, length: int, expected: list[Code]) -> None:
    text = '"' + "x" * (length - 2) + '"'

    assert codes(text if kind is str else kind(text.encode())) == expected


@pytest.mark.parametrize(("limit", "expected"), [(5, [Code.TOO_LARGE]), (6, []), (7, [])])
def test_bytes_are_those_of_utf8_not_characters(limit: int, expected: list[Code]) -> None:
    assert codes('"éé"', Limits(bytes=limit)) == expected


def test_a_byte_order_mark_does_not_count_twice() -> None:
    assert codes(b"\xef\xbb\xbf[]", Limits(bytes=5)) == []


@pytest.mark.parametrize(("depth", "expected"), [(63, []), (64, []), (65, [Code.TOO_DEEP])])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"[":', "}]")])
def test_depth(opening: str, closing: str, depth: int, expected: list[Code]) -> None:
    times, rest = divmod(depth, len(closing))
    text = "[" * rest + opening * times + "1" + closing * times + "]" * rest

    assert codes(text) == expected


@pytest.mark.parametrize(
    ("depth", "expected"), [(64, [Code.NOT_JSON]), (65, [Code.TOO_DEEP]), (100_000, [Code.TOO_DEEP])]
)
def test_depth_of_a_text_that_is_not_json(depth: int, expected: list[Code]) -> None:
    assert codes("[" * depth) == expected


@pytest.mark.parametrize("depth", [1023, 1024, 1025, 200_000])
def test_far_too_deep_is_no_other_fault(depth: int) -> None:
    assert codes("[" * depth + "]" * depth) == [Code.TOO_DEEP]


def test_a_scalar_has_no_depth() -> None:
    assert codes('"[["', Limits(depth=0)) == []
    assert codes("[]", Limits(depth=0)) == [Code.TOO_DEEP]


@pytest.mark.parametrize(("most", "found"), [(8, False), (9, True), (10, True)])
def test_places_are_told_up_to_so_many_words(most: int, found: bool) -> None:  # noqa: FBT001
    assert bool(locate('{"a": 1, "b": 2}', [((), False)], most=most)) is found


def test_a_duplicate_in_a_text_of_too_many_words_is_refused_without_a_place() -> None:
    with pytest.raises(DocumentError) as caught:
        read_json('{"a": 1, "a": 2}', limits=Limits(tokens=8))

    assert [(fault.code, fault.span) for fault in caught.value.diagnostics] == [(Code.DUPLICATE_KEY, None)]


def test_a_text_of_too_many_words_that_is_not_json_is_refused_without_a_place() -> None:
    with pytest.raises(DocumentError) as caught:
        read_json('{"a": 1, "b": 2,}', limits=Limits(tokens=8))

    assert [(fault.code, fault.span) for fault in caught.value.diagnostics] == [(Code.NOT_JSON, None)]


def test_thousands_of_faults_on_as_many_lines_are_told_in_time() -> None:
    source = "{" + ",\n".join(['"a": 1'] * 20_000) + "}"
    started = time.process_time()

    with pytest.raises(DocumentError) as caught:
        read_json(source)
    screens = report(caught.value)

    assert screens.count("error[LP102]") == 19_999
    assert time.process_time() - started < 5
