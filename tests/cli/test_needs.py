"""`lampolicy needs`: what a function needs of its role, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FUNCTION = "arn:aws:lambda:eu-west-1:444455556666:function:thumbnails"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["needs", *arguments])
    printed = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, printed.out, printed.err


def test_the_photo_service(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(EXAMPLES / "photo-service"), "thumbnails")

    assert (code, err) == (0, "")
    assert out.startswith(f"{FUNCTION}\n")
    assert "+ trust: lambda.amazonaws.com may assume the role (L19)\n" in out
    assert "s3:PutObject on arn:aws:s3:::photos/thumbs/*" in out


def test_its_broken_twin(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(EXAMPLES / "photo-service-broken"), "thumbnails")

    assert code == 1
    assert "The role defined for the function cannot be assumed by Lambda." in out
    assert "fault" in err


def test_what_is_refused_comes_with_what_would_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(EXAMPLES / "photo-service-broken"), "thumbnails")
    _, written, _ = run(capsys, str(EXAMPLES / "photo-service-broken"), "thumbnails", "--format", "json")
    wire: dict[str, Any] = json.loads(written)

    assert "Fix (decided again with it: allowed):" in out
    assert "aws iam update-assume-role-policy" in out
    assert wire["fix"]["suffices"] is True


def test_nothing_to_mend_is_not_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Fix" not in run(capsys, str(EXAMPLES / "photo-service"), "thumbnails")[1]
    assert "fix" not in json.loads(run(capsys, str(EXAMPLES / "photo-service"), "thumbnails", "--format", "json")[1])


def test_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(EXAMPLES / "photo-service"), FUNCTION, "--format", "json")
    wire: dict[str, Any] = json.loads(out)

    assert code == 0
    assert (wire["function"], wire["satisfied"], wire["lacking"]) == (FUNCTION, True, [])
    assert [one["action"] for one in wire["in_excess"]] == ["s3:GetObject", "s3:PutObject"]


def test_no_such_function(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(EXAMPLES / "photo-service"), "thumbs")

    assert (code, out) == (2, "")
    assert "thumbs" in err
