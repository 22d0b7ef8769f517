"""IAM policies as one flat list of rules, for engines that know neither accounts nor kinds of policies.

A product replaces what those engines lack: across accounts every grant of the caller's is joined with every grant of
the resource's. Boundaries and SCPs would multiply the rules once more for every level, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.peers._protocol import Inexpressible
from benchmarks.workloads import Asked, Document, Entity, Workload, statements_of

Kind: TypeAlias = Literal["equals", "like", "network", "after"]

CALLER, ACTION, RESOURCE, OWNER = "caller", "action", "resource", "owner"
_OPERATORS: dict[str, Kind] = {
    "StringEquals": "equals",
    "Bool": "equals",
    "ArnLike": "like",
    "StringLike": "like",
    "IpAddress": "network",
    "DateGreaterThan": "after",
}


@dataclass(frozen=True, slots=True)
class Test:
    """One fact about a request: one of `values` holds of `subject`.

    Attributes:
        subject: `caller`, `action`, `resource`, `owner`, or a context key, which must be there.
        kind: How a value is compared.
        values: Alternatives.
    """

    subject: str
    kind: Kind
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A grant or a denial; all tests must hold."""

    allow: bool
    tests: tuple[Test, ...]

    def about(self, subject: str) -> list[Test]:
        """The tests of one subject."""
        return [t for t in self.tests if t.subject == subject]


def facts(asked: Asked) -> dict[str, str]:
    """Everything a test can be about."""
    subjects = {CALLER: asked.caller, ACTION: asked.action, RESOURCE: asked.resource, OWNER: asked.owner}
    return {**asked.context, **subjects}


def flatten(workload: Workload) -> list[Rule]:
    """Write a workload as rules: a request is allowed if one grants and none denies.

    Raises:
        Inexpressible: It has SCPs, boundaries or operators that rules have no words for.
    """
    if workload.levels or any(e.boundary for e in workload.entities):
        raise Inexpressible("no words for SCP levels and boundaries, which must allow as well")
    return list(_rules(workload))


def _rules(workload: Workload) -> Iterator[Rule]:
    on_resources = [
        (arn, statement)
        for policies in workload.functions.values()
        for arn, name in policies.items()
        for statement in statements_of(workload.documents[name])
    ]
    for entity in workload.entities:
        for name in entity.policies:
            for statement in statements_of(workload.documents[name]):
                yield from _of_entity(entity, statement, on_resources)
    for arn, statement in on_resources:
        yield from _of_resource(arn, statement, workload.entities)


def _of_entity(entity: Entity, statement: Document, others: list[tuple[str, Document]]) -> Iterator[Rule]:
    account = _account(entity.arn)
    mine = (Test(CALLER, "equals", (entity.arn,)), *_tests(statement))
    if statement["Effect"] == "Deny":
        yield Rule(allow=False, tests=mine)
        return
    yield Rule(allow=True, tests=(*mine, Test(OWNER, "equals", (account,))))
    for arn, other in others:
        if _account(arn) != account and other["Effect"] == "Allow" and _names(other, entity.arn, account):
            yield Rule(allow=True, tests=(*mine, Test(RESOURCE, "equals", (arn,)), *_tests(other)))


def _of_resource(arn: str, statement: Document, entities: tuple[Entity, ...]) -> Iterator[Rule]:
    here = (Test(RESOURCE, "equals", (arn,)), *_tests(statement))
    if statement["Effect"] == "Deny":
        if statement["Principal"] != "*":
            raise Inexpressible("a Deny for some callers only is not translated")
        yield Rule(allow=False, tests=here)
        return
    callers = [*_services(statement)]
    callers += [e.arn for e in entities if _account(e.arn) == _account(arn) and _names(statement, e.arn, "")]
    if callers:
        yield Rule(allow=True, tests=(Test(CALLER, "equals", tuple(callers)), *here))


def _names(statement: Document, arn: str, account: str) -> bool:
    named = _list(_principal(statement).get("AWS", []))
    return "*" in named or arn in named or account in named or f"arn:aws:iam::{account}:root" in named


def _services(statement: Document) -> list[str]:
    return _list(_principal(statement).get("Service", []))


def _principal(statement: Document) -> dict[str, object]:
    principal = statement["Principal"]
    return principal if isinstance(principal, dict) else {"AWS": principal}


def _tests(statement: Document) -> Iterator[Test]:
    if "Action" not in statement or "Resource" not in statement:
        raise Inexpressible("NotAction and NotResource are not translated")
    for subject, element in ((ACTION, "Action"), (RESOURCE, "Resource")):
        patterns = tuple(_list(statement[element]))
        if "*" not in patterns:
            yield Test(subject, "like", patterns)
    conditions = statement.get("Condition", {})
    assert isinstance(conditions, dict)
    for operator, keys in conditions.items():
        if operator not in _OPERATORS:
            raise Inexpressible(f"the operator {operator} is not translated")
        for key, values in keys.items():
            yield Test(key, _OPERATORS[operator], tuple(_list(values)))


def _list(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _account(arn: str) -> str:
    return arn.split(":", 5)[4]
