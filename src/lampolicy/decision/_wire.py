"""Decisions as JSON values, and back.

{"decision": "allowed", "by": [GRANT, ...]}
{"decision": "explicitly_denied", "by": [STATEMENT, ...]}
{"decision": "implicitly_denied", "missing": [{"side": "identity-based policy", "level": 0}, ...]}
{"decision": "undetermined", "needs": ["aws:sourcevpc"], "outcomes": [{"holds": [TEST, ...], "decision": {...}}, ...]}

A STATEMENT is {"policy", "kind", "index", "sid", "file", "pointer"}; a GRANT is one of these, or a rule of AWS itself:
{"rule", "text"}. A TEST is {"keys", "text"}. `sid`, `file` and `level` may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeVar, cast

from lampolicy.decision._decision import (
    Allowed,
    Decision,
    ExplicitlyDenied,
    Grant,
    ImplicitlyDenied,
    Missing,
    OpenTest,
    Outcome,
    RuleGrant,
    Side,
    Undetermined,
)
from lampolicy.diagnostic import Pointer, RequestError
from lampolicy.policy import PolicyKind, StatementId

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Wire = dict[str, object]

TAGS: Final[Mapping[type, str]] = {
    Allowed: "allowed",
    ExplicitlyDenied: "explicitly_denied",
    ImplicitlyDenied: "implicitly_denied",
    Undetermined: "undetermined",
}
"""What each member of the union is called on the wire."""


def write_decision(decision: Decision) -> Wire:
    """Write a decision as a JSON value."""
    wire: Wire = {"decision": TAGS[type(decision)]}
    match decision:
        case Allowed() | ExplicitlyDenied():
            wire["by"] = [_write_grant(grant) for grant in decision.by]
        case ImplicitlyDenied():
            wire["missing"] = [_write_missing(missing) for missing in decision.missing]
        case Undetermined():
            wire["needs"] = list(decision.needs)
            wire["outcomes"] = [_write_outcome(outcome) for outcome in decision.outcomes]
    return wire


def read_decision(value: object) -> Decision:
    """Read a decision back; raise `RequestError` if `value` is none."""
    wire = _object(value, "a decision")
    tag = wire.get("decision")
    match tag:
        case "allowed":
            return Allowed(_items(wire, "by", _read_grant))
        case "explicitly_denied":
            return ExplicitlyDenied(_items(wire, "by", _read_statement))
        case "implicitly_denied":
            return ImplicitlyDenied(_items(wire, "missing", _read_missing))
        case "undetermined":
            needs = _items(wire, "needs", lambda key: _text(key, "a needed key"))
            return Undetermined(needs, _items(wire, "outcomes", _read_outcome))
        case _:
            msg = f"`{tag}` is not a decision: it should be one of {', '.join(TAGS.values())}"
            raise RequestError(msg)


def _write_grant(grant: Grant) -> Wire:
    if isinstance(grant, RuleGrant):
        return {"rule": grant.rule, "text": grant.text}
    wire: Wire = {"policy": grant.policy, "kind": str(grant.kind), "index": grant.index}
    if grant.sid is not None:
        wire["sid"] = grant.sid
    if grant.file is not None:
        wire["file"] = grant.file
    wire["pointer"] = list(grant.pointer)
    return wire


def _write_missing(missing: Missing) -> Wire:
    side: Wire = {"side": str(missing.side)}
    return side if missing.level is None else {**side, "level": missing.level}


def _write_outcome(outcome: Outcome) -> Wire:
    holds = [{"keys": list(test.keys), "text": test.text} for test in outcome.holds]
    return {"holds": holds, "decision": write_decision(outcome.decision)}


def _read_grant(value: object) -> Grant:
    wire = _object(value, "a grant")
    if "rule" in wire:
        return RuleGrant(_text(wire["rule"], "`rule`"), _text(wire.get("text"), "`text`"))
    return _read_statement(wire)


def _read_statement(value: object) -> StatementId:
    wire = _object(value, "a statement")
    return StatementId(
        _text(wire.get("policy"), "`policy`"),
        _member(PolicyKind, wire.get("kind")),
        _index(wire.get("index")),
        _optional(wire.get("sid"), "`sid`"),
        _optional(wire.get("file"), "`file`"),
        _pointer(wire.get("pointer", ())),
    )


def _read_missing(value: object) -> Missing:
    wire = _object(value, "a missing side")
    level = wire.get("level")
    return Missing(_member(Side, wire.get("side")), None if level is None else _index(level))


def _read_outcome(value: object) -> Outcome:
    wire = _object(value, "an outcome")
    decision = read_decision(wire.get("decision"))
    if isinstance(decision, Undetermined):
        msg = "the decision of an outcome cannot be undetermined"
        raise RequestError(msg)
    return Outcome(_items(wire, "holds", _read_test, empty=True), decision)


def _read_test(value: object) -> OpenTest:
    wire = _object(value, "a test")
    keys = _items(wire, "keys", lambda key: _text(key, "a key of a test"))
    return OpenTest(keys, _text(wire.get("text"), "`text`"))


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        msg = f"{what} should be an object"
        raise RequestError(msg)
    return cast("Mapping[str, object]", value)


def _items(
    wire: Mapping[str, object], field: str, read: Callable[[object], T], *, empty: bool = False
) -> tuple[T, ...]:
    values = wire.get(field)
    if not isinstance(values, list | tuple) or not (values or empty):
        msg = f"`{field}` of a decision should be a list{'' if empty else ' that is not empty'}"
        raise RequestError(msg)
    return tuple(read(value) for value in cast("Sequence[object]", values))


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        msg = f"{what} should be a text"
        raise RequestError(msg)
    return value


def _optional(value: object, what: str) -> str | None:
    return None if value is None else _text(value, what)


def _index(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        msg = "an index or level should be a number from 0 on"
        raise RequestError(msg)
    return value


def _member(enumeration: type[E], value: object) -> E:
    try:
        return enumeration(_text(value, "a name"))
    except ValueError:
        msg = f"`{value}` is not one of {', '.join(enumeration)}"
        raise RequestError(msg) from None


def _pointer(value: object) -> Pointer:
    steps = cast("Sequence[object]", value) if isinstance(value, list | tuple) else None
    if steps is None or not all(isinstance(step, str | int) and not isinstance(step, bool) for step in steps):
        msg = "`pointer` should be a list of keys and indexes"
        raise RequestError(msg)
    return tuple(cast("Sequence[str | int]", steps))
