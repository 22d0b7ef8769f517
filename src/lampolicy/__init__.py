"""Decides AWS-style permission questions exactly as AWS does, offline, in microseconds, and says why.

Takes: policies, who asks, and what for.
Gives: a decision with its evidence, and an explanation.
Never: reads a file, opens a connection or keeps a global while it decides.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied, Undetermined
from lampolicy.diagnostic import Diagnostic, DocumentError, InvalidName, LampolicyError, PolicyError, RequestError
from lampolicy.function import Authorizer
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import Organization, Policies
from lampolicy.policy import Policy, PolicyKind
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

if TYPE_CHECKING:
    from lampolicy.explain import explain
    from lampolicy.readers import load_organization

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
]

_LATER = {"explain": "lampolicy.explain", "load_organization": "lampolicy.readers"}


def __getattr__(name: str) -> object:
    """Load what a decision does not need on first use."""
    if name not in _LATER:
        raise AttributeError(f"module `lampolicy` has no attribute `{name}`")
    from importlib import import_module

    value: object = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


class _Face(ModuleType):
    """Keeps `lampolicy.explain` the function, although importing the room of that name would put the room there."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _LATER and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
