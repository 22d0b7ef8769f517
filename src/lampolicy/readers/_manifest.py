"""`organization.toml`: what exported files do not tell, such as where an account is in the organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from lampolicy.diagnostic import Code, Diagnostic, DocumentError
from lampolicy.policy import PolicyKind
from lampolicy.readers._files import TEMPLATE_ENDINGS, SourceFile
from lampolicy.readers._forms import Form, FormFault, read_form
from lampolicy.readers._given import Given
from lampolicy.readers._toml import read_toml

if TYPE_CHECKING:
    from lampolicy.readers._manifest_form import (
        ManifestForm,
        TemplateForm,
    )  # loads pydantic, which a folder without one spares

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
class TemplateEntry:
    """What the manifest says about the stack of templates whose path, without its ending, matches a pattern.

    Attributes:
        pattern: A path below the manifest's folder, with `*` and `?` as in a shell.
        stack: What it says.
    """

    pattern: str
    stack: Given


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
        templates: What is said about the stacks of templates, first match counts.
    """

    id: str | None = None
    management_account: str | None = None
    units: tuple[NodeEntry, ...] = ()
    accounts: tuple[NodeEntry, ...] = ()
    files: tuple[FileEntry, ...] = field(default=())
    templates: tuple[TemplateEntry, ...] = field(default=())

    def entry(self, file: SourceFile) -> FileEntry | None:
        """What is said about a file."""
        path = "/".join(file.inside)
        return next((e for e in self.files if fnmatchcase(path, e.pattern.removesuffix(".json"))), None)

    def template(self, file: SourceFile) -> TemplateEntry | None:
        """What is said about the stack of a template."""
        path = "/".join(file.inside)
        return next((e for e in self.templates if fnmatchcase(path, _without_ending(e.pattern))), None)

    def account_of(self, file: SourceFile) -> str | None:
        """The account whose folder a file is in."""
        path = "/".join(file.folders) + "/"
        found = [a for a in self.accounts if a.folder and path.startswith(a.folder.strip("/") + "/")]
        return max(found, key=lambda a: len(a.folder or "")).id if found else None


def _without_ending(pattern: str) -> str:
    for ending in TEMPLATE_ENDINGS:
        pattern = pattern.removesuffix(ending)
    return pattern


def read_manifest(text: str) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """Read a manifest; gives what could be understood, and all faults.

    Its tables are `[organization]` (`id`, `management_account`), `[units.NAME]` (`id`, `parent`),
    `[accounts.ID]` (`name`, `parent`, `member`, `folder`), `[files."PATH"]` (`kind`, `on`, `account`) and
    `[templates."PATH"]` (`account`, `region`, `stack`, `parameters`, `imports`, `attributes`).
    """
    from lampolicy.readers._manifest_form import ManifestForm

    try:
        value = read_toml(text, Code.BAD_MANIFEST)
    except DocumentError as error:
        return Manifest(), error.diagnostics
    sound, faults = read_form(value, Form(ManifestForm, mapping="a table"))
    return _manifest(sound), tuple(_diagnostic(fault) for fault in faults)


def manifest_schema() -> dict[str, object]:
    """The JSON Schema of `organization.toml`, as `docs/reference/schemas/` publishes it."""
    from lampolicy.readers._manifest_form import schema

    return schema()


def _diagnostic(fault: FormFault) -> Diagnostic:
    return Diagnostic(Code.BAD_MANIFEST, fault.message, fault.at, on_key=fault.on_key, help=fault.help)


def _manifest(form: ManifestForm) -> Manifest:
    units = (NodeEntry(unit.id or name, name, unit.parent) for name, unit in form.units.items())
    accounts = (
        NodeEntry(id_, account.name, account.parent, account.member, account.folder)
        for id_, account in form.accounts.items()
    )
    files = (FileEntry(pattern, file.kind, _names(file.on), file.account) for pattern, file in form.files.items())
    templates = (_template(pattern, template) for pattern, template in form.templates.items())
    return Manifest(
        form.organization.id,
        form.organization.management_account,
        tuple(units),
        tuple(accounts),
        tuple(files),
        tuple(templates),
    )


def _template(pattern: str, form: TemplateForm) -> TemplateEntry:
    given = Given(form.account, form.region, form.stack, form.parameters, form.imports, form.attributes)
    return TemplateEntry(pattern, given)


def _names(on: str | list[str] | None) -> tuple[str, ...]:
    if on is None:
        return ()
    return (on,) if isinstance(on, str) else tuple(on)
