"""A statement while it is read: what could be understood of it, each value with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeAlias, TypeVar

from lampolicy.diagnostic import Code, Pointer
from lampolicy.policy._faults import Faults
from lampolicy.policy._shape import described, is_list
from lampolicy.policy._types import AllExcept, Condition, Effect, Only, PrincipalPattern, Selection, Version
from lampolicy.record import field, record

T = TypeVar("T")


@record
class Placed(Generic[T]):
    """A value and the place it was written at."""

    value: T
    at: Pointer


Places: TypeAlias = tuple[Placed[T], ...]


@record
class Chosen(Generic[T]):
    """An element or its `Not` twin: the values, and which of the two it was."""

    element: str
    places: Places[T]
    negated: bool

    @property
    def selection(self) -> Selection[T]:
        """The values as a statement holds them."""
        values = tuple(place.value for place in self.places)
        return AllExcept(values) if self.negated else Only(values)


@record(frozen=False)
class Draft:
    """One statement being read.

    Attributes:
        raw: The statement as written.
        at: Its place.
        version: The document's version, which decides whether variables are read.
        effect: `Effect`; `None` where it is missing or wrong, as for the elements below.
        sid: `Sid`.
        actions: `Action` or `NotAction`.
        resources: `Resource` or `NotResource`.
        principals: `Principal` or `NotPrincipal`.
        conditions: The conditions with their places.
    """

    raw: Mapping[str, object]
    at: Pointer
    version: Version
    effect: Effect | None = None
    sid: str | None = None
    actions: Chosen[str] | None = None
    resources: Chosen[str] | None = None
    principals: Chosen[PrincipalPattern] | None = None
    conditions: Places[Condition] = field(default=())


def choose(draft: Draft, element: str) -> str | None:
    """Give the one of `element` and its `Not` twin that is written; `None` if neither is."""
    for name in (element, f"Not{element}"):
        if name in draft.raw:
            return name
    return None


def texts(
    value: object, at: Pointer, element: str, faults: Faults, *, nulls: bool = False, aws: str | None = None
) -> Places[str]:
    """Read a text or a list of texts; note anything else as a fault, with AWS's own message `aws` if it has one."""
    if isinstance(value, str):
        return (Placed(value, at),)
    if not is_list(value):
        message = f"`{element}` is {described(value)}, not a text or a list of texts"
        faults.syntax(Code.WRONG_TYPE, message, at, help="write a text, or a list of texts", aws=aws)
        return ()
    found: list[Placed[str]] = []
    for index, item in enumerate(value):
        place = (*at, index)
        if isinstance(item, str):
            found.append(Placed(item, place))
        elif item is None and nulls:
            faults.warn(Code.NULL_ITEM, f"`null` in `{element}` matches nothing", place, help="remove it")
        else:
            message = f"an item of `{element}` is {described(item)}, not a text"
            faults.syntax(Code.WRONG_TYPE, message, place, help="write a text", aws=aws)
    return tuple(found)
