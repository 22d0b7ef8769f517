"""The report for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import indent

from lampolicy.check._report import Finding, LambdaTestResult, Report, TestResult
from lampolicy.diagnostic import Code, Diagnostic, Severity, path_of, render, visible

_GREEN, _RED = "32", "1;31"


def text_report(report: Report, *, colour: bool = False) -> str:
    """Write a report as text: each finding with its source line and caret, failed tests with the reason, a last line.

    Args:
        report: What was found.
        colour: Whether to write terminal colours.
    """
    blocks = [*_findings(report, colour), *_failures(report, colour), _summary(report, colour)]
    return "\n\n".join(blocks) + "\n"


def _findings(report: Report, colour: bool) -> Iterator[str]:  # noqa: FBT001 - told by position in this module only
    for finding in report.findings:
        yield render(finding.diagnostic, finding.text, _name(finding), span=finding.span, colour=colour)


def _name(finding: Finding) -> str:
    """Call a policy that is written as a text in a file by the file and the place of that text."""
    if finding.inside is None:
        return finding.file
    line = f":{finding.outer.line}" if finding.outer else ""
    return f"{finding.file}{line} in {path_of(finding.inside)}"


def _failures(report: Report, colour: bool) -> Iterator[str]:  # noqa: FBT001
    """One block for each check: the first question that failed is explained, the others are named with it."""
    for _, tests in groupby(report.failed, key=lambda test: (test.file, test.judgement.case.at)):
        first, *others = tests
        judgement = first.judgement
        fault = Diagnostic(Code.EXPECTATION_FAILED, f"`{judgement.case.test}`: not as expected", judgement.case.at)
        yield render(fault, first.text, first.file, span=first.span, colour=colour)
        yield "\n".join(line for test in (first, *others) for line in _question(test))
        if judgement.explanation:
            yield indent(judgement.explanation.strip("\n"), "    ")


def _question(test: TestResult | LambdaTestResult) -> Iterator[str]:
    yield visible(f"  {test.judgement.case.question}")
    for difference in test.judgement.differences:
        yield visible(f"    {difference}")


def _summary(report: Report, colour: bool) -> str:  # noqa: FBT001
    counts = ", ".join(_count(report.count(s), s.value) for s in Severity if report.count(s)) or "no findings"
    line = f"{_count(report.policies, 'policy', 'policies')} in {_count(report.files, 'file')}: {counts}"
    if report.asked:
        passed = report.asked - len(report.failed)
        line += f"; {passed} of {_count(report.asked, 'expected decision')} as expected"
    if report.suppressed:
        line += f"; {_count(report.suppressed, 'finding')} suppressed"
    bad = report.fails()
    return f"\x1b[{_RED if bad else _GREEN}m{line}\x1b[0m" if colour else line


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
