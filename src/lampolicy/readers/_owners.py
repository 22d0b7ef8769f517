"""Whom a document belongs to where it does not say so itself: the manifest, then the names of folder and file.

An AWS export is often silent about that: `get-bucket-policy` does not name the bucket's account, `get-role-policy` not
the role's, `get-policy-version` not even the policy. What people then write into a path is what is read here:
`account-111122223333/roles/thumbnails/trust.json`, `scps/root/deny-regions.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._files import SourceFile

_ACCOUNT: Final = re.compile(r"(?<![0-9])([0-9]{12})(?![0-9])", re.ASCII)
_CONTROL_FOLDERS: Final = frozenset({"scps", "rcps", "service-control-policies", "resource-control-policies"})


def account_in_name(name: str) -> str | None:
    """The twelve digits in a file's or folder's name."""
    found = _ACCOUNT.search(name)
    return found.group(1) if found else None


def account_of(draft: Draft, source: Input) -> str | None:
    """The account a file belongs to.

    What the manifest says of the file or its folder counts first; then twelve digits in the names of the file and of
    its folders, innermost first; then the only account whose things lie in the same folder, or in one around it.
    """
    file = source.file
    manifest = draft.manifest(source)
    entry = manifest.entry(file)
    told = (entry.account if entry else None) or manifest.account_of(file)
    if told is not None:
        return told
    for name in reversed((PurePath(file.root).name, *file.inside)):
        if (written := account_in_name(name)) is not None:
            return written
    return _only_account(draft, file)


def _only_account(draft: Draft, file: SourceFile) -> str | None:
    for depth in range(len(file.folders), -1, -1):
        seen = draft.seen.get((file.root, file.folders[:depth]), set())
        if seen:
            return next(iter(seen)) if len(seen) == 1 else None
    return None


def named(source: Input, candidates: Iterable[str]) -> str | None:
    """Which of several names a file's path tells.

    The file's own name counts first, whole or as a part of it between signs that are neither letters nor digits
    (`thumbnails` in `thumbnails.attached.json`), then the folders', innermost first. The longest name wins.
    """
    names = sorted(set(candidates), key=lambda name: (-len(name), name))
    for word in reversed(source.file.inside):
        for name in names:
            if _holds(word, name):
                return name
    return None


def _holds(word: str, name: str) -> bool:
    if word == name:
        return True
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", word) is not None


def told_on(draft: Draft, source: Input) -> tuple[str, ...]:
    """What the manifest says a file hangs on."""
    entry = draft.manifest(source).entry(source.file)
    return entry.on if entry else ()


def control_path(file: SourceFile) -> tuple[str, tuple[str, ...]] | None:
    """For a file below a folder of SCPs or RCPs: that folder's name, and the path from it to the file's folder."""
    for i, folder in enumerate(file.folders):
        if folder.lower() in _CONTROL_FOLDERS:
            return folder.lower(), file.folders[i + 1 :]
    return None


def after_folder(file: SourceFile, *names: str) -> str | None:
    """The name below a folder such as `roles`: of the next folder, or of the file if there is none."""
    for i, folder in enumerate(file.folders):
        if folder.lower() in names:
            return file.inside[i + 1]
    return None
