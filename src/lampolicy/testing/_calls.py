"""Recorded calls that write no whole document: permissions of functions, and what AWS's policy simulator takes as input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from lampolicy.diagnostic import AwsError, Code, Diagnostic, InvalidName, PolicyError
from lampolicy.names import Arn
from lampolicy.policy import Stored, add_permission, read_number, remove_permission
from lampolicy.testing._reading import list_of, object_of, text_of, texts_of

_FUNCTION: Final = "arn:aws:lambda:us-east-1:111111111111:function:f"
_TAKEN: Final = "ResourceConflictException"


def call_add_permission(parameters: Mapping[str, object], error_code: str | None) -> None:
    """Do what AddPermission does; raise `PolicyError` if Lambda refuses the call.

    A recording does not hold the policy the function had. It had the statement already where AWS's error says so, and
    it had a policy wherever the call names a revision.
    """
    taken = error_code == _TAKEN
    stored = (
        _stored(str(parameters.get("StatementId")) if taken else "Other") if taken or _revised(parameters) else None
    )
    add_permission(parameters, function=_FUNCTION, stored=stored)


def call_remove_permission(parameters: Mapping[str, object]) -> None:
    """Do what RemovePermission does on a policy that holds the statement; raise `PolicyError` if Lambda refuses."""
    remove_permission(parameters, stored=_stored(str(parameters.get("StatementId"))))


def _revised(parameters: Mapping[str, object]) -> bool:
    return "RevisionId" in parameters


def _stored(sid: str) -> Stored:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": _FUNCTION,
    }
    return Stored({"Version": "2012-10-17", "Id": "default", "Statement": [statement]}, "current")


def call_simulator(parameters: Mapping[str, object]) -> None:
    """Check the input of SimulateCustomPolicy as AWS does; raise `PolicyError` where it refuses (semantics X1 to X4).

    What a condition makes of a value is another matter: the simulator takes any text for a boolean.
    """
    for entry in list_of(parameters, "ContextEntries"):
        _check_entry(object_of({"ContextEntries": entry}, "ContextEntries"))
    _check_arns(texts_of(parameters, "ResourceArns"))


def _check_entry(entry: Mapping[str, object]) -> None:
    key, held = text_of(entry, "ContextKeyName"), text_of(entry, "ContextKeyType")
    values = texts_of(entry, "ContextKeyValues")
    if not values:
        _refuse(f"Context values for context key {key} cannot be null or empty.")
    if not held.endswith("List") and len(values) > 1:
        _refuse(f"Context key {held} expected a single value, but received {len(values)}.")
    if held.startswith("numeric") and any(read_number(value) is None for value in values):
        _refuse(f"Invalid context value for key {key}: expected numeric format.")


def _check_arns(resources: Sequence[str]) -> None:
    for resource in resources:
        try:
            Arn.parse("arn:aws:any:::any" if resource == "*" else resource)
        except InvalidName:
            _refuse(f"ResourceNames are not in a valid ARN format: {resource}.")


def _refuse(text: str) -> NoReturn:
    message = "AWS's policy simulator does not take this input"
    raise PolicyError((Diagnostic(Code.BAD_PARAMETER, message, aws=AwsError("InvalidInput", text)),))
