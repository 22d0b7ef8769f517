"""What `import lampolicy` shows and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys

import lampolicy
import room_map

HEAVY = {"click", "hypothesis", "lark", "pydantic", "rich", "yaml"}
PUBLIC: set[str] = set()


def test_the_public_names_are_exactly_these() -> None:
    assert set(lampolicy.__all__) == PUBLIC


def test_every_public_name_is_there() -> None:
    assert [name for name in lampolicy.__all__ if not hasattr(lampolicy, name)] == []


def test_public_names_are_listed_once_and_in_order() -> None:
    assert len(lampolicy.__all__) == len(set(lampolicy.__all__))


def test_importing_lampolicy_loads_nothing_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import lampolicy, sys; print(*sorted({m.partition('.')[0] for m in sys.modules}))"],
        env={**os.environ, "PYTHONPATH": str(room_map.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert HEAVY & set(run.stdout.split()) == set()
