"""The answer to one of Lambda's questions: the decisions AWS makes for it, each with its request and policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied, Undetermined, all_of
from lampolicy.diagnostic import AwsError
from lampolicy.organization import Policies
from lampolicy.request import Request

if TYPE_CHECKING:
    from lampolicy.explain import Explanation


@dataclass(frozen=True, slots=True)
class Part:
    """One decision AWS makes on the way.

    Attributes:
        request: What is decided.
        policies: Every policy that bears on it.
        decision: The decision.
        rule: The rule of the semantics that asks for it, such as `L8`.
        why: Why AWS asks, in a few words: `the execution role reads the queue`.
        aws: The error AWS gives if it refuses here, where it is known to be another than its denial sentence.
    """

    request: Request
    policies: Policies
    decision: Decision
    rule: str
    why: str
    aws: AwsError | None = None

    @property
    def explanation(self) -> Explanation:
        """Why this part was decided as it was."""
        from lampolicy.explain import explain

        return explain(self.request, self.policies)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason to refuse that no policy can remove.

    Attributes:
        rule: The rule of the semantics.
        message: What stands in the way: lower case, no full stop.
        help: What to do.
        aws: What AWS answers, where it is known.
    """

    rule: str
    message: str
    help: str | None = None
    aws: AwsError | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question about a function; true only if everything it takes is allowed.

    Attributes:
        question: The question in words.
        parts: The decisions it takes, in the order AWS makes them.
        obstacles: What stands in the way whatever the policies say.
        notes: What else the asker should know, such as that a function policy plays no part here.
    """

    question: str
    parts: tuple[Part, ...]
    obstacles: tuple[Obstacle, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.obstacles and bool(self.parts) and all(part.decision for part in self.parts)

    @property
    def refused(self) -> tuple[Part, ...]:
        """The parts that are denied for certain, in the order AWS would complain about them."""
        return tuple(p for p in self.parts if isinstance(p.decision, ExplicitlyDenied | ImplicitlyDenied))

    @property
    def undetermined(self) -> tuple[Part, ...]:
        """The parts that hang on what is not known."""
        return tuple(p for p in self.parts if isinstance(p.decision, Undetermined))

    @property
    def decision(self) -> Decision | None:
        """The decisions of all parts together (semantics M10); `None` if there are none."""
        return all_of(tuple(part.decision for part in self.parts)) if self.parts else None
