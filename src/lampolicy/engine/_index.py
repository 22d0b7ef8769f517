"""Many statements for one action: find those whose resource may match without trying all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lampolicy.engine._compile import CompiledStatement
from lampolicy.engine._resource import ResourcePattern
from lampolicy.names import is_literal, normal_arn, tokens

_GRAM: Final = 5
INDEX_FROM: Final = 24
"""From how many statements on an index pays."""


class ResourceIndex:
    """Statements filed by what an ARN must contain for their resource element to match.

    A pattern without wildcard is filed under its text; another one under five characters in a row that every ARN it
    matches contains, the rarest of its own; the rest (a bare star, NotResource, variables) is always tried.
    """

    __slots__ = ("_always", "_exact", "_grams", "statements")

    def __init__(self, statements: Sequence[CompiledStatement]) -> None:
        self.statements = tuple(statements)
        self._exact: dict[str, list[int]] = {}
        self._grams: dict[str, list[int]] = {}
        self._always: list[int] = []
        grams = {id(p): tuple(_grams_of(p)) for s in statements for p in s.patterns}
        seen = Counter(g for found in grams.values() for g in set(found))
        for index, statement in enumerate(statements):
            if statement.on is None or statement.inverted_resources:
                self._always.append(index)
                continue
            for pattern in statement.patterns:
                self._file(index, pattern, min(grams[id(pattern)], key=seen.__getitem__, default=None))

    def _file(self, index: int, pattern: ResourcePattern, gram: str | None) -> None:
        if pattern.exact is not None:
            self._exact.setdefault(pattern.exact, []).append(index)
        elif pattern.match is not None and gram is not None:
            self._grams.setdefault(gram, []).append(index)
        elif pattern.match is not None or pattern.waiting is not None:
            self._always.append(index)

    def candidates(self, arn: str) -> list[int]:
        """Indexes of the statements that may match a normal ARN, in order; none that does is left out."""
        found = set(self._always)
        found.update(self._exact.get(arn, ()))
        filed = self._grams.get
        for at in range(len(arn) - _GRAM + 1):
            hit = filed(arn[at : at + _GRAM])
            if hit is not None:
                found.update(hit)
        return sorted(found)


def _grams_of(pattern: ResourcePattern) -> Iterator[str]:
    for text in _fixed_texts(pattern):
        for at in range(len(text) - _GRAM + 1):
            yield text[at : at + _GRAM]


def _fixed_texts(pattern: ResourcePattern) -> Iterable[str]:
    # The first parts are safe only as one run from the very start: a star among them may push the rest into the
    # ARN's last part, which keeps its case.
    if not pattern.head:
        return
    texts = [t for t in pattern.tail if isinstance(t, str)]
    if all(is_literal(tokens(part)) for part in pattern.head):
        lead = texts.pop(0) if pattern.tail and isinstance(pattern.tail[0], str) else ""
        yield normal_arn(f"{':'.join(pattern.head)}:{lead}")
    yield from texts
