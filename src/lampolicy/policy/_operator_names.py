"""The names of condition operators (semantics C2), and which family each belongs to."""

from __future__ import annotations

from enum import Enum, auto

from lampolicy._typing import TYPE_CHECKING
from lampolicy.policy._types import BaseOperator, Operator, Quantifier

if TYPE_CHECKING:
    from typing import Final

_QUANTIFIERS: Final = {f"{q}:": q for q in Quantifier}
_BASES: Final = {str(base): base for base in BaseOperator}
_IF_EXISTS: Final = "IfExists"
_READ: Final[dict[str, Operator]] = {}
"""Operators by name, each kept once it was read: there are 159 names, and statements share what they stand for."""


class Family(Enum):
    """How the values of an operator are read."""

    STRING = auto()
    NUMERIC = auto()
    DATE = auto()
    BOOL = auto()
    BINARY = auto()
    IP = auto()
    ARN = auto()


def read_operator(text: str) -> Operator | None:
    """Read an operator's name, letter by letter; `None` if there is none of that name."""
    known = _READ.get(text)
    if known is None:
        known = _read(text)
        if known is not None:
            _READ[text] = known
    return known


def _read(text: str) -> Operator | None:
    quantifier = next((q for prefix, q in _QUANTIFIERS.items() if text.startswith(prefix)), None)
    rest = text.removeprefix(f"{quantifier}:") if quantifier else text
    if rest in _BASES:
        return Operator(_BASES[rest], quantifier)
    base = _BASES.get(rest.removesuffix(_IF_EXISTS))
    if base is None or base is BaseOperator.NULL:
        return None
    return Operator(base, quantifier, if_exists=True)


def suggested(text: str) -> str | None:
    """Give the operator that differs from `text` only in case, if there is one."""
    prefix = next((p for p in _QUANTIFIERS if text.lower().startswith(p.lower())), "")
    rest = text[len(prefix) :]
    suffix = _IF_EXISTS if rest.lower().endswith(_IF_EXISTS.lower()) else ""
    bare = rest[: len(rest) - len(suffix)].lower()
    base = next((b for b in _BASES if b.lower() == bare), None)
    found = f"{prefix}{base}{suffix}" if base else None
    return found if found is not None and read_operator(found) is not None else None


def family(base: BaseOperator) -> Family:
    """Tell how the values of an operator are read."""
    return _FAMILIES[base]


_PREFIXES: Final = {
    "String": Family.STRING,
    "Numeric": Family.NUMERIC,
    "Date": Family.DATE,
    "Bool": Family.BOOL,
    "Null": Family.BOOL,
    "Binary": Family.BINARY,
    "Arn": Family.ARN,
}
_FAMILIES: Final = {
    base: next((found for prefix, found in _PREFIXES.items() if base.startswith(prefix)), Family.IP)
    for base in BaseOperator
}
