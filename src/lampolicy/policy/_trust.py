"""Role trust policies: whom they may name, and which actions (semantics G12, G24)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lampolicy.diagnostic import Code
from lampolicy.names import glob, tokens
from lampolicy.policy._draft import Draft, Placed
from lampolicy.policy._faults import Faults
from lampolicy.policy._oidc import check_providers
from lampolicy.policy._types import PrincipalType

TRUST_ACTIONS: Final = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
)
"""The actions a trust policy may hold, letter by letter."""

_OTHER_ACTIONS: Final = (
    "sts:DecodeAuthorizationMessage",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
    "sts:GetDelegatedAccessToken",
    "sts:GetFederationToken",
    "sts:GetServiceBearerToken",
    "sts:GetSessionToken",
    "sts:GetWebIdentityToken",
)
_ACTIONS_TEXT: Final = "AssumeRole policy may only specify STS AssumeRole actions."


def check_trust(drafts: Sequence[Draft], faults: Faults) -> None:
    """Demand actions of AssumeRole, no bare star, and conditions on providers that many tenants share."""
    for draft in drafts:
        for principal in draft.principals.places if draft.principals else ():
            if principal.value.type is PrincipalType.STAR:
                faults.error(
                    Code.PRINCIPAL_NOT_ALLOWED,
                    'a trust policy does not take the bare `"*"`',
                    principal.at,
                    help='write `{"AWS": "*"}` with a condition, or better the accounts and roles meant',
                    aws='AssumeRolepolicy contained an invalid principal: "STAR":"*".',
                )
        for action in draft.actions.places if draft.actions else ():
            _action(action, faults)
        check_providers(draft, faults)


def _action(place: Placed[str], faults: Faults) -> None:
    if not is_trust_action(place.value):
        faults.error(
            Code.ACTION_NOT_ALLOWED,
            f"`{place.value}` is not an action of a trust policy",
            place.at,
            help="write `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, "
            "`sts:SetSourceIdentity` or `sts:SetContext`, letter by letter",
            aws=_ACTIONS_TEXT,
        )


def is_trust_action(pattern: str) -> bool:
    """Tell whether IAM takes `pattern` in a trust policy: an action of assuming, or a wildcard over nothing else.

    `sts:*` and other spellings such as `STS:assumerole` were refused (G24); `sts:Assume*` is legal.
    """
    matches = glob(tokens(pattern))
    return any(map(matches, TRUST_ACTIONS)) and not any(map(matches, _OTHER_ACTIONS)) and pattern != "*"
