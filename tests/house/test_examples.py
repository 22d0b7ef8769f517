"""The pages of the examples show what the commands really print."""

from __future__ import annotations

import example_pages
import example_trail


def test_the_pages_of_the_examples_are_current() -> None:
    old = [
        str(page.relative_to(example_pages.ROOT))
        for page, text in example_pages.pages().items()
        if not page.is_file() or page.read_text("utf-8") != text
    ]

    assert old == [], "run `python tools/example_pages.py`"


def test_the_trail_of_the_examples_is_current() -> None:
    old = [path for path, text in example_trail.trails().items() if path.read_text("utf-8") != text]

    assert old == [], "run `python tools/example_trail.py`, then `python tools/example_pages.py`"
