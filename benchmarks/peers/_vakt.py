"""vakt: rules in memory, checked by its `RulesChecker`."""

from __future__ import annotations

import re
from typing import ClassVar

import vakt
from vakt.rules import CIDR, And, Any, Eq, Greater, In, Or, RegexMatch

from benchmarks.peers._flat import ACTION, CALLER, OWNER, RESOURCE, Rule, Test, flatten
from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Workload


class Vakt(Peer[object]):
    """`Guard.is_allowed` over a `MemoryStorage`."""

    name: ClassVar[str] = "vakt"
    package: ClassVar[str] = "vakt"

    def load(self, workload: Workload) -> None:
        """Store one vakt policy for every rule."""
        storage = vakt.MemoryStorage()
        for number, rule in enumerate(flatten(workload)):
            storage.add(_policy(str(number), rule))
        self._guard = vakt.Guard(storage, vakt.RulesChecker())

    def prepare(self, asked: Asked) -> object:
        """Make an inquiry."""
        context = {**asked.context, OWNER: asked.owner}
        return vakt.Inquiry(subject=asked.caller, action=asked.action, resource=asked.resource, context=context)

    def decide(self, ready: object) -> bool:
        """Ask the guard."""
        return bool(self._guard.is_allowed(ready))


PEER = Vakt


def _policy(uid: str, rule: Rule) -> object:
    return vakt.Policy(
        uid,
        effect=vakt.ALLOW_ACCESS if rule.allow else vakt.DENY_ACCESS,
        subjects=_element(rule, CALLER),
        actions=_element(rule, ACTION),
        resources=_element(rule, RESOURCE),
        context={t.subject: _one(t) for t in rule.tests if t.subject not in (CALLER, ACTION, RESOURCE)},
    )


def _element(rule: Rule, subject: str) -> list[object]:
    tests = [_one(t) for t in rule.about(subject)]
    if not tests:
        return [Any()]
    return tests if len(tests) == 1 else [And(*tests)]  # what stands in the list itself is an alternative


def _one(test: Test) -> object:
    match test.kind:
        case "equals":
            return Eq(test.values[0]) if len(test.values) == 1 else In(*test.values)
        case "network":
            return Or(*map(CIDR, test.values))
        case "after":
            return Greater(test.values[0])
        case "like":
            return RegexMatch("|".join(map(_regex, test.values)))


def _regex(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern) + "$"
