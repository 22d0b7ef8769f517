"""A way to act as a role that was not given to one: what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lampolicy.diagnostic import Severity
from lampolicy.function._answer import Part
from lampolicy.request import Principal


class PathKind(StrEnum):
    """What sort of way it is."""

    CREATE = "a new function acts as the role"
    CODE = "changed code acts as the function's role"
    CONFIGURATION = "a function is given the role"
    SELF_PASS = "the role passes itself"
    ALSO_TRUSTED = "the role trusts more than Lambda"
    SHARED = "several functions share the role"
    UNFINISHED = "not looked at"


@dataclass(frozen=True, slots=True)
class Gain:
    """One thing the role may do and the caller may not: what makes the way worth going.

    Attributes:
        role: The decision for the role.
        caller: The decision on the same for the caller.
    """

    role: Part
    caller: Part

    def __str__(self) -> str:
        return f"{self.role.request.action} on {self.role.request.resource}"


@dataclass(frozen=True, slots=True)
class PassPath:
    """A way by which somebody comes to act as a role, or what makes such a way shorter.

    Attributes:
        kind: What sort of way.
        severity: `ERROR` for a way that is proved from end to end, the gain included; `WARNING` where it waits for an
            event or its gain hangs on conditions; `NOTE` for what is worth knowing.
        message: What it is: lower case, no full stop.
        help: What to do.
        role: ARN of the role, where it is about one.
        caller: Who goes it, where it is about one.
        functions: ARNs of the functions it leads through; for `CREATE` one that could be made.
        parts: The decisions that prove it.
        gain: What the caller gains by it, where it was found.
    """

    kind: PathKind
    severity: Severity
    message: str
    help: str
    role: str | None = None
    caller: Principal | None = None
    functions: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    gain: Gain | None = None

    def __str__(self) -> str:
        return f"{self.severity}: {self.message} (help: {self.help})"
