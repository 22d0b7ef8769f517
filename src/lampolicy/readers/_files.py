"""Which files there are to read, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lampolicy.diagnostic import Code, Diagnostic, Severity
from lampolicy.readers._loaded import FileDiagnostic

TEMPLATE_ENDINGS: Final = (".json", ".yaml", ".yml", ".template")
"""Endings of files that may hold a template."""
_READ: Final = frozenset(TEMPLATE_ENDINGS)
_NAMED: Final = frozenset({".tf"})
_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How much is read from a folder of a stranger.

    Attributes:
        files: Most files read.
        file_bytes: Largest file, in bytes; an export of a whole account is some megabytes.
        total_bytes: Most bytes read altogether.
        depth: How many folders may stand inside one another.
    """

    files: int = 10_000
    file_bytes: int = 67_108_864
    total_bytes: int = 268_435_456
    depth: int = 32


DEFAULT_FILE_LIMITS: Final = FileLimits()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Attributes:
        name: Its path as the caller wrote it: what to call it in messages.
        path: Where it is.
        inside: Its path below the folder it was found in, without the suffix: the words that name things.
        root: That folder, or the one a file lies in that was given itself.
    """

    name: str
    path: Path
    inside: tuple[str, ...]
    root: str = ""

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return self.inside[-1]

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it is in, outermost first."""
        return self.inside[:-1]


class Walk:
    """Finds the files below a path, in the order of their names; says what it left out and why.

    Symbolic links are not followed: what they lead to is read where it lies, and outside the folder not at all.
    Hidden files and folders are passed over.
    """

    def __init__(self, limits: FileLimits = DEFAULT_FILE_LIMITS) -> None:
        self.limits = limits
        self.said: list[FileDiagnostic] = []
        self.seen = 0

    def files(self, path: Path) -> Iterator[SourceFile]:
        """The files to read at or below `path`."""
        if path.is_dir():
            yield from self._below(path, path.resolve(), ())
        elif path.is_file():
            yield SourceFile(str(path), path, (_stem(path),), str(path.resolve().parent))
        else:
            self._say(path, Code.UNREADABLE, "there is no such file or folder", "check the path", Severity.ERROR)

    def _below(self, folder: Path, root: Path, inside: tuple[str, ...]) -> Iterator[SourceFile]:
        if len(inside) >= self.limits.depth:
            self._say(folder, Code.TOO_MANY_FILES, "the folder is nested too deep", "give this folder itself")
            return
        for entry in self._entries(folder):
            path = folder / entry
            if entry.startswith(".") or entry in _PASSED_OVER:
                continue
            if path.is_symlink():
                self._link(path, root)
            elif path.is_dir():
                yield from self._below(path, root, (*inside, entry))
            elif path.suffix in _READ and not _is_ours(entry):
                if self.seen >= self.limits.files:
                    self._say(path, Code.TOO_MANY_FILES, f"more than {self.limits.files} files", "give fewer folders")
                    return
                self.seen += 1
                yield SourceFile(str(path), path, (*inside, _stem(path)), str(root))
            elif path.suffix in _NAMED and not _is_ours(entry):
                self._say(path, Code.NOT_RECOGNISED, "not read: this kind of file is not read yet", _EXPORT, _NOTE)

    def _entries(self, folder: Path) -> list[str]:
        try:
            return sorted(entry.name for entry in folder.iterdir())
        except OSError as error:
            self._say(folder, Code.UNREADABLE, f"cannot be listed: {error.strerror}", "check its permissions")
            return []

    def _link(self, path: Path, root: Path) -> None:
        try:
            outside = not path.resolve().is_relative_to(root)
        except (OSError, RuntimeError):
            outside = True
        if outside:
            said = "not read: the link leads out of the folder"
            self._say(path, Code.OUTSIDE_ROOT, said, "copy the file, or give its folder as well", _NOTE)

    def _say(self, path: Path, code: Code, message: str, help_: str, severity: Severity = Severity.ERROR) -> None:
        self.said.append(FileDiagnostic(str(path), Diagnostic(code, message, help=help_, severity=severity)))


_NOTE: Final = Severity.NOTE
_EXPORT: Final = "export what it describes with the AWS CLI; see the reference page on inputs"


def _is_ours(name: str) -> bool:
    return ".lampolicy." in name or name in {"lampolicy.toml", "organization.toml"}


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix)
