"""Policies and their statements, one statement class for every kind of policy."""

from __future__ import annotations

from enum import StrEnum

import lampolicy.diagnostic as diagnosis  # the room, so that the hint `Pointer` loads it when somebody asks for hints
from lampolicy._typing import TYPE_CHECKING, Generic, TypeVar
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import TypeAlias

T = TypeVar("T")


class Effect(StrEnum):
    """What a statement does when it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class Version(StrEnum):
    """Version of the policy language; it decides whether policy variables are read (semantics G4, V3)."""

    V2008 = "2008-10-17"
    V2012 = "2012-10-17"


class PolicyKind(StrEnum):
    """What a policy hangs on, which decides what it may contain and what it does (semantics 1.2)."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    FUNCTION = "function"
    LAYER = "layer"
    BUCKET = "bucket"
    QUEUE = "queue"
    TOPIC = "topic"
    SECRET = "secret"
    RESOURCE = "resource"
    KEY = "key"
    TRUST = "trust"
    SERVICE_CONTROL = "scp"
    RESOURCE_CONTROL = "rcp"
    ENDPOINT = "endpoint"


@record
class Only(Generic[T]):
    """`Action`, `Resource` or `Principal`: any of these, nothing else."""

    patterns: tuple[T, ...]


@record
class AllExcept(Generic[T]):
    """`NotAction`, `NotResource` or `NotPrincipal`: anything but these."""

    patterns: tuple[T, ...]


Selection: TypeAlias = Only[T] | AllExcept[T]


class PrincipalType(StrEnum):
    """The key a principal stands under; `STAR` is the bare text `"*"` instead of a map (semantics G10, G12)."""

    STAR = "*"
    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


@record
class PrincipalPattern:
    """One principal of a statement, as written: an account id stays twelve digits, an ARN stays an ARN."""

    type: PrincipalType
    value: str


class Quantifier(StrEnum):
    """How an operator treats a key of several values (semantics C6 to C8)."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


class BaseOperator(StrEnum):
    """The comparison of a condition operator, without quantifier and `IfExists` (semantics C2)."""

    STRING_EQUALS = "StringEquals"
    STRING_NOT_EQUALS = "StringNotEquals"
    STRING_EQUALS_IGNORE_CASE = "StringEqualsIgnoreCase"
    STRING_NOT_EQUALS_IGNORE_CASE = "StringNotEqualsIgnoreCase"
    STRING_LIKE = "StringLike"
    STRING_NOT_LIKE = "StringNotLike"
    NUMERIC_EQUALS = "NumericEquals"
    NUMERIC_NOT_EQUALS = "NumericNotEquals"
    NUMERIC_LESS_THAN = "NumericLessThan"
    NUMERIC_LESS_THAN_EQUALS = "NumericLessThanEquals"
    NUMERIC_GREATER_THAN = "NumericGreaterThan"
    NUMERIC_GREATER_THAN_EQUALS = "NumericGreaterThanEquals"
    DATE_EQUALS = "DateEquals"
    DATE_NOT_EQUALS = "DateNotEquals"
    DATE_LESS_THAN = "DateLessThan"
    DATE_LESS_THAN_EQUALS = "DateLessThanEquals"
    DATE_GREATER_THAN = "DateGreaterThan"
    DATE_GREATER_THAN_EQUALS = "DateGreaterThanEquals"
    BOOL = "Bool"
    BINARY_EQUALS = "BinaryEquals"
    IP_ADDRESS = "IpAddress"
    NOT_IP_ADDRESS = "NotIpAddress"
    ARN_EQUALS = "ArnEquals"
    ARN_LIKE = "ArnLike"
    ARN_NOT_EQUALS = "ArnNotEquals"
    ARN_NOT_LIKE = "ArnNotLike"
    NULL = "Null"


@record
class Operator:
    """A condition operator as written: `ForAnyValue:StringLikeIfExists` and its kin."""

    base: BaseOperator
    quantifier: Quantifier | None = None
    if_exists: bool = False

    def __str__(self) -> str:
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.base}{'IfExists' if self.if_exists else ''}"


@record
class Condition:
    """One operator on one key; the values are text, whatever JSON scalar they were (semantics G16).

    The values stay text because they may hold policy variables, which only a request can resolve.
    """

    operator: Operator
    key: str
    values: tuple[str, ...]


@record
class _Statement:
    effect: Effect
    actions: Selection[str]
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None


@record(kw_only=True)
class _IdentitySide(_Statement):
    resources: Selection[str]


@record(kw_only=True)
class _ResourceSide(_Statement):
    principals: Selection[PrincipalPattern] | None
    """`None`: the statement names nobody, and so matches nobody (semantics G9)."""
    resources: Selection[str] | None
    """`None`: the resource the policy hangs on (semantics G8)."""


class IdentityStatement(_IdentitySide):
    """A statement of a managed or inline policy of a user, group or role."""

    __slots__ = ()


class BoundaryStatement(_IdentitySide):
    """A statement of a permissions boundary."""

    __slots__ = ()


class SessionStatement(_IdentitySide):
    """A statement of a session policy; its condition values may be malformed (semantics G23)."""

    __slots__ = ()


class ServiceControlStatement(_IdentitySide):
    """A statement of a service control policy."""

    __slots__ = ()


class ResourceControlStatement(_ResourceSide):
    """A statement of a resource control policy; its principal is everyone."""

    __slots__ = ()


class FunctionStatement(_ResourceSide):
    """A statement of the policy of a function, version or alias."""

    __slots__ = ()


class LayerStatement(_ResourceSide):
    """A statement of the policy of a layer version."""

    __slots__ = ()


class BucketStatement(_ResourceSide):
    """A statement of an S3 bucket's policy."""

    __slots__ = ()


class QueueStatement(_ResourceSide):
    """A statement of an SQS queue's policy."""

    __slots__ = ()


class TopicStatement(_ResourceSide):
    """A statement of an SNS topic's policy."""

    __slots__ = ()


class SecretStatement(_ResourceSide):
    """A statement of the policy of a Secrets Manager secret."""

    __slots__ = ()


class ResourceStatement(_ResourceSide):
    """A statement of any other resource's policy."""

    __slots__ = ()


class KeyStatement(_ResourceSide):
    """A statement of a KMS key policy, which every access to the key needs (semantics E4)."""

    __slots__ = ()


class EndpointStatement(_ResourceSide):
    """A statement of a VPC endpoint's policy."""

    __slots__ = ()


@record(kw_only=True)
class TrustStatement(_Statement):
    """A statement of a role's trust policy; the resource is the role itself."""

    principals: Selection[PrincipalPattern]


Statement: TypeAlias = (
    IdentityStatement
    | BoundaryStatement
    | SessionStatement
    | ServiceControlStatement
    | ResourceControlStatement
    | FunctionStatement
    | LayerStatement
    | BucketStatement
    | QueueStatement
    | TopicStatement
    | SecretStatement
    | ResourceStatement
    | KeyStatement
    | EndpointStatement
    | TrustStatement
)


@record
class StatementId:
    """Which statement of which policy: the evidence of a decision.

    Attributes:
        policy: The policy's name.
        kind: The policy's kind.
        index: The statement's place in the policy, counted from 0.
        sid: Its `Sid`, if it has one.
        file: The file the policy was read from, if it was.
        pointer: The statement's place in that file or document.
    """

    policy: str
    kind: PolicyKind
    index: int
    sid: str | None = None
    file: str | None = None
    pointer: diagnosis.Pointer = ()
