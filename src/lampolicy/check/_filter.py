"""What of the findings is told, by the configuration in force."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, cast

from lampolicy.check._code_names import fits
from lampolicy.check._report import Configuration, Finding, Suppression
from lampolicy.diagnostic import Code, Diagnostic, Pointer, Severity

_WHERE: Final = "suppress"


class Filter:
    """Keeps of the findings what one configuration lets through, and remembers which suppressions were of use.

    Attributes:
        configuration: The configuration in force.
        suppressed: How many findings were suppressed.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.suppressed = 0
        self._used: set[Suppression] = set()
        self._files: set[str] = set()
        self._sids = _Sids()

    def saw(self, files: Iterable[Path | str]) -> None:
        """Note what was checked: only there can a suppression be of use."""
        self._files.update(self._relative(file) for file in files)

    def keep(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Give the findings that are to be told."""
        for finding in findings:
            if _always_told(finding.diagnostic):
                yield finding
            elif self._is_suppressed(finding):
                self.suppressed += 1
            elif self._is_wanted(finding):
                yield finding

    def about_suppressions(self) -> Iterator[Finding]:
        """Tell of suppressions that were of no use, or lack the reason they should give."""
        base: Pointer = ("tool", "lampolicy") if (self.configuration.file or "").endswith("pyproject.toml") else ()
        for index, suppression in enumerate(self.configuration.suppressions):
            at = (*base, _WHERE, index)
            if self.configuration.require_reasons and suppression.reason is None:
                yield self._said(_no_reason(suppression, at))
            if suppression not in self._used and self._could_be_used(suppression):
                yield self._said(_unused(suppression, at))

    def _said(self, diagnostic: Diagnostic) -> Finding:
        return Finding(self.configuration.file or "", diagnostic)

    def _is_suppressed(self, finding: Finding) -> bool:
        path = self._relative(finding.file)
        found = [each for each in self.configuration.suppressions if self._suppresses(each, finding, path)]
        self._used.update(found)
        return bool(found)

    def _suppresses(self, suppression: Suppression, finding: Finding, path: str) -> bool:
        if suppression.code is not finding.diagnostic.code or not _lies_in(path, suppression.path):
            return False
        return suppression.sid is None or suppression.sid == self._sids.of(finding)

    def _is_wanted(self, finding: Finding) -> bool:
        code = finding.diagnostic.code
        told = self.configuration
        if (told.select is not None and not fits(code, told.select)) or fits(code, told.ignore):
            return False
        path = self._relative(finding.file) if told.per_path else ""
        return not any(fits(code, codes) and _lies_in(path, pattern) for pattern, codes in told.per_path)

    def _could_be_used(self, suppression: Suppression) -> bool:
        """Whoever checks a few files of many must not be told that the suppressions for all others are of no use."""
        return "." in self._files or any(_lies_in(file, suppression.path) for file in self._files)

    def _relative(self, file: Path | str) -> str:
        folder = self.configuration.folder
        whole = Path(os.path.abspath(file))  # noqa: PTH100 - a link is called by its own name
        if whole == folder or whole in folder.parents:
            return "."
        return whole.relative_to(folder).as_posix() if folder in whole.parents else whole.as_posix()


def _always_told(diagnostic: Diagnostic) -> bool:
    """What could not be read was not checked; nobody can mean that so."""
    return diagnostic.severity is Severity.ERROR and diagnostic.code.startswith("LP8")


def _lies_in(path: str, pattern: str) -> bool:
    """Tell whether a path is the one named, lies below it, or fits a pattern whose `*` runs over slashes, too."""
    plain = pattern.removeprefix("./").rstrip("/")
    return plain in {"", ".", path} or path.startswith(f"{plain}/") or fnmatchcase(path, plain)


def _no_reason(suppression: Suppression, at: Pointer) -> Diagnostic:
    message = f"the suppression of `{suppression.code}` in `{suppression.path}` gives no reason"
    return Diagnostic(Code.NO_REASON, message, at, help='add `reason = "..."`: why it is meant so')


def _unused(suppression: Suppression, at: Pointer) -> Diagnostic:
    of = f" in statement `{suppression.sid}`" if suppression.sid else ""
    message = f"the suppression of `{suppression.code}` in `{suppression.path}`{of} suppresses nothing"
    return Diagnostic(Code.UNUSED_SUPPRESSION, message, at, help="remove it", severity=Severity.NOTE)


class _Sids:
    """The Sids of the statements that findings are about; each text is read once."""

    def __init__(self) -> None:
        self._read: dict[str, object] = {}

    def of(self, finding: Finding) -> str | None:
        if finding.text is None:
            return None
        if finding.text not in self._read:
            self._read[finding.text] = _json(finding.text)
        return _sid(self._read[finding.text], finding.diagnostic.at)


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _sid(value: object, at: Pointer) -> str | None:
    """The innermost `Sid` on the way to a place."""
    found: object = None
    for step in at:
        found = _step(value, "Sid") or found
        value = _step(value, step)
    found = _step(value, "Sid") or found
    return found if isinstance(found, str) else None


def _step(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return cast("dict[object, object]", value).get(step)
    items = cast("list[object]", value) if isinstance(value, list) else []
    return items[step] if isinstance(step, int) and step < len(items) else None
