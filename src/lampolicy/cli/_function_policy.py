"""The policy of a function named on the command line: a file of `aws lambda get-policy`, or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from lampolicy.cli._policy_files import BadFile
from lampolicy.diagnostic import DocumentError, InvalidName
from lampolicy.function import Authorizer, FunctionPolicies, StoredPolicy, next_revision
from lampolicy.jsontext import read_json, report
from lampolicy.names import FunctionArn
from lampolicy.policy import statement_text, statements_of
from lampolicy.readers import load


@dataclass(frozen=True, slots=True)
class Addressed:
    """The policies of a function, and which of them is meant."""

    policies: FunctionPolicies
    qualifier: str


def addressed(path: Path | None, function: str | None, qualifier: str | None) -> Addressed:
    """Find the function and its policies.

    Args:
        path: A file with one policy, or a folder as `lampolicy check` reads it; `None` where there is no policy yet.
        function: The function; in a folder its name will do. A file's statements tell it, too.
        qualifier: A version or alias.

    Raises:
        click.ClickException: The file holds no policy of a function, or nothing tells which function is meant.
        InvalidName: `function` is no function, or none of the folder's.
        QualifierMismatch: `function` tells another qualifier.
    """
    if path is None:
        arn = _arn(function, qualifier)
        return Addressed(FunctionPolicies.of(arn), str(arn.qualifier))
    return _in_folder(path, function, qualifier) if path.is_dir() else _in_file(path, function, qualifier)


def _in_folder(path: Path, function: str | None, qualifier: str | None) -> Addressed:
    organization = load(path).organization
    if function is None:
        names = sorted(f.arn.name for f in organization.functions)
        if len(names) != 1:
            told = ", ".join(f"`{name}`" for name in names) or "none"
            raise click.UsageError(f"give --function: the functions in `{path}` are {told}")
        function = names[0]
    view = Authorizer(organization).function(function, qualifier)
    return Addressed(FunctionPolicies.of(view.function), str(view.arn.qualifier))


def _in_file(path: Path, function: str | None, qualifier: str | None) -> Addressed:
    document, revision = _read(path)
    told = _told(document)
    arn = told if function is None and told is not None else _arn(function, qualifier)
    if function is None and qualifier not in {None, str(arn.qualifier)}:
        raise click.UsageError(f"the policy in `{path}` hangs on `{arn}`, not on `{qualifier}`")
    if told is not None and told != arn:
        raise click.UsageError(f"the policy in `{path}` hangs on `{told}`, not on `{arn}`")
    text, own = statement_text(document), str(arn.qualifier)
    stored = StoredPolicy(own, text, revision or next_revision(None, text))
    return Addressed(FunctionPolicies(arn.unqualified, (stored,)), own)


def _read(path: Path) -> tuple[Mapping[str, object], str | None]:
    """The document and its revision, if the file is what `aws lambda get-policy` prints."""
    try:
        value = read_json(path.read_bytes(), name=str(path))
        if isinstance(value, dict) and isinstance(value.get("Policy"), str):
            inner, revision = read_json(str(value["Policy"]), name=str(path)), value.get("RevisionId")
            return _document(path, inner), revision if isinstance(revision, str) else None
    except DocumentError as error:
        raise BadFile(report(error)) from None
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "cannot be read") from None
    return _document(path, value), None


def _document(path: Path, value: object) -> Mapping[str, object]:
    if isinstance(value, dict) and "Statement" in value:
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    raise click.ClickException(f"`{path}` holds no policy: give what `aws lambda get-policy` prints, or a document")


def _told(document: Mapping[str, object]) -> FunctionArn | None:
    """The function the statements name."""
    for statement in statements_of(document):
        resource: object = statement.get("Resource") if isinstance(statement, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(resource, str):
            try:
                return FunctionArn.parse(resource)
            except InvalidName:
                return None
    return None


def _arn(function: str | None, qualifier: str | None) -> FunctionArn:
    if function is None:
        raise click.UsageError("nothing tells which function is meant: give --function ARN")
    if not function.startswith("arn:"):
        raise click.UsageError(f"give the whole ARN of `{function}`; a folder knows names")
    policies = FunctionPolicies.of(function)
    return policies.arn.qualified(policies.qualifier_of(function, qualifier))
