"""Write the map of rooms into README.md, from the layers in pyproject.toml and the sign of every room.

Run `python tools/room_map.py` after a sign has changed; `--check` only says whether the map is up to date.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "lampolicy"
README: Final = ROOT / "README.md"
BEGIN: Final = "<!-- rooms: begin (written by tools/room_map.py) -->"
END: Final = "<!-- rooms: end -->"
WORDS: Final = ("Takes", "Gives", "Never")


@dataclass(frozen=True, slots=True)
class Sign:
    """What a room says about itself: a summary, then what it takes, gives and never does."""

    summary: str
    takes: str
    gives: str
    never: str


def layers() -> list[list[str]]:
    """Read the layers of the import contract, bottom first; rooms of one layer do not know each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    written = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return [[room.strip(" ()") for room in layer.split("|")] for layer in reversed(written)]


def rooms() -> list[str]:
    """List the rooms that exist, bottom first."""
    return [room for layer in layers() for room in layer if (SOURCE / room / "__init__.py").is_file()]


def sign_of(room: str) -> Sign | None:
    """Read the sign of a room; None if it has no docstring or lacks one of the three words."""
    docstring = ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text("utf-8")))
    if docstring is None:
        return None
    said = {word: _after(word, docstring) for word in WORDS}
    if not all(said.values()):
        return None
    return Sign(docstring.splitlines()[0], said["Takes"], said["Gives"], said["Never"])


def _after(word: str, docstring: str) -> str:
    others = "|".join(WORDS)
    found = re.search(rf"^{word}:\s+(.+?)(?=^(?:{others}):|^\s*$|\Z)", docstring, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def table() -> str:
    """Draw the map as a Markdown table, bottom room first."""
    rows = ["| room | takes | gives | never |", "|---|---|---|---|"]
    for room in rooms():
        sign = sign_of(room)
        if sign is not None:
            cells = (f"`{room}`", sign.takes, sign.gives, sign.never)
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def with_map(readme: str) -> str:
    """Put the map between its two markers; ValueError if README has lost them."""
    before, _, rest = readme.partition(BEGIN)
    _, marker, after = rest.partition(END)
    if not marker:
        message = f"README.md has lost the markers {BEGIN!r} and {END!r}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{table()}\n{marker}{after}"


def main() -> int:
    """Write the map, or say with `--check` whether it is up to date."""
    old = README.read_text("utf-8")
    new = with_map(old)
    if "--check" in sys.argv[1:]:
        print("up to date" if new == old else "out of date: run `python tools/room_map.py`")
        return int(new != old)
    README.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
