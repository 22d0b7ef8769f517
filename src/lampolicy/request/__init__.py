"""The question: principals, context and request.

Takes: text and values.
Gives: the kinds of `Principal`, `Request` with its context, `UNKNOWN` for what is not known.
Never: reads a policy or decides.
"""

from lampolicy.request._multivalued import MULTIVALUED_KEYS
from lampolicy.request._principal import (
    BEARERS,
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    Tags,
    User,
    WebIdentity,
    parse_principal,
)
from lampolicy.request._request import (
    UNKNOWN,
    Context,
    ContextValue,
    Request,
    Unknown,
    account_in,
    checked_account,
    checked_action,
    checked_context,
    checked_principal,
    checked_resource,
)

__all__ = [
    "BEARERS",
    "MULTIVALUED_KEYS",
    "UNKNOWN",
    "Anonymous",
    "Context",
    "ContextValue",
    "FederatedUser",
    "Principal",
    "Request",
    "RoleSession",
    "Root",
    "Saml",
    "Service",
    "Tags",
    "Unknown",
    "User",
    "WebIdentity",
    "account_in",
    "checked_account",
    "checked_action",
    "checked_context",
    "checked_principal",
    "checked_resource",
    "parse_principal",
]
