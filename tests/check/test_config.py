"""The configuration of a check: what is reported, what is meant so, and for what it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.check import Overrides, Report, check, code_pages, json_report
from lampolicy.check._config import find_configuration
from lampolicy.diagnostic import Code, Severity

PASS_ROLE = {"Sid": "deploy", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
URL = {"Sid": "old", "Effect": "Allow", "Action": ["lambda:InvokeFunctionUrl"], "Resource": "arn:aws:lambda"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one policy: LP401 in its first statement, LP140 (a short ARN) in its second."""
    (tmp_path / "aws").mkdir()
    policy = {"Version": "2012-10-17", "Statement": [PASS_ROLE, URL]}
    (tmp_path / "aws" / "policy.json").write_text(json.dumps(policy, indent=1), encoding="utf-8")
    return tmp_path


def codes(report: Report) -> set[Code]:
    return {finding.diagnostic.code for finding in report.findings}


def configured(folder: Path, text: str, name: str = "lampolicy.toml") -> Report:
    (folder / name).write_text(text, encoding="utf-8")
    return check([folder])


def test_without_a_configuration_everything_is_told(folder: Path) -> None:
    report = check([folder])

    assert {Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN} <= codes(report)
    assert [told.file for told in report.configurations] == [None]


@pytest.mark.parametrize(
    ("text", "told", "silent"),
    [
        ('select = ["LP4"]', Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN),
        ('ignore = ["LP140"]', Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN),
        ('ignore = ["LP4", "LP3"]', Code.SHORT_ARN, Code.PASS_ROLE_TO_ANY_SERVICE),
        ('[per-path]\n"aws" = ["LP1"]', Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN),
        ('[per-path]\n"*/pol*.json" = ["LP1"]', Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN),
        ('[[suppress]]\ncode = "LP140"\npath = "aws/"', Code.PASS_ROLE_TO_ANY_SERVICE, Code.SHORT_ARN),
        (
            '[[suppress]]\ncode = "LP140"\npath = "aws/policy.json"\nsid = "old"',
            Code.PASS_ROLE_TO_ANY_SERVICE,
            Code.SHORT_ARN,
        ),
    ],
)
def test_a_setting_silences_what_it_names_and_nothing_else(folder: Path, text: str, told: Code, silent: Code) -> None:
    found = codes(configured(folder, text))

    assert told in found
    assert silent not in found


def test_a_path_that_is_another_silences_nothing(folder: Path) -> None:
    assert Code.SHORT_ARN in codes(configured(folder, '[per-path]\n"gcp" = ["LP1"]'))


def test_a_suppression_counts_for_its_statement_only(folder: Path) -> None:
    report = configured(folder, '[[suppress]]\ncode = "LP140"\npath = "aws"\nsid = "deploy"')

    assert {Code.SHORT_ARN, Code.UNUSED_SUPPRESSION} <= codes(report)


def test_what_is_suppressed_is_counted(folder: Path) -> None:
    report = configured(folder, '[[suppress]]\ncode = "LP140"\npath = "aws"\nreason = "to be replaced in May"')

    assert report.suppressed == 1
    assert Code.UNUSED_SUPPRESSION not in codes(report)


def test_a_suppression_in_a_policy_written_as_a_text(tmp_path: Path) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [PASS_ROLE]})
    printed = {"RoleName": "ci", "PolicyName": "deploy", "PolicyDocument": policy}
    (tmp_path / "get-role-policy.json").write_text(json.dumps(printed), encoding="utf-8")
    assert Code.PASS_ROLE_TO_ANY_SERVICE in codes(check([tmp_path]))

    report = configured(tmp_path, '[[suppress]]\ncode = "LP401"\npath = "*.json"\nsid = "deploy"')

    assert Code.PASS_ROLE_TO_ANY_SERVICE not in codes(report)


def test_a_suppression_of_nothing_is_told_in_a_note(folder: Path) -> None:
    report = configured(folder, '[[suppress]]\ncode = "LP304"\npath = "aws"')

    (said,) = (f for f in report.findings if f.diagnostic.code is Code.UNUSED_SUPPRESSION)
    assert said.diagnostic.severity is Severity.NOTE
    assert said.diagnostic.at == ("suppress", 0)


def test_a_suppression_for_files_that_were_not_checked_may_still_be_of_use(folder: Path) -> None:
    (folder / "lampolicy.toml").write_text('[[suppress]]\ncode = "LP304"\npath = "gcp"')

    assert Code.UNUSED_SUPPRESSION not in codes(check([folder / "aws" / "policy.json"]))
    assert Code.UNUSED_SUPPRESSION in codes(check([folder]))


def test_reasons_may_be_required(folder: Path) -> None:
    text = 'require-reasons = true\n[[suppress]]\ncode = "LP140"\npath = "aws"'

    (said,) = (f for f in configured(folder, text).findings if f.diagnostic.code is Code.NO_REASON)
    assert said.diagnostic.severity is Severity.ERROR
    assert Code.NO_REASON not in codes(check([folder], overrides=Overrides(require_reasons=False)))


def test_the_level_to_fail_for(folder: Path) -> None:
    assert not configured(folder, 'select = ["LP401"]').fails()
    assert configured(folder, 'select = ["LP401"]\nfail-on = "note"').fails()


class TestWhichFile:
    def test_the_nearest_above_counts(self, folder: Path) -> None:
        (folder / "lampolicy.toml").write_text('ignore = ["LP1"]')
        (folder / "aws" / "lampolicy.toml").write_text('ignore = ["LP4"]')

        assert find_configuration(folder / "aws" / "policy.json") == folder / "aws" / "lampolicy.toml"
        assert find_configuration(folder / "aws") == folder / "aws" / "lampolicy.toml"
        assert find_configuration(folder) == folder / "lampolicy.toml"

    def test_pyproject_counts_if_it_is_about_lampolicy(self, folder: Path) -> None:
        (folder / "pyproject.toml").write_text('[tool.lampolicy]\nignore = ["LP1"]')
        (folder / "aws" / "pyproject.toml").write_text("[tool.other]\nx = 1")

        assert find_configuration(folder / "aws") == folder / "pyproject.toml"
        assert Code.SHORT_ARN not in codes(check([folder / "aws"]))

    def test_its_own_file_counts_before_pyproject(self, folder: Path) -> None:
        (folder / "pyproject.toml").write_text('[tool.lampolicy]\nignore = ["LP1"]')

        assert Code.SHORT_ARN in codes(configured(folder, 'ignore = ["LP4"]'))

    def test_each_path_has_the_file_above_it_and_the_strictest_level_counts(self, folder: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "lampolicy.toml").write_text('ignore = ["LP4"]\nfail-on = "note"')
        (other / "policy.json").write_bytes((folder / "aws" / "policy.json").read_bytes())
        (folder / "aws" / "lampolicy.toml").write_text('ignore = ["LP1"]')

        report = check([folder / "aws", other])

        told = {(Path(f.file).parent.name, f.diagnostic.code) for f in report.findings}
        assert ("aws", Code.PASS_ROLE_TO_ANY_SERVICE) in told
        assert ("other", Code.SHORT_ARN) in told
        assert not {("aws", Code.SHORT_ARN), ("other", Code.PASS_ROLE_TO_ANY_SERVICE)} & told
        assert report.level is Severity.NOTE

    def test_the_caller_wins(self, folder: Path) -> None:
        (folder / "lampolicy.toml").write_text('ignore = ["LP1"]\nfail-on = "note"')
        overrides = Overrides(ignore=("LP4",), fail_on=Severity.WARNING)

        report = check([folder], overrides=overrides)

        assert Code.SHORT_ARN in codes(report)
        assert Code.PASS_ROLE_TO_ANY_SERVICE not in codes(report)
        assert report.level is Severity.WARNING

    def test_no_file_is_read_where_none_is_wanted(self, folder: Path) -> None:
        (folder / "lampolicy.toml").write_text('ignore = ["LP1"]')

        assert Code.SHORT_ARN in codes(check([folder], overrides=Overrides(isolated=True)))


@pytest.mark.parametrize(
    ("text", "code", "message", "help_"),
    [
        ('selct = ["LP1"]', Code.UNKNOWN_SETTING, "unknown field `selct`", "did you mean `select`?"),
        ('ignore = ["LP999"]', Code.NO_SUCH_CODE, "`LP999` is no code", None),
        ('ignore = ["lp140"]', Code.NO_SUCH_CODE, "`lp140` is no code", "write `LP140`"),
        ('ignore = "LP1"', Code.BAD_CONFIGURATION, "`ignore` must be a list", '["LP1"]'),
        ("select = []", Code.BAD_CONFIGURATION, "`select` is empty", None),
        ('fail-on = "warn"', Code.BAD_CONFIGURATION, "must be `error`, `warning` or `note`", "did you mean `warning`?"),
        ('require-reasons = "yes"', Code.BAD_CONFIGURATION, "must be a truth value", "without quotes"),
        ('[[suppress]]\ncode = "LP140"', Code.BAD_CONFIGURATION, "lacks `path`", None),
        ('[[suppress]]\ncode = "LP1"\npath = "x"', Code.NO_SUCH_CODE, "`LP1` is no code", None),
        ('[[suppress]]\ncode = "LP140"\npath = "aws"\nsidd = "s"', Code.UNKNOWN_SETTING, "`sidd`", "`sid`"),
        ("ignore = [", Code.BAD_CONFIGURATION, "not TOML", "mend"),
    ],
)
def test_a_fault_says_what_to_do(folder: Path, text: str, code: Code, message: str, help_: str | None) -> None:
    report = configured(folder, text)

    (said,) = (f for f in report.findings if f.file.endswith("lampolicy.toml"))
    assert said.diagnostic.code is code
    assert message in said.diagnostic.message
    assert help_ is None or help_ in (said.diagnostic.help or "")
    assert report.misconfigured


@pytest.mark.parametrize("code", [Code.BAD_CONFIGURATION, Code.UNKNOWN_SETTING, Code.NO_SUCH_CODE])
def test_the_pages_of_the_faults_show_them(folder: Path, code: Code) -> None:
    page = code_pages()[code]

    assert code in codes(configured(folder, page.bad))
    assert not configured(folder, page.good).misconfigured


def test_faults_of_pyproject_are_told_at_their_place(folder: Path) -> None:
    report = configured(folder, "[tool.lampolicy]\nselct = 1", "pyproject.toml")

    assert [f.diagnostic.at for f in report.findings if f.file.endswith("pyproject.toml")] == [
        ("tool", "lampolicy", "selct")
    ]


def test_what_is_sound_of_a_file_with_faults_still_counts(folder: Path) -> None:
    suppress = '[[suppress]]\nx = 1\n[[suppress]]\ncode = "LP401"\npath = "aws"'

    found = codes(configured(folder, f'ignore = ["LP999", "LP140", "LP998"]\nselct = 1\n{suppress}'))

    assert not {Code.SHORT_ARN, Code.PASS_ROLE_TO_ANY_SERVICE} & found


def test_what_could_not_be_read_is_told_whatever_is_ignored(folder: Path) -> None:
    (folder / "aws" / "t.lampolicy.yaml").write_text("tests: 3", encoding="utf-8")

    assert Code.BAD_EXPECTATION_SHAPE in codes(configured(folder, 'ignore = ["LP"]'))


def test_json_names_the_configuration_in_force(folder: Path) -> None:
    text = 'ignore = ["LP1"]\nfail-on = "note"\n[per-path]\n"aws" = ["LP4"]\n[[suppress]]\ncode = "LP304"\npath = "x"'

    told: dict[str, Any] = json.loads(json_report(configured(folder, text), "lampolicy 0"))

    assert told["configurations"] == [
        {
            "path": str(folder / "lampolicy.toml"),
            "select": None,
            "ignore": ["LP1"],
            "per_path": {"aws": ["LP4"]},
            "fail_on": "note",
            "require_reasons": False,
            "suppressions": 1,
        }
    ]


def test_the_configuration_of_the_reference_page_is_sound(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text("utf-8")

    report = configured(folder, page.split("```toml\n")[1].split("```")[0])

    assert not report.misconfigured
    assert report.configurations[0].suppressions
