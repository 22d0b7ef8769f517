"""What AddLayerVersionPermission and RemoveLayerVersionPermission do to a layer version's policy (semantics L15)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import AwsError, Code
from lampolicy.policy._permission_calls import (
    INVALID,
    Added,
    Stored,
    appended,
    check_forms,
    refuse,
    require,
    without,
)
from lampolicy.policy._principals import account_root

_PATTERNS: Final = {
    "StatementId": re.compile(r"[a-zA-Z0-9_-]{1,100}", re.ASCII),
    "Action": re.compile(r"lambda:GetLayerVersion", re.ASCII),
    "Principal": re.compile(r"[0-9]{12}|\*|arn:aws[a-zA-Z-]*:iam::[0-9]{12}:root", re.ASCII),
    "OrganizationId": re.compile(r"o-[a-z0-9]{10,32}", re.ASCII),
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
    require(parameters, "StatementId", "Action", "Principal")
    check_forms(parameters, _PATTERNS, _OTHERS)
    return appended(_statement(parameters, layer), parameters, stored or Stored(), api=_API)


def remove_layer_permission(
    parameters: Mapping[str, object], *, stored: Stored | None = None
) -> Mapping[str, object] | None:
    """Do what RemoveLayerVersionPermission does; give what is left, `None` if the last statement went.

    Raises:
        PolicyError: Lambda refuses the call; `.aws` is its answer.
    """
    return without(parameters, stored, api=_API)


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
