"""The policies of SQS queues: how much of everything they may hold (semantics 1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lampolicy.diagnostic import Code, Pointer
from lampolicy.policy._draft import Draft
from lampolicy.policy._faults import Faults

_STATEMENTS: Final = 20
_PRINCIPALS: Final = 50
_CONDITIONS: Final = 10
_ACTIONS: Final = 7


def check_queue(drafts: Sequence[Draft], faults: Faults) -> None:
    """Hold a queue's policy to SQS's limits: statements, principals, conditions, actions in each statement."""
    at = drafts[0].at[:-1] if drafts else ()
    _at_most(_STATEMENTS, len(drafts), "statements", at, faults)
    principals = sum(len(draft.principals.places) for draft in drafts if draft.principals)
    _at_most(_PRINCIPALS, principals, "principals", at, faults)
    _at_most(_CONDITIONS, sum(len(draft.conditions) for draft in drafts), "conditions", at, faults)
    for draft in drafts:
        if draft.actions is not None:
            count = len(draft.actions.places)
            _at_most(_ACTIONS, count, "actions in a statement", (*draft.at, draft.actions.element), faults)


def _at_most(limit: int, count: int, what: str, at: Pointer, faults: Faults) -> None:
    if count > limit:
        faults.error(
            Code.TOO_MANY,
            f"a queue's policy may hold {limit} {what}, not {count}",
            at,
            help="use wildcards, or a condition instead of a list of principals",
            aws_code="OverLimit",
        )
