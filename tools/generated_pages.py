"""Write the pages that the code itself holds: codes, rules, and the rules AWS leaves uncertain.

Run `python tools/generated_pages.py` after one of them has changed; `--check` only says whether they are up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from lampolicy.check import RULES, code_pages
from lampolicy.diagnostic import Code
from lampolicy.reference import UNCERTAIN_RULES

REFERENCE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE: Final = "<!-- written by tools/generated_pages.py -->"


def codes() -> str:
    """List every code; each leads to its page."""
    names = {page.code: ("faults.md", page.title) for page in code_pages().values()}
    names |= {rule.code: ("rules.md", rule.name) for rule in RULES}
    rows = ["| code | |", "|---|---|"]
    for code in sorted(Code):
        page, name = names[code]
        rows.append(f"| `{code}` | [{name}]({page}#{_anchor(code, name)}) |")
    about = re.sub(r"\s+", " ", (Code.__doc__ or "").partition("\n\n")[2]).strip()
    return "\n".join(["# Codes", "", NOTE, "", about, "", *rows, ""])


def rules() -> str:
    """Give every rule of `lampolicy check` its page, one behind the other."""
    head = (
        "Traps that policies fall into. `lampolicy rules` lists them, `lampolicy explain CODE` prints the page of one."
    )
    parts = ["# Rules", "", NOTE, "", head, ""]
    for rule in RULES:
        page = re.sub(r"^#", "##", rule.page, flags=re.MULTILINE)
        parts += [f"## {rule.code} {rule.name}", "", f"*{rule.severity}* · {page}", ""]
    return "\n".join(parts)


def faults() -> str:
    """Give every code that no rule has its page, one behind the other."""
    head = (
        "What AWS refuses, or stores though it does not do what it seems to, and what is wrong with other files. "
        "`lampolicy explain CODE` prints the page of one. An example is a statement where no document is shown."
    )
    parts = ["# Faults", "", NOTE, "", head, ""]
    for page in code_pages().values():
        parts += [f"## {page.code} {page.title}", "", page.text, ""]
    return "\n".join(parts)


def uncertain() -> str:
    """List the rules that AWS is not certain about, and how they are read here."""
    head = (
        "What AWS documents thinly, in two ways, or not at all. Each is one named function, its tests carry the marker "
        "`inferred`, and `explain` says so when a decision would be another if the rule were read the other way."
    )
    rows = [f"| {rule.rule} | {rule.text} |" for rule in UNCERTAIN_RULES]
    return "\n".join(
        ["# Rules AWS is not certain about", "", NOTE, "", head, "", "| rule | read here as |", "|---|---|", *rows, ""]
    )


def _anchor(code: Code, name: str) -> str:
    return f"{code} {name}".lower().replace(" ", "-")


def pages() -> dict[Path, str]:
    """Give every page with the text it should have."""
    return {
        REFERENCE / "codes.md": codes(),
        REFERENCE / "faults.md": faults(),
        REFERENCE / "rules.md": rules(),
        REFERENCE / "uncertain-rules.md": uncertain(),
    }


def main() -> int:
    """Write the pages, or say with `--check` which are out of date."""
    old = {page: text for page, text in pages().items() if not page.is_file() or page.read_text("utf-8") != text}
    if "--check" in sys.argv[1:]:
        print("\n".join(f"out of date: {page.name}" for page in old) or "up to date")
        return int(bool(old))
    for page, text in old.items():
        page.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
