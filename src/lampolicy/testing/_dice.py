"""Where choices come from: the same generators run on a seed, for volume, and on hypothesis, which can shrink."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_PERCENT = 100


class Dice(ABC):
    """A source of choices. The smaller a throw, the plainer the thing it chooses, so that shrinking simplifies."""

    @abstractmethod
    def below(self, bound: int) -> int:
        """Throw: a number from 0 to `bound` - 1."""

    def pick(self, words: Sequence[T]) -> T:
        """Choose one of `words`; the first is the plainest."""
        return words[self.below(len(words))]

    def chance(self, percent: int) -> bool:
        """Tell yes in about `percent` of hundred throws; the plain answer is no."""
        return self.below(_PERCENT) >= _PERCENT - percent

    def some(self, words: Sequence[T], most: int) -> list[T]:
        """Choose from none to `most` of `words`, with repetition."""
        return [self.pick(words) for _ in range(self.below(most + 1))]


class Seeded(Dice):
    """Choices of a seeded random generator: the same seed gives the same choices on every machine."""

    def __init__(self, seed: int | str) -> None:
        """Start from `seed`."""
        self._random = random.Random(seed).random  # noqa: S311 - reproducible, not secret

    def below(self, bound: int) -> int:
        """Throw: a number from 0 to `bound` - 1."""
        return int(self._random() * bound)
