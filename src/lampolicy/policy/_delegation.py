"""The delegation policy of AWS Organizations: a resource policy whose actions are those of `organizations`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.names import glob, tokens
from lampolicy.policy._draft import Draft, Placed
from lampolicy.policy._faults import Faults

DELEGABLE: Final = (
    "AttachPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "DescribeEffectivePolicy",
    "DescribeHandshake",
    "DescribeOrganization",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "DescribeResourcePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "ListAWSServiceAccessForOrganization",
    "ListAccounts",
    "ListAccountsForParent",
    "ListAccountsWithInvalidEffectivePolicy",
    "ListChildren",
    "ListCreateAccountStatus",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListEffectivePolicyValidationErrors",
    "ListHandshakesForAccount",
    "ListHandshakesForOrganization",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
    "TagResource",
    "UntagResource",
    "UpdatePolicy",
)
"""The actions a delegation policy may hand out (Organizations User Guide, "Supported actions for delegation")."""

_OTHERS: Final = (
    "AcceptHandshake",
    "CancelHandshake",
    "CloseAccount",
    "CreateAccount",
    "CreateGovCloudAccount",
    "CreateOrganization",
    "CreateOrganizationalUnit",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeleteResourcePolicy",
    "DeregisterDelegatedAdministrator",
    "DisableAWSServiceAccess",
    "EnableAWSServiceAccess",
    "EnableAllFeatures",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "PutResourcePolicy",
    "RegisterDelegatedAdministrator",
    "RemoveAccountFromOrganization",
    "UpdateOrganizationalUnit",
)
_CODE: Final = "InvalidInputException"
_JSON: Final = "This resource-based policy contains invalid JSON."
_NEGATED: Final = ("NotAction", "NotPrincipal", "NotResource")


def check_delegation(drafts: Sequence[Draft], faults: Faults) -> None:
    """Hold a policy about Organizations to the rules of delegation; leave every other resource policy alone."""
    if not any(_is_delegation(draft) for draft in drafts):
        return
    for draft in drafts:
        _negated(draft, faults)
        if draft.principals is None:
            message = "the statement names no `Principal`"
            hint = "name the delegated administrator's account"
            faults.error(Code.NO_PRINCIPAL, message, draft.at, help=hint, aws=_JSON, aws_code=_CODE)
        for place in draft.actions.places if draft.actions and not draft.actions.negated else ():
            _action(place, faults)


def _is_delegation(draft: Draft) -> bool:
    resources = draft.resources.places if draft.resources else ()
    if any(place.value.split(":")[2:3] == ["organizations"] for place in resources):
        return True
    actions = draft.actions.places if draft.actions else ()
    return any(place.value.lower().startswith("organizations:") for place in actions)


def _delegable(pattern: str) -> bool:
    """A wildcard passes if it covers nothing that cannot be delegated; what AWS says of wildcards is not recorded."""
    service, _, name = pattern.lower().partition(":")
    matches = glob(tokens(name))
    covered = [action for action in (*DELEGABLE, *_OTHERS) if matches(action.lower())]
    return service == "organizations" and bool(covered) and set(covered).isdisjoint(_OTHERS)


def _negated(draft: Draft, faults: Faults) -> None:
    for element in _NEGATED:
        if element in draft.raw:
            faults.error(
                Code.NOT_ACTION_FORBIDDEN if element == "NotAction" else Code.RESOURCE_FORBIDDEN,
                f"`{element}` may not stand in a delegation policy",
                (*draft.at, element),
                on_key=True,
                help=f"use `{element.removeprefix('Not')}`",
                aws=_JSON,
                aws_code=_CODE,
            )


def _action(place: Placed[str], faults: Faults) -> None:
    if not _delegable(place.value):
        faults.error(
            Code.ACTION_NOT_ALLOWED,
            f"`{place.value}` cannot be delegated",
            place.at,
            help="name actions that read the organization or manage its policies",
            aws=f"{place.value} is not a supported action for this resource-based policy.",
            aws_code=_CODE,
        )
