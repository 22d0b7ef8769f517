"""A folder of exported files, written and loaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lampolicy.readers import Loaded, load, load_template
from tests.readers.templates import ACCOUNT, REGION, Deploy, write

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write files, values as JSON and texts as they are, and load their folder."""

    def write_and_load(files: Mapping[str, object]) -> Loaded:
        folder = tmp_path / "aws"
        for name, value in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(value if isinstance(value, str) else json.dumps(value, indent=4))
        return load(folder)

    return write_and_load


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """Write a template, a value as JSON and a text as it is, and read it as deployed."""

    def write_and_deploy(template: str | Mapping[str, object], name: str = "orders.yaml", **told: Any) -> Loaded:
        text = template if isinstance(template, str) else json.dumps(template, indent=2)
        return load_template(write(tmp_path, name, text), **{"account": ACCOUNT, "region": REGION, **told})

    return write_and_deploy
