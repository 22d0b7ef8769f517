"""The configuration of a check: `lampolicy.toml`, or `[tool.lampolicy]` in a `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from lampolicy.check._report import Configuration, Finding, Suppression
from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Severity
from lampolicy.readers import Form, FormFault, read_form, read_toml

if TYPE_CHECKING:
    from lampolicy.check._config_form import ConfigurationForm  # loads pydantic, which a check without one spares

OWN: Final = "lampolicy.toml"
SHARED: Final = "pyproject.toml"
_TABLE: Final = ("tool", "lampolicy")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What wins over the configuration file; `None` leaves a setting to the file.

    Attributes:
        select: Report only these codes, or codes that begin so.
        ignore: Do not report these.
        fail_on: The check fails for findings from this severity on.
        require_reasons: Whether every suppression must give its reason.
        file: The configuration file; without it, the nearest above each path.
        isolated: Read no configuration file.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    fail_on: Severity | None = None
    require_reasons: bool | None = None
    file: Path | None = None
    isolated: bool = False


@dataclass(slots=True)
class Configurations:
    """The configuration of every path of a run; each file is read once.

    Attributes:
        overrides: What wins over the files.
        faults: What there is to say about the files.
    """

    overrides: Overrides = field(default_factory=Overrides)
    faults: list[Finding] = field(default_factory=list[Finding])
    _read: dict[Path | None, Configuration] = field(default_factory=dict[Path | None, Configuration])

    def of(self, path: Path) -> Configuration:
        """Give the configuration in force for a path."""
        file = self._file(path)
        if file not in self._read:
            self._read[file] = self._overruled(self._read_file(file) if file else Configuration(folder=Path.cwd()))
        return self._read[file]

    def _file(self, path: Path) -> Path | None:
        if self.overrides.isolated:
            return None
        return self.overrides.file or find_configuration(path)

    def _read_file(self, file: Path) -> Configuration:
        configuration, faults = read_configuration(file)
        self.faults.extend(faults)
        return configuration

    def _overruled(self, told: Configuration) -> Configuration:
        wins = self.overrides
        return Configuration(
            told.file,
            told.folder,
            told.select if wins.select is None else wins.select,
            told.ignore if wins.ignore is None else wins.ignore,
            told.per_path,
            wins.fail_on or told.fail_on,
            told.require_reasons if wins.require_reasons is None else wins.require_reasons,
            told.suppressions,
        )


def find_configuration(path: Path) -> Path | None:
    """Find the nearest configuration file in the folder of `path`, or above it.

    A `lampolicy.toml` counts before a `pyproject.toml` beside it; a `pyproject.toml` without `[tool.lampolicy]` is
    passed over.
    """
    start = Path(os.path.abspath(path))  # noqa: PTH100 - a link's folder is the one it stands in
    for folder in (start, *start.parents):
        for name in (OWN, SHARED):
            file = folder / name
            if file.is_file() and (name == OWN or _is_ours(file)):
                return file
    return None


def _is_ours(file: Path) -> bool:
    """Whether a `pyproject.toml` is about lampolicy; one that is no TOML is, if it says so anywhere."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if _TABLE[1] not in text:
        return False
    try:
        return _table(read_toml(text, Code.BAD_CONFIGURATION)) is not None
    except DocumentError:
        return f"[{'.'.join(_TABLE)}" in text


def read_configuration(file: Path) -> tuple[Configuration, tuple[Finding, ...]]:
    """Read a configuration file; gives what is sound of it, and everything there is to say about it."""
    name = _shown(file)
    empty = Configuration(name, Path(os.path.abspath(file)).parent)  # noqa: PTH100
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "input error").lower() if isinstance(error, OSError) else "it is not UTF-8"
        fault = Diagnostic(Code.UNREADABLE, f"cannot be read: {reason}", help="check the file")
        return empty, (Finding(name, fault),)
    try:
        value = read_toml(text, Code.BAD_CONFIGURATION, name)
    except DocumentError as error:
        return empty, tuple(Finding(name, fault, None, text) for fault in error.diagnostics)
    return _read(value, text, empty)


def _read(value: dict[str, object], text: str, empty: Configuration) -> tuple[Configuration, tuple[Finding, ...]]:
    from lampolicy.check._config_form import ConfigurationForm

    name = empty.file or OWN
    base: Pointer = _TABLE if Path(name).name == SHARED else ()
    own = _table(value) if base else value
    form = Form(ConfigurationForm, mapping="a table")
    sound, faults = read_form({} if own is None else own, form)
    told = (Finding(name, _diagnostic(fault, base), None, text) for fault in faults)
    return _configuration(sound, empty), tuple(told)


def _table(value: dict[str, object]) -> object:
    tool = value.get(_TABLE[0])
    return cast("dict[str, object]", tool).get(_TABLE[1]) if isinstance(tool, dict) else None


def _diagnostic(fault: FormFault, base: Pointer) -> Diagnostic:
    from lampolicy.check._config_form import NO_SUCH_CODE

    codes = {"extra_forbidden": Code.UNKNOWN_SETTING, NO_SUCH_CODE: Code.NO_SUCH_CODE}
    code = codes.get(fault.kind, Code.BAD_CONFIGURATION)
    return Diagnostic(code, fault.message, (*base, *fault.at), on_key=fault.on_key, help=fault.help)


def _configuration(form: ConfigurationForm, empty: Configuration) -> Configuration:
    return Configuration(
        empty.file,
        empty.folder,
        None if form.select is None else tuple(form.select),
        tuple(form.ignore),
        tuple((path, tuple(codes)) for path, codes in form.per_path.items()),
        Severity(form.fail_on),
        form.require_reasons,
        tuple(_suppressions(form)),
    )


def _suppressions(form: ConfigurationForm) -> Iterator[Suppression]:
    for entry in form.suppress:
        yield Suppression(Code(entry.code), entry.path, entry.sid, entry.reason)


def _shown(file: Path) -> str:
    """Call a file as short as can be: relative to where the check runs, if it lies below."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
