"""PyCasbin: one policy line a rule, deny overrides, its own `globMatch` or `regexMatch` for patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import ClassVar, TypeAlias

import casbin
from casbin.util.builtin_operators import glob_match, regex_match

from benchmarks.peers._flat import Test, facts, flatten
from benchmarks.peers._protocol import Peer
from benchmarks.workloads import Asked, Workload

_MODEL = """
[request_definition]
r = facts
[policy_definition]
p = rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = holds(r.facts, p.rule)
"""

Facts: TypeAlias = Mapping[str, str]
Holds: TypeAlias = Callable[[Facts], bool]


class PyCasbin(Peer[dict[str, str]]):
    """`Enforcer.enforce`, the rules' tests as one function, which is how Casbin takes conditions."""

    name: ClassVar[str] = "pycasbin"
    package: ClassVar[str] = "pycasbin"

    def load(self, workload: Workload) -> None:
        """Add one line for every rule."""
        # The `*` of `globMatch` stops at a slash, that of IAM does not.
        glob = not any("/" in resource for resource in workload.resources)
        model = casbin.Model()
        model.load_model_from_text(_MODEL)
        self._enforcer = casbin.Enforcer(model)
        self._rules: dict[str, list[Holds]] = {}
        lines = []
        for number, rule in enumerate(flatten(workload)):
            self._rules[str(number)] = [_test(test, glob=glob) for test in rule.tests]
            lines.append([str(number), "allow" if rule.allow else "deny"])
        self._enforcer.add_policies(lines)
        self._enforcer.add_function("holds", self._holds)

    def _holds(self, given: Facts, rule: str) -> bool:
        return all(test(given) for test in self._rules[rule])

    def prepare(self, asked: Asked) -> dict[str, str]:
        """Everything a rule may ask about."""
        return facts(asked)

    def decide(self, ready: dict[str, str]) -> bool:
        """Ask the enforcer."""
        return bool(self._enforcer.enforce(ready))


PEER = PyCasbin


def _test(test: Test, *, glob: bool) -> Holds:
    subject, values = test.subject, test.values
    match test.kind:
        case "equals":
            return lambda f: f.get(subject) in values
        case "after":
            return lambda f: f.get(subject, "") > values[0]
        case "network":
            networks = [ip_network(v) for v in values]
            return lambda f: subject in f and any(ip_address(f[subject]) in n for n in networks)
        case "like":
            if glob:
                return lambda f: any(glob_match(f.get(subject, ""), v) for v in values)
            patterns = ["".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in v) + "$" for v in values]
            return lambda f: any(regex_match(f.get(subject, ""), p) for p in patterns)
