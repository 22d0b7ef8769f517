"""A call that deploys: its operation and parameters, with every name read and every ARN complete."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypedDict

from lampolicy.diagnostic import InvalidName, RequestError
from lampolicy.function._address import Address
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import Function, Organization, UrlAuthType
from lampolicy.policy import Policy
from lampolicy.request import Context, Principal, RoleSession

_LAYER_VERSION: Final = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:[^:]+:layer:[a-zA-Z0-9_-]+:[0-9]+", re.ASCII)

Operation: TypeAlias = Literal[
    "CreateFunction",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
    "DeleteFunction",
    "PublishVersion",
    "CreateAlias",
    "UpdateAlias",
    "DeleteAlias",
    "CreateFunctionUrlConfig",
    "UpdateFunctionUrlConfig",
    "DeleteFunctionUrlConfig",
    "AddPermission",
    "RemovePermission",
    "PutResourcePolicy",
    "DeleteResourcePolicy",
    "PutFunctionCodeSigningConfig",
    "PublishLayerVersion",
    "AddLayerVersionPermission",
    "RemoveLayerVersionPermission",
    "CreateEventSourceMapping",
    "GetEventSourceMapping",
    "UpdateEventSourceMapping",
    "DeleteEventSourceMapping",
]
"""The calls of Lambda's API that deploy."""


@dataclass(frozen=True, slots=True)
class S3Code:
    """Code that lies in S3.

    Attributes:
        bucket: The bucket's name.
        key: The object's key.
        version: The version of the object, where the call names one: then another action is asked for.
        mode: `COPY`, where Lambda keeps a copy, or `REFERENCE`, where Lambda itself reads the object again.
    """

    bucket: str
    key: str
    version: str | None = None
    mode: Literal["COPY", "REFERENCE"] = "COPY"


@dataclass(frozen=True, slots=True)
class Vpc:
    """Where in a network a function stands.

    Attributes:
        id: The VPC's id; Lambda finds it by the subnets, so the call itself does not tell it.
        subnets: Ids of the subnets.
        security_groups: Ids of the security groups.
    """

    id: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


class DeploymentParameters(TypedDict, total=False):
    """What a call that deploys may be told; each operation takes its own, and refuses the others.

    Keys:
        function: Name, partial ARN or ARN of the function.
        qualifier: Version or alias, where the call addresses one.
        role: ARN of the execution role.
        layers: ARNs of the layer versions the call names; without them `lambda:Layer` is absent.
        vpc: The network configuration.
        code: Code in S3; code sent along with the call needs no further permission.
        code_signing: ARN of a code signing configuration.
        auth_type: AuthType of a URL, or of the statement AddPermission writes.
        principal: Whom AddPermission or PutResourcePolicy names, or the statement that is removed: a text, or
            `{"AWS": [...]}`.
        statement_id: The statement RemovePermission removes; its principal is looked up.
        source_arn: The source of an event source mapping.
        mapping: UUID or ARN of an event source mapping.
        layer: Name or ARN of a layer; with its version where its permissions change.
        tags: Tags the call gives.
        region: The region, where no ARN tells it.
        session: Session policies of the caller.
        context: Further condition keys of the call, such as `aws:SourceIp`.
    """

    function: str | None
    qualifier: str | None
    role: str | None
    layers: Sequence[str]
    vpc: Vpc | None
    code: S3Code | None
    code_signing: str | None
    auth_type: UrlAuthType | None
    principal: str | Mapping[str, str | Sequence[str]] | None
    statement_id: str | None
    source_arn: str | None
    mapping: str | None
    layer: str | None
    tags: Mapping[str, str] | None
    region: str | None
    session: Sequence[Policy] | None
    context: Context | None


@dataclass(frozen=True, slots=True)
class Deployment:
    """A call that deploys, as it reaches Lambda: the fields are those of `DeploymentParameters`.

    Attributes:
        organization: Where names are looked up.
        caller: Who calls.
        operation: What is called.
    """

    organization: Organization
    caller: Principal
    operation: Operation
    function: str | None = None
    qualifier: str | None = None
    role: str | None = None
    layers: Sequence[str] = ()
    vpc: Vpc | None = None
    code: S3Code | None = None
    code_signing: str | None = None
    auth_type: UrlAuthType | None = None
    principal: str | Mapping[str, str | Sequence[str]] | None = None
    statement_id: str | None = None
    source_arn: str | None = None
    mapping: str | None = None
    layer: str | None = None
    tags: Mapping[str, str] | None = None
    region: str | None = None
    session: Sequence[Policy] | None = None
    context: Context | None = None

    def __post_init__(self) -> None:
        if self.role is not None:
            RoleSession(self.role)
        for layer in self.layers:
            if not _LAYER_VERSION.fullmatch(layer):
                raise InvalidName(f"`{layer}` is not a layer version: arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER")

    @property
    def addressed(self) -> FunctionArn:
        """The function, version or alias the call addresses (semantics L2)."""
        if self.function is None:
            raise RequestError(f"`{self.operation}` needs a function")
        address = Address.parse(self.function, self.qualifier)
        if address.partition and address.region and address.account:
            return FunctionArn(address.partition, address.region, address.account, address.name, address.qualifier)
        account = address.account or self._account(address.name)
        region = address.region or self.region
        found = [
            known.arn
            for known in self.organization.functions
            if address.fits(known.arn) and known.arn.account == account and region in {None, known.arn.region}
        ]
        if len(found) == 1:
            return found[0].qualified(address.qualifier)
        told = region or self._region(address.name)
        return FunctionArn(self._partition, told, account, address.name, address.qualifier)

    @property
    def arn(self) -> FunctionArn:
        """The function itself, which most calls are authorized on (semantics L22)."""
        return self.addressed.unqualified

    @property
    def known(self) -> Function | None:
        """The function, where it is there already."""
        return self.organization.index.function(str(self.arn))

    @property
    def layer_arn(self) -> str:
        """The layer, or layer version."""
        return self._own("layer", self.layer)

    @property
    def layer_version_arn(self) -> str:
        """The layer version, each of which has a policy of its own (semantics L15)."""
        if not _LAYER_VERSION.fullmatch(self.layer_arn):
            raise InvalidName(f"`{self.layer}` is not a layer version: give NAME:NUMBER, or its ARN")
        return self.layer_arn

    @property
    def mapping_arn(self) -> str:
        """The event source mapping."""
        return self._own("event-source-mapping", self.mapping)

    @property
    def target(self) -> str:
        """What the call is about, for a sentence."""
        if self.layer is not None:
            return self.layer_arn
        return self.mapping_arn if self.function is None and self.mapping is not None else str(self.addressed)

    def _own(self, kind: str, name: str | None) -> str:
        if name is None:
            raise RequestError(f"`{self.operation}` needs the {kind.replace('-', ' ')}")
        if name.startswith("arn:"):
            return str(Arn.parse(name))
        return f"arn:{self._partition}:lambda:{self._region(name)}:{self._account(name)}:{kind}:{name}"

    def _region(self, name: str) -> str:
        if self.region is None:
            raise InvalidName(f"`{name}` does not tell its region, and no function known here does: give `region`")
        return self.region

    def _account(self, name: str) -> str:
        if self.caller.account is None:
            raise InvalidName(f"`{name}` does not tell its account, and neither does the caller: give its ARN")
        return self.caller.account

    @property
    def _partition(self) -> str:
        return self.caller.caller_arn.split(":")[1] if self.caller.caller_arn.startswith("arn:") else "aws"
