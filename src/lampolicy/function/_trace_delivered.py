"""The hop from one place to the next: a topic delivers to a queue, a pipe reads one, a rule writes to a stream.

What takes the event asks its own policy about the service (semantics E12), or the service assumes a role (semantics
5.3), which needs the right to write there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lampolicy.diagnostic import InvalidName, visible
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._authorizer import Authorizer
from lampolicy.function._callers import bearer_obstacle, name_of, who_calls
from lampolicy.function._modes import Model, model_of
from lampolicy.function._trace_path import Calls, Passes, Polls, Start
from lampolicy.names import Arn
from lampolicy.organization import EventSourceKind, event_source_kind
from lampolicy.request import ContextValue, Principal, Service

_ACTIONS: Final = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "events": "events:PutEvents",
    "kinesis": "kinesis:PutRecord",
    "firehose": "firehose:PutRecord",
    "states": "states:StartExecution",
    "s3": "s3:PutObject",
}
_BY_POLICY: Final = frozenset({"sqs", "sns", "events"})
"""Services whose resources have a policy that admits other services by itself."""
_EXPORTS: Final = {
    "sqs": "aws sqs get-queue-attributes --attribute-names All --queue-url ...",
    "sns": "aws sns get-topic-attributes --topic-arn {arn}",
}
_PIPE_READS: Final = {
    EventSourceKind.SQS: "ReceiveMessage DeleteMessage GetQueueAttributes",
    EventSourceKind.KINESIS: "DescribeStream DescribeStreamSummary GetRecords GetShardIterator ListShards",
    EventSourceKind.DYNAMODB: "DescribeStream GetRecords GetShardIterator ListStreams",
}
_SQS_DELIVERER: Final = "events.amazonaws.com"


def no_role(service: str) -> Obstacle:
    """Say that a service acts as a role which the path does not tell."""
    return Obstacle("L5", f"as which role `{service}` acts is not told", "write `as ROLE` behind it", open=True)


def roleless(start: Start) -> str | None:
    """The service that starts something as a role only, where the path tells none."""
    caller = start.caller if isinstance(start, Calls) else None
    return caller.name if isinstance(caller, Service) and model_of(caller.name) is Model.ROLE else None


def delivered(authorizer: Authorizer, start: Start, onward: Passes) -> Answer:
    """Decide whether an event gets from a place to the next.

    Raises:
        InvalidName: Nothing is known to take it there.
        IncompleteOrganization: A policy that bears on it is not known.
    """
    if isinstance(start, Polls):
        return _read_by_pipe(authorizer, start.arn, onward)
    if not isinstance(start, Calls):
        raise InvalidName(f"a URL hands nothing on to `{visible(onward.arn)}`")
    who = who_calls(authorizer.organization, start.caller)
    service = Arn.parse(onward.arn).service
    question = f"may {name_of(who)} deliver to {onward.arn}"
    if service not in _ACTIONS:
        raise InvalidName(f"`{visible(onward.arn)}` takes no event of another service")
    barred = roleless(start) or (who.name if isinstance(who, Service) and service not in _BY_POLICY else None)
    if barred is not None:
        return Answer(question, (), (no_role(barred),))
    context = {**_carried(who, onward.arn), **start.context}
    step = Step(_ACTIONS[service], _target(onward.arn), "E12", f"{name_of(who)} delivers", context)
    if isinstance(who, AssumedBy):
        return Answer(question, _as_role(authorizer, who, [replace(step, rule="L5")]))
    obstacle = bearer_obstacle(who) or _unknown(authorizer, who, onward.arn)
    if obstacle is not None:
        return Answer(question, (), (obstacle,))
    steps = (step, *_encrypting(authorizer, who, onward.arn))
    return Answer(question, tuple(ask(authorizer, who, one) for one in steps))


def _carried(who: Principal | AssumedBy, onward: str) -> dict[str, ContextValue]:
    region = Arn.parse(onward).region
    told: dict[str, ContextValue] = {"aws:SecureTransport": "true"}
    if region:
        told["aws:RequestedRegion"] = region
    if isinstance(who, Service) and who.name == _SQS_DELIVERER and Arn.parse(onward).service == "sqs":
        told["aws:PrincipalType"] = "User"  # as recorded (semantics K1)
    return told


def _target(onward: str) -> str:
    return f"{onward}/*" if Arn.parse(onward).service == "s3" and "/" not in onward else onward


def _unknown(authorizer: Authorizer, who: Principal, onward: str) -> Obstacle | None:
    """A service needs the policy of what takes the event, which may not have been exported."""
    if not isinstance(who, Service) or authorizer.organization.index.resource(onward) is not None:
        return None
    command = _EXPORTS.get(Arn.parse(onward).service, "aws events describe-event-bus").format(arn=onward)
    return Obstacle("E12", f"the policy of `{onward}` is not known here", f"export it with `{command}`", open=True)


def _encrypting(authorizer: Authorizer, who: Principal, onward: str) -> Iterator[Step]:
    """A customer's key lets a service write to what it encrypts only if its policy names the service."""
    known = authorizer.organization.index.resource(onward)
    if not isinstance(who, Service) or known is None or known.key is None or ":key/" not in known.key:
        return
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        why = f"{onward} is encrypted with a customer's key"
        yield Step(action, known.key, "E12", why, _carried(who, known.key))


def _as_role(authorizer: Authorizer, who: AssumedBy, steps: list[Step]) -> tuple[Part, ...]:
    trust = ask(authorizer, who.caller, who.trust_step(authorizer.organization))
    return (trust, *(ask(authorizer, who.assumed, step) for step in steps))


def _read_by_pipe(authorizer: Authorizer, source: str, onward: Passes) -> Answer:
    question = f"may {onward.arn} read {source}"
    service = Arn.parse(onward.arn).service
    if service != "pipes":
        raise InvalidName(f"what is in `{visible(source)}` gets to `{visible(onward.arn)}` by a pipe or function only")
    if onward.role is None:
        return Answer(question, (), (no_role("pipes.amazonaws.com"),))
    kind = event_source_kind(source)
    if kind is None or kind not in _PIPE_READS:
        what = Obstacle("L5", f"what a pipe needs to read `{source}` is not known here", open=True)
        return Answer(question, (), (what,))
    prefix, who = Arn.parse(source).service, AssumedBy("pipes.amazonaws.com", onward.role, onward.arn)
    steps = [
        Step(f"{prefix}:{name}", _read_on(name, source), "L5", "the pipe reads as its role", _carried(who, source))
        for name in _PIPE_READS[kind].split()
    ]
    return Answer(question, _as_role(authorizer, who, steps))


def _read_on(name: str, source: str) -> str:
    return "*" if name == "ListStreams" else source
