"""An explanation as plain values for JSON."""

from __future__ import annotations

from lampolicy.decision import (
    Allowed,
    Decision,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    Outcome,
    RuleGrant,
    Undetermined,
)
from lampolicy.explain._explanation import Explanation
from lampolicy.explain._parts import Addition, ExplainedLayer, ExplainedStatement
from lampolicy.policy import StatementId
from lampolicy.request import Request

Wire = dict[str, object]


def to_wire(said: Explanation) -> Wire:
    """Write an explanation as plain values; keys without a value are left out."""
    return {
        "request": _request(said.request),
        "decision": _decision(said.decision),
        "layers": [_layer(layer) for layer in said.layers],
    } | _given(
        missing=list(said.missing),
        remedies=[{"add": [_addition(addition) for addition in r.additions]} for r in said.remedies],
        no_remedy=said.no_remedy,
        otherwise=None if said.otherwise is None else _decision(said.otherwise),
        aws_says=said.sentence,
        rests_on=[{"rule": rule.rule, "text": rule.text} for rule in said.rests_on],
    )


def _given(**values: object) -> Wire:
    return {key: value for key, value in values.items() if value is not None and value not in ([], ())}


def _request(request: Request) -> Wire:
    asked = {"principal": request.principal.caller_arn, "action": request.action, "resource": request.resource}
    return {**asked, **_given(owner=request.owner)}


def _decision(decision: Decision) -> Wire:
    match decision:
        case Allowed(by=by):
            return {"effect": "allowed", "by": [_grant(grant) for grant in by]}
        case ExplicitlyDenied(by=by):
            return {"effect": "explicitly denied", "by": [_statement_id(name) for name in by]}
        case ImplicitlyDenied(missing=missing):
            return {"effect": "implicitly denied", "missing": [_missing(one) for one in missing]}
        case Undetermined(needs=needs, outcomes=outcomes):
            return {"effect": "undetermined", "needs": list(needs), "outcomes": [_outcome(one) for one in outcomes]}


def _outcome(one: Outcome) -> Wire:
    return {"if": [test.text for test in one.holds], "then": _decision(one.decision)}


def _missing(missing: Missing) -> Wire:
    return {"side": str(missing.side), **_given(level=missing.level)}


def _grant(grant: Grant) -> Wire:
    return {"rule": grant.rule, "text": grant.text} if isinstance(grant, RuleGrant) else _statement_id(grant)


def _statement_id(name: StatementId) -> Wire:
    known: Wire = {"policy": name.policy, "kind": str(name.kind), "statement": name.index}
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in name.pointer)
    return {**known, **_given(sid=name.sid, file=name.file, pointer=pointer or None)}


def _layer(layer: ExplainedLayer) -> Wire:
    statements = [_statement(statement) for statement in layer.statements]
    return {"side": str(layer.side)} | _given(
        level=layer.level, verdict=str(layer.verdict), remark=layer.remark, statements=statements
    )


def _statement(statement: ExplainedStatement) -> Wire:
    return {
        **_statement_id(statement.id),
        "effect": str(statement.effect),
        "matches": statement.matches,
        **_given(named_as=list(statement.named_as), failed=list(statement.failed), held=list(statement.held)),
    }


def _addition(addition: Addition) -> Wire:
    return {"side": str(addition.side), **_given(level=addition.level, policy=addition.policy)} | {
        "statement": addition.statement
    }
