"""ARN patterns: six parts, a star that ends an early part may run over colons (semantics M5 to M7)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.names import HEAD_PARTS, arn_pattern, normal_arn, short_arn_pattern, tokens

F = "arn:aws:lambda:us-east-1:111111111111:function:f"


def matches(pattern: str, arn: str) -> bool:
    *head, tail = pattern.split(":", HEAD_PARTS)
    return arn_pattern(tuple(head), tokens(tail))(normal_arn(arn))


def as_regex(pattern: str) -> re.Pattern[str]:
    """M7 as the rule writes it: one regular expression over the whole string, colons counted in the pattern."""
    out, colons = [], 0
    for at, letter in enumerate(pattern):
        ends_part = at + 1 == len(pattern) or pattern[at + 1] == ":"
        early = colons < HEAD_PARTS
        if letter == "*":
            out.append("[^:]*" if early and not ends_part else ".*")
        elif letter == "?":
            out.append("[^:]" if early else ".")
        else:
            out.append(f"(?i:{re.escape(letter)})" if early else re.escape(letter))
        colons += letter == ":"
    return re.compile("".join(out), re.DOTALL)


@st.composite
def pattern_and_arn(draw: st.DrawFn) -> tuple[str, str]:
    parts = draw(st.lists(st.text("abA\U00010400", max_size=2), min_size=6, max_size=9))
    arn = ":".join(parts)
    letters = [draw(st.sampled_from([c, c, c, c, "*", "?", ""] if c != ":" else [":", ":", ":", "*"])) for c in arn]
    return "".join(letters), arn


def code_units(text: str) -> str:
    data = text.encode("utf-16-le")
    return "".join(data[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(data), 2))


def says(pattern: str, arn: str) -> bool:
    if pattern.count(":") < HEAD_PARTS:
        return short_arn_pattern(tuple(pattern.split(":")))(normal_arn(arn))
    return matches(pattern, arn)


@given(pattern_and_arn(), st.sampled_from([0, 12]))
def test_a_compiled_pattern_says_what_m7_says(pair: tuple[str, str], many: int) -> None:
    pattern, arn = pair
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lampolicy.names._arn_pattern.MANY_COLONS", many)
        said = says(pattern, arn)

    assert said is (as_regex(code_units(pattern)).fullmatch(code_units(arn)) is not None)


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("arn:*:b:c:d:x", "b:c:"),
        ("arn:*:a*b:a*b:d:x", "acb:ac:"),
        ("arn:*:??:??:??:x", "ab:"),
        ("arn:*:*:*:*:?a?b?*", "aabb:"),
        ("arn:*:*:*:*:" + "?a" * 500 + "b*", "a:"),
        ("arn:*:*?a:aaa:aaa:" + "a?" * 500, "aaa:"),
        ("a*:x?z*", "xaa:"),
    ],
)
def test_the_cost_of_many_colons_grows_no_faster_than_the_arn(pattern: str, part: str) -> None:
    match = short_arn_pattern(tuple(pattern.split(":"))) if pattern.count(":") < HEAD_PARTS else None
    if match is None:
        *head, tail = pattern.split(":", HEAD_PARTS)
        match = arn_pattern(tuple(head), tokens(tail))

    def cost(size: int) -> float:
        arn, times = normal_arn("arn:" + part * (size // len(part))), []
        for _ in range(5):
            start = time.perf_counter()
            match(arn)
            times.append(time.perf_counter() - start)
        return min(times)

    # Eight times the ARN; a cost that grows with its square would be 64 times as high.
    assert cost(32768) <= 32 * max(cost(4096), 1e-6)


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        (F, F, True),
        (F, F + ":prod", False),  # L3
        (F + ":*", F, False),  # L3, case 7
        (F + "*", F + "oo", True),  # M6
        ("arn:aws:s3:::b/folder/*/object", "arn:aws:s3:::b/folder/a:b/object", True),  # M6, case 11
        ("arn:aws:s3:::b/folder/*/object", "arn:aws:s3:::b/folder/a/object/child", False),
        ("arn:aws:s3:::b*", "arn:aws:s3:::b:suffix/object", True),
        ("ARN:aws:LAMBDA:us-east-1:111111111111:function:f", F, True),  # M5: early parts without case
        (F.replace("function:f", "function:F"), F, False),  # M5: names with case
        ("arn:aws:lambda:us-*-1:111111111111:function:f", F, True),
        ("arn:aws:l*a:us-east-1:111111111111:function:f", F, True),
    ],
)
def test_resources_match_as_the_rules_say(pattern: str, arn: str, *, expected: bool) -> None:
    assert matches(pattern, arn) is expected


@pytest.mark.inferred
def test_a_star_that_ends_an_early_part_runs_over_colons() -> None:
    assert matches("arn:aws:lambda:*:f:*", F + ":1")
    assert matches("arn:aws:*:function:f:*", F + ":1")
    assert not matches("arn:aws:l*b:function:f:x:*", F)


@pytest.mark.inferred
def test_a_short_pattern_matches_as_it_is_written() -> None:
    match = short_arn_pattern(("arn", "aws", "dynamodb", "*", "table/prod-*"))  # the example of M7

    assert match(normal_arn("arn:aws:dynamodb:us-east-1:111111111111:table/prod-orders"))
    assert match(normal_arn("arn:aws:dynamodb:us-east-1:111111111111:table/prod-a:index:b"))
    assert not match(normal_arn("arn:aws:dynamodb:us-east-1:111111111111:table/test-orders"))
