"""What every command says of a world that is not what it should be, and of functions that are not there."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from lampolicy.cli import main

WORLD = str(Path(__file__).parents[2] / "examples" / "photo-service")
START = "bucket photos in 111122223333"
QUESTION = ("--principal", "arn:aws:iam::111122223333:user/ana", "--action", "s3:GetObject", "--resource", "*")


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as raised:
        main(arguments)
    code = raised.value.code
    assert isinstance(code, int)
    return code, out.getvalue(), err.getvalue()


def asking(world: str) -> list[tuple[str, ...]]:
    return [
        ("who-can", world, "f"),
        ("needs", world, "f"),
        ("trace", world, f"{START} -> f"),
        ("explain", "--world", world, *QUESTION),
    ]


@pytest.mark.parametrize("number", range(4))
def test_broken_json_is_told_with_its_place(tmp_path: Path, number: int) -> None:
    (tmp_path / "policy.json").write_text('{"Version": "2012-10-17",\n "Statement": [}\n', encoding="utf-8")
    code, out, err = run(*asking(str(tmp_path))[number])

    assert (code, out) == (2, "")
    assert "policy.json:2:16" in err
    assert "LP101" in err
    assert "no policies" not in err


def test_every_broken_file_is_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text("{", encoding="utf-8")
    _, _, err = run("who-can", str(tmp_path), "f")

    assert "a.json:1" in err
    assert "b.json:1" in err


@pytest.mark.parametrize("number", range(4))
def test_where_nothing_is_recognised_the_check_tells_more(tmp_path: Path, number: int) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {}", encoding="utf-8")
    code, _, err = run(*asking(str(tmp_path))[number])

    assert code == 2
    assert "holds no policies; `lampolicy check" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("who-can", WORLD, "thumbnails:nope"),
        ("needs", WORLD, "thumbnails:nope"),
        ("trace", WORLD, f"{START} -> thumbnails:nope"),
        ("trace", WORLD, "queue arn:aws:sqs:eu-west-1:444455556666:jobs -> thumbnails:nope"),
        ("trace", WORLD, f"{START} -> thumbnails:live -> thumbnails:nope"),
    ],
)
def test_an_alias_that_is_not_there_is_told(arguments: tuple[str, ...]) -> None:
    _, out, _ = run(*arguments)

    assert "no version or alias `nope` of the function is known here: there are `1`, `2`, `live`" in out


def test_one_that_is_there_is_not_remarked_upon() -> None:
    assert "no version or alias" not in run("who-can", WORLD, "thumbnails:live")[1]


@pytest.mark.parametrize(
    ("name", "told"), [("thumbnail", "did you mean `thumbnails`?"), ("mailer", "it knows `thumbnails`")]
)
def test_a_function_that_is_not_there(name: str, told: str) -> None:
    code, _, err = run("needs", WORLD, name)

    assert code == 2
    assert told in err


def test_selecting_nothing_is_a_mistake() -> None:
    code, out, err = run("check", "--select", "", WORLD)

    assert (code, out) == (2, "")
    assert "--select" in err


def test_ignoring_nothing_is_none() -> None:
    assert run("check", "--ignore", "", WORLD)[0] == 0


def test_a_broken_policy_given_to_permission_is_told_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{", encoding="utf-8")
    code, _, err = run("permission", "show", str(tmp_path / "policy.json"))

    assert code == 2
    assert err.startswith("error[LP101]")
