"""The check itself: read, judge the policies, decide the expected decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

from lampolicy.check._findings import findings
from lampolicy.check._report import Finding, Report, TestResult
from lampolicy.check._sources import Unit, may_hold_policies, units
from lampolicy.diagnostic import Code, Diagnostic, Severity
from lampolicy.readers import Loaded, load

_PASSED_OVER: Final = Diagnostic(
    Code.NOT_RECOGNISED,
    "not read: this kind of file is not read yet",
    help="give a policy as JSON, or what the AWS CLI prints",
    severity=Severity.NOTE,
)

Progress: TypeAlias = Callable[[str], None]
"""Called with the name of what is read next."""


def check(paths: Iterable[Path | str], *, progress: Progress | None = None) -> Report:
    """Check files and folders: every fault and warning of the policies, and the expected decisions beside them.

    Args:
        paths: Files or folders. A folder is read with all that is below it.
        progress: Told what comes next; for impatient people.

    Returns:
        The report. Faults of the input never raise; they are findings.
    """
    run = _Run(progress or (lambda _: None))
    for path in paths:
        for unit in units(Path(path)):
            run.add(unit)
    return run.report()


class _Run:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._loaded: dict[tuple[Path, ...], Loaded] = {}
        self._findings: list[Finding] = []
        self._tests: list[TestResult] = []
        self._files: set[str] = set()
        self._policies: set[tuple[object, ...]] = set()
        self._expectations: set[Path] = set()

    def add(self, unit: Unit) -> None:
        if unit.judged and may_hold_policies(unit.world):
            self._judge(unit.world)
        elif unit.judged:
            self._findings.append(Finding(str(unit.world), _PASSED_OVER))
        for file in unit.expectations:
            if file not in self._expectations:
                self._decide(file)

    def report(self) -> Report:
        unique = tuple(dict.fromkeys(self._findings))
        counts = (len(self._files), len(self._policies), len(self._expectations))
        return Report(unique, tuple(self._tests), *counts)

    def _judge(self, world: Path) -> None:
        loaded = self._load(world)
        self._files.update(loaded.files)
        self._policies.update((d.file, d.pointer) for d in loaded.documents)
        self._findings.extend(findings(loaded))

    def _decide(self, file: Path) -> None:
        from lampolicy.check._tests import decide_file

        self._progress(str(file))
        self._expectations.add(file)
        told, tests = decide_file(file, self._load)
        self._findings.extend(told)
        self._tests.extend(tests)

    def _load(self, *world: Path) -> Loaded:
        if world not in self._loaded:
            self._progress(str(world[0]))
            self._loaded[world] = load(*world)
        return self._loaded[world]
