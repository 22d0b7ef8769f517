from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Span
from lampolicy.jsontext import locate, report, span_of

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow", "tr\\u00e9s": [1, true, null],
    "日本": {}
  }]
}"""


@pytest.mark.parametrize(
    ("pointer", "on_key", "place"),
    [
        ((), False, (1, 1, 7, 2)),
        (("Version",), False, (2, 14, 2, 26)),
        (("Version",), True, (2, 3, 2, 12)),
        (("Statement",), False, (3, 16, 6, 5)),
        (("Statement", 0), False, (3, 17, 6, 4)),
        (("Statement", 0), True, (3, 17, 6, 4)),
        (("Statement", 0, "trés"), False, (4, 37, 4, 52)),
        (("Statement", 0, "trés"), True, (4, 24, 4, 35)),
        (("Statement", 0, "trés", 2), False, (4, 47, 4, 51)),
        (("Statement", 0, "日本"), False, (5, 11, 5, 13)),
    ],
)
def test_the_place_of_a_pointer(pointer: Pointer, on_key: bool, place: tuple[int, int, int, int]) -> None:  # noqa: FBT001
    assert span_of(TEXT, pointer, on_key) == Span(*place)


@pytest.mark.parametrize(
    "missing",
    [
        ("Statement", 0, "Action"),
        ("Statement", 0, "Action", 3, "x"),
        ("Statement", 0, 0),
        ("Statement", 0, "statement"),
    ],
)
def test_a_missing_element_points_at_its_parent(missing: Pointer) -> None:
    assert span_of(TEXT, missing) == span_of(TEXT, ("Statement", 0))
    assert span_of(TEXT, missing, on_key=True) == span_of(TEXT, ("Statement", 0))


@pytest.mark.parametrize("step", [1, -1, "0"])
def test_a_list_has_no_such_item(step: int | str) -> None:
    assert span_of(TEXT, ("Statement", step)) == span_of(TEXT, ("Statement",))


def test_of_a_key_written_twice_the_last_value_counts() -> None:
    assert span_of('{"a": 1, "a": 2}', ("a",)) == Span(1, 15, 1, 16)


def test_several_places_in_one_reading() -> None:
    places = [(("Version",), False), (("Statement",), True)]

    assert locate(TEXT, places) == {places[0]: Span(2, 14, 2, 26), places[1]: Span(3, 3, 3, 14)}


def test_a_text_that_is_not_json_has_no_places() -> None:
    assert locate("{", [((), False)]) == {}
    assert span_of("{", ()) is None


@pytest.mark.parametrize("depth", [5_000, 40_000])
def test_deep_texts_need_no_stack(depth: int) -> None:
    assert span_of("[" * depth + "]" * depth, (0,) * depth) == Span(1, depth, 1, depth + 2)


def test_a_byte_order_mark_has_no_column() -> None:
    fault = Diagnostic(Code.BAD_VERSION, "bad version", ("Version",))

    assert (
        report(DocumentError((fault,), text='\ufeff{"Version": 1}', name="p.json"))
        == """\
error[LP114]: bad version
 --> p.json:1:13
  |
1 | {"Version": 1}
  |             ^"""
    )


def test_a_report_finds_the_places_of_pointers() -> None:
    faults = (
        Diagnostic(Code.UNKNOWN_ELEMENT, "unknown element `trés`", ("Statement", 0, "trés"), on_key=True),
        Diagnostic(Code.BAD_VERSION, "bad version", ("Version",)),
    )

    assert (
        report(DocumentError(faults, text=TEXT, name="p.json"))
        == """\
error[LP114]: bad version
 --> p.json:2:14
  |
2 |   "Version": "2012-10-17",
  |              ^^^^^^^^^^^^

error[LP111]: unknown element `trés`
 --> p.json:4:24
  |
4 |     "Effect": "Allow", "tr\\u00e9s": [1, true, null],
  |                        ^^^^^^^^^^^"""
    )


def test_a_report_without_a_text_names_the_pointers() -> None:
    faults = (Diagnostic(Code.BAD_VERSION, "bad version", ("Version",)),)

    assert report(DocumentError(faults, name="p.json")) == "error[LP114]: bad version\n--> p.json at Version"
