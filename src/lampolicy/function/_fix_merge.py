"""Statements for one place written as few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from lampolicy.decision import Side
from lampolicy.explain import Addition
from lampolicy.function._json_values import listed
from lampolicy.function._place import Place
from lampolicy.policy import PolicyKind


class Wanted(NamedTuple):
    """A statement and where it belongs."""

    place: Place
    addition: Addition


def merged(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Join statements that differ in the action, or in the resource, alone; what they grant together stays the same.

    AddPermission and AddLayerVersionPermission write one action a statement, so those stay apart.
    """
    found: list[Wanted] = []
    for one in wanted:
        if one not in found:
            found.append(one)
    return _joined(_joined(found, "Action"), "Resource")


def _joined(wanted: list[Wanted], element: str) -> list[Wanted]:
    found: list[Wanted] = []
    for one in wanted:
        for index, other in enumerate(found):
            if one.place == other.place and _joinable(one) and _others(one, element) == _others(other, element):
                found[index] = _with(other, element, _values(other, element) + _values(one, element))
                break
        else:
            found.append(one)
    return found


def _joinable(one: Wanted) -> bool:
    return not (one.place.side is Side.RESOURCE and one.place.kind in {PolicyKind.FUNCTION, PolicyKind.LAYER})


def _others(one: Wanted, element: str) -> dict[str, object]:
    return {key: value for key, value in one.addition.statement.items() if key != element}


def _values(one: Wanted, element: str) -> list[object]:
    return listed(one.addition.statement.get(element))


def _with(one: Wanted, element: str, values: list[object]) -> Wanted:
    distinct = list(dict.fromkeys(values))
    value = distinct[0] if len(distinct) == 1 else distinct
    return Wanted(one.place, replace(one.addition, statement={**one.addition.statement, element: value}))
