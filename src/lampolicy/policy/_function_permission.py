"""What AddPermission and RemovePermission do to the policy of a function (semantics L9 to L11), as plain functions.

They take the calls' parameters as AWS names them and the stored document, and give the document that is stored then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import AwsError, Code
from lampolicy.policy._parameters import STATEMENT_ID, Form, given, invalid
from lampolicy.policy._permission_calls import (
    INVALID,
    NO_PRINCIPAL,
    Added,
    Stored,
    appended,
    refuse,
    without,
)
from lampolicy.policy._principals import account_root, is_aws_principal, is_service_of_aws

_FORMS: Final = {
    "StatementId": STATEMENT_ID,
    "Action": Form("(lambda:[*]|lambda:[a-zA-Z]+|[*])"),
    "Principal": Form(r"[^\s]+"),
    "SourceArn": Form(
        r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
    ),
    "SourceAccount": Form(r"\d{12}"),
    "EventSourceToken": Form(r"[a-zA-Z0-9._\-]{0,256}"),
    "PrincipalOrgID": Form("o-[a-z0-9]{10,32}"),
    "FunctionUrlAuthType": Form("NONE|AWS_IAM"),
    "Qualifier": Form(r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+", 128),
}
_REMOVED_ID: Final = Form("([a-zA-Z0-9-_.]+)", 100)
_OTHERS: Final = frozenset({"RevisionId", "InvokedViaFunctionUrl", "FunctionName"})
_EQUALS: Final = {
    "SourceAccount": "AWS:SourceAccount",
    "EventSourceToken": "lambda:EventSourceToken",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
}
_NO_LATEST: Final = "We currently do not support adding policies for $LATEST."
_API: Final = "GetPolicy"
_API_WITHOUT_POLICY: Final = "GetFunction/GetAlias"
"""What AWS's message names where there is no policy, though no revision id that call gives is one (semantics L11)."""


def add_permission(parameters: Mapping[str, object], *, function: str, stored: Stored | None = None) -> Added:
    """Do what AddPermission does.

    Args:
        parameters: The call's parameters: `StatementId`, `Action`, `Principal`, `SourceArn` ...
        function: The function's ARN without qualifier.
        stored: The policy of the addressed function, version or alias, which is `Qualifier`'s own (semantics L4).

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    before = stored or Stored()
    api = _API_WITHOUT_POLICY if before.document is None else _API
    return appended(permission_statement(parameters, function=function), parameters, before, api=api)


def remove_permission(parameters: Mapping[str, object], *, stored: Stored | None = None) -> Mapping[str, object] | None:
    """Do what RemovePermission does; give the document that is left, `None` if the last statement went.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    return without(parameters, stored, form=_REMOVED_ID, api=_API)


def permission_statement(parameters: Mapping[str, object], *, function: str) -> dict[str, object]:
    """Write the statement of an AddPermission call, without storing it (semantics L10).

    Args:
        parameters: The call's parameters.
        function: The function's ARN without qualifier.

    Raises:
        PolicyError: Lambda refuses the parameters; `.aws` is its answer.
    """
    told = check_permission(parameters)
    qualifier = told.get("Qualifier")
    written: dict[str, object] = {
        "Sid": told["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(told["Principal"]), partition=function.split(":")[1]),
        "Action": told["Action"],
        "Resource": function if qualifier is None else f"{function}:{qualifier}",
    }
    conditions = _conditions(told)
    if conditions:
        written["Condition"] = conditions
    return written


def check_permission(parameters: Mapping[str, object]) -> dict[str, object]:
    """Refuse the parameters of an AddPermission call that Lambda refuses whatever is stored (semantics L9).

    Returns:
        The parameters that are told, `None` being none.

    Raises:
        PolicyError: Lambda refuses them; `.aws` is its answer.
    """
    told = given(parameters, _FORMS, _OTHERS, needs=("StatementId", "Action", "Principal"))
    if not isinstance(told.get("InvokedViaFunctionUrl", False), bool):
        invalid("InvokedViaFunctionUrl", told["InvokedViaFunctionUrl"])
    _belongs_to("FunctionUrlAuthType", "lambda:InvokeFunctionUrl", told)
    _belongs_to("InvokedViaFunctionUrl", "lambda:InvokeFunction", told)
    if told.get("Qualifier") == "$LATEST":
        refuse(
            Code.BAD_PARAMETER,
            "AddPermission takes no policy for `$LATEST`",
            "leave the qualifier out, or name a version or alias",
            AwsError(INVALID, _NO_LATEST),
        )
    return told


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
    if is_aws_principal(text) and "*" not in text:
        return {"AWS": text}
    if not is_service_of_aws(text):
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
