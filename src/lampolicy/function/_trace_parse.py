"""A path as people type it."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from lampolicy.catalog import near
from lampolicy.diagnostic import InvalidName, visible
from lampolicy.function._trace_grammar import FORM, Piece, pieces_of
from lampolicy.function._trace_path import Calls, CallsUrl, Does, Given, HandsOn, Passes, Path, Polls, Start, Step
from lampolicy.function._trace_start import acting, goes_on, start_at
from lampolicy.names import Arn, is_account_id, is_function_arn
from lampolicy.organization import Organization
from lampolicy.request import ContextValue, Service

_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*]+", re.ASCII)
_CALL: Final = re.compile(r"[a-z0-9-]+:[A-Z][a-z]+[A-Z][A-Za-z]*", re.ASCII)
_KINDS: Final = (
    "bucket",
    "queue",
    "stream",
    "topic",
    "rule",
    "bus",
    "table",
    "pipe",
    "schedule",
    "api",
    "principal",
    "service",
    "url",
)


def parse_path(text: str, organization: Organization) -> Path:
    """Read a path: `bucket photos in 111122223333 -> thumbnails:live -> s3:PutObject arn:aws:s3:::photos/thumbs/x`.

    A source is one of: an ARN; `bucket NAME [in ACCOUNT]`; `service NAME [for ARN] [in ACCOUNT]`; `url by WHO`; any of
    the first two with `as ROLE` for a service that assumes a role. Queues and streams are polled, whatever an identity
    has calls by itself. A place that an event passes through on its way is written like a source that is an ARN or a
    bucket. Any step may end in `with KEY=VALUE ...`.

    Args:
        text: The path.
        organization: Tells whose a bucket is where the path does not.

    Raises:
        InvalidName: The text is no path; the message says where it stops being one, and what could stand there.
    """
    source, *rest = pieces_of(text)
    steps = [_step(piece) for piece in rest]
    before = tuple(takewhile(lambda step: isinstance(step, Passes), steps))
    first = steps[len(before)] if len(steps) > len(before) else None
    if not isinstance(first, HandsOn):
        there = f"not `{visible(first.name)}`" if isinstance(first, Does) else "and the path ends before one"
        raise InvalidName(f"the function has to follow the source, {there}: {FORM}")
    start = _start(source, organization)
    start = _started(start, first.context)
    return Path(
        start, first.function, tuple(steps[len(before) + 1 :]), tuple(p for p in before if isinstance(p, Passes))
    )


def _context(piece: Piece) -> dict[str, ContextValue]:
    found: dict[str, list[str]] = {}
    for pair in piece.behind("with"):
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise InvalidName(f"`{visible(pair)}` needs a key and a value: with aws:SourceIp=203.0.113.7")
        found.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else tuple(values) for key, values in found.items()}


# --- sources ----------------------------------------------------------------------------------------------------------


def _start(piece: Piece, organization: Organization) -> Start:
    word, context = piece.words[0], _context(piece)
    account, role = _account(piece), next(iter(piece.behind("as")), None)
    if piece.rule == "url":
        return CallsUrl(word, word, None, context)
    if piece.rule == "service":
        source = next(iter(piece.behind("for")), None)
        return _serving(word, source, account, role, context)
    return _thing(piece.kind, word, (account, role), context, organization)


def _account(piece: Piece) -> str | None:
    account = next(iter(piece.behind("in")), None)
    if account is not None and not is_account_id(account):
        raise InvalidName(f"`{visible(account)}` is not an account id: it needs twelve digits behind `in`")
    return account


def _thing(
    kind: str | None,
    word: str,
    told: tuple[str | None, str | None],
    context: dict[str, ContextValue],
    organization: Organization,
) -> Start:
    account, role = told
    if kind == "bucket" and not word.startswith("arn:"):
        word = f"arn:aws:s3:::{word}"
    if not word.startswith("arn:"):
        return _not_an_arn(kind, word, context)
    service = Arn.parse(word).service
    owner = account or organization.owner_of(word)
    if service in {"iam", "sts"}:
        return Calls(word, word, context)
    label = _label(word, owner if service == "s3" else account)
    return start_at(word, label if role is None else f"{label} as {role}", owner, role, context)


def _not_an_arn(kind: str | None, word: str, context: dict[str, ContextValue]) -> Start:
    if kind is None and word in {"anonymous", "*"}:
        return Calls(word, "anonymous", context)
    if kind is None and word.endswith((".amazonaws.com", ".amazon.com", ".amazonaws.com.cn")):
        return Calls(Service(word), word, context)
    close = near(word, _KINDS, closeness=0.6) if kind is None else None
    hint = f"did you mean `{close} NAME`?" if close else "write its ARN; of a bucket the name will do: `bucket NAME`"
    raise InvalidName(f"`{visible(word)}` does not tell what starts the path: {hint}")


def _serving(
    service: str, source: str | None, account: str | None, role: str | None, context: dict[str, ContextValue]
) -> Start:
    told = (("for", source), ("in", account), ("as", role))
    label = " ".join(["service", service, *(f"{word} {what}" for word, what in told if what)])
    return acting(service, source, account, role, label, context)


def _label(arn: str, account: str | None) -> str:
    name = f"bucket {arn.split(':', 5)[5]}" if ":s3:::" in arn else arn
    return name if account is None else f"{name} in {account}"


def _started(start: Start, context: Given) -> Start:
    """What stands behind the function's name belongs to its invocation as well."""
    if not context:
        return start
    match start:
        case Calls():
            return Calls(start.caller, start.name, {**start.context, **context})
        case CallsUrl():
            return CallsUrl(start.caller, start.name, start.auth_type, {**start.context, **context})
        case Polls():
            raise InvalidName("a queue or stream takes no `with`: Lambda itself reads it")


# --- steps ------------------------------------------------------------------------------------------------------------


def _step(piece: Piece) -> Step:
    first, role = piece.words[0], next(iter(piece.behind("as")), None)
    if piece.rule == "does":
        return _does(piece, role)
    if piece.kind is not None or (first.startswith("arn:") and not is_function_arn(first)):
        return _passes(piece, role)
    if _CALL.fullmatch(first):
        raise InvalidName(f"`{first}` needs a resource: `{first} on ARN`, or `{first} on *`")
    if role is not None:
        raise InvalidName(f"a function runs as its execution role, not as one that is told: `{visible(first)}`")
    return HandsOn(first, _context(piece))


def _does(piece: Piece, role: str | None) -> Does:
    action, resource = piece.words
    if _ACTION.fullmatch(action) is None:
        raise InvalidName(f"`{visible(action)}` is not an action: it needs a service and a name, as in s3:PutObject")
    if resource != "*":
        Arn.parse(resource)
    return Does(action, resource, _context(piece), role)


def _passes(piece: Piece, role: str | None) -> Passes:
    word = piece.words[0]
    arn = f"arn:aws:s3:::{word}" if piece.kind == "bucket" and not word.startswith("arn:") else word
    if not arn.startswith("arn:"):
        raise InvalidName(f"`{visible(word)}` does not tell which {piece.kind} it is: write its ARN")
    if not goes_on(arn):
        raise InvalidName(f"`{visible(arn)}` hands no event on, as far as is known; an action on it is `ACTION {arn}`")
    if _context(piece):
        raise InvalidName("condition keys belong to a call: write `with` behind the function or action, not a place")
    return Passes(arn, _account(piece), role)
