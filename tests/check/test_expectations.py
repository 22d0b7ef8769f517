"""Faults of expected-decision files are told at their place, all at once, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lampolicy.check import check, json_report, text_report
from lampolicy.check._markup import MAX_BYTES, MAX_DEPTH
from lampolicy.diagnostic import Code, Severity

RIGHT = """\
principals:
  ana: arn:aws:iam::111111111111:user/ana
tests:
  - name: works
    check:
      - {principal: ana, action: s3:GetObject, resource: "arn:aws:s3:::b/k", expect: deny}
"""


def faults(folder: Path, text: str, name: str = "t.lampolicy.yaml") -> list[tuple[Code, int, str, str | None]]:
    """Code, line, message and help of every error."""
    (folder / name).write_text(text, encoding="utf-8")
    return [
        (f.diagnostic.code, f.span.line if f.span else 0, f.diagnostic.message, f.diagnostic.help)
        for f in check([folder]).findings
        if f.diagnostic.severity is Severity.ERROR
    ]


def test_a_right_file_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("wrong", "right", "code", "line", "message", "help_"),
    [
        ("expect:", "expct:", Code.UNKNOWN_FIELD, 6, "unknown field `expct`", "did you mean `expect`?"),
        (": deny", ": denied", Code.BAD_EXPECTATION_SHAPE, 6, "`denied`", "did you mean `deny`?"),
        (", expect: deny", "", Code.BAD_EXPECTATION_SHAPE, 6, "lacks `expect`", None),
        ("tests:", "test:", Code.UNKNOWN_FIELD, 3, "unknown field `test`", "did you mean `tests`?"),
        ("principal: ana", "principal: anna", Code.UNKNOWN_ALIAS, 6, "does not name `anna`", "did you mean `ana`?"),
        ("principal: ana, ", "", Code.BAD_QUESTION, 6, "names no `principal`", "add `principal` or `principals`"),
        ("principal: ana", "principal: [ana]", Code.BAD_EXPECTATION_SHAPE, 6, "is no principal", "write an alias"),
        ("action: s3:GetObject", "actions: s3:Get", Code.BAD_EXPECTATION_SHAPE, 6, "must be a list", "[s3:Get]"),
        ("s3:GetObject", "[s3:GetObject]", Code.BAD_EXPECTATION_SHAPE, 6, "must be a text", "use `actions`"),
        ("s3:GetObject", "GetObject", Code.BAD_QUESTION, 6, "`GetObject` is not an action", None),
        ('"arn:aws:s3:::b/k"', "thumbs", Code.BAD_QUESTION, 6, "no function of that name", "write an ARN"),
        ('"arn:aws:s3:::b/k"', "arn:aws:s3", Code.BAD_QUESTION, 6, "is not an ARN", None),
        ('"arn:aws:s3:::b/k"', "*", Code.BAD_EXPECTATION_TEXT, 6, "not YAML", "in quotes"),
        (": deny", ": allow, reason: implicit", Code.CONTRADICTING_EXPECTATION, 6, "`reason` tells of a denial", None),
        (": deny", ": unknown, statement: S", Code.CONTRADICTING_EXPECTATION, 6, "no statement decides", None),
        (": deny", ": deny, blocked_by: scp", Code.BAD_EXPECTATION_SHAPE, 6, "`service-control-policy`", None),
        (": deny", ": deny, resources: [x]", Code.BAD_QUESTION, 6, "both stand here", "leave one of them out"),
        (": deny", ": deny, context: {k: {unknown: no}}", Code.BAD_EXPECTATION_SHAPE, 6, "unknown", None),
        (": deny", ": deny, expect: deny", Code.BAD_EXPECTATION_TEXT, 6, "`expect` is written twice here", None),
        ("arn:aws:iam::111111111111:user/ana", "{usr: x}", Code.BAD_EXPECTATION_SHAPE, 2, "no principal", "`user`"),
        ("arn:aws:iam::111111111111:user/ana", "{root: 1}", Code.BAD_PRINCIPAL_TEXT, 2, "twelve digits", None),
        (
            "arn:aws:iam::111111111111:user/ana",
            "arn:aws:sts::111111111111:assumed-role/r/s",
            Code.BAD_PRINCIPAL_TEXT,
            2,
            "path",
            None,
        ),
    ],
)
def test_a_fault_is_told_at_its_place(
    tmp_path: Path, wrong: str, right: str, code: Code, line: int, message: str, help_: str | None
) -> None:
    found = faults(tmp_path, RIGHT.replace(wrong, right, 1))

    assert (code, line) in [(c, at) for c, at, *_ in found]
    told = next(f for f in found if f[:2] == (code, line))
    assert message in told[2]
    assert help_ is None or help_ in (told[3] or "")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("expect: deny", "expct: deny").replace("principals:", "principles:")

    assert [line for _, line, *_ in faults(tmp_path, text)] == [1, 6, 6]


def test_account_ids_keep_their_leading_zeros(tmp_path: Path) -> None:
    text = RIGHT.replace("expect: deny", "expect: deny, resource_account: 012345678901")

    assert faults(tmp_path, text) == []


def test_yaml_words_stay_texts(tmp_path: Path) -> None:
    (tmp_path / "t.lampolicy.yaml").write_text(
        RIGHT.replace("expect: deny", "expect: deny, context: {aws:RequestTag/a: on, b: 2026-01-01, c: [1.10, no]}")
    )

    context = check([tmp_path]).tests[0].judgement.case.request.context

    assert context == {"aws:RequestTag/a": "on", "b": "2026-01-01", "c": ["1.10", "no"]}


def test_a_number_in_json_that_should_be_a_text_is_to_be_quoted(tmp_path: Path) -> None:
    text = '{"principals": {"r": {"root": 111111111111}}, "tests": [{"name": "x", "check": [{"expect": "deny"}]}]}'

    assert faults(tmp_path, text, "t.lampolicy.json")[0][3] == 'put it in quotes: "111111111111"'


def test_json_and_toml_say_the_same_as_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.lampolicy.json").write_text(
        '{"tests": [{"name": "x", "check": [{"principal": "anonymous", "action": "s3:Get", "resource": "*",'
        ' "context": {"aws:SecureTransport": true, "n": 5, "u": {"unknown": true}}, "expect": "deny"}]}]}'
    )
    (tmp_path / "b.lampolicy.toml").write_text(
        '[[tests]]\nname = "x"\n[[tests.check]]\nprincipal = "anonymous"\naction = "s3:Get"\nresource = "*"\n'
        'expect = "deny"\ncontext = {"aws:SecureTransport" = true, n = 5, u = {unknown = true}}\n'
    )

    first, second = check([tmp_path]).tests

    assert first.judgement.case.request == second.judgement.case.request
    assert first.judgement.passed
    assert second.judgement.passed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "tests: 1",
        "{",
        "a: &a [*a]",
        "\t",
        "? [a]\n: b",
        "a: !!python/object:os.system x",
        "tests: !mine x",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "a: " + "x" * MAX_BYTES,
        "\x00",
        "%YAML 9.9\n---\na",
        "a: 1\n---\nb: 2",
    ],
    ids=range(14),
)
def test_nonsense_is_a_fault_and_no_accident(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


WORDS = st.sampled_from(
    [
        "principals",
        "tests",
        "check",
        "name",
        "principal",
        "actions",
        "resource",
        "context",
        "expect",
        "role",
        "user",
        "world",
        "policies",
        "via",
        "reason",
        "allow",
        "deny",
        "unknown",
        "anonymous",
        "*",
        "service:s3.amazonaws.com",
        "arn:aws:s3:::b",
        "s3:GetObject",
        "arn:aws:iam::111111111111:user/ana",
        "execution-role-of:f",
        "f:live",
    ]
)
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=25,
)
FIELDS = ("principal", "principals", "action", "actions", "resource", "resources", "context", "via", "statement")
CHECKS = st.fixed_dictionaries(
    {"expect": st.sampled_from(["allow", "deny", "unknown"]) | VALUES}, optional=dict.fromkeys(FIELDS, VALUES)
)
FILES = st.fixed_dictionaries(
    {"tests": st.lists(st.fixed_dictionaries({"name": WORDS, "check": st.lists(CHECKS, max_size=3) | VALUES}))},
    optional={"principals": VALUES, "world": VALUES},
)
ANY_FOLDER = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(FILES | VALUES)
@ANY_FOLDER
def test_whatever_the_values_nothing_is_raised(tmp_path: Path, value: object) -> None:
    (tmp_path / "t.lampolicy.json").write_text(json.dumps(value), encoding="utf-8")

    report = check([tmp_path])

    assert text_report(report, colour=True)
    assert json_report(report, "test")


@given(st.text(st.sampled_from("tests: \n-{}[]'\"&*!|>%@`#,?abc\t\x85\u2028\U0001f600é")))
@ANY_FOLDER
def test_whatever_the_text_nothing_is_raised(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.lampolicy.yaml").write_text(text, encoding="utf-8")

    assert text_report(check([tmp_path]))


def test_anchors_cannot_blow_up(tmp_path: Path) -> None:
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 9))

    assert "values" in faults(tmp_path, f"l0: &l0 [x]\n{levels}")[0][2]


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "t.lampolicy.yaml").write_bytes(b"\xff\xfe")

    assert [f.diagnostic.code for f in check([tmp_path]).findings] == [Code.BAD_EXPECTATION_TEXT]
