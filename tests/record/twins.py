"""The same classes twice: as records and as dataclasses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from lampolicy.record import field, record


@record
class Place:
    """A record with defaults of every kind."""

    name: str
    column: int = 3
    notes: list[str] = field(default_factory=list[str])
    origin: str = field(default="", compare=False)
    secret: tuple[str, ...] = field(default=(), repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceTwin:
    """A record with defaults of every kind."""

    name: str
    column: int = 3
    notes: list[str] = dataclasses.field(default_factory=list[str])
    origin: str = dataclasses.field(default="", compare=False)
    secret: tuple[str, ...] = dataclasses.field(default=(), repr=False)


@record
class Base:
    """A record others inherit from."""

    first: int
    second: int = 2


@record(kw_only=True)
class Derived(Base):
    """A record with fields by name."""

    third: int
    second: int = 5


class Named(Derived):
    """No record itself."""

    __slots__ = ()


@dataclasses.dataclass(frozen=True, slots=True)
class BaseTwin:
    """A record others inherit from."""

    first: int
    second: int = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DerivedTwin(BaseTwin):
    """A record with fields by name."""

    third: int
    second: int = 5


class NamedTwin(DerivedTwin):
    """No record itself."""

    __slots__ = ()


@record(frozen=False)
class Open:
    """A record that changes."""

    value: int
    doubled: int = field(init=False)

    def __post_init__(self) -> None:
        self.doubled = 2 * self.value


@dataclasses.dataclass(slots=True)
class OpenTwin:
    """A record that changes."""

    value: int
    doubled: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.doubled = 2 * self.value


@record(order=True)
class Rank:
    """A record that is ordered."""

    number: int
    letter: str = "a"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class RankTwin:
    """A record that is ordered."""

    number: int
    letter: str = "a"


@record(eq=False)
class Itself:
    """A record that equals itself only."""

    number: int = 1


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ItselfTwin:
    """A record that equals itself only."""

    number: int = 1


@record
class Empty:
    """A record without fields."""


@dataclasses.dataclass(frozen=True, slots=True)
class EmptyTwin:
    """A record without fields."""


@record
class Written:
    """A record that writes some of its own methods."""

    number: int

    def __repr__(self) -> str:
        return f"<{self.number}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written | WrittenTwin) and abs(other.number) == abs(self.number)

    def __hash__(self) -> int:
        return abs(self.number)


@dataclasses.dataclass(frozen=True, slots=True)
class WrittenTwin:
    """A record that writes some of its own methods."""

    number: int

    def __repr__(self) -> str:
        return f"<{self.number}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written | WrittenTwin) and abs(other.number) == abs(self.number)

    def __hash__(self) -> int:
        return abs(self.number)


TWINS: list[tuple[Callable[..., Any], Callable[..., Any], list[tuple[tuple[Any, ...], dict[str, Any]]]]] = [
    (
        Place,
        PlaceTwin,
        [
            (("a",), {}),
            (("a", 3), {}),
            (("a", 4, ["x"]), {"origin": "elsewhere"}),
            (("a",), {"origin": "elsewhere"}),
            (("a",), {"secret": ("s",)}),
            ((), {}),
            (("a",), {"name": "b"}),
            (("a",), {"unknown": 1}),
            ((1, 2, [], "", (), 6), {}),
        ],
    ),
    (Base, BaseTwin, [((1,), {}), ((1, 2), {}), ((1, 3), {}), ((), {"second": 1})]),
    (
        Derived,
        DerivedTwin,
        [((1,), {"third": 3}), ((1,), {"third": 3, "second": 2}), ((1, 2), {"third": 3}), ((1,), {})],
    ),
    (Named, NamedTwin, [((1,), {"third": 3}), ((1,), {"third": 4, "second": 2}), ((1, 2, 3), {})]),
    (Open, OpenTwin, [((1,), {}), ((2,), {}), ((1,), {"doubled": 3})]),
    (Rank, RankTwin, [((1,), {}), ((1, "b"), {}), ((0, "z"), {}), ((1, "a"), {})]),
    (Itself, ItselfTwin, [((), {}), ((2,), {})]),
    (Empty, EmptyTwin, [((), {}), ((1,), {})]),
    (Written, WrittenTwin, [((1,), {}), ((-1,), {}), ((2,), {})]),
]
"""Record, dataclass, and arguments for both: some make equal values, some make none."""
