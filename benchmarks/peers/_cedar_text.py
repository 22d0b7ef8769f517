"""Rules written in Cedar."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.peers._flat import ACTION, CALLER, RESOURCE, Rule, Test, facts, flatten
from benchmarks.peers._protocol import Inexpressible
from benchmarks.workloads import Asked, Workload


def policies(workload: Workload) -> str:
    """A workload's policies in Cedar's own text."""
    return "\n".join(map(_policy, flatten(workload)))


def request(asked: Asked) -> dict[str, object]:
    """A request as Cedar's interfaces for Python and JavaScript take it."""
    return {
        "principal": {"type": "P", "id": asked.caller},
        "action": {"type": "Action", "id": asked.action},
        "resource": {"type": "R", "id": asked.resource},
        "context": facts(asked),
    }


def _policy(rule: Rule) -> str:
    caller = next((f"== P::{_text(t.values[0])}" for t in rule.about(CALLER) if len(t.values) == 1), "")
    action = next((_actions(t) for t in rule.about(ACTION) if _literal(t)), "")
    resource = next((f"== R::{_text(t.values[0])}" for t in rule.about(RESOURCE) if _exact(t)), "")
    effect = "permit" if rule.allow else "forbid"
    when = " && ".join(map(_condition, _left(rule, caller=bool(caller), action=bool(action))))
    head = f"{effect}(principal {caller}, action {action}, resource {resource})"
    return f"{head} when {{ {when} }};" if when else f"{head};"


def _left(rule: Rule, *, caller: bool, action: bool) -> Iterator[Test]:
    for test in rule.tests:
        in_head = (
            (test.subject == CALLER and caller and len(test.values) == 1)
            or (test.subject == ACTION and action and _literal(test))
            or (test.subject == RESOURCE and _exact(test))
        )
        if not in_head:
            yield test


def _exact(test: Test) -> bool:
    return test.kind == "equals" and len(test.values) == 1


def _literal(test: Test) -> bool:
    return not any("*" in value for value in test.values)


def _actions(test: Test) -> str:
    return f"in [{', '.join(f'Action::{_text(value)}' for value in test.values)}]"


def _condition(test: Test) -> str:
    attribute = f"context[{_text(test.subject)}]"
    found = " || ".join(_comparison(attribute, test, value) for value in test.values)
    return f"(context has {_text(test.subject)} && ({found}))"


def _comparison(attribute: str, test: Test, value: str) -> str:
    match test.kind:
        case "equals":
            return f"{attribute} == {_text(value)}"
        case "network":
            return f"ip({attribute}).isInRange(ip({_text(value)}))"
        case "after":
            return f"datetime({attribute}) > datetime({_text(value)})"
        case "like":
            if "?" in value:
                raise Inexpressible("`like` has no `?`")
            return f"{attribute} like {_text(value)}"


def _text(value: str) -> str:
    return json.dumps(value)
