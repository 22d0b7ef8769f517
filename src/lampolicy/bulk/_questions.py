"""Callers, actions, resources and their owners, each combination looked up once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from lampolicy.bulk._arrow import Array, Codes
from lampolicy.bulk._plans import Question
from lampolicy.bulk._principal import Callers, as_text
from lampolicy.bulk._reader import Flaw, Reader
from lampolicy.bulk._vocabulary import Pairs

_MISSING: Final = "the row has no `{}`"


class Questions:
    """Finds the plan of every row from the columns `principal`, `action`, `resource` and `account`."""

    __slots__ = (
        "_accounts",
        "_actions",
        "_asking",
        "_callers",
        "_doing",
        "_done",
        "_owned",
        "_owning",
        "_plan",
        "_resources",
    )

    def __init__(self, plan: Callable[[Question | Flaw], int]) -> None:
        """Take the function that numbers plans."""
        self._plan = plan
        self._callers = Callers()
        self._actions: Reader[str | Flaw] = Reader(as_text)
        self._resources: Reader[str | Flaw] = Reader(as_text)
        self._accounts: Reader[str | Flaw] = Reader(as_text)
        self._owned: list[tuple[int, int]] = []
        self._done: list[tuple[int, int]] = []
        # An action goes with few resources, so these pairs are far fewer than those of callers with either.
        self._owning = Pairs(lambda resource, account: _filed(self._owned, (resource, account)))
        self._doing = Pairs(lambda action, owned: _filed(self._done, (action, owned)))
        self._asking = Pairs(self._plan_of)

    def __len__(self) -> int:
        readers = (self._actions, self._resources, self._accounts)
        values = sum(len(reader.vocabulary) for reader in readers) + len(self._callers)
        return values + sum(map(len, (self._owning, self._doing, self._asking)))

    def plans(self, columns: Mapping[str, Array]) -> Codes:
        """The number of the plan for every row."""
        callers = self._callers.codes(columns["principal"])
        actions = self._actions.codes(columns["action"])
        owned = self._resources_of(columns["resource"], columns.get("account"))
        done = self._doing.of(actions, owned, (len(self._actions.vocabulary), len(self._owned)))
        return self._asking.of(callers, done, (len(self._callers), len(self._done)))

    def _resources_of(self, resources: Array, accounts: Array | None) -> Codes:
        """The pairs of resource and account."""
        which = self._resources.codes(resources)
        if accounts is None and len(self._resources.vocabulary) < len(which):
            return self._owning.alone(which, len(self._resources.vocabulary))
        owners = np.full(len(which), -1, dtype=np.int32) if accounts is None else self._accounts.codes(accounts)
        return self._owning.of(which, owners, (len(self._resources.vocabulary), len(self._accounts.vocabulary)))

    def _plan_of(self, caller: int, done: int) -> int:
        action, owned = self._done[done]
        resource, account = self._owned[owned]
        return self._plan(self._question(caller, action, resource, account))

    def _question(self, caller: int, action: int, resource: int, account: int) -> Question | Flaw:
        for name, code in (("principal", caller), ("action", action), ("resource", resource)):
            if code < 0:
                return Flaw(_MISSING.format(name))
        who, what = self._callers.values[caller], self._actions.vocabulary.values[action]
        which = self._resources.vocabulary.values[resource]
        owner = None if account < 0 else self._accounts.vocabulary.values[account]
        for name, value in (("principal", who), ("action", what), ("resource", which), ("account", owner)):
            if isinstance(value, Flaw):
                return Flaw(f"the `{name}` cannot be used: {value.reason}")
        return who, what, which, owner  # type: ignore[return-value]


def _filed(pairs: list[tuple[int, int]], pair: tuple[int, int]) -> int:
    pairs.append(pair)
    return len(pairs) - 1
