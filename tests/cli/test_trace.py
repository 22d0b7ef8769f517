"""`lampolicy trace`: forms, exit codes and faults."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lampolicy.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
WORLD = str(EXAMPLES / "photo-service")
START = "bucket photos in 111122223333 -> thumbnails:live"
PUT = f"{START} -> s3:PutObject arn:aws:s3:::photos/thumbs/x.png"
DELETE = f"{START} -> s3:DeleteObject arn:aws:s3:::photos/thumbs/x.png"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as raised:
        main(["trace", *arguments])
    code = raised.value.code
    assert isinstance(code, int)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("path", "code"), [(PUT, 0), (DELETE, 1), ("nonsense", 2), (f"{START} -> no-such-function", 2)]
)
def test_exit_codes(path: str, code: int) -> None:
    assert run(WORLD, path)[0] == code


def test_text_is_the_default() -> None:
    assert run(WORLD, PUT)[1].splitlines()[2] == "Allowed from end to end, 3 hops."


def test_json() -> None:
    assert json.loads(run(WORLD, DELETE, "--format", "json")[1])["result"] == "refused"


def test_mermaid() -> None:
    assert run(WORLD, PUT, "--format", "mermaid")[1].startswith("flowchart TD\n")


def test_svg_to_a_file(tmp_path: Path) -> None:
    picture = tmp_path / "trace.svg"
    code, out, _ = run(WORLD, PUT, "--format", "svg", "--output", str(picture))

    assert (code, out) == (0, "")
    assert ET.parse(picture).getroot().tag.endswith("svg")  # noqa: S314 - our own text


def test_context_of_every_call() -> None:
    """The bucket refuses transport without TLS."""
    code, out, _ = run(WORLD, PUT, "--context", "aws:SecureTransport=false")

    assert code == 1
    assert "OnlyEncryptedTransport" in out


def test_a_fault_of_the_path_is_told_without_a_traceback() -> None:
    code, out, err = run(WORLD, "photos->thumbnails")

    assert (code, out) == (2, "")
    assert "put blanks around `->`" in err


def test_context_needs_a_value() -> None:
    assert "--context aws:SourceIp=" in run(WORLD, PUT, "--context", "x")[2]


def test_a_place_without_policies(tmp_path: Path) -> None:
    code, _, err = run(str(tmp_path), PUT)

    assert code == 2
    assert "no policies" in err


def test_faults_of_policies_are_mentioned() -> None:
    code, _, err = run(str(EXAMPLES / "photo-service-broken"), PUT)

    assert code == 1
    assert "there is a fault in these policies" in err
