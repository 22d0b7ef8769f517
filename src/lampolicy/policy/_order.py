"""Puts diagnostics into the order of the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lampolicy.diagnostic import Diagnostic, Pointer
from lampolicy.policy._shape import is_list, is_object


def in_document_order(found: tuple[Diagnostic, ...], document: object, base: Pointer) -> tuple[Diagnostic, ...]:
    """Sort by place; a fault of an element comes before the faults inside it."""
    if len(found) < 2:
        return found
    order = _Order(document)
    return tuple(sorted(found, key=lambda d: order.path(d.at[len(base) :])))


class _Order:
    """Knows where every key stands in its object; counted once for each object, so that long documents cost no more."""

    def __init__(self, document: object) -> None:
        self._document = document
        self._positions: dict[int, dict[str, int]] = {}

    def path(self, pointer: Pointer) -> tuple[int, ...]:
        """Turn a pointer into the positions it passes."""
        steps: list[int] = []
        value = self._document
        for step in pointer:
            if isinstance(step, int) and is_list(value) and step < len(value):
                steps.append(step)
                value = value[step]
                continue
            positions = self._of(value)
            if not isinstance(step, str) or step not in positions:
                break
            steps.append(positions[step])
            value = cast("Mapping[str, object]", value)[step]
        return tuple(steps)

    def _of(self, value: object) -> dict[str, int]:
        known = self._positions.get(id(value))
        if known is None:
            known = {key: index for index, key in enumerate(value)} if is_object(value) else {}
            self._positions[id(value)] = known
        return known
