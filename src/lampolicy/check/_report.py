"""What a run found: findings about policies, and tests that passed or failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lampolicy.diagnostic import Code, Diagnostic, Pointer, Severity, Span

if TYPE_CHECKING:
    from lampolicy.check._judge import Judgement  # loads pydantic, which a run without tests does not need
    from lampolicy.check._lambda_judge import LambdaJudgement

_WEIGHT: Final = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_MISCONFIGURED: Final = frozenset({Code.BAD_CONFIGURATION, Code.UNKNOWN_SETTING, Code.NO_SUCH_CODE})


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding that is meant so.

    Attributes:
        code: Its code.
        path: The file or folder, relative to the folder of the configuration; `*` and `?` as in a shell.
        sid: The Sid of the statement it stands in; `None` for any.
        reason: Why it is meant so.
    """

    code: Code
    path: str
    sid: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is reported, and for what the check fails.

    Attributes:
        file: The file that says so; `None` if there is none.
        folder: The folder its paths begin at.
        select: Only these codes, or codes that begin so, are reported; `None` for all.
        ignore: These are not reported.
        per_path: These are not reported below a path.
        fail_on: The check fails for findings from this severity on.
        require_reasons: Whether every suppression must give its reason.
        suppressions: Findings that are meant so.
    """

    file: str | None = None
    folder: Path = field(default_factory=Path)
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    per_path: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: Severity = Severity.ERROR
    require_reasons: bool = False
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one file.

    Attributes:
        file: The file, as the caller named it.
        diagnostic: What to say.
        span: The place in `text`, if it can be told.
        text: The text the place is in: the file's, or that of a policy written as a text inside it.
        inside: Where in the file the inner text stands; `None` if `text` is the file's own.
        outer: The place of the inner text in the file.
    """

    file: str
    diagnostic: Diagnostic
    span: Span | None = None
    text: str | None = None
    inside: Pointer | None = None
    outer: Span | None = None

    @property
    def place(self) -> Span | None:
        """The place in the file itself."""
        return self.span if self.inside is None else self.outer


@dataclass(frozen=True, slots=True)
class TestResult:
    """One question of an expected-decision file, decided.

    Attributes:
        file: The file.
        judgement: The question, the answer, and what is wrong with it.
        span: Where the check stands.
        text: The file's text.
    """

    __test__ = False

    file: str
    judgement: Judgement
    span: Span | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class LambdaTestResult:
    """One of Lambda's own questions in an expected-decision file, answered.

    Attributes:
        file: The file.
        judgement: The question, the answer, and what is wrong with it.
        span: Where the check stands.
        text: The file's text.
    """

    file: str
    judgement: LambdaJudgement
    span: Span | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run of `check` found.

    Attributes:
        findings: What there is to say, file by file, in document order.
        tests: The decided questions, file by file, in document order.
        files: How many files were read.
        policies: How many policy documents were found in them.
        expectations: How many expected-decision files were found.
        configurations: What was in force: one for all paths, unless they have different files above them.
        suppressed: How many findings the configuration suppressed, one by one.
        lambda_tests: Lambda's own questions (`invoke`, `run`, `trace` ...), answered, file by file.
    """

    findings: tuple[Finding, ...] = ()
    tests: tuple[TestResult, ...] = ()
    files: int = 0
    policies: int = 0
    expectations: int = 0
    configurations: tuple[Configuration, ...] = ()
    suppressed: int = 0
    lambda_tests: tuple[LambdaTestResult, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(finding.diagnostic.severity is severity for finding in self.findings)

    @property
    def failed(self) -> tuple[TestResult | LambdaTestResult, ...]:
        """The questions that were not answered as expected."""
        tests: tuple[TestResult | LambdaTestResult, ...] = (*self.tests, *self.lambda_tests)
        return tuple(test for test in tests if not test.judgement.passed)

    @property
    def asked(self) -> int:
        """How many questions the expected-decision files asked."""
        return len(self.tests) + len(self.lambda_tests)

    @property
    def unreadable(self) -> bool:
        """Whether a file or folder could not be read."""
        return any(finding.diagnostic.code is Code.UNREADABLE for finding in self.findings)

    @property
    def misconfigured(self) -> bool:
        """Whether a configuration file has faults, so that nobody knows what was to be reported."""
        return any(finding.diagnostic.code in _MISCONFIGURED for finding in self.findings)

    @property
    def level(self) -> Severity:
        """The least severity the check fails for."""
        levels = (configuration.fail_on for configuration in self.configurations)
        return min(levels, key=_WEIGHT.__getitem__, default=Severity.ERROR)

    @property
    def empty(self) -> bool:
        """Whether there was nothing to check."""
        return not self.policies and not self.expectations and not self.count(Severity.ERROR)

    def fails(self, level: Severity | None = None) -> bool:
        """Tell whether a test failed, or a finding is as grave as `level`; as the configuration says, if not given."""
        least = _WEIGHT[level or self.level]
        grave = any(_WEIGHT[finding.diagnostic.severity] >= least for finding in self.findings)
        return grave or bool(self.failed)
