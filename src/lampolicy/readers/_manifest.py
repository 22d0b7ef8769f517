"""`organization.toml`: what exported files do not tell, such as where an account is in the organization."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, TypeGuard

from lampolicy.diagnostic import Code, Diagnostic
from lampolicy.names import is_account_id
from lampolicy.policy import PolicyKind
from lampolicy.readers._files import SourceFile

MANIFEST: Final = "organization.toml"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest says about files whose path, without `.json`, matches a pattern.

    Attributes:
        pattern: A path below the manifest's folder, with `*` and `?` as in a shell.
        kind: Of which kind the policies in it are.
        on: What they hang on: an ARN, an account's or unit's id or name, or the name of a role, user or group.
        account: The account they belong to.
    """

    pattern: str
    kind: PolicyKind | None = None
    on: tuple[str, ...] = ()
    account: str | None = None


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """An account or unit as the manifest tells it."""

    id: str
    name: str = ""
    parent: str | None = None
    member: bool = True
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything one manifest tells.

    Attributes:
        id: The organization's id.
        management_account: Its management account.
        units: Root and organizational units.
        accounts: Accounts.
        files: What is said about files, first match counts.
    """

    id: str | None = None
    management_account: str | None = None
    units: tuple[NodeEntry, ...] = ()
    accounts: tuple[NodeEntry, ...] = ()
    files: tuple[FileEntry, ...] = field(default=())

    def entry(self, file: SourceFile) -> FileEntry | None:
        """What is said about a file."""
        path = "/".join(file.inside)
        return next((e for e in self.files if fnmatchcase(path, e.pattern.removesuffix(".json"))), None)

    def account_of(self, file: SourceFile) -> str | None:
        """The account whose folder a file is in."""
        path = "/".join(file.folders) + "/"
        found = [a for a in self.accounts if a.folder and path.startswith(a.folder.strip("/") + "/")]
        return max(found, key=lambda a: len(a.folder or "")).id if found else None


def read_manifest(text: str) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """Read a manifest; gives what could be understood, and all faults.

    Its tables are `[organization]` (`id`, `management_account`), `[units.NAME]` (`id`, `parent`),
    `[accounts.ID]` (`name`, `parent`, `member`, `folder`) and `[files."PATH"]` (`kind`, `on`, `account`).
    """
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        help_ = "mend the TOML at the place named"
        return Manifest(), (Diagnostic(Code.BAD_MANIFEST, f"not TOML: {_lower(str(error))}", help=help_),)
    faults = _Faults()
    organization = faults.table(value, (), "organization", {"id", "management_account"})
    faults.names(value, (), {"organization", "units", "accounts", "files"})
    manifest = Manifest(
        id=faults.text(organization, ("organization",), "id"),
        management_account=faults.text(organization, ("organization",), "management_account"),
        units=tuple(_units(faults, value)),
        accounts=tuple(_accounts(faults, value)),
        files=tuple(_files(faults, value)),
    )
    return manifest, tuple(faults.found)


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)  # the keys of TOML are texts


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(slots=True)
class _Faults:
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def say(self, at: tuple[str, ...], message: str, help_: str) -> None:
        self.found.append(Diagnostic(Code.BAD_MANIFEST, message, at, help=help_))

    def names(self, table: Mapping[str, object], at: tuple[str, ...], known: set[str]) -> None:
        for name in table:
            if name not in known:
                self.say((*at, name), f"`{name}` means nothing here", f"known are {', '.join(sorted(known))}")

    def table(
        self, value: Mapping[str, object], at: tuple[str, ...], key: str, known: set[str] | None = None
    ) -> Mapping[str, object]:
        found = value.get(key, {})
        if not _is_table(found):
            self.say((*at, key), f"`{key}` must be a table", f"write `[{'.'.join((*at, key))}]`")
            return {}
        if known is not None:
            self.names(found, (*at, key), known)
        return found

    def text(self, table: Mapping[str, object], at: tuple[str, ...], key: str) -> str | None:
        found = table.get(key)
        if found is not None and not isinstance(found, str):
            self.say((*at, key), f"`{key}` must be a text", "put it into double quotes")
            return None
        return found


def _units(faults: _Faults, value: Mapping[str, object]) -> Iterator[NodeEntry]:
    units = faults.table(value, (), "units")
    for name in units:
        at = ("units", name)
        table = faults.table(units, ("units",), name, {"id", "parent"})
        yield NodeEntry(faults.text(table, at, "id") or name, name, faults.text(table, at, "parent"))


def _accounts(faults: _Faults, value: Mapping[str, object]) -> Iterator[NodeEntry]:
    accounts = faults.table(value, (), "accounts")
    for id_ in accounts:
        at = ("accounts", id_)
        table = faults.table(accounts, ("accounts",), id_, {"name", "parent", "member", "folder"})
        if not is_account_id(id_):
            faults.say(at, f"`{id_}` is not an account id", 'write twelve digits, as in `[accounts."111122223333"]`')
            continue
        yield NodeEntry(
            id_,
            faults.text(table, at, "name") or "",
            faults.text(table, at, "parent"),
            table.get("member") is not False,
            faults.text(table, at, "folder"),
        )


def _files(faults: _Faults, value: Mapping[str, object]) -> Iterator[FileEntry]:
    files = faults.table(value, (), "files")
    for pattern in files:
        at = ("files", pattern)
        table = faults.table(files, ("files",), pattern, {"kind", "on", "account"})
        on = table.get("on", [])
        names = tuple(name for name in (on if _is_list(on) else [on]) if isinstance(name, str))
        account = faults.text(table, at, "account")
        if account is not None and not is_account_id(account):
            faults.say((*at, "account"), f"`{account}` is not an account id", "write twelve digits")
            account = None
        yield FileEntry(pattern, _kind(faults, table, at), names, account)


def _kind(faults: _Faults, table: Mapping[str, object], at: tuple[str, ...]) -> PolicyKind | None:
    kind = faults.text(table, at, "kind")
    if kind is None:
        return None
    try:
        return PolicyKind(kind)
    except ValueError:
        faults.say((*at, "kind"), f"`{kind}` is not a kind of policy", f"known are {', '.join(PolicyKind)}")
        return None
