"""The check of folders: which policies decide, what is expected, what is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lampolicy.check import Report, check, json_report, text_report
from lampolicy.diagnostic import Code, Severity

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{B}:function:thumbs"
ANA = f"arn:aws:iam::{A}:user/ana"


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")


def function_policy(*statements: dict[str, object]) -> dict[str, str]:
    """What `aws lambda get-policy` prints."""
    document = {"Version": "2012-10-17", "Id": "default", "Statement": list(statements)}
    return {"Policy": json.dumps(document), "RevisionId": "r"}


def grant(sid: str, principal: object, **more: object) -> dict[str, object]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:InvokeFunction",
        "Resource": F,
        **more,
    }


SOURCE = {"StringEquals": {"AWS:SourceAccount": A}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}}
S3 = grant("s3", {"Service": "s3.amazonaws.com"}, Condition=SOURCE)
QUESTION = "action: lambda:InvokeFunction, resource: thumbs"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A function that S3 may call for one bucket of account A."""
    write(tmp_path / "get-policy.json", function_policy(S3))
    return tmp_path


def expectations(folder: Path, *checks: str, more: str = "") -> Path:
    file = folder / "t.lampolicy.yaml"
    lines = "".join(f"      - {{{check_}}}\n" for check_ in checks)
    file.write_text(f"{more}tests:\n  - name: t\n    check:\n{lines}", encoding="utf-8")
    return file


def differences(report: Report) -> list[tuple[str, ...]]:
    return [test.judgement.differences for test in report.tests]


S3_CALLS = f"principal: {{service: s3.amazonaws.com, source_arn: 'arn:aws:s3:::photos', source_account: '{A}'}}"


class TestExpectations:
    def test_what_is_decided_as_expected_passes(self, world: Path) -> None:
        expectations(
            world,
            f"{S3_CALLS}, {QUESTION}, expect: allow, statement: s3",
            f"principal: anonymous, {QUESTION}, expect: deny, reason: implicit, blocked_by: resource-policy",
        )

        report = check([world])

        assert differences(report) == [(), ()]
        assert not report.fails(Severity.ERROR)

    @pytest.mark.parametrize(
        ("asked", "difference"),
        [
            (f"{S3_CALLS}, {QUESTION}, expect: deny", "expected deny, got allow (by `s3`)"),
            (f"{S3_CALLS}, {QUESTION}, expect: allow, statement: sns", "expected statement `sns` to decide"),
            (f"principal: anonymous, {QUESTION}, expect: allow", "got deny (implicit; silent: `resource-policy`)"),
            (f"principal: anonymous, {QUESTION}, expect: deny, reason: explicit", "expected an explicit denial"),
            (
                f"principal: anonymous, {QUESTION}, expect: deny, blocked_by: session-policy",
                "expected to be blocked by session-policy, but it was `resource-policy`",
            ),
            (f"principal: anonymous, {QUESTION}, expect: unknown", "expected unknown, got deny"),
        ],
    )
    def test_what_is_decided_otherwise_fails(self, world: Path, asked: str, difference: str) -> None:
        expectations(world, asked)

        report = check([world])

        assert difference in differences(report)[0][0]
        assert report.fails(Severity.ERROR)

    def test_what_hangs_on_an_unknown_key_is_unknown(self, world: Path) -> None:
        expectations(
            world,
            "principal: 'service:s3.amazonaws.com', "
            f"{QUESTION}, expect: unknown, "
            "context: {aws:SourceAccount: {unknown: true}, aws:SourceArn: 'arn:aws:s3:::photos'}",
        )

        assert differences(check([world])) == [()]

    def test_lists_are_asked_in_every_combination(self, world: Path) -> None:
        expectations(
            world,
            f"principals: [anonymous, '{ANA}'], actions: [lambda:InvokeFunction, lambda:GetFunction],"
            f" resources: [thumbs, 'thumbs:live', '{F}:1'], expect: deny",
        )

        tests = check([world]).tests

        assert len({(t.judgement.case.request, t.judgement.case.who) for t in tests}) == 12
        assert {t.judgement.case.request.resource for t in tests} == {F, f"{F}:live", f"{F}:1"}

    def test_an_explicit_denial_names_its_statement(self, world: Path) -> None:
        write(world / "get-policy.json", function_policy(S3, {**grant("no", "*"), "Effect": "Deny"}))
        expectations(
            world, f"{S3_CALLS}, {QUESTION}, expect: deny, reason: explicit, statement: no, blocked_by: resource-policy"
        )

        assert differences(check([world])) == [()]

    def test_a_request_that_contradicts_itself_has_no_answer(self, world: Path) -> None:
        expectations(world, f"principal: '{ANA}', {QUESTION}, context: {{aws:username: bob}}, expect: deny")

        assert "got no answer" in differences(check([world]))[0][0]

    def test_a_caller_nobody_described_is_noted_once(self, world: Path) -> None:
        expectations(world, *[f"principal: '{ANA}', {QUESTION}, expect: deny"] * 2)

        notes = [f.diagnostic for f in check([world]).findings if f.diagnostic.code is Code.STRANGER]

        assert [note.severity for note in notes] == [Severity.NOTE]

    def test_the_execution_role_of_a_function_can_be_named(self, world: Path) -> None:
        role = f"arn:aws:iam::{B}:role/service/thumbs"
        write(
            world / "config.json", {"FunctionName": "thumbs", "FunctionArn": F, "Role": role, "Runtime": "python3.13"}
        )
        expectations(world, "principal: 'execution-role-of:thumbs', action: s3:GetObject, resource: '*', expect: deny")

        principal = check([world]).tests[0].judgement.case.request.principal

        assert principal.caller_arn == f"arn:aws:sts::{B}:assumed-role/thumbs/thumbs"


class TestWorlds:
    """Which policies decide the expectations of a file."""

    def test_a_file_is_decided_with_its_own_folder(self, tmp_path: Path) -> None:
        for name, statements, expect in (("one", [S3], "allow"), ("two", [grant("x", {"AWS": A})], "deny")):
            write(tmp_path / name / "policies" / "get-policy.json", function_policy(*statements))
            expectations(tmp_path / name, f"{S3_CALLS}, {QUESTION}, expect: {expect}")

        report = check([tmp_path])

        assert differences(report) == [(), ()]
        assert not report.count(Severity.ERROR)

    def test_a_file_alone_is_decided_with_the_folder_it_is_in(self, world: Path) -> None:
        file = expectations(world, f"{S3_CALLS}, {QUESTION}, expect: allow")

        report = check([file])

        assert differences(report) == [()]

    def test_a_file_may_name_its_world(self, tmp_path: Path) -> None:
        write(tmp_path / "aws" / "get-policy.json", function_policy(S3))
        (tmp_path / "tests").mkdir()
        checks = f"{S3_CALLS}, {QUESTION}, expect: allow"
        expectations(tmp_path / "tests", checks, more="world: {policies: ../aws}\n")

        assert differences(check([tmp_path / "tests"])) == [()]

    def test_a_world_that_is_not_there_is_a_fault(self, tmp_path: Path) -> None:
        expectations(tmp_path, f"principal: anonymous, {QUESTION}, expect: deny", more="world: {policies: nowhere}\n")

        report = check([tmp_path])

        assert [f.diagnostic.code for f in report.findings] == [Code.WORLD_NOT_FOUND]
        assert report.tests == ()

    def test_a_file_named_twice_is_decided_once(self, world: Path) -> None:
        file = expectations(world, f"{S3_CALLS}, {QUESTION}, expect: allow")

        assert len(check([world, file, world]).tests) == 1


class TestFindings:
    def test_places_of_a_policy_inside_a_text_are_told_twice(self, tmp_path: Path) -> None:
        write(tmp_path / "get-policy.json", function_policy(grant("s3", {"Service": "s3.amazonaws.com"})))

        finding = next(f for f in check([tmp_path]).findings if f.diagnostic.code is Code.SERVICE_WITHOUT_SOURCE)

        assert finding.inside == ("Policy",)
        assert finding.place is not None
        assert finding.place.line == 2
        assert finding.span is not None
        assert finding.text is not None
        assert finding.text[finding.span.column - 1 : finding.span.end_column - 1] == '"s3.amazonaws.com"'

    def test_a_fault_aws_refuses_is_an_error_with_its_place(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", {"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "s3:*"}]})

        errors = [f for f in check([tmp_path]).findings if f.diagnostic.severity is Severity.ERROR]

        assert errors
        assert all(f.place is not None and f.place.line >= 3 for f in errors)

    @pytest.mark.parametrize(("owner", "count"), [("aws", 0), (A, 1)])
    def test_nobody_is_told_to_mend_a_policy_of_aws(self, tmp_path: Path, owner: str, count: int) -> None:
        statement = {"Effect": "Allow", "Action": "nosuchservice:*", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": statement}
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
        policy = {"PolicyName": "P", "Arn": f"arn:aws:iam::{owner}:policy/P", "PolicyVersionList": [version]}
        details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [policy]}
        write(tmp_path / "gaad.json", details)

        assert check([tmp_path]).count(Severity.WARNING) == count

    def test_an_empty_folder_has_nothing_to_check(self, tmp_path: Path) -> None:
        assert check([tmp_path]).empty


class TestReports:
    @pytest.fixture
    def report(self, world: Path) -> Report:
        write(world / "get-policy.json", function_policy(grant("s3", {"Service": "s3.amazonaws.com"})))
        expectations(
            world, f"principal: anonymous, {QUESTION}, expect: allow", f"{S3_CALLS}, {QUESTION}, expect: allow"
        )
        return check([world])

    def test_text_shows_place_caret_and_help(self, report: Report) -> None:
        text = text_report(report)

        assert "warning[LP303]" in text
        assert "get-policy.json:2 in Policy:" in text
        assert "^^^^" in text
        assert "help: add `ArnLike`" in text
        assert "expected allow, got deny" in text
        assert text.endswith("1 policy in 1 file: 1 warning; 1 of 2 expected decisions as expected\n")

    def test_text_has_colour_only_on_demand(self, report: Report) -> None:
        assert "\x1b[" not in text_report(report)
        assert "\x1b[" in text_report(report, colour=True)

    def test_json_says_the_same(self, report: Report) -> None:
        told = json.loads(json_report(report, "lampolicy 0"))

        assert told["version"] == 1
        assert told["summary"] == {
            "files": 1,
            "policies": 1,
            "errors": 0,
            "warnings": 1,
            "notes": 0,
            "suppressed": 0,
            "passed": 1,
            "failed": 1,
        }
        assert told["findings"][0]["code"] == "LP303"
        assert told["findings"][0]["inside"] == ["Policy"]
        assert [t["passed"] for t in told["tests"]] == [False, True]
        assert told["tests"][0]["got"]["blocked_by"] == ["resource-policy"]
