"""Globs: `*` any run, `?` one UTF-16 code unit, nothing else is special (semantics M1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.names import Wild, fold, glob, tokens

WORD = "ab:/.é\U00010400"


def literal_glob(pattern: str, text: str) -> bool:
    """M1 word for word, on code units."""
    p, t = (s.encode("utf-16-le", "surrogatepass") for s in (pattern, text))
    wild, units = ([s[i : i + 2] for i in range(0, len(s), 2)] for s in (p, t))

    @cache
    def matches(i: int, j: int) -> bool:
        if i == len(wild):
            return j == len(units)
        if wild[i] == b"*\0":
            return matches(i + 1, j) or (j < len(units) and matches(i, j + 1))
        return j < len(units) and (wild[i] in (b"?\0", units[j])) and matches(i + 1, j + 1)

    return matches(0, 0)


@st.composite
def pattern_and_text(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and a pattern made from it by putting wildcards for some of its letters."""
    text = draw(st.text(WORD, max_size=14))
    letters = [draw(st.sampled_from([c, c, c, "*", "?", "", "a"])) for c in text]
    return "".join(letters) + draw(st.sampled_from(["", "", "*", "?"])), text


@given(pattern_and_text())
def test_a_compiled_glob_says_what_the_rule_says(pair: tuple[str, str]) -> None:
    pattern, text = pair

    assert glob(tokens(pattern))(text) is literal_glob(pattern, text)


@st.composite
def hard_pattern_and_text(draw: st.DrawFn) -> tuple[str, str]:
    """A text of few letters that repeats itself, and a pattern of long segments that nearly stand in it."""
    letters = draw(st.sampled_from(["ab", "ab\0", "a\u0100", "a\U00010400", "a\ud800b"]))
    text = draw(st.text(letters, min_size=1, max_size=30)) * draw(st.integers(1, 5))
    start = draw(st.integers(0, len(text) // 2))
    kinds = draw(st.sampled_from(["?aaa", "??aaaa*", "*?aa", "?"]))
    pattern = "".join(
        kind if kind in "*?" else letter
        for letter, kind in ((c, draw(st.sampled_from(kinds))) for c in text[start : start + 60])
    )
    return f"*{pattern}" + draw(st.sampled_from(["", "*", "a*", "b*", "?b"])), text


@given(hard_pattern_and_text(), st.integers(0, 9), st.sampled_from([2, 12]), st.sampled_from([0, 8]), st.integers(1, 5))
def test_the_hard_way_says_the_same(pair: tuple[str, str], patience: int, many: int, short: int, uses: int) -> None:
    pattern, text = pair
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_PATIENCE", patience), ("_MANY_CHUNKS", many), ("_SHORT", short), ("_USES", uses)):
            patch.setattr(f"lampolicy.names._segment.{name}", value)

        assert glob(tokens(pattern))(text) is literal_glob(pattern, text)


@given(st.text("ab?*", max_size=40), st.text("ab", max_size=120))
def test_long_patterns_say_the_same(pattern: str, text: str) -> None:
    assert glob(tokens(f"*{pattern}*"))(text) is literal_glob(f"*{pattern}*", text)


@given(st.data(), st.integers(1, 6), st.integers(1, 6), st.integers(0, 6), st.integers(1, 3))
def test_steps_taken_at_once_say_the_same(data: st.DataObject, run: int, leaps: int, many: int, stretch: int) -> None:
    letters = data.draw(st.sampled_from(["ab", "a\n", "^-", "[]", "\\d", "a\U00010400", "\ud800b", ".\u0100"]))
    step = st.tuples(st.sampled_from(["*", "?*", "*?", "??*", "*??"]), st.sampled_from([*letters, letters]))
    turns = st.tuples(st.lists(step, min_size=1, max_size=3), st.integers(1, 7))
    steps = [turn for turn, count in data.draw(st.lists(turns, max_size=4)) for _ in range(count)]
    pattern = "".join(f"{wild}{letter}" for turn in steps for wild, letter in turn) + data.draw(st.sampled_from("*?a"))
    text = "".join(data.draw(st.lists(st.sampled_from([*letters, letters, "x"]), max_size=60)))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_RUN", run), ("_LEAPS", leaps), ("_STRETCH", stretch)):
            patch.setattr(f"lampolicy.names._chain.{name}", value)
        patch.setattr("lampolicy.names._hard_glob.MANY_STEPS", many)
        patch.setattr("lampolicy.names._glob._FEW", 0)

        assert glob(tokens(pattern))(text) is literal_glob(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("?", "\U00010400", False),
        ("??", "\U00010400", True),
        ("a?b", "a:b", True),
        ("a*b", "a/\nb", True),
        ("a.b*", "axb", False),
        ("a[b]", "ab", False),
        ("a[b]", "a[b]", True),
        ("A", "a", False),
        ("a**b", "ab", True),
        ("", "", True),
        ("", "a", False),
        ("ab*ba", "aba", False),
        ("*a?a*aaaa", "aaaa", False),  # a text shorter than the pattern, though each segment stands in it
        ("*a?a*aaaa", "abaaaaa", True),
        ("*\0?\0*", "\0\0\0", True),
        ("*?", "", False),
        ("*?*?*", "a", False),
        ("*?*?*", "ab", True),
        ("a*a*a*a*a*a*a*a*a*a*b", "a" * 10 + "b", True),
        ("a*a*a*a*a*a*a*a*a*a*b", "a" * 9 + "b", False),
    ],
)
def test_nothing_but_star_and_question_mark_is_special(pattern: str, text: str, *, matches: bool) -> None:
    assert glob(tokens(pattern))(text) is matches


def test_a_literal_star_is_no_wildcard() -> None:
    escaped = glob(("a", "*", Wild.STAR))

    assert escaped("a*b")
    assert not escaped("ab")


def test_folding_lowers_ascii_only_and_keeps_the_length() -> None:
    assert fold("LAMBDA:K\u00e9\u0130\u212a") == "lambda:k\u00e9\u0130\u212a"


HOSTILE = [
    "a*" * 1024,
    "*a" * 1023 + "b",
    "*" + "?a" * 1023 + "b",
    "*" + "a?" * 1023 + "b*",
    "a*?" * 682,
    "*?a?b" * 400,
    "*" + "ab?" * 682 + "c*",
    "*a?b**?b" * 250,
    "*a?ab" * 400,
    "*" + "aab?a??ba?" * 200 + "*",
]


def cost(match: Callable[[str], bool], size: int) -> float:
    """The least time of one match against hostile texts of a size."""
    times = []
    for text in ("a" * size, "ab" * (size // 2), "a" * (size - 1) + "b"):
        for _ in range(3):
            start = time.perf_counter()
            match(text)
            times.append(time.perf_counter() - start)
    return max(min(times[i : i + 3]) for i in range(0, len(times), 3))


@pytest.mark.parametrize("pattern", HOSTILE, ids=lambda p: p[:8])
def test_the_cost_of_hostile_patterns_grows_no_faster_than_the_text(pattern: str) -> None:
    match = glob(tokens(pattern))

    # Four times the text: about four times the cost; a matcher that backtracks does not come back at all.
    assert cost(match, 16384) <= 24 * max(cost(match, 4096), 1e-6)
