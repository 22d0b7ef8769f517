"""What is said of one field beyond its type."""

from __future__ import annotations

from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing import Final

T = TypeVar("T")

MISSING: Final = object()
"""Stands for a default that is not given."""


class Field:
    """One field of a record.

    Attributes:
        name: Its name.
        type: Its annotation, as written.
        default: Its default; `MISSING` where it has none.
        factory: What makes its default anew for every record; `None` where nothing does.
        init: Whether it is an argument.
        compare: Whether it counts when records are compared and hashed.
        repr: Whether it is shown.
        kw_only: Whether it is given by name only.
    """

    __slots__ = ("compare", "default", "factory", "init", "kw_only", "name", "repr", "type")

    def __init__(
        self,
        default: object = MISSING,
        factory: Callable[[], object] | None = None,
        *,
        init: bool = True,
        compare: bool = True,
        repr: bool = True,  # noqa: A002 - as in `dataclasses.field`
    ) -> None:
        """Describe a field that has no name yet."""
        self.name = ""
        self.type: object = None
        self.default = default
        self.factory = factory
        self.init = init
        self.compare = compare
        self.repr = repr
        self.kw_only = False


@overload
def field(*, default: T, init: bool = True, compare: bool = True, repr: bool = True) -> T: ...


@overload
def field(*, default_factory: Callable[[], T], init: bool = True, compare: bool = True, repr: bool = True) -> T: ...


@overload
def field(*, init: bool = True, compare: bool = True, repr: bool = True) -> Any: ...  # noqa: ANN401 - any field's type


def field(
    *,
    default: object = MISSING,
    default_factory: Callable[[], object] | None = None,
    init: bool = True,
    compare: bool = True,
    repr: bool = True,  # noqa: A002 - as in `dataclasses.field`
) -> object:
    """Say more of a field of a record, as `dataclasses.field` does.

    Args:
        default: The value where none is given.
        default_factory: Makes that value anew for every record.
        init: Whether the field is an argument.
        compare: Whether it counts when records are compared and hashed.
        repr: Whether it is shown.
    """
    return Field(default, default_factory, init=init, compare=compare, repr=repr)
