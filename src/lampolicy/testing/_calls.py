"""Recorded calls that write no whole document: permissions of functions, and the input of AWS's policy simulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.policy import Stored, add_permission, check_simulation_input, remove_permission

_FUNCTION: Final = "arn:aws:lambda:us-east-1:111111111111:function:f"
_TAKEN: Final = "ResourceConflictException"
_ABSENT: Final = "ResourceNotFoundException"
_NO_POLICY: Final = "No policy is associated with the given resource."
_OTHER: Final = "Other"


def make_call(
    kind: str, parameters: Mapping[str, object], *, error_code: str | None, error_message: str | None = None
) -> None:
    """Do what a recorded call does.

    A recording does not hold the policy the function had. It had the statement already where AWS's error says so, and
    it had a policy wherever the call names a revision or removes a statement, unless the error says otherwise.

    Args:
        kind: `add-permission`, `remove-permission`, or another word for a call of SimulateCustomPolicy.
        parameters: The call's parameters.
        error_code: AWS's error code, where it refused.
        error_message: AWS's message, where it was recorded.

    Raises:
        DocumentError: AWS refuses the call.
    """
    sid = str(parameters.get("StatementId"))
    match kind:
        case "add-permission":
            held = _stored(sid if error_code == _TAKEN else _OTHER)
            has_policy = error_code == _TAKEN or "RevisionId" in parameters
            add_permission(parameters, function=_FUNCTION, stored=held if has_policy else None)
        case "remove-permission":
            held = _stored(_OTHER if error_code == _ABSENT else sid)
            remove_permission(parameters, stored=None if error_message == _NO_POLICY else held)
        case _:
            check_simulation_input(parameters)


def _stored(sid: str) -> Stored:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": _FUNCTION,
    }
    return Stored({"Version": "2012-10-17", "Id": "default", "Statement": [statement]}, "current")
