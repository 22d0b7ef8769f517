"""What a function's configuration needs of its execution role, what that lacks, and what it has beyond."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lampolicy.authorize import authorize
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._answer import Obstacle, Part
from lampolicy.function._excess import excess_of
from lampolicy.function._execution import (
    SOURCE_FUNCTION,
    decide_step,
    execution_session,
    incomplete,
    service_context,
    unknown_target,
)
from lampolicy.function._hand_over import trust_part
from lampolicy.function._least import least_policy
from lampolicy.function._nearby import unknown_address
from lampolicy.function._needs_steps import unknown_sinks, wanted
from lampolicy.function._needs_types import Need, Needs, Wanted
from lampolicy.function._poll import listed_only, source_of
from lampolicy.function._view import FunctionView
from lampolicy.names import Alias, Version
from lampolicy.policy import Policy, PolicyKind
from lampolicy.reference import UncertainRule
from lampolicy.request import RoleSession

OWN_CALLS_NAME_FUNCTION: Final = UncertainRule(
    "K2", "Lambda's own calls of CloudWatch Logs, X-Ray and EFS carry `lambda:SourceFunctionArn`"
)


def needs(view: FunctionView) -> Needs:
    """Tell what the function's configuration needs of its execution role (semantics L16, L17).

    Logs, VPC, tracing, dead letter queue, destinations, file systems, environment variables and event sources, each
    decided as the role's session; what of it is lacking; what the role may do beyond; whether Lambda may assume the
    role (semantics L19); and the least policy that would do, verified by deciding with it. What the code calls is in no
    configuration: ask `may_run`.
    """
    wants = tuple(once.wanted for once in dict.fromkeys(map(_Once, wanted(view))))
    least = least_policy(wants)
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return Needs(view.function.arn, view.function.role, least, undecided=wants, obstacles=(session,))
    trust, untold = _trust(view, session)
    required, undecided, unknown = _decide(view, session, wants)
    return Needs(
        view.function.arn,
        session.role,
        least,
        trust,
        required,
        () if unknown else excess_of(view.authorizer.organization, session, required),
        tuple(need for need in required if not _with_only(need.part, least)),
        undecided,
        tuple(dict.fromkeys((*untold, *unknown))),
        (*_about(view), *_targets(view, session, required), *_sources(view, session)),
    )


def _trust(view: FunctionView, session: RoleSession) -> tuple[Part | None, tuple[Obstacle, ...]]:
    try:
        return trust_part(view.authorizer, session.role, view.function.arn), ()
    except IncompleteOrganization as error:
        return None, (incomplete(error),)


def _decide(
    view: FunctionView, session: RoleSession, wants: tuple[Wanted, ...]
) -> tuple[tuple[Need, ...], tuple[Wanted, ...], tuple[Obstacle, ...]]:
    found: list[Need] = []
    undecided: list[Wanted] = []
    obstacles: list[Obstacle] = []
    for want in wants:
        try:
            found.append(Need(want, decided(view, session, want)))
        except IncompleteOrganization as error:
            undecided.append(want)
            obstacles.append(incomplete(error))
    return tuple(found), tuple(undecided), tuple(dict.fromkeys(obstacles))


class _Once:
    """A wanted thing; two of the same setting, action and resource count once."""

    __slots__ = ("_same", "wanted")

    def __init__(self, want: Wanted) -> None:
        self.wanted = want
        self._same = (want.setting, want.step.action, want.step.resource, want.condition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self._same == other._same

    def __hash__(self) -> int:
        return hash(self._same)


def decided(view: FunctionView, session: RoleSession, want: Wanted) -> Part:
    """Decide one wanted thing for the role, with the context Lambda's own call carries."""
    step = replace(want.step, context={**service_context(view.function.arn, want.step.resource), **want.step.context})
    part = decide_step(view, session, step)
    if not want.names_function:
        return part
    named = decide_step(view, session, replace(step, context={**step.context, SOURCE_FUNCTION: str(view.function.arn)}))
    hangs = bool(named.decision) != bool(part.decision)
    return replace(named, rests_on=(OWN_CALLS_NAME_FUNCTION,)) if hangs else named


def _with_only(part: Part, document: dict[str, object]) -> bool:
    """Whether the part would be allowed to a role with just one policy."""
    policy = Policy.parse(document, kind=PolicyKind.IDENTITY, name="the least policy")
    return bool(authorize(part.request, replace(part.policies, identity=(policy,))))


def _about(view: FunctionView) -> Iterator[str]:
    if view.function.configuration is None:
        yield (
            "the configuration is not known here: only logs count, and what was told of destinations and event "
            "sources; export it with `aws lambda get-function-configuration`"
        )
    unknown = tuple(unknown_address(view))
    yield from unknown
    if isinstance(view.arn.qualifier, Version | Alias) and not unknown:
        yield f"{view.arn.qualifier} keeps the configuration it was published with; this is that of $LATEST"
    key = view.function.configuration.key if view.function.configuration else None
    if key is not None and ":key/" not in key:
        yield f"which key {key} stands for is not known here: whether the role may decrypt is not decided"
    yield from unknown_sinks(view)


def _targets(view: FunctionView, session: RoleSession, required: tuple[Need, ...]) -> Iterator[str]:
    for resource in dict.fromkeys(need.part.request.resource for need in required):
        yield from unknown_target(view.authorizer.organization, resource, session.account)


def _sources(view: FunctionView, session: RoleSession) -> Iterator[str]:
    for mapping in view.authorizer.organization.event_sources_of(view.function):
        if not mapping.enabled:
            yield f"the mapping of {mapping.source or 'self-managed Kafka'} is disabled at present"
        yield from listed_only(view, session, source_of(view, mapping))
