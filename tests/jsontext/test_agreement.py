"""The quick reader and the reader that keeps places accept and refuse the same documents."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lampolicy.diagnostic import DocumentError, Pointer
from lampolicy.jsontext import DEFAULT_LIMITS, locate, read_json, report
from lampolicy.jsontext._grammar import read_words
from lampolicy.jsontext._values import JsonValue, fastest, standard_loads

from .damage import damaged, texts

CALM = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
ANY = st.one_of(damaged("json"), damaged("policy"), st.text(max_size=30))


def values(read: Any, text: str) -> tuple[JsonValue] | None:
    try:
        return (read(text.encode()),)
    except (ValueError, RecursionError):
        return None


def located(text: str) -> bool:
    """Whether the grammar accepts the text and every number fits into a double."""
    words, complete, _ = read_words(text, DEFAULT_LIMITS.tokens)
    return complete and not any(math.isinf(float(word.text)) for word in words if word.kind == "NUMBER")


@CALM
@given(ANY)
@example('"\\ud800"')
@example('"\\ud83d\\ude00"')
@example('"\\udc00\\ud800"')
@example("[1e400, -1e400]")
@example("1" + "0" * 400)
@example("-0.0e-999")
@example("NaN")
@example("-Infinity")
@example("\x0c[]")
@example("\u00a0[]")
@example('"\x7f\u0080\u2028"')
@example("[1]\x00")
@example("0123")
@example("\u0661")
@example("[1e]")
@example("\ufeff[]")
def test_both_readers_accept_and_refuse_the_same(text: str) -> None:
    assert located(text) == (values(fastest(), text) is not None)


@CALM
@given(ANY)
@example("[18446744073709551615, 18446744073709551616, -9223372036854775808, -9223372036854775809]")
@example("1" * 5000)
@example('{"a": "\\ud800", "a": 1}')
@example('["\\\\ud800", "\\ud83d\\ude00\\udc00"]')
@example('["\\\\\\ud83d\\ude00"]')
def test_without_orjson_the_values_are_the_same(text: str) -> None:
    assert repr(values(standard_loads, text)) == repr(values(fastest(), text))


@CALM
@given(ANY)
def test_a_document_is_read_or_refused_with_places(text: str) -> None:
    if refusal := refused(text):
        assert all(fault.span for fault in refusal.diagnostics)
        assert report(refusal)
    else:
        assert located(text.removeprefix("\ufeff"))


def refused(text: str) -> DocumentError | None:
    try:
        read_json(text)
    except DocumentError as error:
        return error
    return None


@CALM
@given(texts("policy"))
def test_the_language_of_policies_is_json(text: str) -> None:
    assert read_words(text, DEFAULT_LIMITS.tokens).complete


@CALM
@given(
    st.recursive(
        st.integers() | st.text() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_the_place_of_every_pointer_holds_its_value(value: JsonValue) -> None:
    text = json.dumps(value)
    pointers = dict(walk(value, ()))
    places = locate(text, [(pointer, False) for pointer in pointers])

    for pointer, expected in pointers.items():
        span = places[pointer, False]
        assert json.loads(text[span.column - 1 : span.end_column - 1]) == expected


def walk(value: JsonValue, at: Pointer) -> list[tuple[Pointer, JsonValue]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(at, value), *(found for step, inner in items for found in walk(inner, (*at, step)))]


def pairs(text: str) -> bool:
    """Whether an object of a JSON text holds a key twice, as the standard library sees it."""
    twice: list[bool] = []
    json.loads(text, object_pairs_hook=lambda pairs: twice.append(len(dict(pairs)) < len(pairs)))
    return any(twice)


FEW_KEYS = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"a\\\\"', '"\\":\\""', '""'])
OBJECTS = st.recursive(
    st.sampled_from(["1", '"x"', '":"', '"\\\\"', "{}"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]"),
        st.lists(st.tuples(FEW_KEYS, inner), max_size=3).map(lambda p: "{" + ",".join(f"{k}:{v}" for k, v in p) + "}"),
    ),
    max_leaves=8,
)


@CALM
@given(OBJECTS)
def test_a_key_written_twice_is_found_wherever_it_is(text: str) -> None:
    if pairs(text):
        with pytest.raises(DocumentError, match="LP102"):
            read_json(text)
    else:
        assert read_json(text) == json.loads(text)
