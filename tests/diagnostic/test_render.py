"""What a person reads: the screens are written by hand, from the house rules for messages."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import AwsError, Code, Diagnostic, Severity, Span, render, render_all, render_line

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "allow", "Action": "lambda:*", "NotAction": "s3:*", "Resource": "*"}
  ]
}
"""
EFFECT = Diagnostic(
    Code.BAD_EFFECT,
    "`Effect` must be `Allow` or `Deny`, got `allow`",
    ("Statement", 0, "Effect"),
    help="did you mean `Allow`? IAM is case-sensitive here",
    aws=AwsError("MalformedPolicyDocument", "The policy failed legacy parsing"),
)
BOTH = Diagnostic(
    Code.ACTION_AND_NOT_ACTION, "a statement needs exactly one of `Action` and `NotAction`", ("Statement", 0)
)


def test_a_fault_with_its_source_line_its_help_and_what_aws_says() -> None:
    screen = """\
error[LP117]: `Effect` must be `Allow` or `Deny`, got `allow`
 --> p.json:4:16
  |
4 |     {"Effect": "allow", "Action": "lambda:*", "NotAction": "s3:*", "Resource": "*"}
  |                ^^^^^^^
  = help: did you mean `Allow`? IAM is case-sensitive here
  = aws: MalformedPolicyDocument: The policy failed legacy parsing"""

    assert render(EFFECT, POLICY, "p.json", span=Span(4, 16, 4, 23)) == screen


def test_the_gutter_is_as_wide_as_the_line_number() -> None:
    screen = """\
error[LP120]: a statement needs exactly one of `Action` and `NotAction`
  --> p.json:12:1
   |
12 | {}
   | ^^"""

    assert render(BOTH, "\n" * 11 + "{}", "p.json", span=Span(12, 1, 12, 3)) == screen


def test_without_a_text_the_pointer_is_the_place() -> None:
    screen = """\
error[LP117]: `Effect` must be `Allow` or `Deny`, got `allow`
--> p.json at Statement[0].Effect
 = help: did you mean `Allow`? IAM is case-sensitive here
 = aws: MalformedPolicyDocument: The policy failed legacy parsing"""

    assert render(EFFECT, name="p.json") == screen


def test_without_a_name_the_document_is_called_so() -> None:
    assert render(BOTH).splitlines()[1] == "--> <document> at Statement[0]"


def test_what_aws_says_may_be_its_code_alone() -> None:
    fault = Diagnostic(Code.BAD_EFFECT, "bad", aws=AwsError("MalformedPolicyDocument"))

    assert render(fault).splitlines()[-1] == " = aws: MalformedPolicyDocument"


def test_a_place_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    screen = """\
error[LP120]: a statement needs exactly one of `Action` and `NotAction`
 --> p.json:3:16
  |
3 |   "Statement": [
  |                ^"""

    assert render(BOTH, POLICY, "p.json", span=Span(3, 16, 5, 4)) == screen


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("\t\t", " " * 8),
        ("日本", "日本"),
        ("e\u0301", "e\u0301"),
        ("\u202e", "\ufffd"),
        ("😀", "😀"),
    ],
)
def test_tabs_wide_and_combining_characters_keep_the_caret_in_place(before: str, shown: str) -> None:
    columns = {"\t\t": 8, "日本": 4, "e\u0301": 1, "\u202e": 1, "😀": 2}[before]
    column = len(before) + 1

    lines = render(BOTH, before + "x", span=Span(1, column, 1, column + 1)).splitlines()

    assert lines[3] == f"1 | {shown}x"
    assert lines[4] == "  | " + " " * columns + "^"


def test_a_long_line_is_cut_to_a_window_around_the_caret() -> None:
    line = "a" * 3000 + "HERE" + "b" * 3000

    *_, source, carets = render(BOTH, line, span=Span(1, 3001, 1, 3005)).splitlines()

    assert source == "1 | …" + "a" * 40 + "HERE" + "b" * 76 + "…"
    assert carets == "  |  " + " " * 40 + "^^^^"


@pytest.mark.parametrize(("column", "cut"), [(1, "right"), (60, "right"), (3000, "both"), (6000, "left")])
def test_only_the_side_that_was_cut_has_an_ellipsis(column: int, cut: str) -> None:
    source = render(BOTH, "x" * 6000, span=Span(1, column, 1, column + 1)).splitlines()[3].removeprefix("1 | ")

    assert source.startswith("…") == (cut in {"both", "left"} or column == 60)
    assert source.endswith("…") == (cut in {"both", "right"})


@pytest.mark.parametrize("length", [119, 120])
def test_a_line_that_fits_is_not_cut(length: int) -> None:
    assert render(BOTH, "x" * length, span=Span(1, 100, 1, 101)).splitlines()[3] == "1 | " + "x" * length


def test_a_line_one_column_too_long_is_cut() -> None:
    assert render(BOTH, "x" * 121, span=Span(1, 1, 1, 2)).splitlines()[3] == "1 | " + "x" * 120 + "…"


def test_carets_end_with_the_window() -> None:
    *_, source, carets = render(BOTH, "x" * 6000, span=Span(1, 1, 1, 6001)).splitlines()

    assert source == "1 | " + "x" * 120 + "…"
    assert carets == "  | " + "^" * 120


def test_colour_only_when_asked() -> None:
    plain = render(EFFECT, POLICY, span=Span(4, 16, 4, 23))
    coloured = render(EFFECT, POLICY, span=Span(4, 16, 4, 23), colour=True)

    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31merror[LP117]\x1b[0m")
    assert "\x1b[1;31m^^^^^^^\x1b[0m" in coloured


@pytest.mark.parametrize(
    ("severity", "head"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "note")],
)
def test_the_head_names_the_severity(severity: Severity, head: str) -> None:
    fault = Diagnostic(Code.BAD_EFFECT, "it is so", severity=severity)

    assert render(fault).splitlines()[0] == f"{head}[LP117]: it is so"


@pytest.mark.parametrize("colour", [False, True])
def test_no_character_of_a_document_acts_on_the_terminal(colour: bool) -> None:  # noqa: FBT001
    fault = Diagnostic(Code.BAD_EFFECT, "got `\x1b[2J`", help="not `\u202e`", aws=AwsError("A", "\x07"))

    screen = render(fault, 'x\x1b[2J\r"', "p\x1b.json", span=Span(1, 1, 1, 2), colour=colour)

    assert "\x1b[2J" not in screen
    assert not {"\u202e", "\x07", "\r"} & set(screen)
    assert "got `<U+001B>[2J`" in screen
    assert "p<U+001B>.json:1:1" in screen


def test_several_faults_stand_in_document_order_those_without_a_place_first() -> None:
    spans = {EFFECT: Span(4, 16, 4, 23), BOTH: Span(4, 5, 4, 84)}
    whole = Diagnostic(Code.TOO_LONG, "the policy is too long")

    screens = render_all([EFFECT, BOTH, whole], POLICY, "p.json", find=spans.get).split("\n\n")

    assert [screen.split(":")[0] for screen in screens] == ["error[LP191]", "error[LP120]", "error[LP117]"]


def test_one_line_for_editors_and_logs() -> None:
    assert render_line(EFFECT, "p.json", span=Span(4, 16, 4, 23)) == (
        "p.json:4:16: LP117 error `Effect` must be `Allow` or `Deny`, got `allow`"
    )


def test_one_line_without_a_span_names_the_pointer() -> None:
    fault = Diagnostic(Code.BAD_LITERAL, "bad", ("Statement", 1, "Condition", "Bool", "aws:SecureTransport", 0))

    assert render_line(fault) == (
        '<document> at Statement[1].Condition.Bool["aws:SecureTransport"][0]: LP164 error bad'
    )
