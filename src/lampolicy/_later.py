"""Names that load on first use: what a decision does not need costs nothing until somebody asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping


def later(room: str, names: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """Make the `__getattr__` of a module (PEP 562) that loads names on first use and keeps them.

    Args:
        room: The module's own name.
        names: For each module that is loaded later, the names it gives; a module inside of `room` begins with a dot.
    """
    homes = {name: module for module, given in names.items() for name in given}

    def __getattr__(name: str) -> object:  # noqa: N807 - what it becomes
        if name not in homes:
            raise AttributeError(f"module `{room}` has no attribute `{name}`")
        module = room + homes[name] if homes[name].startswith(".") else homes[name]
        __import__(module)
        value: object = getattr(sys.modules[module], name)
        setattr(sys.modules[room], name, value)
        return value

    return __getattr__
