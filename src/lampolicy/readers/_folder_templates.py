"""Templates in a folder, and what CloudFormation told of their stacks beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, InvalidName, Severity
from lampolicy.jsontext import places_in
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._given import Given
from lampolicy.readers._loaded import FileDiagnostic
from lampolicy.readers._node import Node
from lampolicy.readers._owners import account_of
from lampolicy.readers._templates._deploying import deployment_of
from lampolicy.readers._templates._exported import StackExport, exported
from lampolicy.readers._templates._read import prepared, read_stack
from lampolicy.readers._templates._stack import Stack

_TELL: Final = (
    "give its folder, with an `organization.toml` that tells them: "
    '`[templates."PATH"]` with `account = "111122223333"` and `region = "eu-west-1"`'
)


def read_stack_export(source: Input, draft: Draft) -> None:
    """Remember what `describe-stack-resources`, `list-stack-resources` or `describe-stacks` print."""
    draft.stacks.append((source.file, source.root))


def read_folder_template(source: Input, draft: Draft) -> None:
    """Read a template of CloudFormation or SAM, once everything that names things was read, and all were prepared."""
    stacks: list[Stack] = []
    draft.wait(14, partial(_prepare, source, draft, stacks))
    draft.wait(15, partial(_read, stacks))


def _read(stacks: list[Stack]) -> None:
    for stack in stacks:
        read_stack(stack)


def _prepare(source: Input, draft: Draft, stacks: list[Stack]) -> None:
    entry = draft.manifest(source).template(source.file)
    given = Given() if entry is None else entry.stack
    export = exported(_exports(source, draft, given.stack))
    if given.account is None and export.account is None:
        given = replace(given, account=account_of(draft, source))
    try:
        deployment = deployment_of(given, export, source.file.stem)
    except InvalidName as error:
        draft.say(source, Code.NO_DEPLOYMENT, str(error), help_="mend `organization.toml`")
        return
    if isinstance(deployment, Diagnostic):
        message = f"{deployment.message}, so it takes part in no decision"
        draft.say(source, deployment.code, message, help_=_TELL, severity=Severity.WARNING)
        return
    placed = source if source.find is not None else replace(source, find=places_in(source.text))
    try:
        stack = prepared(placed, draft, source.root.value, deployment)
        stacks += [stack] if stack is not None else []
    except DocumentError as error:
        draft.said.extend(FileDiagnostic(source.file.name, fault, source.text) for fault in error.diagnostics)


def _exports(source: Input, draft: Draft, stack: str | None) -> Iterator[Node]:
    """What was told of a template's stack: under its name; without one, what lies beside it, if that is one stack's."""
    beside = [
        root for file, root in draft.stacks if (file.root, file.folders) == (source.file.root, source.file.folders)
    ]
    if stack is not None:
        everywhere = [root for _, root in draft.stacks if _name(root) == stack]
        yield from everywhere
        yield from (root for root in beside if _name(root) is None)
    elif len({_name(root) for root in beside} - {None}) <= 1:
        yield from beside


def _name(root: Node) -> str | None:
    found = StackExport()
    found.add(root)
    return found.name
