"""What SimulateCustomPolicy checks of its input before it simulates anything; an aid for emulators of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lampolicy.diagnostic import AwsError, Code, Diagnostic, DocumentError, Pointer
from lampolicy.policy._literals import is_canonical_base64, read_arn_pattern, read_date, read_network, read_number
from lampolicy.policy._shape import is_list, is_object

_FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "numeric": lambda text: read_number(text) is not None,
    "date": lambda text: read_date(text) is not None,
    "ip": lambda text: read_network(text) is not None,
    "binary": is_canonical_base64,
}
_SCALARS: Final = frozenset({"string", "numeric", "boolean", "ip", "binary", "date"})
_TYPES: Final = _SCALARS | {f"{scalar}List" for scalar in _SCALARS}


def check_simulation_input(parameters: Mapping[str, object]) -> None:
    """Check the context entries and resources of a simulation.

    Args:
        parameters: The call's parameters; `ContextEntries` and `ResourceArns` are looked at.

    Raises:
        DocumentError: AWS refuses the input (`InvalidInput`); carries every fault.
    """
    found = (*_context(parameters.get("ContextEntries", ())), *_resources(parameters.get("ResourceArns", ())))
    if found:
        raise DocumentError(found)


def _context(entries: object) -> Iterator[Diagnostic]:
    for index, entry in enumerate(entries if is_list(entries) else ()):
        at: Pointer = ("ContextEntries", index)
        if not is_object(entry):
            yield _fault("a context entry is not an object", at, "give name, type and values", None)
            continue
        yield from _entry(entry, at)


def _entry(entry: Mapping[str, object], at: Pointer) -> Iterator[Diagnostic]:
    name, kind = entry.get("ContextKeyName"), entry.get("ContextKeyType")
    written = entry.get("ContextKeyValues")
    values = list(written) if is_list(written) else []
    at = (*at, "ContextKeyValues")
    if not isinstance(kind, str) or kind not in _TYPES:
        yield _fault(f"`{kind}` is not a type of context keys", at, "use `string`, `stringList` ...", None)
    elif kind in _SCALARS and not values:
        text = f"Context values for context key {name} cannot be null or empty."
        yield _fault(f"`{name}` has no value", at, "give one value", text)
    elif kind in _SCALARS and len(values) > 1:
        text = f"Context key {kind} expected a single value, but received {len(values)}."
        yield _fault(f"`{name}` has {len(values)} values", at, f"give one, or use `{kind}List`", text)
    else:
        yield from _formats(str(name), str(kind).removesuffix("List"), values, at)


def _formats(name: str, scalar: str, values: list[object], at: Pointer) -> Iterator[Diagnostic]:
    well_formed = _FORMATS.get(scalar)
    for index, value in enumerate(values):
        if well_formed is not None and not (isinstance(value, str) and well_formed(value)):
            text = f"Invalid context value for key {name}: expected {scalar} format."
            yield _fault(f"`{value}` is not a value of type {scalar}", (*at, index), "correct the value", text)


def _resources(arns: object) -> Iterator[Diagnostic]:
    for index, arn in enumerate(arns if is_list(arns) else ()):
        text = arn if isinstance(arn, str) else repr(arn)
        if text != "*" and (not text.startswith("arn:") or read_arn_pattern(text) is None):
            aws = f"ResourceNames are not in a valid ARN format: {text}."
            yield _fault(f"`{text}` is not an ARN", ("ResourceArns", index), "write an ARN, or `*`", aws)


def _fault(message: str, at: Pointer, help_: str, text: str | None) -> Diagnostic:
    return Diagnostic(Code.BAD_PARAMETER, message, at, help=help_, aws=AwsError("InvalidInput", text))
