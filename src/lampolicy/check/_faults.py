"""Faults of an expected-decision file's form, in words for people instead of pydantic's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

from lampolicy.catalog import near
from lampolicy.check._expectations import (
    PRINCIPAL_KEYS,
    Check,
    Expectations,
    FederatedUserForm,
    RoleForm,
    RootForm,
    SamlForm,
    Scenario,
    ServiceForm,
    UnknownMark,
    UserForm,
    WebIdentityForm,
    World,
)
from lampolicy.check._markup import Marked
from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, path_of

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_SCALARS: Final = frozenset({"str", "int", "float", "bool"})
_WANTED: Final = {"string": "a text", "list": "a list", "dict": "a mapping", "model": "a mapping"}
_FORMS: Final[Mapping[str, type[BaseModel]]] = {
    "<user>": UserForm,
    "<role>": RoleForm,
    "<federated_user>": FederatedUserForm,
    "<root>": RootForm,
    "<service>": ServiceForm,
    "<web_identity>": WebIdentityForm,
    "<saml>": SamlForm,
    "<unknown>": UnknownMark,
    "world": World,
    "check": Check,
    "tests": Scenario,
}


def validate(marked: Marked) -> Expectations:
    """Check the form of a file; raise `DocumentError` with every fault of it at once."""
    from pydantic import ValidationError

    try:
        return Expectations.model_validate(marked.value)
    except ValidationError as error:
        raise DocumentError(tuple(_diagnostics(error, marked)), text=marked.text, name=marked.name) from None


def _diagnostics(error: ValidationError, marked: Marked) -> Iterator[Diagnostic]:
    said: set[tuple[Pointer, str]] = set()
    for detail in error.errors(include_url=False):
        fault = _diagnostic(detail, marked)
        if (fault.at, fault.message) not in said:
            said.add((fault.at, fault.message))
            yield fault


def _diagnostic(detail: ErrorDetails, marked: Marked) -> Diagnostic:
    at = _pointer(detail["loc"], marked.value)
    on_key = detail["type"] == "extra_forbidden"
    code = Code.UNKNOWN_FIELD if on_key else Code.BAD_EXPECTATION_SHAPE
    message, help_ = _words(detail, at)
    return Diagnostic(code, message, at, on_key=on_key, help=help_, span=marked.span(at, on_key=on_key))


def _pointer(loc: tuple[int | str, ...], value: object) -> Pointer:
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


def _words(detail: ErrorDetails, at: Pointer) -> tuple[str, str | None]:
    name = path_of(at) or "the file"
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return _extra(detail)
        case "missing":
            return f"`{name}` lacks `{detail['loc'][-1]}`", None
        case "literal_error":
            return _literal(name, str(context["expected"]), detail["input"])
        case "union_tag_not_found" | "union_tag_invalid":
            return f"`{name}` is no principal", _principal_help(detail["input"])
        case "too_short" | "string_too_short":
            return f"`{name}` is empty", None
        case kind:
            return _wrong_type(name, kind, detail)


def _extra(detail: ErrorDetails) -> tuple[str, str | None]:
    word = str(detail["loc"][-1])
    known = _fields(detail["loc"][:-1])
    close = near(word, known, closeness=0.6)
    return f"unknown field `{word}`", f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"


def _fields(loc: tuple[int | str, ...]) -> list[str]:
    form: type[BaseModel] = next((_FORMS[s] for s in reversed(loc) if isinstance(s, str) and s in _FORMS), Expectations)
    return [field.alias or name for name, field in form.model_fields.items()]


def _literal(name: str, expected: str, given: object) -> tuple[str, str | None]:
    options = expected.replace("'", "`")
    close = near(str(given), expected.replace("'", "").replace(" or ", ", ").split(", "), closeness=0.5)
    return f"`{name}` must be {options}, not `{given}`", f"did you mean `{close}`?" if close else None


def _principal_help(given: object) -> str:
    keys = ", ".join(f"`{key}`" for key in PRINCIPAL_KEYS)
    if isinstance(given, dict):
        word = next(iter(cast("dict[str, object]", given)), "")
        close = near(str(word), PRINCIPAL_KEYS, closeness=0.6)
        return f"did you mean `{close}`?" if close else f"a mapping needs one of {keys}"
    return f"write an alias, an ARN, `service:NAME`, `anonymous`, or a mapping with one of {keys}"


def _wrong_type(name: str, kind: str, detail: ErrorDetails) -> tuple[str, str | None]:
    given = detail["input"]
    if detail["loc"] and detail["loc"][-1] in _SCALARS:
        return f"`{name}` must be a text, a number or a truth value, not {_kind(given)}", None
    wanted = _WANTED.get(kind.partition("_")[0])
    if wanted is None:
        return f"`{name}`: {str(detail['msg']).lower()}", None
    return f"`{name}` must be {wanted}, not {_kind(given)}", _type_help(name, wanted, given)


def _type_help(name: str, wanted: str, given: object) -> str | None:
    if wanted == "a text" and isinstance(given, int | float):
        return f'put it in quotes: "{str(given).lower() if isinstance(given, bool) else given}"'
    field = name.rpartition(".")[2]
    if wanted == "a text" and isinstance(given, list) and field in {"principal", "action", "resource"}:
        return f"use `{field}s` for a list"
    if wanted == "a list" and isinstance(given, str):
        return f"write `[{given}]`"
    return None


def _kind(value: object) -> str:
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
            return "a mapping"
