"""The callers of a table: as texts, or as structs where a text does not tell enough."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

import numpy as np

from lampolicy.bulk._arrow import Array, Codes, is_valid, pa, pc
from lampolicy.bulk._reader import Flaw, Reader
from lampolicy.bulk._vocabulary import Sequences, Vocabulary, distinct, looked_up
from lampolicy.diagnostic import LampolicyError
from lampolicy.request import Principal, Request

OF_SERVICE: Final = ("service", "source_arn", "source_account", "source_org")
FIELDS: Final = (*OF_SERVICE, "arn", "role", "issuer")
"""What a struct of a caller may hold: a service with its source, or an ARN with what the ARN has lost."""

Caller = Principal | str | Flaw


class Callers:
    """Reads the column `principal`, batch after batch."""

    __slots__ = ("_fields", "_numbers", "_sequences", "_texts", "_vocabulary")

    def __init__(self) -> None:
        self._texts: Reader[str | Flaw] = Reader(as_text)
        self._fields: dict[str, Reader[str | Flaw]] = {}
        self._sequences = Sequences()
        self._numbers: list[int] = []
        self._vocabulary: Vocabulary[Caller] = Vocabulary()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def values(self) -> list[Caller]:
        """The callers, by code."""
        return self._vocabulary.values if self._fields else [*self._texts.vocabulary.values]

    def codes(self, array: Array) -> Codes:
        """The numbers of the callers of a batch; -1 for nulls."""
        return self._of_structs(array) if pa.types.is_struct(array.type) else self._texts.codes(array)

    def _of_structs(self, array: Array) -> Codes:
        names = [array.type.field(place).name for place in range(array.type.num_fields)]
        states = np.zeros(len(array), dtype=np.int32)
        for place, name in enumerate(names):
            reader = self._fields.setdefault(name, Reader(as_text))
            codes = reader.codes(pc.struct_field(array, place))
            states = self._sequences.longer(states, codes, len(reader.vocabulary))
        self._numbers += [-1] * (len(self._sequences) - len(self._numbers))
        for state in distinct(states):
            if self._numbers[state] < 0:
                self._numbers[state] = self._vocabulary.number(self._caller(names, self._sequences.items(state)))
        codes = looked_up(self._numbers, states)
        if array.null_count:
            codes[~is_valid(array)] = -1
        return codes

    def _caller(self, names: list[str], codes: tuple[int, ...]) -> Caller:
        given = {
            name: self._fields[name].vocabulary.values[code]
            for name, code in zip(names, codes, strict=True)
            if code >= 0
        }
        flaw = next((value for value in given.values() if isinstance(value, Flaw)), None)
        return flaw or _described(given)


def as_text(value: object) -> str | Flaw:
    """A text, or the flaw that stands for what cannot be read."""
    return value if isinstance(value, str | Flaw) else str(value)


def _described(given: Mapping[str, Hashable]) -> Caller:
    if "service" in given:
        mixed = [name for name in ("arn", "role", "issuer") if name in given]
        if mixed:
            return Flaw(f"a service has no `{mixed[0]}`")
        wire: dict[str, object] = {"principal": dict(given)}
    else:
        stray = [name for name in OF_SERVICE if name in given]
        if stray or "arn" not in given:
            return Flaw(
                f"`{stray[0]}` is told without `service`" if stray else "the caller has neither `arn` nor `service`"
            )
        if len(given) == 1:
            return str(given["arn"])
        names = {"arn": "principal", "role": "principal_role", "issuer": "principal_issuer"}
        wire = {names[name]: value for name, value in given.items()}
    try:
        return Request.from_dict({**wire, "action": "sts:GetCallerIdentity", "resource": "*"}).principal
    except LampolicyError as error:
        return Flaw(str(error))
