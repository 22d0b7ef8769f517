"""The check itself: read, judge the policies, decide the expected decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

from lampolicy.check._config import Configurations, Overrides
from lampolicy.check._filter import Filter
from lampolicy.check._findings import findings
from lampolicy.check._report import Configuration, Finding, LambdaTestResult, Report, TestResult
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


def check(
    paths: Iterable[Path | str], *, overrides: Overrides | None = None, progress: Progress | None = None
) -> Report:
    """Check files and folders: every fault and warning of the policies, and the expected decisions beside them.

    Args:
        paths: Files or folders. A folder is read with all that is below it.
        overrides: What wins over the configuration file, which is looked for in the folder of each path and above.
        progress: Told what comes next; for impatient people.

    Returns:
        The report. Faults of the input never raise; they are findings.
    """
    run = _Run(overrides or Overrides(), progress or (lambda _: None))
    for path in paths:
        run.add(Path(path))
    return run.report()


class _Run:
    def __init__(self, overrides: Overrides, progress: Progress) -> None:
        self._progress = progress
        self._configurations = Configurations(overrides)
        self._filters: dict[Configuration, Filter] = {}
        self._loaded: dict[tuple[Path, ...], Loaded] = {}
        self._findings: list[Finding] = []
        self._tests: list[TestResult | LambdaTestResult] = []
        self._files: set[str] = set()
        self._policies: set[tuple[object, ...]] = set()
        self._expectations: set[Path] = set()

    def add(self, path: Path) -> None:
        configuration = self._configurations.of(path)
        sieve = self._filters.setdefault(configuration, Filter(configuration))
        sieve.saw([path])
        for unit in units(path):
            self._unit(unit, sieve)

    def report(self) -> Report:
        about = [said for sieve in self._filters.values() for said in sieve.about_suppressions()]
        unique = tuple(dict.fromkeys((*self._configurations.faults, *self._findings, *about)))
        counts = (len(self._files), len(self._policies), len(self._expectations))
        suppressed = sum(sieve.suppressed for sieve in self._filters.values())
        single = tuple(test for test in self._tests if isinstance(test, TestResult))
        of_lambda = tuple(test for test in self._tests if isinstance(test, LambdaTestResult))
        return Report(unique, single, *counts, tuple(self._filters), suppressed, of_lambda)

    def _unit(self, unit: Unit, sieve: Filter) -> None:
        if unit.judged and may_hold_policies(unit.world):
            self._judge(unit.world, sieve)
        elif unit.judged:
            self._findings.extend(sieve.keep([Finding(str(unit.world), _PASSED_OVER)]))
        for file in unit.expectations:
            if file not in self._expectations:
                self._decide(file, sieve)

    def _judge(self, world: Path, sieve: Filter) -> None:
        loaded = self._load(world)
        sieve.saw(loaded.files)
        self._files.update(loaded.files)
        self._policies.update((d.file, d.pointer) for d in loaded.documents)
        self._findings.extend(sieve.keep(findings(loaded)))

    def _decide(self, file: Path, sieve: Filter) -> None:
        from lampolicy.check._tests import decide_file

        self._progress(str(file))
        self._expectations.add(file)
        sieve.saw([file])
        told, tests = decide_file(file, self._load)
        self._findings.extend(sieve.keep(told))
        self._tests.extend(tests)

    def _load(self, *world: Path) -> Loaded:
        if world not in self._loaded:
            self._progress(str(world[0]))
            self._loaded[world] = load(*world)
        return self._loaded[world]
