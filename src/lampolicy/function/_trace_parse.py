"""A path as people type it."""

from __future__ import annotations

import re
from typing import Final

from lampolicy.catalog import near
from lampolicy.diagnostic import InvalidName, visible
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._trace_grammar import FORM, Piece, pieces_of
from lampolicy.function._trace_path import Calls, CallsUrl, Does, HandsOn, Path, Polls, Start, Step
from lampolicy.names import Arn, is_account_id
from lampolicy.organization import Organization
from lampolicy.request import ContextValue, Service

_PUSH: Final = {
    "s3": "s3.amazonaws.com",
    "sns": "sns.amazonaws.com",
    "events": "events.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "cloudwatch": "lambda.alarms.cloudwatch.amazonaws.com",
    "ses": "ses.amazonaws.com",
    "config": "config.amazonaws.com",
    "iot": "iot.amazonaws.com",
    "iotevents": "iotevents.amazonaws.com",
    "codecommit": "codecommit.amazonaws.com",
    "execute-api": "apigateway.amazonaws.com",
    "elasticloadbalancing": "elasticloadbalancing.amazonaws.com",
    "cognito-idp": "cognito-idp.amazonaws.com",
    "cognito-sync": "cognito-sync.amazonaws.com",
    "lex": "lexv2.amazonaws.com",
    "connect": "connect.amazonaws.com",
    "secretsmanager": "secretsmanager.amazonaws.com",
    "bedrock": "bedrock.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "pipes": "pipes.amazonaws.com",
    "states": "states.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
}
"""The service that acts for a source, by the service in the source's ARN (semantics 5.3)."""
_POLLED: Final = frozenset({"sqs", "kinesis", "dynamodb", "kafka", "mq", "rds"})
_URL_SERVICES: Final = {"cloudfront": "cloudfront.amazonaws.com"}
_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*]+", re.ASCII)
_CALL: Final = re.compile(r"[a-z0-9-]+:[A-Z][a-z]+[A-Z][A-Za-z]*", re.ASCII)
_KINDS: Final = ("bucket", "queue", "stream", "topic", "rule", "table", "api", "principal", "service", "url")


def parse_path(text: str, organization: Organization) -> Path:
    """Read a path: `bucket photos in 111122223333 -> thumbnails:live -> s3:PutObject arn:aws:s3:::photos/thumbs/x`.

    A source is one of: an ARN; `bucket NAME [in ACCOUNT]`; `service NAME [for ARN] [in ACCOUNT]`; `url by WHO`; any of
    the first two with `as ROLE` for a service that assumes a role. Queues and streams are polled, whatever an identity
    has calls by itself. Any step may end in `with KEY=VALUE ...`.

    Args:
        text: The path.
        organization: Tells whose a bucket is where the path does not.

    Raises:
        InvalidName: The text is no path; the message says where it stops being one, and what could stand there.
    """
    source, first, *others = pieces_of(text)
    if first.rule != "function":
        raise InvalidName(f"the function has to follow the source, not `{visible(' '.join(first.words))}`: {FORM}")
    start = _started(_start(source, organization), _context(first))
    return Path(start, first.words[0], tuple(map(_step, others)))


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
    label = _label(word, owner if service == "s3" else account)
    if service in _POLLED and role is None:
        if context:
            raise InvalidName("a queue or stream takes no `with`: Lambda itself reads it")
        return Polls(word, label)
    if service in _URL_SERVICES:
        return CallsUrl(Service(_URL_SERVICES[service], word, owner), label, None, context)
    if service in _PUSH:
        return _pushing(_PUSH[service], word, (owner, role), label, context)
    if service not in {"iam", "sts"}:
        raise InvalidName(f"it is not known which service acts for `{visible(word)}`: write `service NAME for {word}`")
    return Calls(word, word, context)


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
    label = " ".join([service, *((f"for {source}",) if source else ()), *((f"in {account}",) if account else ())])
    return _pushing(service, source, (account, role), label, context)


def _pushing(
    service: str,
    source: str | None,
    told: tuple[str | None, str | None],
    label: str,
    context: dict[str, ContextValue],
) -> Start:
    account, role = told
    if role is not None:
        return Calls(AssumedBy(service, role, source, account), f"{label} as {role}", context)
    return Calls(Service(service, source, account), label, context)


def _label(arn: str, account: str | None) -> str:
    name = f"bucket {arn.split(':', 5)[5]}" if ":s3:::" in arn else arn
    return name if account is None else f"{name} in {account}"


def _started(start: Start, context: dict[str, ContextValue]) -> Start:
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
    first = piece.words[0]
    if piece.rule == "function":
        if _CALL.fullmatch(first):
            raise InvalidName(f"`{first}` needs a resource: `{first} on ARN`, or `{first} on *`")
        return HandsOn(first, _context(piece))
    resource = piece.words[1]
    if _ACTION.fullmatch(first) is None:
        raise InvalidName(f"`{visible(first)}` is not an action: it needs a service and a name, as in s3:PutObject")
    if resource != "*":
        Arn.parse(resource)
    return Does(first, resource, _context(piece))
