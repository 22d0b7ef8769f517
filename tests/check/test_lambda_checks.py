"""Lambda's own questions in expected-decision files: asked, compared, explained and reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.check import Report, check, json_report, text_report
from lampolicy.diagnostic import Code, Severity

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{A}:function:thumbs"
ROLE = f"arn:aws:iam::{A}:role/thumbs"
QUEUE = f"arn:aws:sqs:us-east-1:{A}:orders"
PUT = "arn:aws:s3:::photos/thumbs/x"
SOURCE = {"StringEquals": {"AWS:SourceAccount": A}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}}
BUCKET = {
    "Sid": "s3",
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": f"{F}:live",
    "Condition": SOURCE,
}
PRINCIPALS = f"""\
principals:
  bucket: {{service: s3.amazonaws.com, source_arn: "arn:aws:s3:::photos", source_account: "{A}"}}
  ana: arn:aws:iam::{A}:user/ana
  root: {{root: "{A}"}}
"""
INVOKE = 'invoke: {principal: bucket, function: "thumbs:live", expect: allow}'


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A function that S3 may invoke by its alias; its role writes thumbs and polls nothing."""
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = {
        "RoleName": "thumbs",
        "Path": "/",
        "Arn": ROLE,
        "RoleId": "AROAEXAMPLEEXAMPLE123",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "thumbs", "PolicyDocument": document(allow("s3:PutObject", PUT))}],
        "AttachedManagedPolicies": [],
    }
    ana = {
        "UserName": "ana",
        "Path": "/",
        "Arn": f"arn:aws:iam::{A}:user/ana",
        "UserId": "AIDAEXAMPLEEXAMPLE123",
        "UserPolicyList": [
            {"PolicyName": "d", "PolicyDocument": document(allow("lambda:CreateFunction", F[:-1] + "*"))}
        ],
        "AttachedManagedPolicies": [],
        "GroupList": [],
    }
    details = {"UserDetailList": [ana], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []}
    stored = {"Policy": json.dumps({"Id": "default", **document(BUCKET)}), "RevisionId": "r"}
    configuration = {"Configuration": {"FunctionName": "thumbs", "FunctionArn": F, "Role": ROLE}}
    for name, value in (("details", details), ("get-policy", stored), ("get-function", configuration)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return tmp_path


def ask(world: Path, *questions: str) -> Report:
    """Check a file with questions, each `LIST: {...}`."""
    tests = ""
    for question in questions:
        kind, _, form = question.partition(": ")
        tests += f"  - name: {kind}\n    {kind}:\n      - {form}\n"
    (world / "t.lampolicy.yaml").write_text(f"{PRINCIPALS}tests:\n{tests}", encoding="utf-8")
    return check([world])


def faults(report: Report) -> list[tuple[Code, str]]:
    return [
        (f.diagnostic.code, f.diagnostic.message) for f in report.findings if f.diagnostic.severity is Severity.ERROR
    ]


RIGHT = [
    INVOKE,
    'invoke: {principal: bucket, function: "thumbs:live", mode: async, expect: allow}',
    "invoke: {principal: bucket, functions: [thumbs, 'thumbs:$LATEST'], expect: deny, refused: lambda:InvokeFunction}",
    'invoke: {principal: anonymous, function: "thumbs:live", expect: deny, obstacle: E15}',
    f"invoke_url: {{principal: 'arn:aws:iam::{B}:root', function: thumbs, auth_type: AWS_IAM, expect: deny}}",
    (
        "invoke_url: {principal: anonymous, function: thumbs, auth_type: NONE, dual_permission: false, expect: deny,"
        " refused: lambda:InvokeFunctionUrl}"
    ),
    f"poll: {{function: thumbs, source: '{QUEUE}', expect: deny, refused: sqs:ReceiveMessage}}",
    f"run: {{function: thumbs, action: s3:PutObject, resource: '{PUT}', expect: allow}}",
    f"run: {{function: thumbs, actions: [s3:GetObject], resources: ['{PUT}', '*'], expect: deny}}",
    (
        f"deploy: {{principal: ana, operation: CreateFunction, function: '{F}', role: '{ROLE}', expect: deny,"
        " refused: iam:passrole}"
    ),
    f"deploy: {{principal: root, operation: CreateFunction, function: '{F}', role: '{ROLE}', expect: allow}}",
    f"trace: {{path: 'bucket photos in {A} -> thumbs:live -> s3:PutObject {PUT}', expect: allow}}",
    f"trace: {{path: 'bucket photos in {A} -> thumbs -> s3:PutObject {PUT}', expect: deny, broken_at: 1}}",
]


@pytest.mark.parametrize("question", RIGHT)
def test_what_is_answered_as_expected_passes(world: Path, question: str) -> None:
    report = ask(world, question)

    assert faults(report) == []
    assert [test.judgement.differences for test in report.lambda_tests] == [()] * len(report.lambda_tests)
    assert report.lambda_tests
    assert not report.fails()


@pytest.mark.parametrize(
    ("question", "difference"),
    [
        (INVOKE.replace("allow", "deny"), "expected deny, got allow"),
        (INVOKE.replace(":live", ":2"), "expected allow, got deny (refused: `lambda:InvokeFunction`)"),
        (
            f"poll: {{function: thumbs, source: '{QUEUE}', expect: deny, refused: sqs:DeleteMessage}}",
            "expected `sqs:DeleteMessage` to be refused first",
        ),
        (f"poll: {{function: thumbs, source: '{QUEUE}', expect: deny, obstacle: L2}}", "expected an obstacle of L2"),
        (
            f"trace: {{path: 'bucket photos in {A} -> thumbs -> s3:PutObject {PUT}', expect: deny, broken_at: 2}}",
            "expected it to break at hop 2, got deny (broken at hop 1",
        ),
        (f"deploy: {{principal: ana, operation: CreateFunction, function: '{F}', expect: deny}}", "needs `role`"),
        ("trace: {path: 'nonsense', expect: allow}", "no answer"),
    ],
)
def test_what_is_answered_otherwise_fails(world: Path, question: str, difference: str) -> None:
    report = ask(world, question)

    (found,) = [text for test in report.lambda_tests for text in test.judgement.differences]
    assert difference in found
    assert report.fails()


def test_a_question_that_hangs_on_what_is_not_known_is_unknown(world: Path) -> None:
    url = {
        "Sid": "u",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{A}:user/ana"},
        "Action": "lambda:InvokeFunction",
        "Resource": F,
        "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    }
    stored = {"Policy": json.dumps({"Id": "default", **document(url)}), "RevisionId": "r"}
    (world / "get-policy.json").write_text(json.dumps(stored), encoding="utf-8")
    unknown = "context: {aws:SourceVpc: {unknown: true}}"

    report = ask(world, f"invoke: {{principal: ana, function: thumbs, expect: unknown, {unknown}}}")

    assert [test.judgement.answer.needs for test in report.lambda_tests] == [("aws:sourcevpc",)]
    assert not report.fails()


def test_lists_are_asked_in_every_combination(world: Path) -> None:
    report = ask(world, "invoke: {principals: [ana, anonymous], functions: [thumbs, 'thumbs:1'], expect: deny}")

    assert [test.judgement.case.question for test in report.lambda_tests] == [
        "may ana invoke thumbs",
        "may ana invoke thumbs:1",
        "may anonymous invoke thumbs",
        "may anonymous invoke thumbs:1",
    ]


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        (INVOKE.replace("thumbs:live", "thumb"), Code.BAD_QUESTION, "no function of that name"),
        (INVOKE.replace("principal: bucket, ", ""), Code.BAD_QUESTION, "names no `principal`"),
        (INVOKE.replace("bucket", "bukket"), Code.UNKNOWN_ALIAS, "does not name `bukket`"),
        (INVOKE.replace("}", ", refused: s3:Get}"), Code.CONTRADICTING_EXPECTATION, "`refused` tells of a denial"),
        (INVOKE.replace("}", ", mode: later}"), Code.BAD_EXPECTATION_SHAPE, "`later`"),
        (INVOKE.replace("}", ", action: x}"), Code.UNKNOWN_FIELD, "unknown field `action`"),
        ("deploy: {principal: ana, operation: Create, expect: deny}", Code.BAD_EXPECTATION_SHAPE, "`Create`"),
        ("trace: {path: x, expect: deny, broken_at: 0}", Code.BAD_EXPECTATION_SHAPE, "broken_at"),
        ("invoke_url: {dual_permission: maybe, expect: deny}", Code.BAD_EXPECTATION_SHAPE, "dual_permission"),
    ],
)
def test_a_fault_is_told(world: Path, question: str, code: Code, message: str) -> None:
    report = ask(world, question)

    ((told, text),) = faults(report)
    assert told is code
    assert message in text
    assert report.lambda_tests == ()


def test_a_test_has_to_ask_something(world: Path) -> None:
    (world / "t.lampolicy.yaml").write_text("tests:\n  - name: idle\n", encoding="utf-8")

    assert faults(check([world])) == [(Code.BAD_QUESTION, "this test asks nothing")]


def test_a_failure_shows_the_decisions_the_explanation_and_a_fix(world: Path) -> None:
    text = text_report(ask(world, f"run: {{function: thumbs, action: s3:GetObject, resource: '{PUT}', expect: allow}}"))

    assert "may thumbs call s3:GetObject" in text
    assert "refused   s3:GetObject on" in text
    assert "no identity-based policy allows it" in text
    assert "aws iam put-role-policy" in text
    assert "0 of 1 expected decision as expected" in text


def test_the_json_report_has_them_in_a_list_of_their_own(world: Path) -> None:
    report = json.loads(json_report(ask(world, INVOKE, RIGHT[3]), "test"))

    first, second = report["lambda_tests"]
    assert report["tests"] == []
    assert report["summary"]["passed"] == 2
    assert (first["kind"], first["question"], first["got"]["decision"]) == (
        "invoke",
        "may bucket invoke thumbs:live",
        "allow",
    )
    assert second["expected"]["obstacle"] == "E15"
    assert [obstacle["rule"] for obstacle in second["got"]["obstacles"]] == ["E15"]
