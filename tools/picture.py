"""Draw docs/diagnostic.svg: what `lampolicy check` really prints for a policy with two faults.

Run `python tools/picture.py` after the wording or the layout of diagnostics has changed.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "diagnostic.svg"
SUBJECT: Final = "docs/diagnostic.json"
COLUMNS: Final = 110


def report() -> str:
    """Run the command on the subject and give its coloured report."""
    program = "from lampolicy.cli import main; main()"
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program, "check", SUBJECT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip("\n") + "\n"


def picture() -> str:
    """Draw the report as SVG, without fonts from elsewhere."""
    console = Console(record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO())
    console.print(Text.from_ansi(f"\x1b[1m$ lampolicy check {SUBJECT}\x1b[0m\n\n{report()}"), end="")
    svg = console.export_svg(title="lampolicy", unique_id="diagnostic")
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "ui-monospace, Menlo, Consolas")


def words(svg: str) -> str:
    """Give what a picture says, without its layout: the letters of its text elements."""
    return "".join("".join(html.unescape(part).split()) for part in re.findall(r"<text[^>]*>(.*?)</text>", svg))


def main() -> int:
    """Draw the picture; with `--check` only say whether the one on disk says the same."""
    svg = picture()
    if "--check" in sys.argv[1:]:
        with contextlib.suppress(FileNotFoundError):
            if words(PICTURE.read_text("utf-8")) == words(svg):
                return 0
        print("out of date: run `python tools/picture.py`")
        return 1
    PICTURE.write_text(svg, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
