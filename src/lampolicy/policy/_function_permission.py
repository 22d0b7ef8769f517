"""What AddPermission and RemovePermission do to the policy of a function (semantics L9 to L11), as plain functions.

They take the calls' parameters as AWS names them and the stored document, and give the document that is stored then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import AwsError, Code
from lampolicy.policy._permission_calls import (
    INVALID,
    NO_PRINCIPAL,
    Added,
    Stored,
    appended,
    check_forms,
    invalid,
    refuse,
    require,
    without,
)
from lampolicy.policy._principals import account_root, is_aws_principal, is_service_principal

_PATTERNS: Final = {
    "StatementId": re.compile(r"[a-zA-Z0-9_-]{1,100}", re.ASCII),
    "Action": re.compile(r"lambda:\*|lambda:[a-zA-Z]+|\*", re.ASCII),
    "Principal": re.compile(r"\S+"),
    "SourceArn": re.compile(r"arn:[a-zA-Z0-9-]+:[a-zA-Z0-9-]+:[^:]*:[^:]*:.*", re.ASCII | re.DOTALL),
    "SourceAccount": re.compile(r"[0-9]{12}", re.ASCII),
    "EventSourceToken": re.compile(r"[a-zA-Z0-9._-]{0,256}", re.ASCII),
    "PrincipalOrgID": re.compile(r"o-[a-z0-9]{10,32}", re.ASCII),
    "FunctionUrlAuthType": re.compile(r"NONE|AWS_IAM", re.ASCII),
    "Qualifier": re.compile(r"[a-zA-Z0-9$_-]{1,128}", re.ASCII),
}
_OTHERS: Final = frozenset({"RevisionId", "InvokedViaFunctionUrl", "FunctionName"})
_EQUALS: Final = {
    "SourceAccount": "AWS:SourceAccount",
    "EventSourceToken": "lambda:EventSourceToken",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
}
_NO_LATEST: Final = "We currently do not support adding policies for $LATEST."
_API: Final = "GetPolicy"


def add_permission(parameters: Mapping[str, object], *, function: str, stored: Stored | None = None) -> Added:
    """Do what AddPermission does.

    Args:
        parameters: The call's parameters: `StatementId`, `Action`, `Principal`, `SourceArn` ...
        function: The function's ARN without qualifier.
        stored: The policy of the addressed function, version or alias, which is `Qualifier`'s own (semantics L4).

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    return appended(permission_statement(parameters, function=function), parameters, stored or Stored(), api=_API)


def remove_permission(parameters: Mapping[str, object], *, stored: Stored | None = None) -> Mapping[str, object] | None:
    """Do what RemovePermission does; give the document that is left, `None` if the last statement went.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    return without(parameters, stored, api=_API)


def permission_statement(parameters: Mapping[str, object], *, function: str) -> dict[str, object]:
    """Write the statement of an AddPermission call, without storing it (semantics L10).

    Args:
        parameters: The call's parameters.
        function: The function's ARN without qualifier.

    Raises:
        PolicyError: Lambda refuses the parameters; `.aws` is its answer.
    """
    check_permission(parameters)
    qualifier = parameters.get("Qualifier")
    written: dict[str, object] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(parameters["Principal"]), partition=function.split(":")[1]),
        "Action": parameters["Action"],
        "Resource": function if qualifier is None else f"{function}:{qualifier}",
    }
    conditions = _conditions(parameters)
    if conditions:
        written["Condition"] = conditions
    return written


def check_permission(parameters: Mapping[str, object]) -> None:
    """Refuse the parameters of an AddPermission call that Lambda refuses whatever is stored (semantics L9).

    Raises:
        PolicyError: Lambda refuses them; `.aws` is its answer.
    """
    require(parameters, "StatementId", "Action", "Principal")
    check_forms(parameters, _PATTERNS, _OTHERS)
    if not isinstance(parameters.get("InvokedViaFunctionUrl", False), bool):
        invalid("InvokedViaFunctionUrl", parameters["InvokedViaFunctionUrl"])
    _belongs_to("FunctionUrlAuthType", "lambda:InvokeFunctionUrl", parameters)
    _belongs_to("InvokedViaFunctionUrl", "lambda:InvokeFunction", parameters)
    if parameters.get("Qualifier") == "$LATEST":
        refuse(
            Code.BAD_PARAMETER,
            "AddPermission takes no policy for `$LATEST`",
            "leave the qualifier out, or name a version or alias",
            AwsError(INVALID, _NO_LATEST),
        )


def _belongs_to(name: str, action: str, parameters: Mapping[str, object]) -> None:
    if parameters.get(name) and parameters["Action"] != action:
        refuse(
            Code.BAD_PARAMETER,
            f"`{name}` goes with the action `{action}` only",
            f"leave `{name}` out, or add a statement for `{action}`",
            AwsError(INVALID),
        )


def _principal(text: str, *, partition: str) -> str | dict[str, str]:
    if text == "*":
        return "*"
    root = account_root(text, partition)
    if root is not None:
        return {"AWS": root}
    if is_aws_principal(text):
        return {"AWS": text}
    if not is_service_principal(text):
        refuse(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not a principal",
            "give an account id, the ARN of a user or role, a service such as `s3.amazonaws.com`, or `*`",
            AwsError(INVALID, NO_PRINCIPAL),
        )
    return {"Service": text}


def _conditions(parameters: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Write the conditions the parameters ask for; StringEquals was seen to come before ArnLike."""
    equals = {key: parameters[name] for name, key in _EQUALS.items() if name in parameters}
    conditions: dict[str, dict[str, object]] = {"StringEquals": equals} if equals else {}
    if parameters.get("InvokedViaFunctionUrl"):
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
    if "SourceArn" in parameters:
        conditions["ArnLike"] = {"AWS:SourceArn": parameters["SourceArn"]}
    return conditions
