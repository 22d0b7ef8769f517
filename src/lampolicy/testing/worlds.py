"""Worlds in volume: engine and reference decide thousands of generated requests, and every disagreement becomes a case.

    python -m lampolicy.testing.worlds --count 100000 --seed 1 --dump disagreements.jsonl

`--count` requests come with their policies in hand, and as many again are asked of an `Authorizer` over generated
organizations. The same seed gives the same worlds on every machine. The command prints every disagreement as a minimal
conformance row, then how often each operator, caller, layer and decision was met; it exits 1 if there was one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lampolicy.authorize import Authorizer
from lampolicy.organization import Organization
from lampolicy.testing._compare import Answer, answer_of, by_engine, by_reference, word_of
from lampolicy.testing._dice import Seeded
from lampolicy.testing._focus import draw_worlds
from lampolicy.testing._organizations import Question, as_request, draw_populated
from lampolicy.testing._rows import Row, world_row
from lampolicy.testing._shrink import shrunk
from lampolicy.testing._tally import Tally
from lampolicy.testing._worlds import World

__all__ = ["Disagreement", "Tally", "compare", "compare_organizations", "main", "worlds"]

QUESTIONS = 40
"""How many questions are asked of one organization."""
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


def worlds(count: int, seed: int) -> Iterator[World]:
    """Make `count` worlds from a seed; four by four they share their policies."""
    for number in range(0, count, FAMILY):
        yield from draw_worlds(Seeded(f"{seed}/{number}"), min(FAMILY, count - number))


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


def compare_organizations(count: int, seed: int, *, tally: Tally | None = None) -> Iterator[Disagreement]:
    """Ask an `Authorizer` over generated organizations `count` questions, each twice, and the reference beside it.

    A disagreement is shrunk where the same policies in hand show it as well; else what the `Authorizer` remembers is at
    fault, and the world is given as it is.
    """
    for first in range(0, count, QUESTIONS):
        populated = draw_populated(Seeded(f"organization/{seed}/{first}"), min(QUESTIONS, count - first))
        authorizer = Authorizer(populated.organization)
        for number, question in enumerate(populated.questions, first):
            world = _in_hand(populated.organization, question)
            fast, slow = _asked(authorizer, question), by_reference(world)
            if tally is not None:
                tally.count_answer(world, slow)
                tally.count_policies(world)
            if not fast == slow == _asked(authorizer, question):
                yield _shrunk_disagreement(world, fast, number)


def _in_hand(organization: Organization, question: Question) -> World:
    policies = organization.policies_for(question.principal, question.resource, action=question.action)
    return World(as_request(organization, question), policies)


def _asked(authorizer: Authorizer, question: Question) -> Answer:
    return answer_of(lambda: authorizer.decide(*question))


def _shrunk_disagreement(world: World, answer: Answer, number: int) -> Disagreement:
    if by_engine(world) == by_reference(world):
        return Disagreement(world, answer, by_reference(world), number)
    small = shrunk(world, lambda smaller: by_engine(smaller) != by_reference(smaller))
    return Disagreement(small, by_engine(small), by_reference(small), number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m lampolicy.testing.worlds", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many requests of either kind (default 10000)")
    parser.add_argument("--seed", type=int, default=1, help="where to start (default 1)")
    parser.add_argument("--dump", type=Path, help="a file to append the disagreements to, as conformance rows")
    parser.add_argument("--most", type=int, default=20, help="stop after so many disagreements (default 20)")
    options = parser.parse_args(arguments)
    tally, start, found = Tally(), time.perf_counter(), 0
    in_hand = compare(options.count, options.seed, tally=tally)
    for disagreement in chain(in_hand, compare_organizations(options.count, options.seed, tally=tally)):
        found += 1
        _report(disagreement, options.dump)
        if found >= options.most:
            break
    seconds = time.perf_counter() - start
    for line in tally.lines():
        sys.stdout.write(f"{line}\n")
    rate = tally.worlds / seconds if seconds else 0
    sys.stdout.write(f"{tally.worlds} requests, {found} disagreements, {rate:.0f} requests a second\n")
    return 1 if found else 0


def _report(disagreement: Disagreement, dump: Path | None) -> None:
    line = json.dumps(disagreement.row())
    sys.stdout.write(f"{line}\n")
    if dump is not None:
        with dump.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
