"""Resource control policies (semantics G27, E6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.policy._draft import Draft, Placed
from lampolicy.policy._faults import Faults
from lampolicy.policy._rcp_services import RCP_SERVICES
from lampolicy.policy._shape import is_list, is_object
from lampolicy.policy._types import PrincipalPattern

_FULL_ACCESS: Final = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def is_full_access(document: Mapping[str, object]) -> bool:
    """Tell whether this is AWS's own `RCPFullAWSAccess`, which no customer could write (semantics G27)."""
    written = document.get("Statement")
    statements = list(written) if is_list(written) else [written]
    if len(statements) != 1 or not is_object(statements[0]):
        return False
    plain = {key: _alone(value) for key, value in statements[0].items() if key != "Sid"}
    return plain in (_FULL_ACCESS, {**_FULL_ACCESS, "Principal": {"AWS": "*"}})


def _alone(value: object) -> object:
    return value[0] if is_list(value) and len(value) == 1 else value


def check_resource_control(drafts: Sequence[Draft], faults: Faults) -> None:
    """Demand everyone as principal, and actions of supported services."""
    for draft in drafts:
        for principal in draft.principals.places if draft.principals else ():
            _principal(principal, faults)
        if (draft.principals and len(draft.principals.places) > 1) or _is_listed(draft):
            faults.error(
                Code.PRINCIPAL_NOT_ALLOWED,
                "the principal of a resource control policy is a list",
                (*draft.at, "Principal"),
                help='write `"Principal": "*"`',
            )
        for action in draft.actions.places if draft.actions else ():
            _action(action, faults)


def _is_listed(draft: Draft) -> bool:
    written = draft.raw.get("Principal")
    return is_object(written) and any(is_list(value) for value in written.values())


def _principal(place: Placed[PrincipalPattern], faults: Faults) -> None:
    if place.value.value != "*":
        faults.error(
            Code.PRINCIPAL_NOT_ALLOWED,
            f"a resource control policy is about everyone, not about `{place.value.value}`",
            place.at,
            help='write `"Principal": "*"` and a condition on `aws:PrincipalArn` or `aws:PrincipalAccount`',
        )


def _action(place: Placed[str], faults: Faults) -> None:
    service = place.value.partition(":")[0].lower()
    if place.value == "*" or service not in RCP_SERVICES:
        faults.error(
            Code.ACTION_NOT_ALLOWED,
            f"`{place.value}` is not an action that resource control policies bind",
            place.at,
            help="name actions of a supported service, such as `s3:*` or `sqs:*`; an RCP cannot stop an invocation",
        )
