"""The report for machines, version 1: pydantic models and their JSON Schema."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lampolicy.check._cases import Case
from lampolicy.check._lambda_judge import LambdaAnswer
from lampolicy.check._report import Configuration, Finding, LambdaTestResult, Report, TestResult
from lampolicy.diagnostic import Severity, Span
from lampolicy.request import UNKNOWN, ContextValue


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Model):
    """A stretch of a file, counted from 1; `end_column` is just behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Aws(_Model):
    """The error AWS gives for the same fault, where it is known."""

    code: str
    text: str | None = None


class FindingModel(_Model):
    """One thing to say about one file."""

    code: str = Field(description="stable code, as in LP304; `lampolicy explain LP304` prints its page")
    severity: Literal["error", "warning", "note"]
    message: str
    help: str | None = None
    path: str
    pointer: list[str | int] = Field(description="where in the policy document, as a JSON pointer")
    place: Place | None = Field(None, description="where in the file")
    inside: list[str | int] | None = Field(
        None, description="for a policy that is written as a text in the file: where that text stands"
    )
    place_inside: Place | None = Field(None, description="where in that text")
    aws: Aws | None = None


class Expected(_Model):
    """What a test expects."""

    decision: Literal["allow", "deny", "unknown"]
    reason: Literal["implicit", "explicit"] | None = None
    blocked_by: str | None = None
    statement: str | None = None


class Got(_Model):
    """What was decided."""

    decision: Literal["allow", "deny", "unknown", "error"]
    reason: Literal["implicit", "explicit"] | None = None
    blocked_by: list[str] = Field(default_factory=list[str])
    statements: list[str] = Field(default_factory=list[str])
    needs: list[str] = Field(default_factory=list[str])
    error: str | None = None


class TestModel(_Model):
    """One question of an expected-decision file."""

    __test__ = False

    path: str
    name: str
    pointer: list[str | int]
    place: Place | None = None
    principal: str
    action: str
    resource: str
    context: dict[str, str | int | float | bool | list[str | int | float | bool] | dict[str, bool]]
    expected: Expected
    got: Got
    passed: bool
    explanation: str | None = None


class ConfigurationModel(_Model):
    """What was reported, and for what the check fails."""

    path: str | None = Field(None, description="the configuration file; null if there is none")
    select: list[str] | None = Field(None, description="only these codes are reported; null for all")
    ignore: list[str]
    per_path: dict[str, list[str]]
    fail_on: Literal["error", "warning", "note"]
    require_reasons: bool
    suppressions: int = Field(description="how many suppressions it holds")


class LambdaExpected(_Model):
    """What a question about a function expects."""

    decision: Literal["allow", "deny", "unknown"]
    refused: str | None = Field(None, description="the first action AWS refuses")
    obstacle: str | None = Field(None, description="the rule of an obstacle that no policy removes")
    broken_at: int | None = Field(None, description="the first refused hop of a trace, counted from 1")


class ObstacleModel(_Model):
    """Why AWS refuses whatever the policies say."""

    rule: str
    message: str
    help: str | None = None


class LambdaGot(_Model):
    """What was answered."""

    decision: Literal["allow", "deny", "unknown", "error"]
    refused: list[str] = Field(default_factory=list[str], description="the actions AWS refuses, the first one first")
    obstacles: list[ObstacleModel] = Field(default_factory=list[ObstacleModel])
    needs: list[str] = Field(default_factory=list[str])
    broken_at: int | None = None
    error: str | None = None


class LambdaTestModel(_Model):
    """One of Lambda's own questions of an expected-decision file."""

    path: str
    name: str
    kind: Literal["invoke", "invoke_url", "poll", "run", "deploy", "trace"]
    pointer: list[str | int]
    place: Place | None = None
    question: str
    expected: LambdaExpected
    got: LambdaGot
    passed: bool
    explanation: str | None = None


class Summary(_Model):
    """Counts."""

    files: int
    policies: int
    errors: int
    warnings: int
    notes: int
    suppressed: int
    passed: int
    failed: int


class ReportModel(_Model):
    """Everything one run of `lampolicy check` found."""

    model_config = ConfigDict(title="lampolicy check report")

    version: Literal[1] = 1
    tool: str = Field(description="lampolicy and its version")
    configurations: list[ConfigurationModel] = Field(description="one, unless the paths have different files above")
    summary: Summary
    findings: list[FindingModel]
    tests: list[TestModel]
    lambda_tests: list[LambdaTestModel] = Field(
        default_factory=list[LambdaTestModel], description="questions of the lists beside `check`"
    )


def report_model(report: Report, tool: str) -> ReportModel:
    """Turn a report into its wire form."""
    return ReportModel(
        tool=tool,
        configurations=[_configuration(configuration) for configuration in report.configurations],
        summary=_summary(report),
        findings=[_finding(finding) for finding in report.findings],
        tests=[_test(test) for test in report.tests],
        lambda_tests=[_lambda_test(test) for test in report.lambda_tests],
    )


def schema() -> dict[str, object]:
    """The JSON Schema of the report, draft 2020-12, as `docs/reference/schemas/` publishes it."""
    found = ReportModel.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _summary(report: Report) -> Summary:
    failed = len(report.failed)
    return Summary(
        files=report.files,
        policies=report.policies,
        errors=report.count(Severity.ERROR),
        warnings=report.count(Severity.WARNING),
        notes=report.count(Severity.NOTE),
        suppressed=report.suppressed,
        passed=report.asked - failed,
        failed=failed,
    )


def _configuration(told: Configuration) -> ConfigurationModel:
    return ConfigurationModel(
        path=told.file,
        select=None if told.select is None else list(told.select),
        ignore=list(told.ignore),
        per_path={path: list(codes) for path, codes in told.per_path},
        fail_on=told.fail_on.value,
        require_reasons=told.require_reasons,
        suppressions=len(told.suppressions),
    )


def _finding(finding: Finding) -> FindingModel:
    told = finding.diagnostic
    encoded = finding.inside is not None
    return FindingModel(
        code=told.code.value,
        severity=told.severity.value,
        message=told.message,
        help=told.help,
        path=finding.file,
        pointer=list(told.at),
        place=_place(finding.place),
        inside=list(finding.inside) if finding.inside is not None else None,
        place_inside=_place(finding.span) if encoded else None,
        aws=Aws(code=told.aws.code, text=told.aws.text) if told.aws else None,
    )


def _test(test: TestResult) -> TestModel:
    judgement = test.judgement
    case = judgement.case
    return TestModel(
        path=test.file,
        name=case.test,
        pointer=list(case.at),
        place=_place(test.span),
        principal=case.request.principal.caller_arn,
        action=case.request.action,
        resource=case.request.resource,
        context={key: _value(value) for key, value in case.request.context.items()},
        expected=_expected(case),
        got=Got.model_validate(judgement.answer, from_attributes=True),
        passed=judgement.passed,
        explanation=judgement.explanation,
    )


def _lambda_test(test: LambdaTestResult) -> LambdaTestModel:
    judgement = test.judgement
    case = judgement.case
    return LambdaTestModel(
        path=test.file,
        name=case.test,
        kind=case.kind,
        pointer=list(case.at),
        place=_place(test.span),
        question=case.question,
        expected=LambdaExpected(
            decision=case.check.expect,
            refused=case.check.refused,
            obstacle=case.check.obstacle,
            broken_at=case.broken_at,
        ),
        got=_lambda_got(judgement.answer),
        passed=judgement.passed,
        explanation=judgement.explanation,
    )


def _lambda_got(answer: LambdaAnswer) -> LambdaGot:
    return LambdaGot(
        decision=answer.decision,
        refused=list(answer.refused),
        obstacles=[ObstacleModel(rule=o.rule, message=o.message, help=o.help) for o in answer.obstacles],
        needs=list(answer.needs),
        broken_at=answer.broken_at,
        error=answer.error,
    )


def _expected(case: Case) -> Expected:
    check = case.check
    return Expected(decision=check.expect, reason=check.reason, blocked_by=check.blocked_by, statement=check.statement)


def _value(value: ContextValue) -> str | float | bool | list[str | int | float | bool] | dict[str, bool]:
    if value is UNKNOWN:
        return {"unknown": True}
    return value if isinstance(value, str | int | float) else list(value)


def _place(span: Span | None) -> Place | None:
    if span is None:
        return None
    return Place(line=span.line, column=span.column, end_line=span.end_line, end_column=span.end_column)
