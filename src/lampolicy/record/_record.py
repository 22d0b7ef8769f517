"""The decorator: methods that work for every record are shared, those that must be fast are compiled on first use.

A program that makes one decision builds records of a fourth of the classes and compares few of them, and never asks for
the description that `dataclasses` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lampolicy._typing import TYPE_CHECKING, NoReturn, TypeVar, cast, dataclass_transform, overload
from lampolicy.record._field import MISSING, Field, field
from lampolicy.record._lazy import Compiled, Constructor, Described, Parameters, comparison, hasher

if TYPE_CHECKING:
    from typing import Final

T = TypeVar("T")
_Fields = dict[str, Field]
_FIELDS: Final = "__record_fields__"


@overload
def record(cls: type[T], /) -> type[T]: ...


@overload
def record(
    *, frozen: bool = True, kw_only: bool = False, eq: bool = True, order: bool = False
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[T] | None = None,
    /,
    *,
    frozen: bool = True,
    kw_only: bool = False,
    eq: bool = True,
    order: bool = False,
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class with annotated fields a record: what `@dataclass(frozen=True, slots=True)` makes of it.

    Records are told by fields that count (`field(compare=False)` leaves one out), cannot be changed, are pickled and
    copied, and work with `dataclasses.fields`, `replace`, `asdict` and everything else that takes dataclasses.

    Args:
        cls: The class.
        frozen: Whether fields can be set only once.
        kw_only: Whether the class's own fields are given by name only.
        eq: Whether records are compared by their fields; else each is itself only.
        order: Whether records are ordered by their fields, too.
    """

    def decorate(cls: type[T]) -> type[T]:
        return _made(cls, frozen=frozen, kw_only=kw_only, eq=eq, order=order)

    return decorate if cls is None else decorate(cls)


def _made(cls: type[T], *, frozen: bool, kw_only: bool, eq: bool, order: bool) -> type[T]:
    inherited = _inherited(cls)
    own = {name: _field(cls, name, type_, kw_only=kw_only) for name, type_ in cls.__annotations__.items()}
    fields = inherited | own
    made = _slotted(cls, own, tuple(name for name in own if name not in inherited))
    members: dict[str, object] = {
        _FIELDS: fields,
        "__dataclass_fields__": Described(),
        "__dataclass_params__": Parameters(frozen=frozen, eq=eq, order=order),
        "__match_args__": tuple(f.name for f in fields.values() if f.init and not f.kw_only),
        "__init__": Constructor(made, fields),
        "__repr__": _shown,
        "__replace__": replace,
    }
    if eq:
        members |= _compared(made, fields, frozen=frozen)
    if order:
        members |= _ordered(made, fields)
    if frozen:
        members |= _frozen(made, fields)
    written = cls.__dict__
    for name, member in members.items():
        if name not in written or (name == "__hash__" and written[name] is None):
            setattr(made, name, member)
    return made


def _inherited(cls: type) -> _Fields:
    """Give the fields of the bases, those of the nearest last, so that it wins."""
    found: _Fields = {}
    for base in reversed(cls.__mro__[1:]):
        found |= base.__dict__.get(_FIELDS, {})
    return found


def _field(cls: type, name: str, type_: object, *, kw_only: bool) -> Field:
    written = cls.__dict__.get(name, MISSING)
    found = written if isinstance(written, Field) else Field(written)
    found.name, found.type, found.kw_only = name, type_, kw_only
    return found


def _slotted(cls: type[T], own: _Fields, slots: tuple[str, ...]) -> type[T]:
    """Make the class again: slots cannot be added to one that exists."""
    members = {name: member for name, member in cls.__dict__.items() if name not in own}
    members.pop("__dict__", None)
    members.pop("__weakref__", None)
    members["__slots__"] = slots
    members["__qualname__"] = cls.__qualname__
    make = cast("Callable[[str, tuple[type, ...], dict[str, object]], type[T]]", type(cls))
    return make(cls.__name__, cls.__bases__, members)


def _compared(cls: type, fields: _Fields, *, frozen: bool) -> dict[str, object]:
    hashed = Compiled(cls, "__hash__", lambda: hasher(cls, fields)) if frozen else None
    return {"__eq__": _comparison(cls, fields, "__eq__", "=="), "__hash__": hashed}


def _ordered(cls: type, fields: _Fields) -> dict[str, object]:
    names = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
    return {name: _comparison(cls, fields, name, operator) for name, operator in names.items()}


def _comparison(cls: type, fields: _Fields, name: str, operator: str) -> Compiled:
    return Compiled(cls, name, lambda: comparison(cls, fields, name, operator))


def _frozen(cls: type, fields: _Fields) -> dict[str, object]:
    def set_(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in fields:
            _refuse(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def delete(self: object, name: str) -> None:
        if type(self) is cls or name in fields:
            _refuse(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return {"__setattr__": set_, "__delattr__": delete, "__getstate__": _state, "__setstate__": _restore}


def _refuse(message: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(message)


def fields_of(value: object) -> Iterator[Field]:
    """Give the fields of a record or of its class, in the order of its arguments."""
    yield from cast("_Fields", getattr(value, _FIELDS)).values()


def _shown(self: object) -> str:
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields_of(self) if f.repr)
    return f"{type(self).__qualname__}({shown})"


def _state(self: object) -> list[object]:
    return [getattr(self, f.name) for f in fields_of(self)]


def _restore(self: object, state: list[object]) -> None:
    for f, value in zip(fields_of(self), state, strict=True):
        object.__setattr__(self, f.name, value)


def replace(value: T, /, **changes: object) -> T:
    """Make a record like `value` with other values of the fields named in `changes`."""
    same: Mapping[str, object] = {f.name: getattr(value, f.name) for f in fields_of(value) if f.init}
    return type(value)(**{**same, **changes})
