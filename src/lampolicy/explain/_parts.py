"""The parts an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lampolicy.decision import Side
from lampolicy.policy import Effect, StatementId


class Verdict(StrEnum):
    """What one layer of policies says to a request."""

    DENIES = "denies"
    ALLOWS = "allows"
    SILENT = "silent"
    OPEN = "cannot be told"
    ABSENT = "there is none"
    EXEMPT = "does not apply"


@dataclass(frozen=True, slots=True)
class ExplainedStatement:
    """A statement that mattered, or nearly did.

    Attributes:
        id: Which statement.
        effect: What it does when it matches.
        matches: Whether it matches; `None` if that hangs on unknown keys.
        named_as: As what its principal names the caller: `the user`, `its account` ...
        failed: The elements that failed, one sentence each; for `matches` `None`, what it hangs on.
        held: For a Deny that matches, what made it match, one sentence each.
    """

    id: StatementId
    effect: Effect
    matches: bool | None
    named_as: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedLayer:
    """One layer of policies, in AWS's order.

    Attributes:
        side: Which layer.
        level: For SCPs and RCPs, the level below the organization's root, which is 0.
        verdict: What it says.
        statements: The statements that made it say so; for a silent layer, those that came nearest.
        remark: What else there is to say about it.
    """

    side: Side
    level: int | None
    verdict: Verdict
    statements: tuple[ExplainedStatement, ...] = ()
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """A statement to add.

    Attributes:
        side: To which layer.
        level: For SCPs, to which level.
        policy: The name of the policy to add it to; `None` for a new one.
        statement: The statement as AWS writes it.
    """

    side: Side
    level: int | None
    policy: str | None
    statement: dict[str, object]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Statements that together make the request allowed: it was decided again with them.

    Attributes:
        additions: The statements, each with the place where it belongs.
    """

    additions: tuple[Addition, ...]
