"""Answers as columns of text, every distinct answer written once."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import orjson

from lampolicy.bulk._arrow import Array, Codes, DataType, pa
from lampolicy.bulk._reader import Flaw
from lampolicy.bulk._vocabulary import Vocabulary
from lampolicy.decision import (
    Allowed,
    Decision,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    RuleGrant,
    Undetermined,
)

REFUSED: Final = "refused"
"""The decision of a row that cannot be decided."""

EVIDENCE: Final = "evidence"
COLUMNS: Final[tuple[str, ...]] = ("decision", "reason", "statement", EVIDENCE)

Answer: TypeAlias = Decision | Flaw
"""A decision, or why there is none."""


class Answers:
    """Numbers answers, and writes columns of them.

    Attributes:
        names: The columns it writes.
    """

    __slots__ = ("_answers", "_dictionaries", "_texts", "_written", "names")

    def __init__(self, *, evidence: bool, dictionaries: bool) -> None:
        self.names = COLUMNS if evidence else COLUMNS[:-1]
        self._dictionaries = dictionaries
        self._answers: Vocabulary[Answer] = Vocabulary()
        self._written = 0
        self._texts: list[_Texts] = [_Texts() for _ in self.names]

    def __len__(self) -> int:
        return len(self._answers)

    def number(self, answer: Answer) -> int:
        """The number of an answer, new or known."""
        number = self._answers.number(answer)
        if number == self._written:
            self._written += 1
            for name, texts in zip(self.names, self._texts, strict=True):
                texts.add(_TEXT_OF[name](answer))
        return number

    def first_refusal(self, numbers: Codes) -> tuple[int, str] | None:
        """The first row that is refused, and why."""
        refused = np.array([isinstance(answer, Flaw) for answer in self._answers.values], dtype=np.bool_)
        if not refused.any():
            return None
        rows = np.flatnonzero(refused.take(numbers))
        if rows.size == 0:
            return None
        row = int(rows[0])
        return row, _reason(self._answers.values[int(numbers[row])])

    def columns(self, numbers: Codes) -> list[Array]:
        """The columns for the numbers of rows."""
        return [texts.column(numbers, dictionaries=self._dictionaries) for texts in self._texts]

    def type(self) -> DataType:
        """The type of its columns."""
        return pa.dictionary(pa.int32(), pa.string()) if self._dictionaries else pa.string()


class _Texts:
    """One column's texts for every answer."""

    __slots__ = ("_array", "_table", "_vocabulary", "codes")

    def __init__(self) -> None:
        self._vocabulary: Vocabulary[str] = Vocabulary()
        self._array: Array = None
        self._table: Codes = np.empty(0, dtype=np.int32)
        self.codes: list[int] = []

    def add(self, text: str) -> None:
        self.codes.append(self._vocabulary.number(text))

    def column(self, numbers: Codes, *, dictionaries: bool) -> Array:
        if len(self._table) != len(self.codes):
            self._table = np.array(self.codes, dtype=np.int32)
            self._array = pa.array(map(_encodable, self._vocabulary.values), pa.string())
        # `safe` would look at every index again; they come from the table.
        column = pa.DictionaryArray.from_arrays(pa.array(self._table.take(numbers)), self._array, safe=False)
        return column if dictionaries else column.cast(pa.string())


def _encodable(text: str) -> str:
    """Half a surrogate pair cannot be written as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _decision(answer: Answer) -> str:
    match answer:
        case Allowed():
            return "allowed"
        case ExplicitlyDenied():
            return "explicitly_denied"
        case ImplicitlyDenied():
            return "implicitly_denied"
        case Undetermined():
            return "undetermined"
        case Flaw():
            return REFUSED


def _reason(answer: Answer) -> str:
    match answer:
        case Allowed(by=by):
            return f"granted by {_kinds(by)}"
        case ExplicitlyDenied(by=by):
            return f"denied by {_kinds(by)}"
        case ImplicitlyDenied(missing=missing):
            return f"not allowed by {', '.join(map(_side, missing))}"
        case Undetermined(needs=needs):
            return f"hangs on {', '.join(needs)}"
        case Flaw(reason=reason):
            return reason


def _kinds(by: tuple[Grant, ...]) -> str:
    kinds = (f"AWS itself: {grant.text}" if isinstance(grant, RuleGrant) else f"{grant.kind} policy" for grant in by)
    return ", ".join(dict.fromkeys(kinds))


def _side(missing: Missing) -> str:
    return f"{missing.side}" if missing.level is None else f"{missing.side} (level {missing.level})"


def _statement(answer: Answer) -> str:
    by: tuple[Grant, ...] = answer.by if isinstance(answer, Allowed | ExplicitlyDenied) else ()
    return ", ".join(map(_name, by))


def _name(grant: Grant) -> str:
    if isinstance(grant, RuleGrant):
        return grant.rule
    return f"{grant.policy}#{grant.sid}" if grant.sid else f"{grant.policy}[{grant.index}]"


def _evidence(answer: Answer) -> str:
    wire = {"decision": REFUSED, "reason": answer.reason} if isinstance(answer, Flaw) else answer.to_dict()
    return orjson.dumps(wire, default=str).decode()


_TEXT_OF: Final = {"decision": _decision, "reason": _reason, "statement": _statement, EVIDENCE: _evidence}
