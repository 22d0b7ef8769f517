"""What AddPermission and RemovePermission do to the policy of a function (semantics L9 to L11), as plain functions.

They take the calls' parameters as AWS names them and the stored document, and give the document that is stored then.
Nothing is changed in place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError
from lampolicy.policy._principals import account_root, is_aws_principal, is_service_principal
from lampolicy.policy._shape import is_list, is_object

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
_REQUIRED: Final = ("StatementId", "Action", "Principal")
_OTHERS: Final = frozenset({"RevisionId", "InvokedViaFunctionUrl", "FunctionName"})
_REMOVED_SID: Final = re.compile(r"[a-zA-Z0-9._-]{1,100}", re.ASCII)

_NO_PRINCIPAL: Final = "The provided principal was invalid. Please check the principal and try again."
_NO_LATEST: Final = "We currently do not support adding policies for $LATEST."
_STALE: Final = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetPolicy API to retrieve the latest Revision Id"
)
_LARGEST: Final = 20_480


@dataclass(frozen=True, slots=True)
class Stored:
    """The policy of one function, version or alias, as Lambda keeps it.

    Attributes:
        document: The document; `None` if there is none.
        revision: Its revision id, which is not the function's; `None` if there is no policy.
    """

    document: Mapping[str, object] | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What AddPermission did.

    Attributes:
        statement: The statement it wrote; `statement_text` writes it as the call answers it.
        document: The whole document now.
    """

    statement: Mapping[str, object]
    document: Mapping[str, object]


def add_permission(parameters: Mapping[str, object], *, function: str, stored: Stored | None = None) -> Added:
    """Do what AddPermission does.

    Args:
        parameters: The call's parameters: `StatementId`, `Action`, `Principal`, `SourceArn` ...
        function: The function's ARN without qualifier.
        stored: The policy of the addressed function, version or alias, which is `Qualifier`'s own (semantics L4).

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    stored = stored or Stored()
    statement = _statement(parameters, function)
    others = _statements(stored.document)
    sid = statement["Sid"]
    if any(is_object(other) and other.get("Sid") == sid for other in others):
        _refuse(
            Code.DUPLICATE_SID,
            f"the statement id `{sid}` is taken",
            "give another, or remove that statement first",
            "ResourceConflictException",
            f"The statement id ({sid}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement.",
        )
    _check_revision(parameters, stored)
    document = {**(stored.document or {"Version": "2012-10-17", "Id": "default"}), "Statement": [*others, statement]}
    if len(statement_text(document).encode()) > _LARGEST:
        _refuse(
            Code.TOO_LONG,
            f"the policy would be longer than {_LARGEST} bytes",
            "grant to an account or an organization instead of to many principals",
            "PolicyLengthExceededException",
            None,
        )
    return Added(statement, document)


def remove_permission(parameters: Mapping[str, object], *, stored: Stored | None = None) -> Mapping[str, object] | None:
    """Do what RemovePermission does; give the document that is left, `None` if the last statement went.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    sid = parameters.get("StatementId")
    if not isinstance(sid, str) or not _REMOVED_SID.fullmatch(sid):
        _invalid("StatementId", sid)
    if stored is None or stored.document is None:
        _not_found("the function has no policy", "No policy is associated with the given resource.")
    others = _statements(stored.document)
    left = [other for other in others if not (is_object(other) and other.get("Sid") == sid)]
    if len(left) == len(others):
        _not_found(f"the policy has no statement `{sid}`", f"Statement {sid} is not found in resource policy.")
    _check_revision(parameters, stored)
    return {**stored.document, "Statement": left} if left else None


def statement_text(value: Mapping[str, object]) -> str:
    """Write a statement or document as Lambda answers it: no blanks, keys in the order they were written."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _statement(parameters: Mapping[str, object], function: str) -> dict[str, object]:
    _check_parameters(parameters)
    qualifier = parameters.get("Qualifier")
    if qualifier == "$LATEST":
        _refuse(
            Code.BAD_PARAMETER,
            "AddPermission takes no policy for `$LATEST`",
            "leave the qualifier out, or name a version or alias",
            "InvalidParameterValueException",
            _NO_LATEST,
        )
    written: dict[str, object] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(parameters["Principal"])),
        "Action": parameters["Action"],
        "Resource": function if qualifier is None else f"{function}:{qualifier}",
    }
    conditions = _conditions(parameters)
    if conditions:
        written["Condition"] = conditions
    return written


def _check_parameters(parameters: Mapping[str, object]) -> None:
    for name in _REQUIRED:
        if name not in parameters:
            _invalid(name, None)
    for name, value in parameters.items():
        pattern = _PATTERNS.get(name)
        if pattern is None:
            if name not in _OTHERS:
                _invalid(name, value)
        elif not isinstance(value, str) or not pattern.fullmatch(value):
            _invalid(name, value)
    if not isinstance(parameters.get("InvokedViaFunctionUrl", False), bool):
        _invalid("InvokedViaFunctionUrl", parameters["InvokedViaFunctionUrl"])
    _belongs_to("FunctionUrlAuthType", "lambda:InvokeFunctionUrl", parameters)
    _belongs_to("InvokedViaFunctionUrl", "lambda:InvokeFunction", parameters)


def _belongs_to(name: str, action: str, parameters: Mapping[str, object]) -> None:
    if parameters.get(name) and parameters["Action"] != action:
        _refuse(
            Code.BAD_PARAMETER,
            f"`{name}` goes with the action `{action}` only",
            f"leave `{name}` out, or add a statement for `{action}`",
            "InvalidParameterValueException",
            None,
        )


def _principal(text: str) -> str | dict[str, str]:
    if text == "*":
        return "*"
    root = account_root(text)
    if root is not None:
        return {"AWS": root}
    if is_aws_principal(text):
        return {"AWS": text}
    if not is_service_principal(text):
        _refuse(
            Code.BAD_PRINCIPAL,
            f"`{text}` is not a principal",
            "give an account id, the ARN of a user or role, a service such as `s3.amazonaws.com`, or `*`",
            "InvalidParameterValueException",
            _NO_PRINCIPAL,
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


_EQUALS: Final = {
    "SourceAccount": "AWS:SourceAccount",
    "EventSourceToken": "lambda:EventSourceToken",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
}


def _statements(document: Mapping[str, object] | None) -> list[object]:
    written = None if document is None else document.get("Statement")
    if is_list(written):
        return list(written)
    return [] if written is None else [written]


def _check_revision(parameters: Mapping[str, object], stored: Stored) -> None:
    """A function without a policy has no revision, so that any revision given is stale (semantics L11, section 0)."""
    given = parameters.get("RevisionId")
    if given is not None and given != stored.revision:
        _refuse(
            Code.STALE_REVISION,
            "the policy has been changed since that revision",
            "read the policy again, and give its revision id",
            "PreconditionFailedException",
            _STALE,
        )


def _invalid(name: str, value: object) -> NoReturn:
    message = f"`{name}` is missing" if value is None else f"`{value}` is not a value that `{name}` takes"
    _refuse(Code.BAD_PARAMETER, message, "see the parameters of AddPermission", "ValidationException", None)


def _not_found(message: str, text: str) -> NoReturn:
    _refuse(Code.NO_SUCH_STATEMENT, message, "list the policy's statements", "ResourceNotFoundException", text)


def _refuse(code: Code, message: str, help_: str, aws_code: str, text: str | None) -> NoReturn:
    raise PolicyError((Diagnostic(code, message, help=help_, aws=AwsError(aws_code, text)),))
