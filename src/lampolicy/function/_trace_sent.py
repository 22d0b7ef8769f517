"""The hop on which Lambda sends on what became of an event: to a destination or dead letter queue (semantics L17).

Lambda does so as the execution role, without `lambda:SourceFunctionArn`, which only the function's code carries
(semantics K2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._execution import decide_steps, execution_session, service_context, unknown_target
from lampolicy.function._needs_steps import sink_steps
from lampolicy.function._needs_types import Setting
from lampolicy.function._view import FunctionView
from lampolicy.names import Arn

RESULTS: Final = "sends its results to"
FAILURES: Final = "sends events that failed to"

_BY_CODE: Final = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "events": "events:PutEvents",
    "kinesis": "kinesis:PutRecord",
    "dynamodb": "dynamodb:PutItem",
    "firehose": "firehose:PutRecord",
    "states": "states:StartExecution",
    "s3": "s3:PutObject",
}


def what_is_sent(view: FunctionView, target: str) -> str | None:
    """What Lambda sends to a target, in words; `None` if the function is not known to send anything there by itself."""
    for destinations in view.function.destinations:
        if destinations.arn == view.arn and target in destinations.targets:
            return RESULTS if target == destinations.on_success else FAILURES
    configuration = view.function.configuration
    mappings = view.authorizer.organization.event_sources_of(view.function)
    dead = configuration.dead_letter if configuration else None
    return FAILURES if target in {dead, *(mapping.on_failure for mapping in mappings)} else None


def sent(view: FunctionView, target: str) -> Answer:
    """Decide whether Lambda may send to a target for the function; open where it is not known to."""
    question = f"may Lambda send what became of an event of {view.arn} to {target}"
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return Answer(question, (), (session,))
    does = what_is_sent(view, target)
    steps = (
        replace(step, context={**service_context(view.function.arn, step.resource), **step.context})
        for step in sink_steps(view, Setting.DESTINATION, target, f"{view.arn.name} {does or RESULTS} it")
    )
    decided = decide_steps(view, session, steps)
    notes = tuple(unknown_target(view.authorizer.organization, target, session.account))
    unknown = () if does else (_no_destination(view, target),)
    return Answer(question, decided.parts, (*unknown, *decided.obstacles), notes)


def _no_destination(view: FunctionView, target: str) -> Obstacle:
    action = _BY_CODE.get(Arn.parse(target).service, "ACTION")
    return Obstacle(
        "L17",
        f"no destination or dead letter queue of {view.arn} known here is `{target}`",
        f"if the function's code sends it there, write `{action} {target}`; otherwise export "
        "`aws lambda get-function-configuration` and `aws lambda get-function-event-invoke-config`",
        open=True,
    )
