"""`lampolicy replay --template`: what it takes, says and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lampolicy.cli import main

ROOT = Path(__file__).resolve().parents[2]
TRAIL = str(ROOT / "examples" / "photo-trail")
EXPORTED = str(ROOT / "examples" / "photo-service")
TEMPLATE = str(ROOT / "examples" / "photo-template" / "template.yaml")
PLACE = ("--account", "444455556666", "--region", "eu-west-1")
TOLD = (*PLACE, "--parameter", "PhotosAccount=111122223333")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["replay", TRAIL, *arguments])
    return int(ended.value.code or 0)


def test_a_template_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--template", TEMPLATE, *TOLD, "--format", "json") == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["counts"]["different"] == 0
    assert "LP873 note one name is made up" in err
    assert "describe-stack-resources" in err


def test_a_template_beside_what_was_exported(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--against", EXPORTED, "--template", TEMPLATE, *TOLD, "--format", "json") == 1

    assert json.loads(capsys.readouterr().out)["counts"]["different"] == 3


def test_everything_that_lacks_is_said_and_nothing_decided(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--template", TEMPLATE, *PLACE) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert "error[LP871]: the parameter `PhotosAccount` has no value" in err
    assert "SourceAccount: !Ref PhotosAccount" in err
    assert "--parameter PhotosAccount=VALUE" in err


def test_the_stack_tells_names_parameters_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id_ = "arn:aws:cloudformation:eu-west-1:444455556666:stack/thumbnails/0123"
    version = {
        "StackId": id_,
        "LogicalResourceId": "Two",
        "PhysicalResourceId": "arn:aws:lambda:eu-west-1:444455556666:function:thumbnails:2",
    }
    stack = {
        "StackName": "thumbnails",
        "StackId": id_,
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": "PhotosAccount", "ParameterValue": "111122223333"}],
    }
    files = []
    for name, value in (("resources.json", {"StackResources": [version]}), ("stacks.json", {"Stacks": [stack]})):
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
        files += ["--stack-resources", str(tmp_path / name)]

    assert run("--template", TEMPLATE, *files) == 0
    assert "made up" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give what to decide with"),
        (("--against", EXPORTED, "--region", "eu-west-1"), "`--region` tells of a template"),
        (("--against", EXPORTED, "--import", "a=b"), "`--import` tells of a template"),
        (("--template", TEMPLATE, "--parameter", "Folder"), "`Folder` is no NAME=VALUE"),
        (("--template", TEMPLATE), "nothing tells the account and region"),
        (("--template", TEMPLATE, "--account", "1", "--region", "eu-west-1"), "`1` is not an account id"),
        (("--template", TEMPLATE, *TOLD, "--parameter", "Foldr=x"), "did you mean `Folder`?"),
    ],
)
def test_what_it_refuses(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err


def test_other_commands_say_where_a_template_is_told_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["who-can", TEMPLATE, "thumbnails"])

    assert ended.value.code == 2
    assert "organization.toml" in capsys.readouterr().err


def test_other_commands_take_a_folder_with_a_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "template.yaml").write_text(Path(TEMPLATE).read_text("utf-8"), encoding="utf-8")
    manifest = """
[templates."template.yaml"]
account = "444455556666"
region = "eu-west-1"
parameters = {PhotosAccount = "111122223333"}
"""
    (tmp_path / "organization.toml").write_text(manifest, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["who-can", str(tmp_path), "thumbnails:live"])

    assert ended.value.code == 0
    assert "service s3.amazonaws.com" in capsys.readouterr().out
