"""What a function's configuration needs of its execution role, as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lampolicy.decision import Allowed, Undetermined
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step
from lampolicy.names import FunctionArn
from lampolicy.policy import StatementId

NOT_NEEDED: Final = "not needed by the configuration; the code may need it"


class Setting(StrEnum):
    """A setting of a function that asks something of its role."""

    LOGS = "logs"
    VPC = "vpc"
    TRACING = "tracing"
    DEAD_LETTER = "dead letter queue"
    DESTINATION = "destination"
    FILE_SYSTEM = "file system"
    ENVIRONMENT = "environment variables"
    EVENT_SOURCE = "event source"


WITHOUT: Final = {
    Setting.LOGS: "the function runs, but its logs are lost",
    Setting.VPC: "Lambda cannot attach the function to its VPC",
    Setting.TRACING: "the function runs, but its traces are lost",
    Setting.DEAD_LETTER: "the function runs, but events that failed are lost without a word",
    Setting.DESTINATION: "the function runs, but results do not reach the destination",
    Setting.FILE_SYSTEM: "the function cannot mount the file system, or write to it",
    Setting.ENVIRONMENT: "the function cannot start: its environment variables stay encrypted",
    Setting.EVENT_SOURCE: "the mapping cannot be made, and one that is there stops reading",
}
"""What happens if the role lacks it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something a setting asks for.

    Attributes:
        setting: The setting.
        step: What is asked.
        pattern: The resource as a policy that grants it writes it; the step's own if empty.
        condition: What that policy can ask for beside it, as (operator, key, value).
        names_function: Whether Lambda makes the call inside the execution environment, with the function's ARN in its
            context (semantics K2).
        optional: Whether some set-ups do without, such as with a log group that is there already.
    """

    setting: Setting
    step: Step
    pattern: str = ""
    condition: tuple[str, str, str] | None = None
    names_function: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the role needs, and whether it has it.

    Attributes:
        wanted: What is asked.
        part: The decision.
    """

    wanted: Wanted
    part: Part

    @property
    def setting(self) -> Setting:
        """The setting that asks for it."""
        return self.wanted.setting

    @property
    def without(self) -> str:
        """What happens if the role lacks it."""
        return WITHOUT[self.setting]


@dataclass(frozen=True, slots=True)
class Excess:
    """Something a policy of the role allows that no setting needs.

    Attributes:
        statement: The statement that allows it.
        action: The action as the statement writes it; of a `NotAction` all its exceptions.
        resources: The resources as the statement writes them.
        needed: Actions it covers that a setting does need; empty if there are none.
    """

    statement: StatementId
    action: str
    resources: tuple[str, ...]
    needed: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """What can be said of it without knowing the code."""
        if self.needed:
            return f"the configuration needs only {', '.join(self.needed)} of it; the code may need more"
        return NOT_NEEDED


@dataclass(frozen=True, slots=True)
class Needs:
    """What the configuration of a function needs of its execution role; true only if nothing is lacking.

    Attributes:
        function: ARN of the function.
        role: ARN of its role, if known.
        least: The least policy that would do, as a document.
        trust: Whether Lambda may assume the role (semantics L19); `None` if that could not be decided.
        required: What the configuration needs, decided.
        excess: What the role's policies allow beyond.
        beyond: What a role with just the least policy would still be refused: another layer or account forbids it.
        undecided: What it needs besides, which could not be decided.
        obstacles: Why not.
        notes: What else to know.
    """

    function: FunctionArn
    role: str | None
    least: Mapping[str, object]
    trust: Part | None = None
    required: tuple[Need, ...] = ()
    excess: tuple[Excess, ...] = ()
    beyond: tuple[Need, ...] = ()
    undecided: tuple[Wanted, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        trusted = self.trust is not None and bool(self.trust.decision)
        return trusted and not self.obstacles and all(need.part.decision for need in self.required)

    @property
    def refused(self) -> Answer:
        """What is refused for certain, Lambda's trust first, as an answer that `fix` takes."""
        parts = (*(() if self.trust is None else (self.trust,)), *(need.part for need in self.required))
        refused = tuple(p for p in parts if not isinstance(p.decision, Allowed | Undetermined))
        return Answer(f"has {self.role} what {self.function} needs", refused)

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What the role lacks for certain."""
        return tuple(n for n in self.required if not isinstance(n.part.decision, Allowed | Undetermined))

    @property
    def undetermined(self) -> tuple[Need, ...]:
        """What hangs on keys that are not known."""
        return tuple(n for n in self.required if isinstance(n.part.decision, Undetermined))

    def to_dict(self) -> dict[str, object]:
        """Write the answer as a JSON value."""
        from lampolicy.function._needs_text import write_needs

        return write_needs(self)

    def __str__(self) -> str:
        from lampolicy.function._needs_text import needs_text

        return needs_text(self)
