from __future__ import annotations

import fnmatch
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.reference._glob import (
    ANY_ONE,
    ANY_RUN,
    ONE_IN_PART,
    RUN_IN_PART,
    Token,
    ascii_lower,
    code_units,
    glob_of,
    literal,
    literal_tokens,
    matches,
    tokens,
)
from lampolicy.reference._glob import glob as read_glob


def glob(pattern: str, text: str) -> bool:
    return matches(tokens(pattern), text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("?", "", False),
        ("a*c", "abbc", True),
        ("a*c", "abbcd", False),
        ("*b*", "abc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("a\\*", "a\\b", True),
        ("*", "a\nb", True),
        ("**a", "a", True),
    ],
)
def test_star_and_question_mark_are_the_only_wildcards(pattern: str, text: str, *, expected: bool) -> None:
    assert glob(pattern, text) is expected


def test_a_letter_beyond_the_basic_plane_is_two_units() -> None:
    assert code_units("\U00010400") == "\ud801\udc00"
    assert not glob("?", "\U00010400")
    assert glob("??", "\U00010400")


def test_nothing_is_wild_in_literal_tokens() -> None:
    assert matches(literal_tokens("a*?"), "a*?")
    assert not matches(literal_tokens("a*"), "ab")


def test_only_ascii_letters_lose_their_case() -> None:
    assert matches(tokens("LaMbDa", ignore_case=True), "lambda")
    assert not matches(tokens("k", ignore_case=True), "\u212a")
    assert not matches(tokens("é", ignore_case=True), "É")


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_it_agrees_with_the_shell(pattern: str, text: str) -> None:
    assert glob(pattern, text) is (re.fullmatch(fnmatch.translate(pattern), text) is not None)


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "a*" * 200 + "b", "*" * 400 + "b", "?*" * 200 + "b"])
def test_a_hostile_pattern_ends(pattern: str) -> None:
    started = time.process_time()
    assert not glob(pattern, "a" * 400)
    assert time.process_time() - started < 5


UNITS = "ab:*?K\u212a\n.[\\\U00010400"


@given(st.text(UNITS, max_size=8), st.text(UNITS, max_size=10))
def test_a_pattern_read_once_says_what_its_tokens_say(pattern: str, text: str) -> None:
    assert read_glob(pattern)(text) is glob(pattern, text)


steps = st.sampled_from([ANY_RUN, RUN_IN_PART, ANY_ONE, ONE_IN_PART, literal("a"), literal(":")])


@given(st.lists(steps | st.just(literal("b", ignore_case=True)), max_size=8), st.text("aAbB:", max_size=10))
def test_tokens_read_once_say_what_they_say_step_by_step(pattern: list[Token], text: str) -> None:
    assert glob_of(tuple(pattern))(text) is matches(tuple(pattern), text)


@given(st.text(UNITS, max_size=8))
def test_letters_beyond_ascii_keep_their_case(text: str) -> None:
    assert ascii_lower(text) == "".join(unit.lower() if unit in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" else unit for unit in text)


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "a*" * 200 + "b", "*" * 400 + "b", "?*" * 200 + "b"])
def test_a_hostile_pattern_read_once_ends_at_once(pattern: str) -> None:
    started = time.process_time()
    assert not read_glob(pattern)("a" * 4_000)
    assert time.process_time() - started < 1
