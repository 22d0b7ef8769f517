"""What AddLayerVersionPermission and RemoveLayerVersionPermission do to a layer version's policy (semantics L15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import AwsError, Code
from lampolicy.policy._parameters import STATEMENT_ID, Form, given
from lampolicy.policy._permission_calls import (
    INVALID,
    Added,
    Stored,
    appended,
    refuse,
    without,
)
from lampolicy.policy._principals import account_root

_FORMS: Final = {
    "StatementId": STATEMENT_ID,
    "Action": Form("lambda:GetLayerVersion"),
    "Principal": Form(r"\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root"),
    "OrganizationId": Form("o-[a-z0-9]{10,32}"),
}
_OTHERS: Final = frozenset({"RevisionId"})
_API: Final = "GetLayerPolicy"


def add_layer_permission(parameters: Mapping[str, object], *, layer: str, stored: Stored | None = None) -> Added:
    """Do what AddLayerVersionPermission does.

    Args:
        parameters: The call's parameters: `StatementId`, `Action`, `Principal`, `OrganizationId`, `RevisionId`.
        layer: The ARN of the layer version, each of which has a policy of its own.
        stored: That policy.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    told = given(parameters, _FORMS, _OTHERS, needs=("StatementId", "Action", "Principal"))
    return appended(_statement(told, layer), told, stored or Stored(), api=_API)


def remove_layer_permission(
    parameters: Mapping[str, object], *, stored: Stored | None = None
) -> Mapping[str, object] | None:
    """Do what RemoveLayerVersionPermission does; give what is left, `None` if the last statement went.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    return without(parameters, stored, form=STATEMENT_ID, api=_API)


def _statement(parameters: Mapping[str, object], layer: str) -> dict[str, object]:
    principal, organization = str(parameters["Principal"]), parameters.get("OrganizationId")
    if organization is not None and principal != "*":
        refuse(
            Code.BAD_PARAMETER,
            "`OrganizationId` goes with the principal `*` only",
            'write `"Principal": "*"` to share with the organization, or leave `OrganizationId` out',
            AwsError(INVALID),
        )
    written: dict[str, object] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": account_root(principal, layer.split(":")[1]) or principal},
        "Action": parameters["Action"],
        "Resource": layer,
    }
    if organization is not None:
        written["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    return written
