"""Which files belong together, and where the expected-decision files are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lampolicy.readers import TEMPLATE_ENDINGS

ENDINGS: Final = (".lampolicy.yaml", ".lampolicy.yml", ".lampolicy.json", ".lampolicy.toml")
"""Endings of expected-decision files."""

_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "venv"})
_MAX_DEPTH: Final = 32
_HEAD: Final = 4096


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that are read together.

    Attributes:
        world: The file or folder with the policies.
        expectations: The expected-decision files that are decided with them.
        judged: Whether the policies themselves are to be checked; not where only the expected-decision file was named.
    """

    world: Path
    expectations: tuple[Path, ...] = ()
    judged: bool = True


def is_expectation(path: Path) -> bool:
    """Tell whether a file is an expected-decision file, by its name."""
    return path.name.endswith(ENDINGS)


def may_hold_policies(path: Path) -> bool:
    """Tell whether to read what was named: a folder, a file that may hold policies, or one that begins as JSON does.

    Whoever calls us for every file of a commit also names files that have nothing to do with policies.
    """
    if path.suffix in TEMPLATE_ENDINGS or not path.is_file():
        return True
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    except OSError:
        return True


def units(path: Path) -> Iterator[Unit]:
    """Split what is below `path` into units.

    A folder that holds an expected-decision file is a unit of its own with all that is below it: two examples side by
    side may describe the same account differently.
    """
    if path.is_file() and is_expectation(path):
        yield Unit(path.parent, (path,), judged=False)
    elif not path.is_dir():
        yield Unit(path)
    else:
        found = sorted(_expectations(path, 0))
        yield from _split(path, found)


def _split(folder: Path, found: list[Path]) -> Iterator[Unit]:
    own = tuple(file for file in found if file.parent == folder)
    deeper = [file for file in found if file.parent != folder]
    if own or not deeper:
        yield Unit(folder, own)
        for home in sorted({file.parent for file in deeper}):
            yield Unit(home, tuple(file for file in deeper if file.parent == home), judged=False)
        return
    for entry in sorted(_entries(folder)):
        inside = [file for file in deeper if entry in file.parents]
        if inside:
            yield from _split(entry, inside)
        elif entry.is_dir() or entry.suffix in TEMPLATE_ENDINGS:
            yield Unit(entry)


def _expectations(folder: Path, depth: int) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir() and depth < _MAX_DEPTH:
            yield from _expectations(entry, depth + 1)
        elif is_expectation(entry) and entry.is_file():
            yield entry


def _entries(folder: Path) -> Iterator[Path]:
    """What is in a folder, without hidden files, links and folders of tools; nothing if it cannot be listed."""
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if not path.name.startswith(".") and path.name not in _PASSED_OVER and not path.is_symlink():
            yield path
