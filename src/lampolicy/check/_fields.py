"""Fields that a check gives once or as a list, and the values of condition keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from lampolicy.check._forms import UnknownMark, Value
from lampolicy.check._refused import Faults, Refused
from lampolicy.diagnostic import Code, Pointer
from lampolicy.request import UNKNOWN, Context, ContextValue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one check.

    Attributes:
        at: Where the check stands.
        faults: Where faults are noted.
    """

    at: Pointer
    faults: Faults

    def either(self, name: str, one: T | None, several: list[T] | None) -> list[tuple[T, Pointer]]:
        """Give what stands under a field or its plural, each with its place; one of the two must be there."""
        if one is not None and several is not None:
            message = f"`{name}` and `{name}s` both stand here"
            self.refuse(f"{name}s", message, "leave one of them out")
            return []
        if one is not None:
            return [(one, (*self.at, name))]
        if several is None:
            refused = Refused(Code.BAD_QUESTION, f"this check names no `{name}`", f"add `{name}` or `{name}s`")
            self.faults.add(self.at, refused)
        return [(each, (*self.at, f"{name}s", i)) for i, each in enumerate(several or [])]

    def refuse(self, field: str, message: str, help_: str | None = None) -> None:
        """Note that what stands under a field means nothing."""
        self.faults.add((*self.at, field), Refused(Code.BAD_QUESTION, message, help_))

    def contradiction(self, field: str, message: str) -> None:
        """Note that what stands under a field contradicts the rest."""
        self.faults.add((*self.at, field), Refused(Code.CONTRADICTING_EXPECTATION, message))


def context_of(given: Mapping[str, Value]) -> Context:
    """Read condition keys; a marked value becomes `UNKNOWN`."""
    return {key: _value(value) for key, value in given.items()}


def _value(value: Value) -> ContextValue:
    return UNKNOWN if isinstance(value, UnknownMark) else value
