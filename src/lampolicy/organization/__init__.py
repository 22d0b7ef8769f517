"""Who exists: accounts, users, groups, roles, functions and other resources, and which policies hang where.

Takes: typed policies.
Gives: `Organization`, immutable, and `Policies`, what bears on one request.
Never: reads files, matches or decides.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.organization._kinds import holder_of, kind_of
from lampolicy.organization._policies import Levels, Policies

if TYPE_CHECKING:
    from lampolicy.organization._configuration import (
        Destinations,
        EventSourceKind,
        EventSourceMapping,
        FunctionConfiguration,
        TracingMode,
        event_source_kind,
    )
    from lampolicy.organization._gather import FULL_AWS_ACCESS, CallerSide, ResourceSide, as_boundary
    from lampolicy.organization._organization import Organization
    from lampolicy.organization._replacing import Thing
    from lampolicy.organization._types import (
        Account,
        Function,
        FunctionUrl,
        IamGroup,
        IamRole,
        IamUser,
        ManagedPolicy,
        Resource,
        Unit,
        Unread,
        UrlAuthType,
    )

__all__ = [
    "FULL_AWS_ACCESS",
    "Account",
    "CallerSide",
    "Destinations",
    "EventSourceKind",
    "EventSourceMapping",
    "Function",
    "FunctionConfiguration",
    "FunctionUrl",
    "IamGroup",
    "IamRole",
    "IamUser",
    "Levels",
    "ManagedPolicy",
    "Organization",
    "Policies",
    "Resource",
    "ResourceSide",
    "Thing",
    "TracingMode",
    "Unit",
    "Unread",
    "UrlAuthType",
    "as_boundary",
    "event_source_kind",
    "holder_of",
    "kind_of",
]

__getattr__ = later(
    __name__,
    {
        "._configuration": (
            "Destinations",
            "EventSourceKind",
            "EventSourceMapping",
            "FunctionConfiguration",
            "TracingMode",
            "event_source_kind",
        ),
        "._gather": ("FULL_AWS_ACCESS", "CallerSide", "ResourceSide", "as_boundary"),
        "._organization": ("Organization",),
        "._replacing": ("Thing",),
        "._types": (
            "Account",
            "Function",
            "FunctionUrl",
            "IamGroup",
            "IamRole",
            "IamUser",
            "ManagedPolicy",
            "Resource",
            "Unit",
            "Unread",
            "UrlAuthType",
        ),
    },
)
"""A request whose policies are in hand needs no organization."""
