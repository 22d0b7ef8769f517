"""The neutral form of a workload: plain values, so that every peer can read it, whatever language it is written in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias

from lampolicy.request import account_in

SEED = 20260101
START = datetime(2026, 1, 1, tzinfo=UTC)
NO_MOMENT = -1

Document: TypeAlias = dict[str, object]
Row: TypeAlias = tuple[int, int, int, int, int]
"""Indexes of caller, action, resource and context, and the second after `START` (or `NO_MOMENT`)."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An IAM user or role.

    Attributes:
        arn: Its ARN.
        policies: Names of its policies.
        boundary: The name of its boundary, if it has one.
    """

    arn: str
    policies: tuple[str, ...]
    boundary: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with everything a peer may want to know about it."""

    caller: str
    action: str
    resource: str
    owner: str
    context: Mapping[str, str]

    @property
    def is_service(self) -> bool:
        """Whether an AWS service asks, not a user or role."""
        return not self.caller.startswith("arn:")

    @property
    def told(self) -> Asked:
        """The same for a peer, which has to be told what AWS derives from the resource, as lampolicy does."""
        return replace(self, context={**self.context, "aws:ResourceAccount": self.owner})

    @property
    def account(self) -> str | None:
        """The caller's account; a service has none."""
        return None if self.is_service else self.caller.split(":", 5)[4]


@dataclass(frozen=True)
class Workload:
    """Who exists, and the questions in the order they are asked.

    Attributes:
        name: `W1`, `W2`, `W3-1000` ...
        accounts: The accounts that take part.
        organization: The organization's id, where there is one.
        documents: Every policy document by name.
        levels: Names of the SCPs of each level, root first; empty for none.
        entities: The users and roles.
        functions: From a function's unqualified ARN to the names of its policies by the ARN they hang on.
        owners: From a resource to its owner where its ARN does not tell.
        callers: Callers that `rows` refers to: ARNs of entities, or names of services.
        actions: Actions that `rows` refers to.
        resources: Resources that `rows` refers to.
        contexts: Contexts that `rows` refers to, without the time.
        rows: The questions.
    """

    name: str
    accounts: tuple[str, ...]
    documents: dict[str, Document]
    entities: tuple[Entity, ...]
    callers: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    contexts: tuple[dict[str, str], ...]
    rows: tuple[Row, ...]
    organization: str | None = None
    levels: tuple[tuple[str, ...], ...] = ()
    functions: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    owners: dict[str, str] = field(default_factory=dict[str, str])

    def to_json(self) -> bytes:
        """Write it, byte for byte the same everywhere."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Workload:
        """Read it back."""
        value = json.loads(text)
        value["entities"] = tuple(Entity(e["arn"], tuple(e["policies"]), e["boundary"]) for e in value.pop("entities"))
        value["levels"] = tuple(tuple(level) for level in value["levels"])
        value["rows"] = tuple(tuple(row) for row in value["rows"])
        for name in ("accounts", "callers", "actions", "resources", "contexts"):
            value[name] = tuple(value[name])
        return cls(**value)

    @cached_property
    def checksum(self) -> str:
        """The sha256 of the neutral form."""
        return sha256(self.to_json()).hexdigest()

    def asked(self, limit: int | None = None) -> Iterator[Asked]:
        """The questions in order."""
        for row in self.rows[:limit]:
            yield self.asked_in(row)

    def asked_in(self, row: Row) -> Asked:
        """The question of one row."""
        caller, action, resource, context, second = row
        values = self.contexts[context]
        if second != NO_MOMENT:
            values = {**values, **_time(second)}
        arn = self.resources[resource]
        return Asked(self.callers[caller], self.actions[action], arn, self.owner_of(arn), values)

    def owner_of(self, resource: str) -> str:
        """The account that owns a resource."""
        return self.owners.get(resource) or account_in(resource) or self.accounts[0]

    def policy_on(self, resource: str) -> Document | None:
        """The policy of exactly the addressed ARN (semantics L4)."""
        name = self._policy_names.get(resource)
        return None if name is None else self.documents[name]

    @cached_property
    def _policy_names(self) -> dict[str, str]:
        return {arn: name for policies in self.functions.values() for arn, name in policies.items()}

    @cached_property
    def statements(self) -> int:
        """How many statements all documents have together."""
        return sum(len(statements_of(d)) for d in self.documents.values())


def statements_of(document: Document) -> list[dict[str, object]]:
    """The statements of a document, one or many."""
    found = document["Statement"]
    if isinstance(found, dict):
        return [found]
    assert isinstance(found, list)
    return found


def _time(second: int) -> dict[str, str]:
    moment = START + timedelta(seconds=second)
    return {
        "aws:CurrentTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(moment.timestamp())),
    }


class Table:
    """Numbers things in the order they are first seen."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """The number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> tuple[str, ...]:
        """What was seen, by number."""
        return tuple(self._numbers)


class Rows:
    """Collects questions as rows over tables."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._callers, self._actions, self._resources, self._contexts = Table(), Table(), Table(), Table()
        self._rows: dict[Row, None] = {}
        self._repeated: list[Row] = []

    def add(self, caller: str, action: str, resource: str, context: dict[str, str], second: int = NO_MOMENT) -> None:
        """Add one question."""
        row = (
            self._callers(caller),
            self._actions(action),
            self._resources(resource),
            self._contexts(json.dumps(context, sort_keys=True)),
            second,
        )
        self._rows[row] = None
        self._repeated.append(row)

    @property
    def distinct(self) -> int:
        """How many different questions there are."""
        return len(self._rows)

    def tables(self) -> dict[str, tuple[object, ...]]:
        """What was collected but the rows, as `Workload` names it."""
        return {
            "callers": self._callers.texts,
            "actions": self._actions.texts,
            "resources": self._resources.texts,
            "contexts": tuple(json.loads(text) for text in self._contexts.texts),
        }

    def workload(self, *, repeats: bool, **rest: object) -> Workload:
        """Make the workload, with repeated questions or without."""
        rows = tuple(self._repeated if repeats else self._rows)
        return Workload(**self.tables(), rows=rows, **rest)  # type: ignore[arg-type]
