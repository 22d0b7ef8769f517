"""Who may invoke: the Invoke API, called by people, by services, or by a service as a role (semantics L1 to L7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._callers import Caller, bearer_obstacle, carried, name_of, who_calls
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._modes import MAY_ASSUME, Mode, Model, model_of
from lampolicy.function._nearby import nearby, unknown_address
from lampolicy.function._view import FunctionView
from lampolicy.organization import Organization
from lampolicy.request import Anonymous, Context, Principal, RoleSession, Service

INVOKE: Final = "lambda:InvokeFunction"
_MODES: Final = {"sync": Model.SYNC, "async": Model.ASYNC}


def may_invoke(view: FunctionView, caller: Caller, mode: Mode | None = None, context: Context | None = None) -> Answer:
    """Decide whether a caller may invoke the function as it is addressed.

    Invoke, InvokeWithResponseStream and the old InvokeAsync alike are authorized as `lambda:InvokeFunction` on the
    addressed ARN (semantics L1, L2), whether the caller waits or not. A service that assumes a role (`AssumedBy`) needs
    the role's trust first.

    Args:
        view: The function as addressed.
        caller: Who calls.
        mode: Whether the caller waits (`sync`) or leaves an event (`async`); it changes what is noted, not what is
            decided.
        context: Condition keys the call carries, such as `aws:SourceIp`.

    Raises:
        InvalidName: The caller's text is no principal.
        IncompleteOrganization: A policy that bears on it is not known.
    """
    organization = view.authorizer.organization
    who = who_calls(organization, caller)
    question = f"may {name_of(who)} invoke {view.arn}"
    obstacle = no_invoker(who)
    if obstacle is not None:
        return Answer(question, (), (obstacle,))
    parts = invoking(view, who, carried(caller, context))
    notes = (*_of_mode(who, mode), *_of_role(organization, who), *unknown_address(view), *nearby(view, parts[-1]))
    return Answer(question, parts, (), notes)


def invoking(view: FunctionView, who: Principal | AssumedBy, context: Context | None = None) -> tuple[Part, ...]:
    """The decisions alone: for a service that assumes a role its trust and the role's own call, else one."""
    every = certain(view.arn)
    if not isinstance(who, AssumedBy):
        why = "Lambda authorizes every way of invoking as this action on the addressed ARN"
        return (ask(view.authorizer, who, Step(INVOKE, str(view.arn), "L1", why, overlaid(every, context))),)
    carries = overlaid({**every, **who.invoke_context()}, context)
    call = Step(INVOKE, str(view.arn), "L5", "the role invokes", carries)
    trust = who.trust_step(view.authorizer.organization)
    return (ask(view.authorizer, who.caller, trust), ask(view.authorizer, who.assumed, call))


def no_invoker(who: Principal | AssumedBy) -> Obstacle | None:
    """What keeps a caller from calling Invoke at all, whatever the policies say."""
    match who:
        case AssumedBy():
            return None
        case Anonymous():
            return Obstacle(
                "E15",
                "the Invoke API takes signed requests only",
                "only a function URL of AuthType `NONE` is open to everyone",
            )
        case Service(name=name):
            return _no_pusher(name)
        case _:
            return bearer_obstacle(who)


def _no_pusher(service: str) -> Obstacle | None:
    match model_of(service):
        case Model.POLL:
            return Obstacle(
                "L16",
                f"`{service}` never invokes a function: Lambda reads the source as the function's execution role, "
                "and the function policy plays no part",
                "ask whether the function may poll the source",
            )
        case Model.ROLE:
            return Obstacle(
                "L5",
                f"`{service}` does not use the function policy: it assumes a role and invokes as that",
                "ask for the service together with its role",
            )
        case _:
            return None


def _of_mode(who: Principal | AssumedBy, mode: Mode | None) -> Iterator[str]:
    model = model_of(who.name) if isinstance(who, Service) else None
    asked = _MODES[mode] if mode is not None else model
    if mode is not None and model is not None and model is not asked:
        yield f"{name_of(who)} invokes in the {model} way only"
    if (model or asked) is Model.ASYNC:
        yield (
            "an event once accepted is not authorized again: a later change of policies does not stop it, and each "
            "attempt takes alias and execution role as they are then"
        )
    if isinstance(who, Service) and who.name in MAY_ASSUME:
        yield f"{who.name} uses the function policy only where it was given no role; with one, that role invokes"


def _of_role(organization: Organization, who: Principal | AssumedBy) -> Iterator[str]:
    role = who.assumed if isinstance(who, AssumedBy) else who
    if isinstance(who, AssumedBy):
        yield f"{who.service} invokes as the role {who.role}; the function policy grants the service itself nothing"
        if who.acting_for != who.source_arn:
            yield f"aws:SourceArn is the schedule's group, {who.acting_for}, not the schedule"
    if isinstance(role, RoleSession) and not organization.knows(role):
        yield f"the role {role.role} is not known here: it counts as one without policies"
