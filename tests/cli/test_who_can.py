"""`lampolicy who-can`: the list of who may invoke, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy.cli import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "photo-service"
FUNCTION = "arn:aws:lambda:eu-west-1:444455556666:function:thumbnails"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["who-can", *arguments])
    printed = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, printed.out, printed.err


def test_the_photo_service(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(EXAMPLE), "thumbnails:live")

    assert (code, err) == (0, "")
    assert out.startswith(f"Who may invoke {FUNCTION}:live\n")
    assert "  service s3.amazonaws.com\n    if AWS:SourceAccount is 111122223333\n" in out


def test_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(EXAMPLE), f"{FUNCTION}:live", "--format", "json")
    wire: dict[str, Any] = json.loads(out)

    assert code == 0
    assert wire["function"] == f"{FUNCTION}:live"
    assert [one["who"] for one in wire["outside"]] == ["s3.amazonaws.com"]


def test_a_url_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(EXAMPLE), "thumbnails", "--url")

    assert code == 0
    assert out.startswith(f"Nobody may call the URL of {FUNCTION}:\n")


def test_what_is_known_of_the_call(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "222222222222"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    file = tmp_path / "get-policy.json"
    file.write_text(json.dumps({"Policy": policy, "RevisionId": "1"}), encoding="utf-8")

    _, unknown, _ = run(capsys, str(tmp_path), "thumbnails")
    _, inside, _ = run(capsys, str(tmp_path), "thumbnails", "--context", "aws:SourceIp=203.0.113.9")
    _, elsewhere, _ = run(capsys, str(tmp_path), "thumbnails", "--context", "aws:SourceIp=192.0.2.1")

    assert "  account 222222222222\n    if aws:SourceIp is in 203.0.113.0/24\n" in unknown
    assert "  account 222222222222\n    and their own account allows it, too\n" in inside
    assert "222222222222" not in elsewhere


@pytest.mark.parametrize(
    ("function", "told"), [("nobody", "no function of the organization is `nobody`"), ("a b", "is not a function")]
)
def test_a_function_that_is_none(capsys: pytest.CaptureFixture[str], function: str, told: str) -> None:
    code, _, err = run(capsys, str(EXAMPLE), function)

    assert code == 2
    assert told in err
