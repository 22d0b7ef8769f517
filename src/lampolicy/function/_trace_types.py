"""What a trace is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lampolicy.decision import Decision
from lampolicy.function._answer import Answer
from lampolicy.function._fix_types import Fix
from lampolicy.function._trace_path import Path

_NOT_KNOWN: Final = frozenset({"L19", "L20", "L23"})
"""Rules whose obstacles say that a role or policy is not known here, rather than that AWS refuses."""


class Result(StrEnum):
    """How a hop went."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    OPEN = "cannot be told"


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the path.

    Attributes:
        kind: What it is: `source`, `function`, `role`, `target`, or `relay`: what hands an event on.
        name: What to call it.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from a place to the next.

    Attributes:
        start: Number of the node it leaves.
        end: Number of the node it reaches.
        does: What happens, in a few words: `invokes`, `assumes`, `s3:PutObject`.
        answer: Whether it may, with every decision it takes.
        fix: What would make it so, if it is refused.
        unread: Why nothing was decided, where a policy that bears on it is missing or has faults.
        asks: Whether AWS authorizes anything here; it does not within one service, such as from a bus to its rule.
    """

    start: int
    end: int
    does: str
    answer: Answer
    fix: Fix | None = None
    unread: str | None = None
    asks: bool = True

    def __bool__(self) -> bool:
        return bool(self.answer) if self.asks else not self.answer.obstacles

    @property
    def result(self) -> Result:
        """How it went."""
        if self:
            return Result.ALLOWED
        barred = any(not (obstacle.open or obstacle.rule in _NOT_KNOWN) for obstacle in self.answer.obstacles)
        return Result.REFUSED if barred or self.answer.refused else Result.OPEN

    @property
    def decision(self) -> Decision | None:
        """The decisions of the hop together."""
        return self.answer.decision


@dataclass(frozen=True, slots=True)
class Trace:
    """A path with the decision on every hop; true only if all are allowed.

    `str(trace)` is the text for people, `to_dict()` the JSON, `mermaid()` and `svg()` the picture.

    Attributes:
        path: The path.
        nodes: The places on it.
        hops: The hops, in order.
    """

    path: Path
    nodes: tuple[Node, ...]
    hops: tuple[Hop, ...]

    def __bool__(self) -> bool:
        return all(self.hops)

    @property
    def broken(self) -> Hop | None:
        """The first hop that is refused; `None` if there is none."""
        return next((hop for hop in self.hops if hop.result is Result.REFUSED), None)

    @property
    def result(self) -> Result:
        """How the whole went."""
        if self:
            return Result.ALLOWED
        return Result.REFUSED if self.broken is not None else Result.OPEN

    def reached(self, hop: Hop) -> bool:
        """Tell whether an invocation gets as far as this hop: none before it, on the way to it, is refused."""
        before = next((other for other in self.hops if other.end == hop.start), None)
        return before is None or (before.result is not Result.REFUSED and self.reached(before))

    def __str__(self) -> str:
        from lampolicy.function._trace_text import text_of

        return text_of(self)

    def to_dict(self) -> dict[str, object]:
        """Write the trace as plain values for JSON."""
        from lampolicy.function._trace_text import wire_of

        return wire_of(self)

    def mermaid(self) -> str:
        """Draw the trace as a Mermaid flowchart, for a README or a pull request."""
        from lampolicy.function._trace_mermaid import mermaid_of

        return mermaid_of(self)

    def svg(self) -> str:
        """Draw the trace as a standalone SVG, readable on light and dark pages, without fonts from elsewhere."""
        from lampolicy.function._trace_svg import svg_of

        return svg_of(self)
