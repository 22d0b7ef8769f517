"""Who may deploy: everything AWS decides when a function is created, changed, opened or wired (semantics L18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Unpack

from lampolicy.authorize import Authorizer
from lampolicy.diagnostic import RequestError
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._callers import Caller, bearer_obstacle, name_of, who_calls
from lampolicy.function._circumstances import overlaid
from lampolicy.function._deploy_steps import OPERATIONS, Asked, Trusted
from lampolicy.function._deployment import Deployment, DeploymentParameters, Operation
from lampolicy.function._hand_over import trust_part
from lampolicy.function._poll import may_poll
from lampolicy.function._view import FunctionView
from lampolicy.organization import Organization
from lampolicy.request import Anonymous, ContextValue, Principal, RoleSession

_ALWAYS: Final = frozenset({"region", "session", "context"})


def may_deploy(
    authorizer: Authorizer, caller: Caller, operation: Operation, **parameters: Unpack[DeploymentParameters]
) -> Answer:
    """Decide whether a caller may create, change, open or wire a function.

    Every (action, resource, context) that AWS authorizes for the call is decided on its own, and all must be allowed
    (semantics M10): the call itself, `iam:PassRole` where a role is given (L18), each layer version that is named
    (L15), code in S3, and the role's trust for Lambda (L19). `answer.first_complaint` is what AWS would answer,
    `answer.complaints` everything that stands in the way. That AWS looks at the call itself first and at the trust last
    is what was seen; the order between them is taken to be that of the table.

    Args:
        authorizer: Decides.
        caller: Who calls.
        operation: The call: `CreateFunction`, `UpdateFunctionConfiguration`, `AddPermission` ...
        parameters: What the call is told; see `DeploymentParameters`.

    Raises:
        InvalidName: A name cannot be read, or does not tell enough.
        RequestError: The operation does not exist, lacks a parameter it needs, or does not take one that is given.
        IncompleteOrganization: A policy that bears on it is not known.
    """
    organization = authorizer.organization
    found = who_calls(organization, caller)
    who = found.assumed if isinstance(found, AssumedBy) else found
    _check(operation, parameters)
    call = Deployment(organization, who, operation, **parameters)
    question = f"may {name_of(who)} call {operation} for {call.target}"
    obstacle = _no_signer(who)
    if obstacle is not None:
        return Answer(question, (), (obstacle,))
    parts, obstacles = _decided(authorizer, call)
    notes = tuple(dict.fromkeys(_notes(organization, call, parts)))
    return _with_source(authorizer, call, Answer(question, parts, obstacles, notes))


def _with_source(authorizer: Authorizer, call: Deployment, answer: Answer) -> Answer:
    """Making a mapping, Lambda tries at once whether the function's role may read the source (semantics L16)."""
    if call.operation != "CreateEventSourceMapping" or call.source_arn is None:
        return answer
    if call.known is None:
        note = "the function is not known here: whether its role may read the source is not decided"
        return replace(answer, notes=(*answer.notes, note))
    polled = may_poll(FunctionView(authorizer, call.known, call.addressed), call.source_arn)
    before = len(answer.parts)
    later = tuple(replace(obstacle, after=obstacle.after + before) for obstacle in polled.obstacles)
    return Answer(
        answer.question,
        (*answer.parts, *polled.parts),
        (*answer.obstacles, *later),
        tuple(dict.fromkeys((*answer.notes, *polled.notes))),
    )


def _check(operation: str, parameters: DeploymentParameters) -> None:
    shape = next((shape for name, shape in OPERATIONS.items() if name == operation), None)
    if shape is None:
        raise RequestError(f"`{operation}` is not a call that deploys: use one of {', '.join(OPERATIONS)}")
    given = {name for name, value in parameters.items() if value not in (None, (), [], {})}
    lacking, strange = sorted(shape.needs - given), sorted(given - shape.needs - shape.takes - _ALWAYS)
    if lacking:
        raise RequestError(f"`{operation}` needs `{'`, `'.join(lacking)}`")
    if strange:
        raise RequestError(f"`{operation}` takes no `{'`, `'.join(strange)}`")


def _no_signer(who: Principal) -> Obstacle | None:
    if isinstance(who, Anonymous):
        return Obstacle("E15", "Lambda's API takes signed requests only", "sign the request")
    return bearer_obstacle(who)


def _decided(authorizer: Authorizer, call: Deployment) -> tuple[tuple[Part, ...], tuple[Obstacle, ...]]:
    parts: list[Part] = []
    obstacles: list[Obstacle] = []
    for asks in OPERATIONS[call.operation].asks:
        for asked in asks(call):
            match asked:
                case Obstacle(rule=rule, message=message, help=hint, aws=aws):
                    obstacles.append(Obstacle(rule, message, hint, aws, after=len(parts)))
                case Trusted(role=role):
                    parts.append(trust_part(authorizer, role, call.arn))
                case Asked(step=step, principal=None):
                    parts.append(ask(authorizer, call.caller, _in_context(call, step), session=call.session))
                case Asked(step=step, principal=principal):
                    parts.append(ask(authorizer, principal or call.caller, step))
    return tuple(parts), tuple(obstacles)


def _in_context(call: Deployment, step: Step) -> Step:
    """Let a step carry what the caller brings along, such as its address; what Lambda itself tells wins.

    All of it is one call to Lambda, so that `aws:RequestedRegion` is where that went (semantics K2).
    """
    every: dict[str, ContextValue] = {"aws:RequestedRegion": call.target.split(":")[3], "aws:SecureTransport": "true"}
    brought = overlaid(every, call.context)
    return Step(step.action, step.resource, step.rule, step.why, overlaid(brought, step.context), step.aws)


def _notes(organization: Organization, call: Deployment, parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield from _of_unknown(organization, part)
        for rule in part.rests_on:
            yield f"this rests on {rule.rule}, of which AWS's papers are not certain: {rule.text}"
    if call.role is not None and not organization.knows(RoleSession(call.role)):
        yield f"the role {call.role} is not known here: it counts as one that trusts nobody"
    if call.vpc is not None and not any(part.rule == "L17" and part.request.principal != call.caller for part in parts):
        yield "in a VPC the function's role, which is not known here, needs the rights to make network interfaces (L17)"
    if call.operation == "CreateEventSourceMapping" and call.source_arn is None:
        yield "the source is read with the function's role, so ask as well whether the function may poll it (L16)"


def _of_unknown(organization: Organization, part: Part) -> Iterator[str]:
    request = part.request
    if request.action == "lambda:GetLayerVersion" and organization.index.resource(request.resource) is None:
        yield f"the layer version {request.resource} is not known here: it counts as having no policy"
    if request.action.startswith("s3:") and organization.index.resource(request.resource) is None:
        bucket = request.resource.partition("/")[0]
        yield f"the bucket {bucket} is not known here: it counts as the caller's own account's, without a policy"
