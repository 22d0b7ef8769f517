"""Every room carries its sign, keeps to its door, and stays small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import room_map

MODULES = sorted(room_map.SOURCE.rglob("*.py"))
MOST_LINES_IN_A_MODULE = 400
MOST_LINES_IN_A_FUNCTION = 60


def _name(module: Path) -> str:
    return str(module.relative_to(room_map.SOURCE))


@pytest.mark.parametrize("room", room_map.rooms())
def test_a_room_says_what_it_takes_gives_and_never_does(room: str) -> None:
    assert room_map.sign_of(room) is not None, f"the docstring of {room}/__init__.py lacks Takes:, Gives: or Never:"


def test_every_folder_is_a_room_of_the_contract() -> None:
    folders = {path.name for path in room_map.SOURCE.iterdir() if any(path.glob("*.py"))}

    assert folders <= {room for layer in room_map.layers() for room in layer}


def test_the_map_in_the_readme_is_up_to_date() -> None:
    readme = room_map.README.read_text("utf-8")

    assert room_map.with_map(readme) == readme, "run `python tools/room_map.py`"


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _enters_by_the_window(module: Path) -> Iterator[str]:
    home = module.relative_to(room_map.SOURCE).parts[0]
    for line, name in _imports(ast.parse(module.read_text("utf-8"))):
        match name.split("."):
            case ["lampolicy", room, inner, *_] if room != home and inner.startswith("_") and inner != "__init__":
                yield f"{_name(module)}:{line} imports {name}"
            case _:
                pass


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_other_rooms_are_entered_by_the_door(module: Path) -> None:
    assert sorted(set(_enters_by_the_window(module))) == []


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_fits_in_a_head(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= MOST_LINES_IN_A_MODULE


def _lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    match function.body[0]:
        case ast.Expr(value=ast.Constant(value=str())) as docstring:
            return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)
        case _:
            return lines


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    """A docstring may be as long as it has to be; it does not count."""
    functions = (
        node
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

    assert [f.name for f in functions if _lines_without_docstring(f) > MOST_LINES_IN_A_FUNCTION] == []
