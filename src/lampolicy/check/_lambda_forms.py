"""The forms of Lambda's own questions in expected-decision files; lists are asked in every combination."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from lampolicy.check._forms import PrincipalForm, StrictForm, Text, Value
from lampolicy.function import Operation
from lampolicy.organization import UrlAuthType

Texts: TypeAlias = Annotated[list[Text], Field(min_length=1)]


def _truth(value: object) -> object:
    """YAML's values stay texts, so that a truth value comes as the text `true`."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5 else value


Truth: TypeAlias = Annotated[bool, BeforeValidator(_truth)]
Number: TypeAlias = Annotated[int, Field(ge=1), BeforeValidator(_number)]


class LambdaCheck(StrictForm):
    """What every question about a function expects of its answer."""

    expect: Literal["allow", "deny", "unknown"] = Field(description="the answer: allow only if all it takes is allowed")
    refused: Text | None = Field(None, description="for a denial: the first action AWS refuses")
    obstacle: Text | None = Field(None, description="for a denial: the rule of an obstacle that no policy removes")


class _InContext(LambdaCheck):
    context: dict[str, Value] = Field(default_factory=dict[str, Value], description="condition keys of the call")


class _ByPrincipal(_InContext):
    principal: PrincipalForm | None = Field(None, description="who calls")
    principals: Annotated[list[PrincipalForm], Field(min_length=1)] | None = Field(None, description="who call")


class InvokeCheck(_ByPrincipal):
    """Whether somebody may invoke a function."""

    function: Text | None = Field(None, description="the function, as NAME, NAME:QUALIFIER or ARN")
    functions: Texts | None = Field(None, description="the functions")
    mode: Literal["sync", "async"] | None = Field(None, description="whether the caller waits for the result")


class InvokeUrlCheck(_ByPrincipal):
    """Whether somebody may call a function's URL."""

    function: Text | None = Field(None, description="the function, as NAME, NAME:ALIAS or ARN")
    functions: Texts | None = Field(None, description="the functions")
    auth_type: UrlAuthType | None = Field(None, description="the URL's AuthType, where it was not found")
    dual_permission: Truth = Field(
        default=True, description="whether the URL takes both actions; false for an account exempt until November 2026"
    )


class PollCheck(LambdaCheck):
    """Whether Lambda may poll a source for a function."""

    function: Text | None = Field(None, description="the function, as NAME or ARN")
    functions: Texts | None = Field(None, description="the functions")
    source: Text | None = Field(None, description="ARN of the source, or id of an event source mapping")
    sources: Texts | None = Field(None, description="the sources")
    kind: Text | None = Field(None, description="what is polled, where the ARN does not tell")
    key: Text | None = Field(None, description="ARN of the KMS key that encrypts the source")


class RunCheck(_InContext):
    """Whether a function's code may do something."""

    function: Text | None = Field(None, description="the function, as NAME or ARN")
    functions: Texts | None = Field(None, description="the functions")
    action: Text | None = Field(None, description="the action, as in s3:PutObject")
    actions: Texts | None = Field(None, description="the actions")
    resource: Text | None = Field(None, description="an ARN, *, or a function as NAME or NAME:QUALIFIER")
    resources: Texts | None = Field(None, description="the resources")


class VpcForm(StrictForm):
    """A network configuration."""

    id: Text | None = Field(None, description="the VPC's id")
    subnets: list[Text] = Field(default_factory=list[Text], description="ids of the subnets")
    security_groups: list[Text] = Field(default_factory=list[Text], description="ids of the security groups")


class S3CodeForm(StrictForm):
    """Code that lies in S3."""

    bucket: Text = Field(description="the bucket's name")
    key: Text = Field(description="the object's key")
    version: Text | None = Field(None, description="the object's version, where the call names one")
    mode: Literal["COPY", "REFERENCE"] = Field("COPY", description="whether Lambda keeps a copy or reads it again")


class DeployCheck(_ByPrincipal):
    """Whether somebody may create, change, open or wire a function."""

    operation: Operation = Field(description="the call, as in CreateFunction")
    function: Text | None = Field(None, description="the function, as NAME, NAME:QUALIFIER or ARN")
    qualifier: Text | None = Field(None, description="a version or alias, where the call addresses one")
    role: Text | None = Field(None, description="ARN of the execution role")
    layers: list[Text] = Field(default_factory=list[Text], description="ARNs of the layer versions")
    vpc: VpcForm | None = Field(None, description="the network configuration")
    code: S3CodeForm | None = Field(None, description="code in S3")
    code_signing: Text | None = Field(None, description="ARN of a code signing configuration")
    auth_type: UrlAuthType | None = Field(None, description="AuthType of a URL, or of the statement that is added")
    granted_to: Text | None = Field(None, description="the Principal of AddPermission or RemovePermission")
    statement_id: Text | None = Field(None, description="the statement RemovePermission removes")
    source_arn: Text | None = Field(None, description="the source of an event source mapping")
    mapping: Text | None = Field(None, description="UUID or ARN of an event source mapping")
    layer: Text | None = Field(None, description="name or ARN of a layer")
    tags: dict[str, str] = Field(default_factory=dict[str, str], description="tags the call gives")
    region: Text | None = Field(None, description="the region, where no ARN tells it")


class TraceCheck(_InContext):
    """Whether a whole invocation works, from source to target."""

    path: Text | None = Field(None, description="the path, as `lampolicy trace` takes it")
    paths: Texts | None = Field(None, description="the paths")
    broken_at: Number | None = Field(None, description="for a denial: the first refused hop, counted from 1")
