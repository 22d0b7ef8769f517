"""Puts diagnostics into the order of the document."""

from __future__ import annotations

from lampolicy.diagnostic import Diagnostic, Pointer
from lampolicy.policy._shape import is_list, is_object


def in_document_order(found: tuple[Diagnostic, ...], document: object, base: Pointer) -> tuple[Diagnostic, ...]:
    """Sort by place; a fault of an element comes before the faults inside it."""
    if len(found) < 2:
        return found
    return tuple(sorted(found, key=lambda d: _path(document, d.at[len(base) :])))


def _path(document: object, pointer: Pointer) -> tuple[int, ...]:
    steps: list[int] = []
    value = document
    for step in pointer:
        if is_object(value) and isinstance(step, str) and step in value:
            steps.append(list(value).index(step))
            value = value[step]
        elif is_list(value) and isinstance(step, int) and step < len(value):
            steps.append(step)
            value = value[step]
    return tuple(steps)
