"""`lampolicy permission`: what is printed is what Lambda would store or answer (semantics L9 to L11)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_command import run, write

A, B = "111122223333", "444455556666"
F = f"arn:aws:lambda:eu-west-1:{A}:function:thumbs"
SHELL = '{"Version":"2012-10-17","Id":"default","Statement":['
S3 = (
    '{"Sid":"s3-photos","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",'
    f'"Resource":"{F}","Condition":{{"StringEquals":{{"AWS:SourceAccount":"{A}"}},'
    '"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}'
)
OTHER = (
    f'{{"Sid":"b","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{B}:root"}},'
    f'"Action":"lambda:InvokeFunction","Resource":"{F}"}}'
)
CALLING = "when calling the AddPermission operation"
TAKEN = (
    f"(ResourceConflictException) {CALLING}: The statement id (s3-photos) provided already exists. "
    "Please provide a new statement id, or remove the existing statement."
)
STALE = (
    f"(PreconditionFailedException) {CALLING}: The Revision Id provided does not match the latest Revision Id. "
    "Call the GetPolicy API to retrieve the latest Revision Id"
)
BAD_FORM = (
    f"(ValidationException) {CALLING}: 1 validation error detected: Value 'a b' at 'statementId' failed to satisfy "
    "constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"
)
NOBODY = (
    f"(InvalidParameterValueException) {CALLING}: The provided principal was invalid. "
    "Please check the principal and try again."
)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """What `aws lambda get-policy` prints."""
    return write(tmp_path / "policy.json", {"Policy": f"{SHELL}{S3}]}}", "RevisionId": "seen"})


def test_the_first_permission_needs_the_functions_arn() -> None:
    done = run("permission", "add", "--function", F, "--source", "s3://photos", "--source-account", A)
    assert (done.returncode, done.stdout) == (0, f"{SHELL}{S3}]}}\n")
    assert "Unable to validate" in done.stderr


def test_a_permission_is_added_to_what_get_policy_printed(stored: Path) -> None:
    done = run("permission", "add", stored, "--statement-id", "b", "--principal", B, "--revision-id", "seen")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{SHELL}{S3},{OTHER}]}}\n", "")


def test_the_statement_alone_is_what_add_permission_answers(stored: Path) -> None:
    done = run("permission", "add", stored, "--statement-id", "b", "--principal", B, "--format", "statement")
    assert (done.returncode, done.stdout) == (0, f"{OTHER}\n")


def test_what_is_written_may_be_read_again(stored: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    add = ("permission", "add", stored, "--statement-id", "b", "--principal", B)
    assert run(*add, "--format", "get-policy", "--output", out).returncode == 0
    assert json.loads(out.read_text("utf-8"))["RevisionId"] != "seen"
    done = run("permission", "remove", out, "--statement-id", "b")
    assert (done.returncode, done.stdout) == (0, f"{SHELL}{S3}]}}\n")


def test_a_source_may_need_two_statements(stored: Path) -> None:
    source = f"arn:aws:cloudfront::{A}:distribution/E1"
    done = run("permission", "add", stored, "--source", source, "--format", "statement")
    actions = [json.loads(line)["Action"] for line in done.stdout.splitlines()]
    assert actions == ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ("--statement-id", "s3-photos", "--principal", B),
            TAKEN,
        ),
        (
            ("--statement-id", "b", "--principal", B, "--revision-id", "old"),
            STALE,
        ),
        (
            ("--statement-id", "b", "--principal", "me"),
            NOBODY,
        ),
        (("--statement-id", "a b", "--principal", B), BAD_FORM),
    ],
)
def test_what_lambda_refuses_ends_with_its_error(stored: Path, arguments: tuple[str, ...], error: str) -> None:
    done = run("permission", "add", stored, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == f"An error occurred {error}"
    assert "lampolicy: " in done.stderr


def test_the_last_statement_takes_the_policy_with_it(stored: Path) -> None:
    done = run("permission", "remove", stored, "--statement-id", "s3-photos")
    assert (done.returncode, done.stdout) == (0, "")
    assert "the policy goes with it" in done.stderr
    done = run("permission", "remove", stored, "--statement-id", "x")
    assert done.returncode == 1
    assert "RemovePermission operation: Statement x is not found in resource policy." in done.stderr


def test_a_policy_is_shown_with_its_size(stored: Path) -> None:
    done = run("permission", "show", stored)
    size = len(f"{SHELL}{S3}]}}")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        F,
        "  revision seen",
        f"  {size} bytes, room for {20_480 - size} more",
        "",
        '  s3-photos: Allow Principal {"Service": "s3.amazonaws.com"} Action lambda:InvokeFunction',
        f"    if StringEquals AWS:SourceAccount {A}",
        "    if ArnLike AWS:SourceArn arn:aws:s3:::photos",
    ]
    assert run("permission", "show", stored, "--format", "document").stdout == f"{SHELL}{S3}]}}\n"


def test_a_smaller_policy_is_proposed(tmp_path: Path, stored: Path) -> None:
    twice = write(tmp_path / "twice.json", f"{SHELL}{S3},{S3.replace('s3-photos', 'again')}]}}")
    done = run("permission", "show", twice, "--smaller", "--format", "document")
    assert (done.returncode, done.stdout) == (0, f"{SHELL}{S3}]}}\n")
    assert "drop `again`, which `s3-photos` makes needless" in done.stderr
    done = run("permission", "show", stored, "--smaller", "--format", "document")
    assert done.stdout == f"{SHELL}{S3}]}}\n"
    assert "no smaller policy" in done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    world = tmp_path / "world"
    world.mkdir()
    write(world / "get-function-thumbs.json", {"Configuration": {"FunctionArn": F, "FunctionName": "thumbs"}})
    aliases = [{"AliasArn": f"{F}:live", "Name": "live", "FunctionVersion": "1"}]
    write(world / "list-aliases-thumbs.json", {"Aliases": aliases})
    live = S3.replace(F, f"{F}:live")
    write(world / "get-policy-thumbs-live.json", {"Policy": f"{SHELL}{live}]}}", "RevisionId": "seen"})
    return world


def test_a_folder_knows_its_functions_by_name(folder: Path) -> None:
    done = run("permission", "show", folder, "--function", "thumbs:live", "--format", "document")
    assert (done.returncode, done.stdout) == (0, f"{SHELL}{S3.replace(F, f'{F}:live')}]}}\n")
    done = run("permission", "show", folder)
    assert done.returncode == 1
    assert "GetPolicy operation: The resource you requested does not exist." in done.stderr
    done = run("permission", "add", folder, "--qualifier", "gone", "--statement-id", "b", "--principal", B)
    assert done.returncode == 1
    assert f"AddPermission operation: Cannot find alias arn: {F}:gone" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "--statement-id", "b", "--principal", B), "give --function ARN"),
        (("add", "--function", "thumbs", "--statement-id", "b", "--principal", B), "give the whole ARN"),
        (("add", "--function", F), "--statement-id and --principal"),
        (("add", "--function", F, "--source", "s3://photos"), "does not tell its account"),
        (("add", "--function", F, "--source", "s3://photos", "--principal", B), "cannot stand beside --source"),
        (("add", "--function", F, "--source", f"arn:aws:sqs:eu-west-1:{A}:q"), "Lambda polls a queue"),
        (("remove",), "--statement-id"),
        (("unheard",), "No such command"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_two(arguments: tuple[str, ...], told: str) -> None:
    done = run("permission", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_file_must_hold_the_policy_of_the_function_asked_about(tmp_path: Path, stored: Path) -> None:
    done = run("permission", "show", stored, "--function", f"{F}:live")
    assert done.returncode == 2
    assert "hangs on" in done.stderr
    assert run("permission", "show", stored, "--qualifier", "live").returncode == 2
    assert run("permission", "show", write(tmp_path / "x.json", {"a": 1})).returncode == 2
    assert run("permission", "show", write(tmp_path / "y.json", "{")).returncode == 2


def test_two_qualifiers_are_refused_as_lambda_does_l2() -> None:
    done = run(
        "permission", "add", "--function", f"{F}:live", "--qualifier", "1", "--statement-id", "b", "--principal", B
    )
    assert done.returncode == 1
    assert "The derived qualifier from the function name does not match the specified qualifier." in done.stderr
