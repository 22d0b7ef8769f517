"""`lampolicy permission`: add, remove and show permissions as Lambda does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

from lampolicy.cli._codes import FOUND, OK
from lampolicy.cli._function_policy import Addressed, addressed
from lampolicy.cli._terminal import put
from lampolicy.diagnostic import AwsError, Diagnostic, LampolicyError, PolicyError
from lampolicy.function import FunctionPolicies, QualifierMismatch, StoredPolicy
from lampolicy.function.sources import source_of
from lampolicy.policy import statements_of

_EXAMPLES = """\b
Examples:
  lampolicy permission add policy.json --source s3://photos --source-account 111122223333
  lampolicy permission add --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs
      --statement-id ana --principal 444455556666
  lampolicy permission remove policy.json --statement-id ana
  lampolicy permission show aws/ --function thumbs:live
"""
_PATH: Final = click.Path(exists=True, path_type=Path)
_FORMS: Final = click.Choice(["document", "get-policy", "statement"])
_PARAMETERS: Final = {
    "statement_id": "StatementId",
    "action": "Action",
    "principal": "Principal",
    "source_arn": "SourceArn",
    "source_account": "SourceAccount",
    "event_source_token": "EventSourceToken",
    "principal_org_id": "PrincipalOrgID",
    "function_url_auth_type": "FunctionUrlAuthType",
    "invoked_via_function_url": "InvokedViaFunctionUrl",
}
F = TypeVar("F", bound=Callable[..., object])


@click.group("permission", short_help="Add, remove and show permissions as Lambda does.", epilog=_EXAMPLES)
def command() -> None:
    """Add, remove and show the permissions of a function as Lambda would, without touching AWS.

    PATH is what `aws lambda get-policy` prints, a policy document, or a folder as `lampolicy check` reads it. Prints
    what Lambda would store, byte for byte. Exits 0 if Lambda would do it, 1 with its own error if it would refuse, and
    2 if the question cannot be asked.
    """


def _common(function: F) -> F:
    for option in reversed(
        (
            click.argument("path", required=False, type=_PATH),
            click.option("--function", "--function-name", help="The function's ARN; in a folder its name will do."),
            click.option("--qualifier", help="A version or alias; each has a policy of its own."),
            click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."),
        )
    ):
        function = option(function)
    return function


@command.command("add", short_help="Add a permission, as AddPermission does.")
@_common
@click.option("--source", help="What calls: s3://BUCKET, an ARN, alexa:SKILL ...; it tells the other parameters.")
@click.option("--statement-id", help="The new statement's id; with --source there is one.")
@click.option("--action", help="The action; lambda:InvokeFunction if it is not given.")
@click.option("--principal", help="An account, the ARN of a user or role, a service, or *.")
@click.option("--source-arn", help="The resource the service must act for.")
@click.option("--source-account", help="The account that resource must be in.")
@click.option("--event-source-token", help="The id of an Alexa skill.")
@click.option("--principal-org-id", help="The organization the caller must be in.")
@click.option("--function-url-auth-type", help="With lambda:InvokeFunctionUrl: NONE or AWS_IAM.")
@click.option("--invoked-via-function-url", is_flag=True, default=None, help="Only through the function's URL.")
@click.option("--revision-id", help="The policy's revision you have seen.")
@click.option("--format", "form", type=_FORMS, default="document", show_default=True, help="What to print.")
def add(path: Path | None, function: str | None, qualifier: str | None, output: Path | None, **options: Any) -> int:  # noqa: ANN401
    """Add a permission, and print the policy as Lambda would store it.

    --format statement prints the new statement alone, --format get-policy what `aws lambda get-policy` would print.
    """

    def work() -> str:
        at = addressed(path, function, qualifier)
        policies = at.policies
        calls = _calls(options)
        for call in calls:
            policies = policies.add_permission(**call, **({"Qualifier": at.qualifier} if at.qualifier else {}))
        if options["form"] == "statement":
            texts = [policies.statement(str(call["StatementId"]), at.qualifier) or "" for call in calls]
            return "".join(f"{text}\n" for text in texts)
        return _printed(policies, at.qualifier, options["form"])

    return _done("AddPermission", work, output)


@command.command("remove", short_help="Remove a permission, as RemovePermission does.")
@_common
@click.option("--statement-id", required=True, help="The statement's id.")
@click.option("--revision-id", help="The policy's revision you have seen.")
@click.option("--format", "form", type=click.Choice(["document", "get-policy"]), default="document", show_default=True)
def remove(path: Path | None, function: str | None, qualifier: str | None, output: Path | None, **options: Any) -> int:  # noqa: ANN401
    """Remove a permission, and print what is left; nothing if that was the last one."""

    def work() -> str:
        at = addressed(path, function, qualifier)
        call: dict[str, object] = {"StatementId": options["statement_id"]}
        call |= {"RevisionId": options["revision_id"]} if options["revision_id"] else {}
        left = at.policies.remove_permission(**call, **({"Qualifier": at.qualifier} if at.qualifier else {}))
        if left.policy(at.qualifier) is None:
            click.echo("lampolicy: that was the last statement, and the policy goes with it", err=True)
            return ""
        return _printed(left, at.qualifier, options["form"])

    return _done("RemovePermission", work, output)


@command.command("show", short_help="Show a policy, its size, and a smaller one that would do.")
@_common
@click.option("--smaller", is_flag=True, help="Propose a smaller policy that decides every request alike.")
@click.option("--format", "form", type=click.Choice(["text", "document", "get-policy"]), default="text")
def show(path: Path | None, function: str | None, qualifier: str | None, output: Path | None, **options: Any) -> int:  # noqa: ANN401
    """Show a function's policy: its statements, its revision, and how much room is left of 20,480 bytes."""

    def work() -> str:
        at = addressed(path, function, qualifier)
        policies = _shrunk(at) if options["smaller"] else at.policies
        if options["form"] == "text":
            return _text(policies, at.qualifier)
        return _printed(policies, at.qualifier, options["form"])

    return _done("GetPolicy", work, output)


def _done(api: str, work: Callable[[], str], output: Path | None) -> int:
    try:
        printed = work()
    except (PolicyError, QualifierMismatch) as error:
        click.echo(_refusal(api, error), err=True)
        return FOUND
    except LampolicyError as error:
        raise click.ClickException(str(error)) from None
    put(printed, output)
    return OK


def _refusal(api: str, error: PolicyError | QualifierMismatch) -> str:
    """AWS's own words as its CLI prints them, and ours behind."""
    aws = error.aws or AwsError("InvalidParameterValueException")
    first = f"An error occurred ({aws.code}) when calling the {api} operation"
    ours = [str(error)] if isinstance(error, QualifierMismatch) else [_told(fault) for fault in error.diagnostics]
    return "\n".join([f"{first}: {aws.text}" if aws.text else first, *(f"lampolicy: {line}" for line in ours)])


def _told(fault: Diagnostic) -> str:
    return f"{fault.message} (help: {fault.help})" if fault.help else fault.message


def _calls(options: Mapping[str, Any]) -> list[dict[str, object]]:
    """The AddPermission calls the options ask for."""
    given = {_PARAMETERS[name]: options[name] for name in _PARAMETERS if options[name] is not None}
    revision = {"RevisionId": options["revision_id"]} if options["revision_id"] else {}
    if options["source"] is None:
        missing = [f"--{name}" for name in ("statement-id", "principal") if options[name.replace("-", "_")] is None]
        if missing:
            raise click.UsageError(f"a permission needs {' and '.join(missing)}; or --source, which tells everything")
        return [{"Action": "lambda:InvokeFunction", **given, **revision}]
    beside = [name for name in _PARAMETERS if options[name] is not None]
    wrong = [f"--{name.replace('_', '-')}" for name in beside if name not in {"statement_id", "source_account"}]
    if wrong:
        raise click.UsageError(f"{', '.join(wrong)} cannot stand beside --source, which tells it")
    source = source_of(options["source"], options["source_account"])
    for remark in source.remarks:
        click.echo(f"lampolicy: {remark}", err=True)
    first, *others = source.permissions(statement_id=options["statement_id"])
    return [{**first, **revision}, *others]


def _shrunk(at: Addressed) -> FunctionPolicies:
    proposal = at.policies.smaller(at.qualifier)
    if proposal is None:
        click.echo("lampolicy: no smaller policy that decides alike was found", err=True)
        return at.policies
    click.echo(f"lampolicy: {proposal}", err=True)
    return at.policies.put_policy(proposal.text, at.qualifier)


def _printed(policies: FunctionPolicies, qualifier: str, form: str) -> str:
    answer = policies.get_policy(qualifier)
    return f"{answer['Policy']}\n" if form == "document" else json.dumps(answer, indent=4, ensure_ascii=False) + "\n"


def _text(policies: FunctionPolicies, qualifier: str) -> str:
    answer = policies.get_policy(qualifier)
    stored = StoredPolicy(qualifier, answer["Policy"], answer["RevisionId"])
    head = f"{policies.arn.qualified(qualifier)}\n  revision {stored.revision}\n"
    size = f"  {stored.size} bytes, room for {policies.room_left(qualifier)} more\n"
    return head + size + "".join(_statement(s) for s in _statements(stored))


def _statements(stored: StoredPolicy) -> Sequence[Mapping[str, object]]:
    return [cast("Mapping[str, object]", statement) for statement in statements_of(stored.document)]


def _statement(statement: Mapping[str, object]) -> str:
    elements = [name for name in statement if name not in {"Sid", "Effect", "Resource", "Condition"}]
    said = " ".join(f"{name} {_plain(statement[name])}" for name in elements)
    lines = [f"\n  {statement.get('Sid', '(no id)')}: {statement.get('Effect')} {said}\n"]
    conditions = cast("Mapping[str, Mapping[str, object]]", statement.get("Condition", {}))
    for operator, keys in conditions.items():
        lines += [f"    if {operator} {key} {_plain(value)}\n" for key, value in keys.items()]
    return "".join(lines)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
