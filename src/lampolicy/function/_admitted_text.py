"""The list of who may invoke, as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lampolicy.decision import Grant, RuleGrant
from lampolicy.explain import statement_name
from lampolicy.function._admitted import Admitted, Known, Outsider, WhoMayInvoke
from lampolicy.request import RoleSession, Root, User

_SAYS_IT_ALL = frozenset({Outsider.EVERYONE, Outsider.EVERY_PRINCIPAL, Outsider.EVERY_SERVICE})


def to_text(who: WhoMayInvoke) -> str:
    """Write the list for people."""
    blocks = [[_headline(who), *(f"  {o.message} ({o.rule})" for o in who.obstacles)], *_known_blocks(who)]
    if who.outside:
        blocks.append(["From outside:", *(line for admitted in who.outside for line in _admitted(admitted))])
    if who.cannot_tell:
        blocks.append(["Cannot be told:", *(f"  {one.who}: {one.why}" for one in who.cannot_tell)])
    blocks.append([*_refused(who), *(f"Note: {note}." for note in who.notes)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _headline(who: WhoMayInvoke) -> str:
    if who.obstacles:
        return f"Nobody may call the URL of {who.arn}:"
    return f"Who may invoke {who.arn}" if who.url is None else f"Who may call the URL ({who.url}) of {who.arn}"


def _known_blocks(who: WhoMayInvoke) -> Iterator[list[str]]:
    if who.obstacles:
        return
    yield (
        ["May:", *(line for known in who.may for line in _granted(known))] if who.may else ["Nobody known for certain."]
    )
    if who.hangs:
        yield ["Hangs on how the call is made:", *(f"  {_name(k)}: {', '.join(k.needs)}" for k in who.hangs)]


def _granted(known: Known) -> Iterator[str]:
    yield f"  {_name(known)}"
    yield from (f"    by {_grant(grant)}" for grant in known.by)


def _name(known: Known) -> str:
    principal = known.principal
    match principal:
        case User():
            kind = "user"
        case Root():
            kind = "root user"
        case RoleSession(session=str()):
            kind = "session"
        case RoleSession():
            kind = "service-linked role" if principal.service_linked else "role"
        case _:
            kind = "caller"
    return f"{kind} {principal.caller_arn}"


def _grant(grant: Grant) -> str:
    return f"rule {grant.rule}: {grant.text}" if isinstance(grant, RuleGrant) else statement_name(grant)


def _admitted(admitted: Admitted) -> Iterator[str]:
    yield f"  {admitted.kind}" + ("" if admitted.kind in _SAYS_IT_ALL else f" {admitted.who}")
    yield from _listed("if", admitted.when)
    yield from _listed("unless", admitted.unless)
    if admitted.both_sides:
        yield "    and their own account allows it, too"
    yield from (f"    by {statement_name(statement)}" for statement in admitted.by)


def _listed(word: str, conditions: Iterable[str]) -> Iterator[str]:
    for condition in conditions:
        yield f"    {word} {condition}"
        word = "and" if word == "if" else "or"


def _refused(who: WhoMayInvoke) -> Iterator[str]:
    count = len(who.may_not)
    if count:
        yield f"{count} other known principal{'' if count == 1 else 's'} may not."


def to_wire(who: WhoMayInvoke) -> dict[str, object]:
    """Write the list as a JSON value."""
    return {
        "function": str(who.arn),
        "url": who.url,
        "may": [_wire(known) for known in who.may],
        "hangs": [{**_wire(known), "needs": list(known.needs)} for known in who.hangs],
        "may_not": [_wire(known) for known in who.may_not],
        "outside": [_admitted_wire(admitted) for admitted in who.outside],
        "cannot_tell": [{"who": one.who, "why": one.why} for one in who.cannot_tell],
        "obstacles": [{"rule": o.rule, "message": o.message, "help": o.help} for o in who.obstacles],
        "notes": list(who.notes),
    }


def _wire(known: Known) -> dict[str, object]:
    decisions = [{"action": part.request.action, **part.decision.to_dict()} for part in known.answer.parts]
    return {"principal": known.principal.caller_arn, "decisions": decisions}


def _admitted_wire(admitted: Admitted) -> dict[str, object]:
    return {
        "kind": admitted.kind.name.lower(),
        "who": admitted.who,
        "when": list(admitted.when),
        "unless": list(admitted.unless),
        "both_sides": admitted.both_sides,
        "by": [
            {"policy": by.policy, "index": by.index, "sid": by.sid, "file": by.file, "pointer": list(by.pointer)}
            for by in admitted.by
        ],
    }
