"""Which element may stand in which kind of policy (semantics 1.2), as one table."""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from lampolicy.policy._types import Effect, PolicyKind, PrincipalType
from lampolicy.record import record, replace

K = PolicyKind


class Presence(Enum):
    """Whether an element must, may or must not be there."""

    FORBIDDEN = auto()
    OPTIONAL = auto()
    EXPECTED = auto()
    """AWS stores a statement without it, but the statement then does nothing."""
    REQUIRED = auto()


@record
class Rules:
    """What a kind of policy may hold.

    Attributes:
        principal: Whether a statement names principals (semantics G9).
        resource: Whether a statement names resources (semantics G8).
        not_principal: Whether `NotPrincipal` may stand there, with Deny (semantics G14).
        not_action: Whether `NotAction` may stand there.
        effects: Which effects it may have.
        principal_types: Which keys a principal may stand under (semantics G10).
        iam: Whether IAM itself stores it: character set, Sid and ARN formats are IAM's (semantics G6, G19, G20).
        arn_format: Whether resources are checked as IAM does (semantics G20).
        literals: Whether malformed numbers, dates, addresses and ARNs are refused (semantics G23).
        principals_exist: Whether its writer looks principals up, so that none with an inner wildcard can be stored
            (semantics G11, G15).
        version_2012: Whether the language must be of 2012 (semantics G4).
        code: The error code of AWS's API for any fault.
        text: AWS's message where it is one and the same for nearly every fault.
        json_text: AWS's message for a text that is not JSON.
        principal_text: AWS's message for a principal that is none.
        principal_shape_text: AWS's message for a principal of the wrong JSON type.
    """

    principal: Presence
    resource: Presence
    not_principal: bool = False
    not_action: bool = True
    effects: frozenset[Effect] = frozenset(Effect)
    principal_types: frozenset[PrincipalType] = frozenset()
    iam: bool = False
    arn_format: bool = False
    literals: bool = False
    principals_exist: bool = False
    version_2012: bool = False
    code: str = "MalformedPolicyDocument"
    text: str | None = None
    json_text: str | None = None
    principal_text: str = "Invalid principal in policy"
    principal_shape_text: str | None = None


_STAR_AWS = frozenset({PrincipalType.STAR, PrincipalType.AWS})
_COMMON = frozenset({PrincipalType.STAR, PrincipalType.AWS, PrincipalType.SERVICE, PrincipalType.FEDERATED})
_ALL = frozenset(PrincipalType)
_SYNTAX = "Syntax errors in policy."
_NO_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."
_ORGANIZATIONS = "The provided policy document does not meet the requirements of the specified policy type."


def _identity(*, literals: bool = True, version_2012: bool = False) -> Rules:
    return Rules(
        Presence.FORBIDDEN,
        Presence.REQUIRED,
        iam=True,
        arn_format=True,
        literals=literals,
        version_2012=version_2012,
        json_text=_SYNTAX,
    )


def _resource(
    code: str,
    *,
    text: str | None = None,
    json_text: str | None = None,
    principal: Presence = Presence.REQUIRED,
    resource: Presence = Presence.OPTIONAL,
    principals_exist: bool = False,
    types: frozenset[PrincipalType] = _COMMON,
) -> Rules:
    return Rules(
        principal,
        resource,
        not_principal=True,
        principal_types=types,
        principals_exist=principals_exist,
        code=code,
        text=text,
        json_text=json_text or text,
    )


RULES: Final = MappingProxyType(
    {
        K.IDENTITY: _identity(),
        K.BOUNDARY: _identity(version_2012=True),
        K.SESSION: _identity(literals=False),
        K.SERVICE_CONTROL: Rules(
            Presence.FORBIDDEN,
            Presence.REQUIRED,
            arn_format=True,
            literals=True,
            code="MalformedPolicyDocumentException",
            text=_ORGANIZATIONS,
            json_text=_ORGANIZATIONS,
            principal_text=_ORGANIZATIONS,
        ),
        K.RESOURCE_CONTROL: Rules(
            Presence.REQUIRED,
            Presence.REQUIRED,
            not_action=False,
            effects=frozenset({Effect.DENY}),
            principal_types=_STAR_AWS,
            arn_format=True,
            literals=True,
            code="MalformedPolicyDocumentException",
            text=_ORGANIZATIONS,
            json_text=_ORGANIZATIONS,
            principal_text=_ORGANIZATIONS,
        ),
        K.TRUST: Rules(
            Presence.REQUIRED,
            Presence.FORBIDDEN,
            principal_types=_COMMON,
            iam=True,
            literals=True,
            principals_exist=True,
            json_text="This policy contains invalid Json",
        ),
        K.FUNCTION: replace(
            _resource("InvalidParameterValueException", text="Policy has syntax errors."),
            principal_text=_NO_PRINCIPAL,
            principal_shape_text="Syntax error at position (-1,-1)",
        ),
        K.LAYER: Rules(
            Presence.REQUIRED,
            Presence.OPTIONAL,
            not_action=False,
            effects=frozenset({Effect.ALLOW}),
            principal_types=_STAR_AWS,
            code="InvalidParameterValueException",
            principal_text=_NO_PRINCIPAL,
        ),
        K.BUCKET: _resource(
            "MalformedPolicy",
            json_text="Policies must be valid JSON and the first byte must be '{'",
            resource=Presence.REQUIRED,
            principals_exist=True,
            types=_ALL,
        ),
        K.QUEUE: replace(
            _resource("InvalidAttributeValue", text="Invalid value for the parameter Policy."),
            principal_text="Invalid value for the parameter Policy.",
        ),
        K.TOPIC: _resource("InvalidParameter"),
        K.SECRET: _resource("MalformedPolicyDocumentException"),
        K.KEY: _resource("MalformedPolicyDocumentException", principals_exist=True),
        K.RESOURCE: _resource("MalformedPolicyDocument", principal=Presence.EXPECTED, types=_ALL),
        K.ENDPOINT: _resource("InvalidPolicyDocument", principal=Presence.EXPECTED, types=_ALL),
    }
)
"""The rules of each of the fifteen kinds."""
