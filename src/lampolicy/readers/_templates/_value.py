"""What the values of a template come to: plain values, values nobody knows yet, and what is not there at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, cast

from lampolicy.diagnostic import Code, Pointer
from lampolicy.jsontext import JsonValue

MEND: Final = "mend it: CloudFormation refuses the template, too"
LONGEST_TEXT: Final = 131_072
"""Most characters a text may come to; the longest policy AWS takes has less than a quarter of it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is not known.

    Attributes:
        message: What is not known.
        help: What to give or mend.
        at: The place in the template where it is asked for.
        code: The code to report it under.
    """

    message: str
    help: str
    at: Pointer
    code: Code = Code.VALUE_NOT_TOLD


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known.

    Attributes:
        reasons: Everything that hides it.
        name: What people call it, such as a parameter's name.
    """

    reasons: tuple[Reason, ...]
    name: str = ""

    @classmethod
    def of(cls, values: Iterable[Value]) -> Unknown | None:
        """What hides a value that is made of others; `None` if all of them are known."""
        found = [unknown for value in values for unknown in unknowns_in(value)]
        if not found:
            return None
        reasons = tuple(dict.fromkeys(reason for unknown in found for reason in unknown.reasons))
        return cls(reasons, found[0].name)


class Absent(Enum):
    """`AWS::NoValue`: the property is as good as not written."""

    NO_VALUE = 0


Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | Unknown | None"
"""What a part of a template comes to."""


def unknowns_in(value: Value) -> Iterator[Unknown]:
    """Everything unknown inside of a value, in the order of the template."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from unknowns_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from unknowns_in(inner)


def plain(value: Value) -> JsonValue | Unknown:
    """The value itself if all of it is known, else what hides it."""
    return Unknown.of([value]) or cast("JsonValue", value)


def text_of(value: object) -> str | None:
    """A value as text, as CloudFormation writes it into texts; `None` for lists, objects and what is not known."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    return value if isinstance(value, str) else None


def bad(message: str, at: Pointer, help_: str = MEND) -> Unknown:
    """A value that a mistake of the template hides."""
    return Unknown((Reason(message, help_, at, Code.BAD_TEMPLATE),))


def dynamic(text: str, at: Pointer) -> Unknown:
    """A dynamic reference, whose value stands in SSM or Secrets Manager."""
    start = text.index("{{resolve:")
    shown = text[start : start + 80].partition("}}")[0]
    message = f"what `{shown}}}}}` stands for is not known"
    return Unknown((Reason(message, "write the value, or take it from a parameter", at),), shown)
