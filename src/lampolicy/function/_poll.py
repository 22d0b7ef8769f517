"""Whether Lambda may poll a source for a function, and who may make it do so (semantics L16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lampolicy.diagnostic import IncompleteOrganization, InvalidName
from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._ask import Step, ask
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._callers import Caller, bearer_obstacle, name_of, who_calls
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._execution import (
    Decided,
    decide_steps,
    execution_session,
    incomplete,
    service_context,
    unknown_target,
)
from lampolicy.function._poll_steps import Source, listed_steps, poll_steps
from lampolicy.function._view import FunctionView
from lampolicy.names import Arn
from lampolicy.organization import EventSourceKind, EventSourceMapping, event_source_kind
from lampolicy.reference import UncertainRule
from lampolicy.request import Anonymous, Context, Principal, RoleSession, Service

NO_FUNCTION_POLICY: Final = (
    "the function policy plays no part: Lambda reads the source as the function's execution role, and a statement for "
    "the source's service changes nothing"
)
DOCUMENTDB_UNCONFIRMED: Final = UncertainRule("L16", "what a mapping of DocumentDB asks of the role is not confirmed")

_CREATE: Final = "lambda:CreateEventSourceMapping"
_KAFKA_CLUSTER: Final = (
    "if the cluster asks for IAM authentication, the role also needs kafka-cluster:Connect, DescribeGroup, AlterGroup, "
    "DescribeTopic, ReadData and DescribeClusterDynamicConfiguration, which is not decided here"
)


def may_poll(
    view: FunctionView,
    source: str | EventSourceMapping | None,
    kind: EventSourceKind | str | None = None,
    *,
    access: Sequence[tuple[str, str]] = (),
    key: str | None = None,
) -> Answer:
    """Decide whether Lambda may poll a source for the function.

    Every action that making a mapping was seen to ask for, as the execution role's session and without
    `lambda:SourceFunctionArn`, which pollers do not carry (semantics L16, K2). The policy of the queue or stream and
    its KMS key count; the function policy plays no part.

    Args:
        view: The function.
        source: ARN of the queue, stream, consumer, cluster or broker; an event source mapping, or its id; `None` for
            self-managed Kafka.
        kind: What is polled, where the ARN does not tell.
        access: How Lambda signs in and from which network, as `SourceAccessConfigurations` in (type, value) pairs;
            those of the mapping if it is known.
        key: ARN of the customer's KMS key that encrypts the source; that of the known queue or stream if not given.

    Raises:
        InvalidName: `source` is neither an ARN nor the id of a known mapping.
    """
    mapping = _mapping(view, source, kind, access)
    question = f"may Lambda poll {_name(mapping, source)} for {view.arn}"
    if isinstance(mapping, Obstacle):
        return Answer(question, (), (mapping,), (NO_FUNCTION_POLICY,))
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return Answer(question, (), (session,), (NO_FUNCTION_POLICY,))
    polled = source_of(view, mapping, key)
    decided = polling(view, session, polled)
    return Answer(question, decided.parts, decided.obstacles, tuple(_notes(view, session, polled, decided)))


def may_create_mapping(
    view: FunctionView,
    caller: Caller,
    source: str | EventSourceMapping | None,
    kind: EventSourceKind | str | None = None,
    context: Context | None = None,
) -> Answer:
    """Decide whether somebody may make Lambda poll a source for the function.

    The caller needs `lambda:CreateEventSourceMapping`, which has no resource type and is asked for on `*`, with the
    function in `lambda:FunctionArn`; the execution role needs everything that `may_poll` asks for (semantics L16, L22).

    Args:
        view: The function as the mapping addresses it.
        caller: Who makes the mapping.
        source: As for `may_poll`.
        kind: As for `may_poll`.
        context: Condition keys of the caller's call.

    Raises:
        InvalidName: The caller's text is no principal, or `source` no source.
    """
    who = who_calls(view.authorizer.organization, caller)
    mapping = _mapping(view, source, kind, ())
    question = f"may {name_of(who)} make Lambda poll {_name(mapping, source)} for {view.arn}"
    barred = _no_maker(who)
    if barred is not None or isinstance(who, AssumedBy):
        return Answer(question, (), () if barred is None else (barred,))
    given = overlaid({**certain(view.arn), "lambda:FunctionArn": str(view.arn)}, context)
    why = "the caller makes the mapping, for which AWS knows no resource but the condition key lambda:FunctionArn"
    try:
        first = ask(view.authorizer, who, Step(_CREATE, "*", "L16", why, given))
    except IncompleteOrganization as error:
        return Answer(question, (), (incomplete(error),))
    polled = may_poll(view, source, kind)
    later = tuple(replace(obstacle, after=obstacle.after + 1) for obstacle in polled.obstacles)
    return Answer(question, (first, *polled.parts), later, polled.notes)


def source_of(view: FunctionView, mapping: EventSourceMapping, key: str | None = None) -> Source:
    """A mapping with the key that encrypts its source, as far as that is known."""
    source = Source(mapping, view.function.arn)
    known = view.authorizer.organization.index.resource(source.stream) if source.arn != "*" else None
    return replace(source, key=key or (known.key if known else None))


def polling(view: FunctionView, session: RoleSession, source: Source) -> Decided:
    """The decisions alone."""
    decided = decide_steps(view, session, _as_poller(view, poll_steps(source)))
    if source.mapping.kind is not EventSourceKind.DOCUMENTDB:
        return decided
    return replace(decided, parts=tuple(replace(p, rests_on=(DOCUMENTDB_UNCONFIRMED,)) for p in decided.parts))


def _as_poller(view: FunctionView, steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        yield replace(step, context={**service_context(view.function.arn, step.resource), **step.context})


def _mapping(
    view: FunctionView,
    source: str | EventSourceMapping | None,
    kind: EventSourceKind | str | None,
    access: Sequence[tuple[str, str]],
) -> EventSourceMapping | Obstacle:
    if isinstance(source, EventSourceMapping):
        return source
    for known in view.authorizer.organization.event_sources_of(view.function):
        if source is not None and source in {known.source, known.uuid}:
            return replace(known, access=tuple(access) or known.access)
    told = None if kind is None else _kind(kind)
    found = told or (EventSourceKind.KAFKA if source is None else event_source_kind(source))
    if found is None:
        return _not_polled(str(source))
    return EventSourceMapping("", view.arn, found, source, access=tuple(access))


def _kind(text: str) -> EventSourceKind:
    try:
        return EventSourceKind(text)
    except ValueError:
        raise InvalidName(f"`{text}` is nothing that Lambda polls: {', '.join(EventSourceKind)}") from None


def _not_polled(source: str) -> Obstacle:
    arn = Arn.parse(source)
    if arn.service == "dynamodb":
        return Obstacle("L16", f"`{source}` is a table: Lambda polls its stream", "give the ARN of the stream")
    return Obstacle(
        "L16",
        f"`{source}` is nothing that Lambda polls",
        "ask whether its service may invoke the function: it uses the function policy, or a role of its own",
    )


def _name(mapping: EventSourceMapping | Obstacle, source: str | EventSourceMapping | None) -> str:
    if isinstance(mapping, Obstacle):
        return str(source)
    return mapping.source or "self-managed Kafka"


def _no_maker(who: Principal | AssumedBy) -> Obstacle | None:
    if isinstance(who, AssumedBy | Service | Anonymous):
        return Obstacle("L16", "only a signed caller of an account makes a mapping", "ask for a user or role")
    return bearer_obstacle(who)


def _notes(view: FunctionView, session: RoleSession, source: Source, decided: Decided) -> Iterator[str]:
    yield NO_FUNCTION_POLICY
    mapping, organization = source.mapping, view.authorizer.organization
    for resource in dict.fromkeys(part.request.resource for part in decided.parts):
        yield from unknown_target(organization, resource, session.account)
    yield from listed_only(view, session, source)
    if mapping.kind is EventSourceKind.MSK and not mapping.secrets:
        yield _KAFKA_CLUSTER
    if mapping.kind in {EventSourceKind.MQ, EventSourceKind.DOCUMENTDB} and not mapping.secrets:
        yield f"{mapping.kind} is signed in to with a secret, which is not told here: it is not decided"
    if mapping.kind is EventSourceKind.KAFKA and not decided.parts:
        yield "self-managed Kafka outside a VPC and without a secret asks nothing of the role"
    if mapping.secrets:
        yield "if a customer's key encrypts the secret, the role needs kms:Decrypt on it too: not decided here"
    if source.key is not None and ":alias/" in source.key:
        yield f"which key {source.key} stands for is not known here: whether the role may decrypt is not decided"
    if mapping.filter_key is not None:
        yield f"{mapping.filter_key} encrypts the filter criteria; who must be allowed to use it is not decided here"


def listed_only(view: FunctionView, session: RoleSession, source: Source) -> Iterator[str]:
    """Say of what AWS's documents list, but nothing asks for, whether the role has it."""
    has: list[str] = []
    lacks: list[str] = []
    for part in decide_steps(view, session, _as_poller(view, listed_steps(source))).parts:
        (has if part.decision else lacks).append(part.request.action)
    for names, what in ((has, "has"), (lacks, "lacks")):
        if names:
            listed = ", ".join(names)
            yield f"AWS's documents also list {listed}, which no mapping was seen to ask for; the role {what} it"
