"""An explanation as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lampolicy.decision import (
    Allowed,
    Decision,
    Determined,
    ExplicitlyDenied,
    ImplicitlyDenied,
    Outcome,
    RuleGrant,
    Side,
    Undetermined,
)
from lampolicy.explain._explanation import Explanation
from lampolicy.explain._missing import level_name
from lampolicy.explain._parts import Addition, ExplainedLayer, ExplainedStatement, Remedy, Verdict
from lampolicy.explain._sentence import side_of, with_article
from lampolicy.policy import Effect, StatementId


def text_of(said: Explanation) -> str:
    """Write an explanation so that it can be read at three in the morning."""
    blocks = [[headline(said), "", *_question(said)], ["In AWS's order:", *_chain(said)]]
    blocks += [_missing(said), *_remedies(said), _denies(said)]
    blocks += [_outcomes(said.decision), _sentence(said), _uncertain(said)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def headline(said: Explanation) -> str:
    """The decision in one line."""
    match said.decision:
        case Allowed(by=by):
            granted = by[0]
            return f"Allowed: {granted.text}." if isinstance(granted, RuleGrant) else "Allowed."
        case ExplicitlyDenied(by=by):
            return f"Denied: a statement of {with_article(side_of(by[0].kind))} denies it."
        case ImplicitlyDenied(missing=missing):
            return f"Denied: no {missing[0].side} allows it." if said.missing else "Denied, whatever the policies say."
        case Undetermined(needs=needs):
            return f"Cannot be told: it hangs on {', '.join(needs)}."


def _question(said: Explanation) -> Iterator[str]:
    request = said.request
    owner = request.owner
    untold = owner is not None and owner != request.principal.account and owner not in request.resource
    yield f"  who   {request.principal.caller_arn}"
    yield f"  what  {request.action}"
    yield f"  on    {request.resource}" + (f" (account {owner})" if untold else "")


# --- the chain --------------------------------------------------------------------------------------------------------


def _chain(said: Explanation) -> Iterator[str]:
    if not said.layers:
        yield "  no policy is looked at"
    width = max((len(_name(layer)) for layer in said.layers), default=0)
    for layer in said.layers:
        yield f"  {_name(layer):<{width}}  {layer.verdict}" + (f": {layer.remark}" if layer.remark else "")
        for statement in layer.statements:
            yield from _statement(statement, layer)


def _name(layer: ExplainedLayer) -> str:
    return str(layer.side) if layer.level is None else f"{layer.side}, level {layer.level}"


def _statement(statement: ExplainedStatement, layer: ExplainedLayer) -> Iterator[str]:
    mark = {True: "+", False: "-", None: "?"}[statement.matches]
    word = f"{statement.effect}, " if layer.verdict is Verdict.OPEN else ""
    as_what = statement.named_as if statement.effect is Effect.ALLOW else ()
    named = f", names {' and '.join(as_what)}" if as_what else ""
    yield f"    {mark} {word}{statement_name(statement.id)}{named}"
    yield from (f"        {reason}" for reason in statement.failed + statement.held)


def statement_name(name: StatementId) -> str:
    """A statement as one finds it: policy, Sid or index, and file."""
    which = f"statement {name.index} ({name.sid})" if name.sid else f"statement {name.index}"
    return f"{name.policy}, {which}" + (f" in {name.file}" if name.file else "")


# --- what to do -------------------------------------------------------------------------------------------------------


def _missing(said: Explanation) -> list[str]:
    return ["What is missing:", *(f"  - {sentence}" for sentence in said.missing)] if said.missing else []


def _remedies(said: Explanation) -> Iterator[list[str]]:
    if said.no_remedy is not None:
        yield [f"No addition helps: {said.no_remedy}."]
    for number, remedy in enumerate(said.remedies):
        start = "The smallest addition that allows it (decided again with it: allowed):"
        yield [start if number == 0 else "Or instead:", *_additions(remedy)]


def _additions(remedy: Remedy) -> Iterator[str]:
    for addition in remedy.additions:
        yield f"  to {place_of(addition)}:"
        yield "    {"
        yield ",\n".join(f"      {_json(key)}: {_json(value)}" for key, value in addition.statement.items())
        yield "    }"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def place_of(addition: Addition) -> str:
    """Where an addition belongs."""
    policy = f" `{addition.policy}`" if addition.policy else ""
    if addition.side is Side.SERVICE_CONTROL:
        return f"a service control policy of {level_name(addition.level)}{policy}"
    if addition.side is Side.IDENTITY and not addition.policy:
        return "an identity-based policy of the caller"
    return f"the {addition.side}{policy}" if policy else f"a new {addition.side}"


def _denies(said: Explanation) -> list[str]:
    if not isinstance(said.decision, ExplicitlyDenied):
        return []
    lines = ["No Allow helps against a Deny. Change or remove:"]
    lines += [f"  - {statement_name(name)}, of the {side_of(name.kind)}" for name in said.decision.by]
    if said.otherwise is not None:
        lines.append(f"Without {'it' if len(said.decision.by) == 1 else 'them'}: {outcome(said.otherwise)}.")
    return lines


def outcome(decision: Decision) -> str:
    """A decision in a few words."""
    match decision:
        case Allowed():
            return "allowed"
        case ExplicitlyDenied(by=by):
            return f"denied by {statement_name(by[0])}"
        case ImplicitlyDenied(missing=missing):
            return f"still denied, for no {missing[0].side} allows it"
        case Undetermined(needs=needs):
            return f"not to be told without {', '.join(needs)}"


def _outcomes(decision: Decision) -> list[str]:
    if not isinstance(decision, Undetermined):
        return []
    return ["What it would be:", *(f"  {_assumed(one, decision)}: {_short(one.decision)}" for one in decision.outcomes)]


def _assumed(one: Outcome, decision: Undetermined) -> str:
    texts = [test.text for test in one.holds]
    between_extremes = len(decision.outcomes) == len((False, True)) and len(decision.outcomes[1].holds) > 1
    if between_extremes:
        return "at best" if texts else "at worst"
    if not texts:
        return "if no such test holds"
    return f"if {' and '.join(texts)} {'holds' if len(texts) == 1 else 'hold'}"


def _short(decision: Determined) -> str:
    return outcome(decision).removeprefix("still ")


def _sentence(said: Explanation) -> list[str]:
    return ["AWS would say:", f"  {said.sentence}"] if said.sentence else []


def _uncertain(said: Explanation) -> list[str]:
    if not said.rests_on:
        return []
    lines = ["AWS is not certain about this; the answer rests on how these rules are read:"]
    return lines + [f"  - {rule.rule}: {rule.text}" for rule in said.rests_on]
