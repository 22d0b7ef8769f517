"""Faults of the form of a file that people write, in words for people instead of pydantic's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, TypeAlias, TypeVar, cast, get_args, get_origin

from lampolicy.catalog import near
from lampolicy.diagnostic import Pointer, path_of

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

Words: TypeAlias = tuple[str, str | None]
"""A message, and what to do about it."""

OwnWords: TypeAlias = "Callable[[ErrorDetails, str], Words | None]"
"""Words of one kind of file for a fault at a place with that name; `None` where the common ones will do."""

M = TypeVar("M", bound="BaseModel")

_Loc: TypeAlias = tuple[int | str, ...]

_SCALARS: Final = frozenset({"str", "int", "float", "bool"})


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault of a file's form.

    Attributes:
        kind: Which fault, in pydantic's word: `extra_forbidden` is an unknown field.
        at: The place in the file.
        message: What is wrong.
        help: What to do about it.
        on_key: Whether it concerns the key, not the value.
    """

    kind: str
    at: Pointer
    message: str
    help: str | None = None
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Form(Generic[M]):
    """How a kind of file is called and built.

    Attributes:
        model: What the whole file must be.
        name: How to call the whole file.
        mapping: How to call what holds fields: `a mapping`, in TOML `a table`.
        words: Words of its own.
    """

    model: type[M]
    name: str = "the file"
    mapping: str = "a mapping"
    words: OwnWords = lambda _detail, _name: None


def form_faults(error: ValidationError, value: object, form: Form[Any]) -> Iterator[FormFault]:
    """Put what pydantic found in a file into our words, each fault once, in the order of the file.

    Args:
        error: What pydantic found.
        value: What the file says.
        form: What it should have been.
    """
    said: set[tuple[Pointer, str]] = set()
    for detail in error.errors(include_url=False):
        fault = _fault(detail, value, form)
        if (fault.at, fault.message) not in said:
            said.add((fault.at, fault.message))
            yield fault


def read_form(value: object, form: Form[M]) -> tuple[M, tuple[FormFault, ...]]:
    """Read what a file says; gives what is sound of it, and all its faults.

    Every field of the file itself must be optional: a faulty one is left out.
    """
    from pydantic import ValidationError

    told: tuple[FormFault, ...] = ()
    while True:
        try:
            return form.model.model_validate(value), told
        except ValidationError as error:
            faults = tuple(form_faults(error, value, form))
        told = told or faults
        value = _without(value, {fault.at for fault in faults})


def _without(value: object, places: Iterable[Pointer]) -> object:
    """Leave out of a value what stands at some places; the last first, so that the others stay where they are."""
    for at in sorted(places, reverse=True):
        value = _without_one(value, at)
    return value


def _without_one(value: object, at: Pointer) -> object:
    if not at:
        return {}
    step, rest = at[0], at[1:]
    if isinstance(value, dict):
        table = cast("dict[object, object]", value)
        pairs = [(key, _without_one(held, rest) if key == step and rest else held) for key, held in table.items()]
        return {key: held for key, held in pairs if rest or key != step}
    if isinstance(value, list):
        items = cast("list[object]", value)
        kept = [(i, _without_one(item, rest) if i == step and rest else item) for i, item in enumerate(items)]
        return [item for i, item in kept if rest or i != step]
    return value


def _fault(detail: ErrorDetails, value: object, form: Form[Any]) -> FormFault:
    at = _pointer(detail["loc"], value)
    name = path_of(at) or form.name
    message, help_ = form.words(detail, name) or _words(detail, name, form)
    on_key = detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",)
    return FormFault(detail["type"], at, message, help_, on_key)


def _pointer(loc: _Loc, value: object) -> Pointer:
    """Leave out of pydantic's path what is no step in the document: the names of union members, a missing field."""
    at: list[str | int] = []
    for step in loc:
        if isinstance(value, dict) and step in value:
            value = cast("dict[object, object]", value)[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(cast("list[object]", value)):
            value = cast("list[object]", value)[step]
        else:
            continue
        at.append(step)
    return tuple(at)


def _words(detail: ErrorDetails, name: str, form: Form[Any]) -> Words:
    context = detail.get("ctx", {})
    if "help" in context:
        return detail["msg"], str(context["help"])
    match detail["type"]:
        case "extra_forbidden":
            return _extra(detail, form)
        case "missing":
            return f"`{name}` lacks `{detail['loc'][-1]}`", None
        case "literal_error" | "enum":
            return _literal(name, str(context["expected"]), detail["input"])
        case "too_short" | "string_too_short":
            return f"`{name}` is empty", None
        case kind:
            return _wrong_type(name, kind, detail, form)


def _extra(detail: ErrorDetails, form: Form[Any]) -> Words:
    word = str(detail["loc"][-1])
    known = _fields(form.model, detail["loc"][:-1])
    close = near(word, known, closeness=0.6)
    return f"unknown field `{word}`", f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"


def _fields(annotation: object, loc: _Loc) -> list[str]:
    """The names of the fields that may stand at a place of pydantic's."""
    model = _model(annotation)
    if model is not None:
        return _fields_of(model, loc)
    found = (_fields(inner, rest) for inner, rest in _members(annotation, loc))
    return next((names for names in found if names), list[str]())


def _model(annotation: object) -> type[BaseModel] | None:
    from pydantic import BaseModel

    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _fields_of(model: type[BaseModel], loc: _Loc) -> list[str]:
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    if not loc:
        return list(fields)
    return _fields(fields[str(loc[0])], loc[1:]) if loc[0] in fields else []


def _members(annotation: object, loc: _Loc) -> Iterator[tuple[object, _Loc]]:
    """What a list, mapping, union or tagged type is made of, with the steps that are left behind it."""
    arguments: tuple[Any, ...] = get_args(annotation)
    if get_origin(annotation) in {dict, list}:
        yield arguments[-1], loc[1:]
    elif get_origin(annotation) is Annotated:
        tags = [note.tag for note in arguments[1:] if type(note).__name__ == "Tag"]
        if not tags:
            yield arguments[0], loc
        elif loc and loc[0] in tags:
            yield arguments[0], loc[1:]
    else:
        yield from ((argument, loc) for argument in arguments)


def _literal(name: str, expected: str, given: object) -> Words:
    options = expected.replace("'", "`")
    close = near(str(given), expected.replace("'", "").replace(" or ", ", ").split(", "), closeness=0.5)
    return f"`{name}` must be {options}, not `{given}`", f"did you mean `{close}`?" if close else None


def _wrong_type(name: str, kind: str, detail: ErrorDetails, form: Form[Any]) -> Words:
    given = detail["input"]
    if detail["loc"] and detail["loc"][-1] in _SCALARS:
        return f"`{name}` must be a text, a number or a truth value, not {_kind(given, form)}", None
    wanted = {"string": "a text", "bool": "a truth value", "list": "a list"}.get(kind.partition("_")[0])
    if kind.partition("_")[0] in {"dict", "model"}:
        wanted = form.mapping
    if wanted is None:
        return f"`{name}`: {str(detail['msg']).lower()}", None
    return f"`{name}` must be {wanted}, not {_kind(given, form)}", _type_help(name, wanted, detail, form)


def _type_help(name: str, wanted: str, detail: ErrorDetails, form: Form[Any]) -> str | None:
    given = detail["input"]
    if wanted == "a text" and isinstance(given, int | float):
        return f'put it in quotes: "{str(given).lower() if isinstance(given, bool) else given}"'
    field = name.rpartition(".")[2]
    if wanted == "a text" and isinstance(given, list) and f"{field}s" in _fields(form.model, detail["loc"][:-1]):
        return f"use `{field}s` for a list"
    match wanted:
        case "a list" if isinstance(given, str):
            return f'write `["{given}"]`' if form.mapping == "a table" else f"write `[{given}]`"
        case "a truth value":
            return "write `true` or `false`, without quotes"
        case "a table":
            return f"write `[{name}]`, and its fields below it"
        case _:
            return None


def _kind(value: object, form: Form[Any]) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return f"the text `{value}`"
        case list():
            return "a list"
        case _:
            return form.mapping
