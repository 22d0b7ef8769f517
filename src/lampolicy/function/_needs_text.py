"""The needs of a function as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, Undetermined
from lampolicy.function._answer import Complaint, Part
from lampolicy.function._needs_types import Excess, Need, Needs, Wanted


def needs_text(needs: Needs) -> str:
    """Write the answer for people."""
    return "\n".join(_lines(needs))


def _lines(needs: Needs) -> Iterator[str]:
    yield f"{needs.function}"
    yield f"  execution role {needs.role or 'not known'}: {_verdict(needs)}"
    for obstacle in needs.obstacles:
        yield f"  ! {obstacle.message} ({obstacle.rule})"
        if obstacle.help:
            yield f"    help: {obstacle.help}"
    if needs.trust is not None:
        yield f"  {_mark(needs.trust.decision)} trust: {_trust(needs.trust)}"
    yield from _required(needs)
    if needs.undecided:
        yield "  needed, but not decided"
    yield from (f"    ? {want.step.action} on {want.step.resource}: {want.step.why}" for want in needs.undecided)
    yield from _beyond(needs)
    yield from _excess(needs)
    yield from (f"  note: {note}" for note in needs.notes)
    yield "  the least policy that would do:"
    yield from (f"    {line}" for line in json.dumps(needs.least, indent=2).splitlines())


def _verdict(needs: Needs) -> str:
    if needs:
        return "has what the configuration needs"
    barred = needs.trust is not None and not isinstance(needs.trust.decision, Allowed | Undetermined)
    if needs.lacking or barred:
        return "lacks something that the configuration needs"
    return "it cannot be told whether it has what the configuration needs"


def _trust(part: Part) -> str:
    if part.decision:
        return "lambda.amazonaws.com may assume the role (L19)"
    if isinstance(part.decision, Undetermined):
        return f"whether lambda.amazonaws.com may assume the role {_word(part.decision)} (L19)"
    return f"lambda.amazonaws.com may not assume the role: {Complaint(part)} (L19)"


def _required(needs: Needs) -> Iterator[str]:
    setting = None
    for need in needs.required:
        if need.setting is not setting:
            setting = need.setting
            yield f"  {setting}"
        part = need.part
        yield f"    {_mark(part.decision)} {part.request.action} on {part.request.resource}: {part.why} ({part.rule})"
        if not isinstance(part.decision, Allowed):
            yield f"        {_word(part.decision)}; without it: {need.without}"
            if part.aws is not None:
                yield f"        AWS says: {Complaint(part)}"
        yield from (f"        rests on {rule.rule}: {rule.text}" for rule in part.rests_on)


def _beyond(needs: Needs) -> Iterator[str]:
    if needs.beyond:
        yield "  a role with just the least policy would still be refused:"
        for need in needs.beyond:
            yield f"    {need.part.request.action} on {need.part.request.resource}: another layer or account forbids it"


def _excess(needs: Needs) -> Iterator[str]:
    if needs.excess:
        yield "  in excess:"
    for excess in needs.excess:
        yield f"    {excess.action} on {', '.join(excess.resources)} ({_name(excess)}): {excess.why}"


def _name(excess: Excess) -> str:
    statement = excess.statement
    return f"{statement.policy}, statement {statement.sid or statement.index}"


def _mark(decision: Decision) -> str:
    if isinstance(decision, Allowed):
        return "+"
    return "?" if isinstance(decision, Undetermined) else "-"


def _word(decision: Decision) -> str:
    if isinstance(decision, Undetermined):
        return f"hangs on {', '.join(decision.needs)}"
    return "denied explicitly" if isinstance(decision, ExplicitlyDenied) else "not allowed"


def write_needs(needs: Needs) -> dict[str, object]:
    """Write the answer as a JSON value."""
    return {
        "function": str(needs.function),
        "role": needs.role,
        "satisfied": bool(needs),
        "trust": None if needs.trust is None else _part(needs.trust),
        "required": [_need(need) for need in needs.required],
        "lacking": [_short(need) for need in needs.lacking],
        "undetermined": [_short(need) for need in needs.undetermined],
        "undecided": [_asked(want) for want in needs.undecided],
        "in_excess": [
            {
                "action": excess.action,
                "resources": list(excess.resources),
                "policy": excess.statement.policy,
                "statement": excess.statement.index,
                "sid": excess.statement.sid,
                "needed": list(excess.needed),
                "why": excess.why,
            }
            for excess in needs.excess
        ],
        "least_policy": dict(needs.least),
        "still_refused": [_short(need) for need in needs.beyond],
        "obstacles": [{"rule": o.rule, "message": o.message, "help": o.help} for o in needs.obstacles],
        "notes": list(needs.notes),
    }


def _need(need: Need) -> dict[str, object]:
    return {"setting": str(need.setting), **_part(need.part), "without": need.without}


def _part(part: Part) -> dict[str, object]:
    error = None if part.aws is None or part.decision else {"code": part.aws.code, "text": part.aws.text}
    return {
        "action": part.request.action,
        "resource": part.request.resource,
        "why": part.why,
        "rule": part.rule,
        "decision": part.decision.to_dict(),
        "aws": error,
        "rests_on": [{"rule": rule.rule, "text": rule.text} for rule in part.rests_on],
    }


def _short(need: Need) -> dict[str, object]:
    return _asked(need.wanted)


def _asked(want: Wanted) -> dict[str, object]:
    return {"setting": str(want.setting), "action": want.step.action, "resource": want.step.resource}
