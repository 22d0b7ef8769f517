"""The documentation runs: every Python block is executed, and the text block behind it is what it prints."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import generated_pages
import picture
import room_map

PAGES = [room_map.README, *sorted((room_map.ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def _page(path: Path) -> str:
    return str(path.relative_to(room_map.ROOT))


def _examples(page: Path) -> Iterator[tuple[int, str, str | None]]:
    """Yield line, code and expected output (None if the page shows none) of every Python block of a page."""
    text = page.read_text("utf-8")
    blocks = list(FENCE.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block[1] != "python":
            continue
        shown = following is not None and following[1] == "text" and not text[block.end() : following.start()].strip()
        yield text.count("\n", 0, block.start(2)), block[2], following[2] if following is not None and shown else None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in page.read_text("utf-8")], ids=_page)
def test_the_examples_of_a_page_run_one_after_the_other(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(room_map.ROOT)
    names: dict[str, object] = {"__name__": "example"}
    for line, code, expected in _examples(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * line + code, str(page), "exec"), names)  # noqa: S102 - our own pages
        if expected is not None:
            assert _trimmed(printed.getvalue()) == _trimmed(expected), f"{_page(page)}:{line}"


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    targets = (page.parent / link[1] for link in LINK.finditer(FENCE.sub("", page.read_text("utf-8"))))

    assert [str(target) for target in targets if not target.exists()] == []


def test_the_decisions_are_all_listed() -> None:
    decisions = room_map.ROOT / "docs" / "decisions"
    listed = set(LINK.findall((decisions / "README.md").read_text("utf-8")))

    assert listed == {path.name for path in decisions.glob("0*.md")}


@pytest.mark.parametrize("page", generated_pages.pages(), ids=_page)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    assert page.read_text("utf-8") == generated_pages.pages()[page], "run `python tools/generated_pages.py`"


def test_the_picture_shows_what_the_command_prints() -> None:
    drawn = picture.words(picture.PICTURE.read_text("utf-8"))

    assert drawn == picture.words(picture.picture()), "run `python tools/picture.py`"
