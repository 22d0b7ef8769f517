"""The answer to one of Lambda's questions: the decisions AWS makes for it, each with its request and policies."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from lampolicy.decision import Decision, ExplicitlyDenied, ImplicitlyDenied, Undetermined, all_of
from lampolicy.diagnostic import AwsError
from lampolicy.organization import Policies
from lampolicy.reference import UncertainRule
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
        rests_on: What of Lambda's own doing is uncertain (semantics section 9) and would change this decision.
        what_if: Whether the request's condition keys won over those derived from its caller.
    """

    request: Request
    policies: Policies
    decision: Decision
    rule: str
    why: str
    aws: AwsError | None = None
    rests_on: tuple[UncertainRule, ...] = ()
    what_if: bool = False

    @property
    def explanation(self) -> Explanation:
        """Why this part was decided as it was."""
        from lampolicy.explain import explain

        return explain(
            self.request,
            self.policies,
            what_if=self.what_if,
            same_organization=self._same_organization,
            decision=self.decision,
        )

    @property
    def _same_organization(self) -> bool:
        """Across accounts AWS tells the reason only within one organization (semantics E22)."""
        facts = dict(self.policies.facts)
        ours = facts.get("aws:PrincipalOrgID")
        return ours is not None and ours == facts.get("aws:ResourceOrgID")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason to refuse that no policy can remove.

    Attributes:
        rule: The rule of the semantics.
        message: What stands in the way: lower case, no full stop.
        help: What to do.
        aws: What AWS answers, where it is known.
        after: How many parts of the answer AWS decides before it looks at this.
        open: Whether it stands in the way of an answer only, since something is not known here, and not of AWS.
    """

    rule: str
    message: str
    help: str | None = None
    aws: AwsError | None = None
    after: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something AWS would refuse the call for.

    Attributes:
        cause: The part that is denied, or the obstacle.
    """

    cause: Part | Obstacle

    @property
    def rule(self) -> str:
        """The rule of the semantics."""
        return self.cause.rule

    @property
    def aws(self) -> AwsError | None:
        """What AWS answers, in its own words as far as they are known; `None` if not even the code is."""
        if self.cause.aws is not None or isinstance(self.cause, Obstacle):
            return self.cause.aws
        sentence = self.cause.explanation.sentence
        return None if sentence is None else AwsError("AccessDeniedException", sentence)

    def __str__(self) -> str:
        aws = self.aws
        if aws is not None:
            return aws.code if aws.text is None else f"{aws.code}: {aws.text}"
        return self.cause.message if isinstance(self.cause, Obstacle) else self.cause.why


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
        return tuple(p for p in self.parts if _denied(p.decision))

    @property
    def undetermined(self) -> tuple[Part, ...]:
        """The parts that hang on what is not known."""
        return tuple(p for p in self.parts if isinstance(p.decision, Undetermined))

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """Everything AWS would refuse the call for, in the order it would look at it."""
        refused = [(place + 0.5, Complaint(p)) for place, p in enumerate(self.parts) if _denied(p.decision)]
        barred = [(float(obstacle.after), Complaint(obstacle)) for obstacle in self.obstacles]
        return tuple(complaint for _, complaint in sorted([*barred, *refused], key=itemgetter(0)))

    @property
    def first_complaint(self) -> Complaint | None:
        """What AWS would answer: it stops at the first thing that it refuses."""
        return next(iter(self.complaints), None)

    @property
    def decision(self) -> Decision | None:
        """The decisions of all parts together (semantics M10); `None` if there are none."""
        return all_of(tuple(part.decision for part in self.parts)) if self.parts else None


def _denied(decision: Decision) -> bool:
    return isinstance(decision, ExplicitlyDenied | ImplicitlyDenied)
