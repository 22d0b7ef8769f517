"""Worlds in volume: engine and reference decide thousands of generated requests, and every disagreement becomes a case.

    python -m lampolicy.testing.worlds --count 100000 --seed 1 --dump disagreements.jsonl

The same seed gives the same worlds on every machine. The command prints how often each operator, caller, layer and
decision was met, then every disagreement as a minimal conformance row; it exits 1 if there was one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied, Undetermined
from lampolicy.policy import AllExcept, Policy, Statement, StatementId
from lampolicy.testing._compare import Answer, by_engine, by_reference, word_of
from lampolicy.testing._dice import Seeded
from lampolicy.testing._rows import Row, world_row
from lampolicy.testing._shrink import shrunk
from lampolicy.testing._worlds import World, draw_family, kind_of, layer_policies

FAMILY = 4
"""How many requests are asked of the same policies, so that what an engine keeps between requests is tried too."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A world that engine and reference decide differently, as small as it could be made.

    Attributes:
        world: The request and its policies.
        engine: The engine's answer.
        reference: The reference's.
        number: The world's number under its seed.
    """

    world: World
    engine: Answer
    reference: Answer
    number: int

    def row(self) -> Row:
        """Write it as a conformance row that expects the reference's answer."""
        notes = f"engine: {self.engine!r}; reference: {self.reference!r}"
        return world_row(self.world, id=f"generated/{self.number}", expected=word_of(self.reference), notes=notes)


@dataclass(slots=True)
class Tally:
    """How often worlds met what they should meet, group by group: `operator`, `principal`, `layer`, `decision` ..."""

    groups: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    worlds: int = 0

    def add(self, group: str, name: str) -> None:
        """Count one meeting."""
        self.groups.setdefault(group, Counter())[name] += 1

    def count_policies(self, world: World) -> None:
        """Count what the policies of a world are made of."""
        for layer, policies in layer_policies(world.policies).items():
            if policies:
                self.add("layer", layer)
            for policy in policies:
                self._count_policy(policy)

    def _count_policy(self, policy: Policy) -> None:
        self.add("policy kind", str(policy.kind))
        self.add("version", str(policy.version))
        for statement in policy.statements:
            self._count_statement(statement)

    def _count_statement(self, statement: Statement) -> None:
        for condition in statement.conditions:
            operator = condition.operator
            self.add("operator", str(operator.base))
            self.add("operator form", f"{operator.quantifier or 'plain'}{' IfExists' if operator.if_exists else ''}")
            if "${" in "".join(condition.values):
                self.add("element", "variable in a condition")
        for name in ("actions", "resources", "principals"):
            if isinstance(getattr(statement, name, None), AllExcept):
                self.add("element", f"Not{name.capitalize()[:-1]}")
        if "${" in repr(getattr(statement, "resources", None)):
            self.add("element", "variable in a resource")

    def count_answer(self, world: World, answer: Answer) -> None:
        """Count the caller and what was decided, with the layers that decided it."""
        self.worlds += 1
        self.add("principal", kind_of(world.request.principal))
        self.add("decision", word_of(answer))
        match answer:
            case Allowed():
                for grant in answer.by:
                    self.add("granted by", str(grant.kind) if isinstance(grant, StatementId) else grant.rule)
            case ExplicitlyDenied():
                for statement in answer.by:
                    self.add("denied by", str(statement.kind))
            case ImplicitlyDenied():
                for missing in answer.missing:
                    self.add("missing", str(missing.side))
            case Undetermined():
                self.add("undetermined outcomes", str(len(answer.outcomes)))
            case _:
                pass

    def lines(self) -> Iterator[str]:
        """Write the counts, one group a line."""
        for group, counts in sorted(self.groups.items()):
            yield f"{group}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def worlds(count: int, seed: int) -> Iterator[World]:
    """Make `count` worlds from a seed; four by four they share their policies."""
    for number in range(0, count, FAMILY):
        yield from draw_family(Seeded(f"{seed}/{number}"), min(FAMILY, count - number))


def compare(
    count: int,
    seed: int,
    *,
    tally: Tally | None = None,
    engine: Callable[[World], Answer] = by_engine,
    reference: Callable[[World], Answer] = by_reference,
) -> Iterator[Disagreement]:
    """Decide `count` worlds with both, and give every disagreement on decision or evidence, shrunk.

    Args:
        count: How many worlds.
        seed: Where to start; the same seed gives the same worlds.
        tally: Where to count what was met.
        engine: What answers a world as the engine does.
        reference: What answers it as the reference does.
    """

    def is_wrong(world: World) -> bool:
        return engine(world) != reference(world)

    for number, world in enumerate(worlds(count, seed)):
        fast, slow = engine(world), reference(world)
        if tally is not None:
            tally.count_answer(world, slow)
            if number % FAMILY == 0:
                tally.count_policies(world)
        if fast != slow:
            small = shrunk(world, is_wrong)
            yield Disagreement(small, engine(small), reference(small), number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m lampolicy.testing.worlds", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many worlds (default 10000)")
    parser.add_argument("--seed", type=int, default=1, help="where to start (default 1)")
    parser.add_argument("--dump", type=Path, help="a file to append the disagreements to, as conformance rows")
    parser.add_argument("--most", type=int, default=20, help="stop after so many disagreements (default 20)")
    options = parser.parse_args(arguments)
    tally, start, found = Tally(), time.perf_counter(), 0
    for disagreement in compare(options.count, options.seed, tally=tally):
        found += 1
        _report(disagreement, options.dump)
        if found >= options.most:
            break
    seconds = time.perf_counter() - start
    for line in tally.lines():
        sys.stdout.write(f"{line}\n")
    rate = tally.worlds / seconds if seconds else 0
    sys.stdout.write(f"{tally.worlds} worlds, {found} disagreements, {rate:.0f} worlds a second\n")
    return 1 if found else 0


def _report(disagreement: Disagreement, dump: Path | None) -> None:
    line = json.dumps(disagreement.row())
    sys.stdout.write(f"{line}\n")
    if dump is not None:
        with dump.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
