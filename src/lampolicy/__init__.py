"""Decides AWS-style permission questions exactly as AWS does, offline, in microseconds, and says why.

Takes: policies, who asks, and what for.
Gives: a decision with its evidence, and an explanation.
Never: reads a file, opens a connection or keeps a global while it decides.
"""

from __future__ import annotations

import sys
from types import ModuleType

from lampolicy._later import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lampolicy.authorize import authorize
    from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied, Undetermined
    from lampolicy.diagnostic import Diagnostic, DocumentError, InvalidName, LampolicyError, PolicyError, RequestError
    from lampolicy.explain import explain
    from lampolicy.function import Authorizer
    from lampolicy.names import Arn, FunctionArn
    from lampolicy.organization import Organization, Policies
    from lampolicy.policy import Policy, PolicyKind
    from lampolicy.readers import load_organization, organization_from_template
    from lampolicy.request import (
        UNKNOWN,
        Anonymous,
        FederatedUser,
        Request,
        RoleSession,
        Root,
        Saml,
        Service,
        User,
        WebIdentity,
    )

__version__ = "0.1.0"

__all__ = [
    "UNKNOWN",
    "Allowed",
    "Anonymous",
    "Arn",
    "Authorizer",
    "Decision",
    "Diagnostic",
    "DocumentError",
    "ExplicitlyDenied",
    "FederatedUser",
    "FunctionArn",
    "ImplicitlyDenied",
    "InvalidName",
    "LampolicyError",
    "Organization",
    "Policies",
    "Policy",
    "PolicyError",
    "PolicyKind",
    "Request",
    "RequestError",
    "RoleSession",
    "Root",
    "Saml",
    "Service",
    "Undetermined",
    "User",
    "WebIdentity",
    "authorize",
    "explain",
    "load_organization",
    "organization_from_template",
]

_LATER = {
    "lampolicy.authorize": ("authorize",),
    "lampolicy.decision": ("Allowed", "Decision", "ExplicitlyDenied", "ImplicitlyDenied", "Undetermined"),
    "lampolicy.diagnostic": (
        "Diagnostic",
        "DocumentError",
        "InvalidName",
        "LampolicyError",
        "PolicyError",
        "RequestError",
    ),
    "lampolicy.explain": ("explain",),
    "lampolicy.function": ("Authorizer",),
    "lampolicy.names": ("Arn", "FunctionArn"),
    "lampolicy.organization": ("Organization", "Policies"),
    "lampolicy.policy": ("Policy", "PolicyKind"),
    "lampolicy.readers": ("load_organization", "organization_from_template"),
    "lampolicy.request": (
        "UNKNOWN",
        "Anonymous",
        "FederatedUser",
        "Request",
        "RoleSession",
        "Root",
        "Saml",
        "Service",
        "User",
        "WebIdentity",
    ),
}
_ROOMS = ("condition", "decision", "diagnostic", "engine", "function", "names", "organization", "policy", "request")
"""Rooms that were there after `import lampolicy` when it still loaded them, and so still are."""

_public = later(__name__, _LATER)


def __getattr__(name: str) -> object:
    """Load every name on first use: who imports lampolicy pays for what is used of it."""
    if name in _ROOMS:
        return __import__(f"lampolicy.{name}", fromlist=[name])
    return _public(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Face(ModuleType):
    """Keeps `lampolicy.explain` the function, although importing the room of that name would put the room there."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
