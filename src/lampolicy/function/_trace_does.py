"""The hop on which a function's code does something: the call, and the key of what it writes to, if that is encrypted.

A queue, topic or stream with a customer's key uses it with the caller's own rights (semantics E14, K2), so that a call
its policies allow may still fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._ask import Step
from lampolicy.function._execution import code_context, decide_steps, execution_session
from lampolicy.function._poll_steps import key_step
from lampolicy.function._run import may_run
from lampolicy.function._trace_path import Given
from lampolicy.function._view import FunctionView
from lampolicy.names import Arn

_KEYS: Final = {
    "sqs:sendmessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sns:publish": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:receivemessage": ("kms:Decrypt",),
    "kinesis:putrecord": ("kms:GenerateDataKey",),
    "kinesis:putrecords": ("kms:GenerateDataKey",),
    "kinesis:getrecords": ("kms:Decrypt",),
}
"""By action, what the service does with the key for its caller."""


def done(view: FunctionView, action: str, resource: str, context: Given) -> Answer:
    """Decide whether the function's code may do something, with the key it takes."""
    answer = may_run(view, action, resource, context)
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return answer
    steps = (
        replace(step, context={**code_context(view, step.resource, context), **step.context})
        for step in _keys(view, action, resource)
    )
    decided = decide_steps(view, session, steps)
    return replace(answer, parts=(*answer.parts, *decided.parts), obstacles=(*answer.obstacles, *decided.obstacles))


def _keys(view: FunctionView, action: str, resource: str) -> Iterator[Step]:
    actions = _KEYS.get(action.lower(), ())
    known = view.authorizer.organization.index.resource(resource) if actions else None
    if known is None or known.key is None or ":key/" not in known.key:
        return
    for name in actions:
        why = f"{resource} is encrypted with a customer's key"
        yield key_step(name, known.key, Arn.parse(resource).service, resource, "K2", why)
