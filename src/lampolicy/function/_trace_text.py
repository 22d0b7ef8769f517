"""A trace as text for people, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import Final

from lampolicy.decision import Allowed, Grant, RuleGrant, Undetermined
from lampolicy.diagnostic import visible
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._trace_types import Hop, Result, Trace

_MARKS: Final = {Result.ALLOWED: " ", Result.REFUSED: ">", Result.OPEN: "?"}
_WORDS: Final = {Result.ALLOWED: "allowed", Result.REFUSED: "REFUSED", Result.OPEN: "cannot be told"}
_INDENT: Final = " " * 6


def text_of(trace: Trace) -> str:
    """Write a trace, one hop after another; a broken one with its explanation and what would mend it."""
    blocks = [[visible(str(trace.path)), "", headline(trace)]]
    blocks += [list(_hop(trace, number, hop)) for number, hop in enumerate(trace.hops, 1)]
    return "\n\n".join("\n".join(block) for block in blocks)


def headline(trace: Trace) -> str:
    """How the whole went, in one line."""
    if trace.broken is not None:
        number = trace.hops.index(trace.broken) + 1
        return f"Broken at hop {number} of {len(trace.hops)}: {_between(trace, trace.broken)}."
    if trace:
        return f"Allowed from end to end, {len(trace.hops)} hops."
    first = next(hop for hop in trace.hops if hop.result is Result.OPEN)
    return f"Cannot be told: {why_of(first)}."


def needs_of(hop: Hop) -> tuple[str, ...]:
    """The unknown keys a hop hangs on."""
    decisions = [part.decision for part in hop.answer.undetermined]
    return tuple(dict.fromkeys(key for d in decisions if isinstance(d, Undetermined) for key in d.needs))


def said_of(trace: Trace, hop: Hop) -> str:
    """How a hop went, in a word."""
    word = _WORDS[hop.result]
    return word if trace.reached(hop) else f"not reached (by itself: {word.lower()})"


def why_of(hop: Hop) -> str:
    """Why a hop is refused or open, in one line; empty for one that is allowed."""
    if hop.unread is not None:
        return hop.unread
    if hop.answer.obstacles:
        return hop.answer.obstacles[0].message
    if hop.answer.refused:
        part = hop.answer.refused[0]
        return f"{part.request.action}: {str(part.explanation).splitlines()[0]}"
    return f"it hangs on {', '.join(needs_of(hop))}" if hop.answer.undetermined else ""


def _between(trace: Trace, hop: Hop) -> str:
    start, end = trace.nodes[hop.start], trace.nodes[hop.end]
    does = f"does {hop.does} on" if end.kind == "target" else hop.does
    return visible(f"{start.name} {does} {end.name}")


def _hop(trace: Trace, number: int, hop: Hop) -> Iterator[str]:
    mark = _MARKS[hop.result] if trace.reached(hop) else " "
    yield f"{mark} {number:>2}  {_between(trace, hop)}: {said_of(trace, hop)}"
    yield from (f"{_INDENT}{line}".rstrip() for part in hop.answer.parts for line in _part(part))
    yield from (f"{_INDENT}{line}" for obstacle in hop.answer.obstacles for line in _obstacle(obstacle))
    if hop.unread is not None:
        yield f"{_INDENT}{visible(hop.unread)}"
    yield from (f"{_INDENT}note: {visible(note)}" for note in hop.answer.notes)
    if hop.fix is not None:
        yield ""
        yield indent(str(hop.fix), _INDENT)


def _part(part: Part) -> Iterator[str]:
    decision = part.decision
    asked = f"{part.request.action} by {part.request.principal.caller_arn} ({part.rule})"
    if isinstance(decision, Allowed):
        yield f"{visible(asked)}: by {visible('; '.join(map(_grant, decision.by)))}"
        return
    yield f"{visible(asked)}: {visible(part.why)}"
    yield from (f"  {visible(line)}" if line else "" for line in _without_remedies(part).split("\n"))


def _without_remedies(part: Part) -> str:
    """The explanation up to the additions it proposes: the fix says them better."""
    text = str(part.explanation)
    for start in ("\n\nThe smallest addition", "\n\nNo addition helps"):
        text = text.partition(start)[0]
    return text


def _obstacle(obstacle: Obstacle) -> Iterator[str]:
    yield f"{visible(obstacle.message)} ({obstacle.rule})"
    if obstacle.help is not None:
        yield f"  help: {visible(obstacle.help)}"


def _grant(grant: Grant) -> str:
    if isinstance(grant, RuleGrant):
        return grant.text
    sid = f" ({grant.sid})" if grant.sid else ""
    return f"{grant.policy}, statement {grant.index}{sid}"


# --- JSON -------------------------------------------------------------------------------------------------------------


def wire_of(trace: Trace) -> dict[str, object]:
    """Write a trace as plain values."""
    broken = None if trace.broken is None else trace.hops.index(trace.broken)
    return {
        "path": str(trace.path),
        "result": str(trace.result),
        "broken": broken,
        "nodes": [{"kind": node.kind, "name": node.name} for node in trace.nodes],
        "hops": [_wire_hop(trace, hop) for hop in trace.hops],
    }


def _wire_hop(trace: Trace, hop: Hop) -> dict[str, object]:
    known: dict[str, object] = {
        "from": hop.start,
        "to": hop.end,
        "does": hop.does,
        "result": str(hop.result),
        "reached": trace.reached(hop),
        **_wire_answer(hop.answer),
    }
    fixed = {} if hop.fix is None else {"fix": hop.fix.to_dict()}
    return {**known, **fixed, **({} if hop.unread is None else {"unread": hop.unread})}


def _wire_answer(answer: Answer) -> dict[str, object]:
    return {
        "question": answer.question,
        "parts": [_wire_part(part) for part in answer.parts],
        "obstacles": [_wire_obstacle(obstacle) for obstacle in answer.obstacles],
        "notes": list(answer.notes),
    }


def _wire_part(part: Part) -> dict[str, object]:
    told: dict[str, object] = {"rule": part.rule, "why": part.why, **part.explanation.to_dict()}
    return told if part.aws is None else {**told, "aws": {"code": part.aws.code, "message": part.aws.text}}


def _wire_obstacle(obstacle: Obstacle) -> dict[str, object]:
    told: dict[str, object] = {"rule": obstacle.rule, "message": obstacle.message}
    return told if obstacle.help is None else {**told, "help": obstacle.help}
