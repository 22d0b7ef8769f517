"""What the calls that add and remove one statement share, of functions and of layer versions (semantics L10, L11, L15).

Nothing is changed in place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NoReturn

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError
from lampolicy.policy._parameters import Form, given
from lampolicy.policy._quotas import FUNCTION
from lampolicy.policy._shape import is_list, is_object
from lampolicy.record import record

_REMOVED: Final = frozenset({"RevisionId", "Qualifier", "FunctionName"})
_STALE: Final = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the {api} API to retrieve the latest Revision Id"
)

NO_PRINCIPAL: Final = "The provided principal was invalid. Please check the principal and try again."
INVALID: Final = "InvalidParameterValueException"


@record
class Stored:
    """The policy of one function, version or alias, or of one layer version, as Lambda keeps it.

    Attributes:
        document: The document; `None` if there is none.
        revision: Its revision id, which is not the function's; `None` if there is no policy.
    """

    document: Mapping[str, object] | None = None
    revision: str | None = None


@record
class Added:
    """What AddPermission or AddLayerVersionPermission did.

    Attributes:
        statement: The statement it wrote; `statement_text` writes it as the call answers it.
        document: The whole document now.
    """

    statement: Mapping[str, object]
    document: Mapping[str, object]


def statement_text(value: Mapping[str, object]) -> str:
    """Write a statement or document as Lambda answers it: no blanks, keys in the order they were written."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def with_statement(document: Mapping[str, object] | None, statement: Mapping[str, object]) -> dict[str, object]:
    """Append a statement to a document, or to the shell Lambda makes where there is none (semantics L10)."""
    shell: Mapping[str, object] = document or {"Version": "2012-10-17", "Id": "default"}
    return {**shell, "Statement": [*statements_of(document), statement]}


def appended(statement: Mapping[str, object], parameters: Mapping[str, object], stored: Stored, *, api: str) -> Added:
    """Append a statement as AWS does: first the statement id is looked at, then the revision, then the size."""
    sid = statement["Sid"]
    if any(is_object(other) and other.get("Sid") == sid for other in statements_of(stored.document)):
        refuse(
            Code.DUPLICATE_SID,
            f"the statement id `{sid}` is taken",
            "give another, or remove that statement first",
            AwsError(
                "ResourceConflictException",
                f"The statement id ({sid}) provided already exists. "
                "Please provide a new statement id, or remove the existing statement.",
            ),
        )
    check_revision(parameters, stored, api=api)
    document = with_statement(stored.document, statement)
    check_size(document)
    return Added(statement, document)


def without(
    parameters: Mapping[str, object], stored: Stored | None, *, form: Form, api: str
) -> Mapping[str, object] | None:
    """Take a statement away; what is not there is told before a stale revision (semantics L11)."""
    sid = given(parameters, {"StatementId": form}, _REMOVED, needs=("StatementId",))["StatementId"]
    if stored is None or stored.document is None:
        not_found("there is no policy", "No policy is associated with the given resource.")
    others = statements_of(stored.document)
    left = [other for other in others if not (is_object(other) and other.get("Sid") == sid)]
    if len(left) == len(others):
        not_found(f"the policy has no statement `{sid}`", f"Statement {sid} is not found in resource policy.")
    check_revision(parameters, stored, api=api)
    return {**stored.document, "Statement": left} if left else None


def check_size(document: Mapping[str, object]) -> None:
    """Refuse a document beyond 20,480 bytes, as Lambda does when it would grow so large."""
    size = FUNCTION.size(document)
    if size > FUNCTION.limit:
        refuse(
            Code.TOO_LONG,
            f"the policy would have {size} bytes, and {FUNCTION.limit} is the limit",
            "grant to an account or an organization instead of to many principals",
            AwsError(FUNCTION.code, f"The final policy size ({size}) is bigger than the limit ({FUNCTION.limit})."),
        )


def statements_of(document: Mapping[str, object] | None) -> list[object]:
    """The statements of a document, of which one may stand without a list."""
    written = None if document is None else document.get("Statement")
    if is_list(written):
        return list(written)
    return [] if written is None else [written]


def check_revision(parameters: Mapping[str, object], stored: Stored, *, api: str | None) -> None:
    """Compare the revision; where there is no policy, any revision given is stale (semantics L11, section 0).

    Args:
        parameters: The call's parameters; `RevisionId` is looked at.
        stored: What is there.
        api: The call AWS's message tells to make; `None` where that message is not known.
    """
    given = parameters.get("RevisionId")
    if given is not None and given != stored.revision:
        refuse(
            Code.STALE_REVISION,
            "the policy has been changed since that revision",
            "read the policy again, and give its revision id",
            AwsError("PreconditionFailedException", _STALE.format(api=api) if api else None),
        )


def not_found(message: str, text: str) -> NoReturn:
    """Refuse because a statement or policy is not there."""
    refuse(Code.NO_SUCH_STATEMENT, message, "list the policy's statements", AwsError("ResourceNotFoundException", text))


def refuse(code: Code, message: str, help_: str, aws: AwsError) -> NoReturn:
    """Refuse as AWS does."""
    raise PolicyError((Diagnostic(code, message, help=help_, aws=aws),))
