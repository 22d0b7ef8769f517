"""The names of condition operators (semantics C2, G17)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from lampolicy.policy._literals import (
    is_canonical_base64,
    read_arn_pattern,
    read_date,
    read_network,
    read_number,
)
from lampolicy.policy._types import BaseOperator, Operator, Quantifier

_QUANTIFIERS: Final = {f"{q}:": q for q in Quantifier}
_BASES: Final = {str(base): base for base in BaseOperator}
_IF_EXISTS: Final = "IfExists"
_LAST_SECOND: Final = 9223372036854775807


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
    for prefix, found in _FAMILIES.items():
        if base.startswith(prefix):
            return found
    return Family.IP


_FAMILIES: Final = {
    "String": Family.STRING,
    "Numeric": Family.NUMERIC,
    "Date": Family.DATE,
    "Bool": Family.BOOL,
    "Null": Family.BOOL,
    "Binary": Family.BINARY,
    "Arn": Family.ARN,
}


def _date_at_write(text: str) -> bool:
    """Tell whether IAM stores `text` as a date: seconds since 1970 carry no sign and fit 63 bits (semantics G23)."""
    milliseconds = read_date(text)
    if milliseconds is None:
        return False
    return not text[1:].isdigit() or (text[0].isdigit() and milliseconds <= _LAST_SECOND * 1000)


WELL_FORMED: Final[dict[Family, tuple[Callable[[str], bool], str]]] = {
    Family.NUMERIC: (lambda text: read_number(text) is not None, "a number"),
    Family.DATE: (_date_at_write, "a date"),
    Family.IP: (lambda text: read_network(text) is not None, "an IP address or network"),
    Family.ARN: (lambda text: read_arn_pattern(text) is not None, "an ARN of six parts"),
    Family.BINARY: (is_canonical_base64, "canonical base64"),
}
"""For each family whose values can be malformed: how to tell, and what a value should be."""
