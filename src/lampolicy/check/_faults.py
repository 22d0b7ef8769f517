"""Faults of an expected-decision file's form, in words for people instead of pydantic's."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lampolicy.catalog import near
from lampolicy.check._expectations import Expectations
from lampolicy.check._forms import PRINCIPAL_KEYS
from lampolicy.check._markup import Marked
from lampolicy.diagnostic import Code, Diagnostic, DocumentError
from lampolicy.readers import Form, FormFault, form_faults

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def validate(marked: Marked) -> Expectations:
    """Check the form of a file; raise `DocumentError` with every fault of it at once."""
    from pydantic import ValidationError

    form = Form(Expectations, mapping="a table" if marked.name.endswith(".toml") else "a mapping", words=_words)
    try:
        return Expectations.model_validate(marked.value)
    except ValidationError as error:
        faults = tuple(_diagnostic(fault, marked) for fault in form_faults(error, marked.value, form))
        raise DocumentError(faults, text=marked.text, name=marked.name) from None


def _diagnostic(fault: FormFault, marked: Marked) -> Diagnostic:
    code = Code.UNKNOWN_FIELD if fault.kind == "extra_forbidden" else Code.BAD_EXPECTATION_SHAPE
    span = marked.span(fault.at, on_key=fault.on_key)
    return Diagnostic(code, fault.message, fault.at, on_key=fault.on_key, help=fault.help, span=span)


def _words(detail: ErrorDetails, name: str) -> tuple[str, str | None] | None:
    if detail["type"] in {"union_tag_not_found", "union_tag_invalid"}:
        return f"`{name}` is no principal", _principal_help(detail["input"])
    return None


def _principal_help(given: object) -> str:
    keys = ", ".join(f"`{key}`" for key in PRINCIPAL_KEYS)
    if isinstance(given, dict):
        word = next(iter(cast("dict[str, object]", given)), "")
        close = near(str(word), PRINCIPAL_KEYS, closeness=0.6)
        return f"did you mean `{close}`?" if close else f"a mapping needs one of {keys}"
    return f"write an alias, an ARN, `service:NAME`, `anonymous`, or a mapping with one of {keys}"
