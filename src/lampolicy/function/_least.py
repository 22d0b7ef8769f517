"""The least policy that meets a list of needs, written as people write it: a statement for each setting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from lampolicy.function._needs_types import Setting, Wanted

_SIDS: Final = {
    Setting.LOGS: "Logs",
    Setting.VPC: "NetworkInterfaces",
    Setting.TRACING: "Traces",
    Setting.DEAD_LETTER: "FailedEvents",
    Setting.DESTINATION: "Destinations",
    Setting.FILE_SYSTEM: "FileSystems",
    Setting.ENVIRONMENT: "EnvironmentVariables",
    Setting.EVENT_SOURCE: "EventSources",
}

_Condition: TypeAlias = tuple[str, str, str] | None
_Group: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], _Condition]


def least_policy(wants: Sequence[Wanted]) -> dict[str, object]:
    """Write the identity policy that allows what is wanted, and nothing else or twice; Version 2012-10-17."""
    first = {_grant(want): want for want in sorted(wants, key=_place, reverse=True)}
    once = sorted(first.values(), key=lambda want: (_place(want), wants.index(want)))
    statements = [
        _statement(f"{_SIDS[setting]}{'' if place == 0 else place + 1}", group)
        for setting, found in groupby(once, key=lambda want: want.setting)
        for place, group in enumerate(_groups(list(found)))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _place(want: Wanted) -> int:
    return list(Setting).index(want.setting)


def _grant(want: Wanted) -> tuple[str, str, _Condition]:
    return want.step.action, want.pattern or want.step.resource, want.condition


def _groups(found: list[Wanted]) -> Iterator[_Group]:
    """Join actions on the same resource, then resources with the same actions."""
    actions: dict[tuple[str, _Condition], dict[str, None]] = {}
    for want in found:
        action, pattern, condition = _grant(want)
        actions.setdefault((pattern, condition), {})[action] = None
    resources: dict[tuple[tuple[str, ...], _Condition], list[str]] = {}
    for (where, asked), names in actions.items():
        resources.setdefault((tuple(names), asked), []).append(where)
    for (joined, asked), patterns in resources.items():
        yield joined, tuple(patterns), asked


def _statement(sid: str, group: _Group) -> dict[str, object]:
    actions, resources, condition = group
    statement: dict[str, object] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": _one_or_many(actions),
        "Resource": _one_or_many(resources),
    }
    if condition is not None:
        operator, key, value = condition
        statement["Condition"] = {operator: {key: value}}
    return statement


def _one_or_many(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)
