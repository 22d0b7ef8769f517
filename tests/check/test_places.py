"""Skimming finds the same places as reading by grammar does."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lampolicy.check._places import piece, skim
from lampolicy.diagnostic import Pointer
from lampolicy.jsontext import span_of

TEXTS = st.text(st.sampled_from('ab{}[],:"\\ \né\U0001f600'), max_size=4)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def pointers(value: Any, at: Pointer = ()) -> list[Pointer]:
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [at, *(pointer for step, each in inner for pointer in pointers(each, (*at, step)))]


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_every_place_is_that_of_the_grammar(value: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    everything = pointers(value)

    found = skim(text, everything)

    assert {p: piece(text, found[p]).whole() for p in everything} == {p: span_of(text, p) for p in everything}


def test_a_pointer_that_leads_nowhere_is_left_out() -> None:
    assert skim('{"a": [1]}', [("b",), ("a", 1), ("a", "x")]) == {}


def test_a_byte_order_mark_has_no_column() -> None:
    text = '\ufeff{"a": 1}'

    assert piece(text, skim(text, [("a",)])["a",]).whole() == span_of(text, ("a",))


def test_places_inside_a_piece_are_places_in_the_text() -> None:
    text = '{"a":\n  {"b": 1,\n   "c": 2}}'
    inner = piece(text, skim(text, [("a",)])["a",])

    assert inner.place(span_of(inner.text, ("b",))) == span_of(text, ("a", "b"))
    assert inner.place(span_of(inner.text, ("c",))) == span_of(text, ("a", "c"))
