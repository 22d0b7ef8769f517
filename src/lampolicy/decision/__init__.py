"""The answer: what was decided, and the evidence.

Takes: the statements that mattered.
Gives: `Allowed`, `ExplicitlyDenied`, `ImplicitlyDenied`, `Undetermined`.
Never: decides.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.decision._decision import (
    CALLER_IDENTITY,
    ROOT_OF_ACCOUNT,
    SESSION_TOKEN,
    Allowed,
    Decision,
    Determined,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    OpenTest,
    Outcome,
    RuleGrant,
    Side,
    Undetermined,
    all_of,
    condition_text,
)

if TYPE_CHECKING:
    from lampolicy.decision._wire import read_decision, write_decision

__all__ = [
    "CALLER_IDENTITY",
    "ROOT_OF_ACCOUNT",
    "SESSION_TOKEN",
    "Allowed",
    "Decision",
    "Determined",
    "ExplicitlyDenied",
    "Grant",
    "ImplicitlyDenied",
    "Missing",
    "OpenTest",
    "Outcome",
    "RuleGrant",
    "Side",
    "Undetermined",
    "all_of",
    "condition_text",
    "read_decision",
    "write_decision",
]

__getattr__ = later(__name__, {"._wire": ("read_decision", "write_decision")})
