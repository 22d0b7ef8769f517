"""A template given by itself, with what is told about its stack."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypedDict, Unpack

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, InvalidName
from lampolicy.jsontext import Limits, read_json
from lampolicy.organization import Organization
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._files import DEFAULT_FILE_LIMITS, SourceFile
from lampolicy.readers._given import Given
from lampolicy.readers._load import AnyPath, drafted, finished
from lampolicy.readers._loaded import FileDiagnostic, Loaded
from lampolicy.readers._node import Node
from lampolicy.readers._templates._deploying import deployment_of
from lampolicy.readers._templates._exported import exported, is_stack_export
from lampolicy.readers._templates._read import prepared, read_stack
from lampolicy.readers._templates._source import LARGEST, read_text
from lampolicy.readers._templates._template import is_template

_LARGEST_EXPORT: Final = 16_777_216


class StackFacts(TypedDict, total=False):
    """What a caller tells of a template's stack; everything may be left out that an export of the stack tells.

    Attributes:
        account: The account it is deployed in, twelve digits.
        region: The region it is deployed in.
        stack: The name of the stack; if nothing tells it, that of the file.
        parameters: Values of parameters; for one that names an SSM parameter, what that holds.
        imports: Values that other stacks export, by the name of the export.
        attributes: Values of `Fn::GetAtt` that nothing else tells, by `LogicalId.Attribute`.
        stack_exports: Files with what `aws cloudformation describe-stack-resources`, `list-stack-resources` and
            `describe-stacks` print for the stack: physical ids, parameters, and its account and region.
        beside: Files and folders with what else there is, as `load` reads them. What the template deploys stands in
            place of what they tell under the same name.
    """

    account: str | None
    region: str | None
    stack: str | None
    parameters: Mapping[str, str]
    imports: Mapping[str, str]
    attributes: Mapping[str, str]
    stack_exports: Iterable[AnyPath]
    beside: Iterable[AnyPath]


def load_template(path: AnyPath, **told: Unpack[StackFacts]) -> Loaded:
    """Read a template of CloudFormation or SAM as what it deploys; all its faults are gathered, none is raised.

    What is not written in the template is never guessed. A value that is not known and reaches a policy or a name is a
    fault with its place, and requests that meet such a policy are refused. A name that CloudFormation makes up is made
    up here as well, with `MADEUP` in it, and told in a note.

    Args:
        path: The template: JSON or YAML, such as `template.yaml` or `cdk.out/Orders.template.json`.
        **told: What is known of its stack (`StackFacts`).
    """
    place = Path(path)
    draft, files = drafted(told.get("beside", ()), DEFAULT_FILE_LIMITS)
    file = SourceFile(os.fspath(path), place, (place.name.split(".")[0],), str(place.resolve().parent))
    roots: list[Node] = []
    for export in told.get("stack_exports", ()):
        with _saying(draft, os.fspath(export)):
            roots.append(_export(export))
    with _saying(draft, file.name):
        _read(draft, file, _given(told), roots)
    return finished(draft, [*(name for name in files if name != file.name), file.name], file.name)


def organization_from_template(path: AnyPath, **told: Unpack[StackFacts]) -> Organization:
    """Read a template of CloudFormation or SAM into an organization: what `load_template` reads, if it has no faults.

    Args:
        path: The template.
        **told: What is known of its stack (`StackFacts`).

    Raises:
        DocumentError: The template has faults, or values that are not known reach policies or names; it carries them
            all, each with line and column and what to give.
    """
    loaded = load_template(path, **told)
    sources = {(fault.file, fault.text) for fault in loaded.faults}
    if len(sources) == 1:
        ((name, text),) = sources
        raise DocumentError(tuple(fault.diagnostic for fault in loaded.faults), text=text, name=name)
    error = loaded.error()
    if error is not None:
        raise error
    return loaded.organization


def _given(told: StackFacts) -> Given:
    return Given(
        told.get("account"),
        told.get("region"),
        told.get("stack"),
        told.get("parameters", {}),
        told.get("imports", {}),
        told.get("attributes", {}),
    )


@contextmanager
def _saying(draft: Draft, name: str) -> Generator[None]:
    """Say what a file is refused for, and go on."""
    try:
        yield
    except DocumentError as error:
        draft.said.extend(FileDiagnostic(name, fault, error.text) for fault in error.diagnostics)


def _read(draft: Draft, file: SourceFile, given: Given, roots: list[Node]) -> None:
    text = _text(file.path, LARGEST)
    value, find = read_text(text, file.name)
    if not is_template(value):
        help_ = "a template has `Resources`, each with a `Type` such as `AWS::IAM::Role`"
        raise _refused(Code.BAD_TEMPLATE, "this is not a template", help_, file.name)
    try:
        deployment = deployment_of(given, exported(roots), file.stem)
    except InvalidName as error:
        raise _refused(Code.NO_DEPLOYMENT, str(error), "mend what was given", file.name) from None
    if isinstance(deployment, Diagnostic):
        raise DocumentError((deployment,), name=file.name)
    stack = prepared(Input(file, text, Node(None), find), draft, value, deployment, wins=True)
    if stack is not None:
        read_stack(stack)


def _export(path: AnyPath) -> Node:
    name = os.fspath(path)
    root = Node(read_json(_text(Path(path), _LARGEST_EXPORT), limits=Limits(bytes=_LARGEST_EXPORT), name=name))
    if not is_stack_export(root):
        help_ = "give what `aws cloudformation describe-stack-resources` or `describe-stacks` prints"
        raise _refused(Code.NOT_RECOGNISED, "this tells nothing of a stack", help_, name)
    return root


def _text(path: Path, most: int) -> str:
    name = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise _refused(Code.UNREADABLE, f"cannot be read: {reason}", "check the path", name) from None
    if len(data) > most:
        raise _refused(Code.TOO_LARGE, f"the file has more than {most:,} bytes", "give a smaller one", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(Code.NOT_UTF8, "the file is not UTF-8", "save it as UTF-8", name) from None


def _refused(code: Code, message: str, help_: str, name: str) -> DocumentError:
    return DocumentError((Diagnostic(code, message, help=help_),), name=name)
