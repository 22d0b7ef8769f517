"""What a record makes of itself on first use: its constructor, and the description that `dataclasses` reads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lampolicy._typing import TYPE_CHECKING, Any, TypeVar
from lampolicy.record._field import MISSING, Field

if TYPE_CHECKING:
    from typing import Final

T = TypeVar("T")
_Fields = dict[str, Field]
_NEW: Final = "_new"
_FILLED_HERE: Final = 32


class _MadeAnew:
    """Stands in an argument for a default that is made anew; shown as `dataclasses` shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<factory>"


class Compiled:
    """Stands for a method until it is first called, and is then compiled: most records never need most of theirs."""

    __slots__ = ("_cls", "_make", "_name")

    def __init__(self, cls: type, name: str, make: Callable[[], Callable[..., object]]) -> None:
        """Wait."""
        self._cls = cls
        self._name = name
        self._make = make

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., object]:
        """Make the method, put it in place of this, and give it."""
        return self.compiled(instance, owner)

    def compiled(self, instance: object, owner: type | None = None) -> Callable[..., object]:
        """Make the method, put it in place of this, and give it."""
        made = self._make()
        setattr(self._cls, self._name, made)
        bound: Callable[..., object] = made if instance is None else made.__get__(instance, owner)
        return bound


class Constructor(Compiled):
    """Stands for `__init__` and fills the first few records itself: compiling takes as long as filling dozens."""

    __slots__ = ("_fields", "_left")

    def __init__(self, cls: type, fields: _Fields) -> None:
        """Wait."""
        super().__init__(cls, "__init__", lambda: constructor(cls, fields))
        self._fields = fields
        self._left = _FILLED_HERE

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., object]:
        """Give what fills `instance`: the compiled method, unless this is one of the first few."""
        if instance is None or not self._left:
            return self.compiled(instance, owner)
        self._left -= 1
        return partial(self._fill, instance)

    def _fill(self, instance: object, /, *values: object, **named: object) -> object:
        """Do what the compiled method does; arguments that do not fit are left to it."""
        fields = self._fields.values()
        given = dict(zip([f.name for f in fields if f.init and not f.kw_only], values, strict=False)) | named
        if len(given) != len(values) + len(named) or not _fit(given, fields):
            return self.compiled(instance)(*values, **named)
        for f in fields:
            if f.name in given:
                _setter(self._cls, f.name)(instance, given[f.name])
            elif f.factory is not None or f.default is not MISSING:
                _setter(self._cls, f.name)(instance, f.default if f.factory is None else f.factory())
        if hasattr(self._cls, "__post_init__"):
            instance.__post_init__()  # type: ignore[attr-defined]
        return None


def _fit(given: dict[str, object], fields: Iterable[Field]) -> bool:
    """Tell whether every argument that is given is one, and every one that has no default is given."""
    arguments = {f.name: f.factory is not None or f.default is not MISSING for f in fields if f.init}
    return given.keys() <= arguments.keys() and all(name in given or arguments[name] for name in arguments)


def _compiled(cls: type, name: str, arguments: str, body: Iterable[str], **given: object) -> Callable[..., Any]:
    """Compile a method whose source is made of field names only; `given` are names it uses beside its arguments."""
    lines = "\n  ".join(body)
    source = f"def outer({', '.join(given)}):\n def {name}({arguments}):\n  {lines}\n return {name}"
    scope: dict[str, Any] = {}
    home = sys.modules.get(cls.__module__)
    exec(source, {} if home is None else vars(home), scope)  # noqa: S102 - see above
    made: Callable[..., Any] = scope["outer"](**given)
    made.__qualname__ = f"{cls.__qualname__}.{name}"
    return made


def constructor(cls: type, fields: _Fields) -> Callable[..., object]:
    """Compile `__init__`: each field goes straight into its slot, past the guard of frozen records."""
    given = _defaults(fields) | {f"_set_{f.name}": _setter(cls, f.name) for f in fields.values()}
    body = [f"_set_{name}(self, {value})" for name, value in _values(fields)]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    made = _compiled(cls, "__init__", f"self, {_arguments(fields)}", body or ["pass"], **given)
    made.__annotations__ = {f.name: f.type for f in fields.values() if f.init} | {"return": None}
    return made


_MAKERS: Final[dict[type, Callable[..., Any]]] = {}


def maker(cls: type[T]) -> Callable[..., T]:
    """Give what makes a record of `cls` from its arguments in half the time: for who makes thousands.

    Until the first few dozen were made it is the class itself. A class with `__post_init__` has none.
    """
    return _MAKERS.get(cls) or _maker(cls)


def _maker(cls: type[T]) -> Callable[..., T]:
    owner = next(base for base in cls.__mro__ if "__init__" in base.__dict__)
    if isinstance(owner.__dict__["__init__"], Constructor) or hasattr(cls, "__post_init__"):
        return cls
    return _MAKERS.setdefault(cls, _filler(cls, getattr(owner, "__record_fields__")))  # noqa: B009 - no class is known to have it


def _filler(cls: type[T], fields: _Fields) -> Callable[..., T]:
    """Compile what fills a record of a class beneath, which has no guard, and makes it one of `cls`.

    Plain assignments to slots take a tenth of the time of the calls of `constructor`, but the guard is in their way.
    """
    unguarded = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    given = _defaults(fields) | {
        "_object": object.__new__,
        "_open": type(cls.__name__, (cls,), unguarded),
        "_cls": cls,
    }
    assigned = (f"self.{name} = {value}" for name, value in _values(fields))
    body = ("self = _object(_open)", *assigned, "self.__class__ = _cls", "return self")
    return _compiled(cls, "make", _arguments(fields), body, **given)


def hasher(cls: type, fields: _Fields) -> Callable[..., object]:
    """Compile `__hash__` over the fields that count."""
    return _compiled(cls, "__hash__", "self", [f"return hash({_tuple('self', fields)})"])


def comparison(cls: type, fields: _Fields, name: str, operator: str) -> Callable[..., object]:
    """Compile one of the comparisons over the fields that count; records of other classes are not compared."""
    body = (
        f"if other.__class__ is self.__class__: return {_tuple('self', fields)} {operator} {_tuple('other', fields)}",
        "return NotImplemented",
    )
    return _compiled(cls, name, "self, other", body)


def _tuple(name: str, fields: _Fields) -> str:
    return f"({''.join(f'{name}.{f.name}, ' for f in fields.values() if f.compare)})"


def _setter(cls: type, name: str) -> Callable[[object, object], None]:
    found: Callable[[object, object], None] = getattr(cls, name).__set__
    return found


def _arguments(fields: _Fields) -> str:
    plain = [_argument(f) for f in fields.values() if f.init and not f.kw_only]
    by_name = [_argument(f) for f in fields.values() if f.init and f.kw_only]
    return ", ".join([*plain, *(["*", *by_name] if by_name else [])])


def _argument(f: Field) -> str:
    if f.factory is not None:
        return f"{f.name}={_NEW}"
    return f.name if f.default is MISSING else f"{f.name}=_default_{f.name}"


def _values(fields: _Fields) -> Iterator[tuple[str, str]]:
    """Give what each field is set to, as source."""
    for f in fields.values():
        if f.factory is not None:
            made = f"_make_{f.name}()"
            yield f.name, f"{made} if {f.name} is {_NEW} else {f.name}" if f.init else made
        elif f.init:
            yield f.name, f.name
        elif f.default is not MISSING:
            yield f.name, f"_default_{f.name}"


def _defaults(fields: _Fields) -> dict[str, object]:
    """Give the names that stand for defaults in that source."""
    given: dict[str, object] = {_NEW: _MadeAnew()}
    for f in fields.values():
        make = getattr(f.factory, "__origin__", f.factory)  # `list` makes a list in a fifth of the time of `list[str]`
        given |= {f"_default_{f.name}": f.default, f"_make_{f.name}": make}
    return given


class Described:
    """Stands for `__dataclass_fields__` until somebody asks."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type) -> object:
        """Describe the fields as `dataclasses` does, and keep that."""
        found = described(owner)
        owner.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


class Parameters:
    """Stands for `__dataclass_params__` until somebody asks."""

    __slots__ = ("_eq", "_frozen", "_order")

    def __init__(self, *, frozen: bool, eq: bool, order: bool) -> None:
        """Remember how the record was declared."""
        self._frozen = frozen
        self._eq = eq
        self._order = order

    def __get__(self, instance: object, owner: type) -> object:
        """Tell how the record was declared as `dataclasses` does."""
        import dataclasses

        twin = dataclasses.make_dataclass("_Twin", (), frozen=self._frozen, eq=self._eq, order=self._order)
        params: object = vars(twin)["__dataclass_params__"]
        return params


def described(cls: type) -> object:
    """Describe the fields of a record as those of a dataclass that has the same ones."""
    import dataclasses

    fields: _Fields = getattr(cls, "__record_fields__")  # noqa: B009 - no class is known to have it
    twin = dataclasses.make_dataclass("_Twin", [(f.name, f.type, _described(f)) for f in fields.values()])
    return vars(twin)["__dataclass_fields__"]


def _described(f: Field) -> Any:  # noqa: ANN401 - `dataclasses` gives a field the type of its value
    import dataclasses

    more: dict[str, Any] = {"init": f.init, "compare": f.compare, "repr": f.repr, "kw_only": f.kw_only}
    if f.factory is not None:
        more["default_factory"] = f.factory
    elif f.default is not MISSING:
        more["default"] = f.default
    return dataclasses.field(**more)
