"""Lambda: which action and resource each event was authorized on.

Sources: Lambda Developer Guide, "Resources and conditions for Lambda actions"; Service Authorization Reference, "AWS
Lambda"; semantics L1 to L4, L13, L15, L18, L21, L22.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function import Address
from lampolicy.names import FunctionArn
from lampolicy.replay._asked import (
    Asked,
    KeysOf,
    Place,
    Rule,
    Table,
    Told,
    Unmapped,
    anything,
    arn,
    both,
    needed,
    one,
    parameter_arn,
    same,
    shortened,
    tag_keys,
    untag_keys,
)
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import objects_at, text_at, texts_at
from lampolicy.replay._services._passing import passes
from lampolicy.request import UNKNOWN

_LAMBDA: Final = "lambda.amazonaws.com"
_AUTH_TYPE: Final = "lambda:FunctionUrlAuthType"


def _addressed(event: Event) -> str:
    """The function as the call addressed it; the qualifier counts (L2)."""
    try:
        return _read(event, needed(event, "functionName", "resourceArn"), event.text("qualifier"))
    except InvalidName as error:
        raise Unmapped(f"the function's address cannot be read: {shortened(error)}") from None


def _read(event: Event, name: str, qualifier: str | None) -> str:
    address = Address.parse(name, qualifier)
    account = address.account or event.account
    region = address.region or event.region
    if account is None or not region:
        raise Unmapped("the record tells no account or no region")
    partition = address.partition or event.partition
    return str(FunctionArn(partition, region, account, address.name, address.qualifier))


def _function(event: Event) -> str:
    """The function itself: these calls take no qualifier, or authorize without it."""
    return str(FunctionArn.parse(_addressed(event)).unqualified)


def _alias(action: str) -> Rule:
    """L22 says function, but `GetAlias` was recorded on qualified ARNs (lambda facts C2): both must agree."""

    def rule(event: Event) -> Iterator[Asked]:
        function = _function(event)
        yield Asked(action, function, or_else=(f"{function}:{needed(event, 'name')}",))

    return rule


def _mapping(event: Event) -> str:
    return arn(event, "lambda", f"event-source-mapping:{needed(event, 'uUID', 'uuid', 'UUID')}")


def _layer(event: Event) -> str:
    name = needed(event, "layerName")
    return name if name.startswith("arn:") else arn(event, "lambda", f"layer:{name}")


def _layer_version(event: Event) -> str:
    number = event.parameters.get("versionNumber")
    if not isinstance(number, int | str):
        raise Unmapped("`requestParameters` holds no `versionNumber`")
    return f"{_layer(event)}:{number}"


def _signing(event: Event) -> str:
    return parameter_arn("codeSigningConfigArn")(event)


def _new_function(event: Event) -> str:
    return arn(event, "lambda", f"function:{_name_of(event)}")


def _name_of(event: Event) -> str:
    try:
        return Address.parse(needed(event, "functionName")).name
    except InvalidName as error:
        raise Unmapped(f"the function's address cannot be read: {shortened(error)}") from None


def _layers(event: Event) -> tuple[str, ...]:
    named = [text_at(layer, "layerArn") or text_at(layer, "arn") for layer in objects_at(event.parameters, "layers")]
    return tuple(dict.fromkeys((*texts_at(event.parameters, "layers"), *filter(None, named))))


def _layer_key(event: Event) -> Told:
    return {"lambda:Layer": _layers(event) or None}


def _vpc_keys(event: Event) -> Told:
    subnets = texts_at(event.parameters, "vpcConfig", "subnetIds")
    if not subnets:
        return dict.fromkeys(("lambda:VpcIds", "lambda:SubnetIds", "lambda:SecurityGroupIds"))
    groups = texts_at(event.parameters, "vpcConfig", "securityGroupIds")
    return {"lambda:VpcIds": UNKNOWN, "lambda:SubnetIds": subnets, "lambda:SecurityGroupIds": groups or None}


def _signing_key(event: Event) -> Told:
    return {"lambda:CodeSigningConfigArn": event.text("codeSigningConfigArn")}


def _function_key(event: Event) -> Told:
    """`lambda:FunctionArn` of a mapping or a URL; not known where the call names neither."""
    return {"lambda:FunctionArn": UNKNOWN if event.text("functionName") is None else _addressed(event)}


def _auth_type(event: Event) -> Told:
    told = event.text("functionUrlAuthType") or event.text("authType")
    return {_AUTH_TYPE: told or UNKNOWN}


def _principal_key(event: Event) -> Told:
    """`lambda:Principal`: an account id counts as its root's ARN (semantics section 0, L13)."""
    principal = event.text("principal")
    if principal is None:
        return {"lambda:Principal": UNKNOWN}
    return {"lambda:Principal": f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal}


def _permission_auth_type(event: Event) -> Told:
    return {_AUTH_TYPE: event.text("functionUrlAuthType")}


def _not_through_url(event: Event) -> Told:
    """A direct call never carries these (lambda facts C5); a URL's own calls are no events of this name."""
    token = UNKNOWN if text_at(event.identity, "type") == "AWSService" else None
    return {"lambda:InvokedViaFunctionUrl": None, "lambda:EventSourceToken": token}


def _role(event: Event) -> Iterator[Asked]:
    role = event.text("role")
    if role is not None:
        yield passes(role, _LAMBDA, _function(event))


def _read_layers(event: Event) -> Iterator[Asked]:
    for layer in _layers(event):
        yield Asked("lambda:GetLayerVersion", layer)


def _read_code(event: Event) -> Iterator[Asked]:
    """The caller reads the package it names in S3 (lambda facts D1)."""
    bucket = event.text("code", "s3Bucket") or event.text("s3Bucket")
    key = event.text("code", "s3Key") or event.text("s3Key")
    if bucket is None or key is None:
        return
    versioned = event.text("code", "s3ObjectVersion") or event.text("s3ObjectVersion")
    action = "s3:GetObjectVersion" if versioned else "s3:GetObject"
    yield Asked(action, f"arn:{event.partition}:s3:::{bucket}/{key}")


_FUNCTION_KEYS: Final[tuple[KeysOf, ...]] = (_layer_key, _vpc_keys)
_CREATE: Final[Rule] = both(
    one("lambda:CreateFunction", _new_function, *_FUNCTION_KEYS, _signing_key, tag_keys),
    _role,
    _read_layers,
    _read_code,
)
_CONFIGURE: Final[Rule] = both(
    one("lambda:UpdateFunctionConfiguration", _function, *_FUNCTION_KEYS), _role, _read_layers
)


def _anyhow(event: Event) -> str:
    """Tags and resource policies hang on functions, mappings, layers and code signing configurations alike."""
    return parameter_arn("resource", "resourceArn")(event)


def _with_signing(action: str) -> Rule:
    """Function and code signing configuration are authorized each on its own (M10)."""
    return both(one(action, _function), one(action, _signing))


def _urls(names: str) -> dict[str, Rule]:
    place: Place = _addressed
    return {name: one(f"lambda:{name}", place, _function_key, _auth_type) for name in names.split()}


TABLE: Final[Table] = {
    # L1: what the service checks is InvokeFunction, whichever way the call came
    "Invoke": one("lambda:InvokeFunction", _addressed, _not_through_url),
    "InvokeWithResponseStream": one("lambda:InvokeFunction", _addressed, _not_through_url),
    "InvokeAsync": one("lambda:InvokeFunction", _addressed, _not_through_url),
    "CreateFunction": _CREATE,
    "UpdateFunctionConfiguration": _CONFIGURE,
    "UpdateFunctionCode": both(one("lambda:UpdateFunctionCode", _function), _read_code),
    **same("lambda", _addressed, "GetFunction GetFunctionConfiguration DeleteFunction GetPolicy"),
    **same("lambda", _addressed, "GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig"),
    **same("lambda", _addressed, "UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig"),
    **same("lambda", _addressed, "PutProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig"),
    **same("lambda", _addressed, "DeleteProvisionedConcurrencyConfig GetRuntimeManagementConfig"),
    **same("lambda", _addressed, "PutRuntimeManagementConfig"),
    **{name: _alias(f"lambda:{name}") for name in ("UpdateAlias", "DeleteAlias", "GetAlias")},
    **same("lambda", _function, "CreateAlias ListAliases ListVersionsByFunction"),
    **same("lambda", _function, "PublishVersion PutFunctionConcurrency GetFunctionConcurrency"),
    **same("lambda", _function, "DeleteFunctionConcurrency GetFunctionCodeSigningConfig"),
    **same("lambda", _function, "DeleteFunctionCodeSigningConfig GetFunctionRecursionConfig"),
    **same("lambda", _function, "PutFunctionRecursionConfig ListFunctionEventInvokeConfigs"),
    **same("lambda", _function, "ListProvisionedConcurrencyConfigs"),
    "AddPermission": one("lambda:AddPermission", _addressed, _principal_key, _permission_auth_type),
    "RemovePermission": one("lambda:RemovePermission", _addressed),
    "PutFunctionCodeSigningConfig": _with_signing("lambda:PutFunctionCodeSigningConfig"),
    **_urls("CreateFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig"),
    "ListFunctionUrlConfigs": one("lambda:ListFunctionUrlConfigs", _function),
    # L22: wildcard-only actions
    **same("lambda", anything, "ListFunctions ListLayers ListLayerVersions ListEventSourceMappings"),
    **same("lambda", anything, "ListCodeSigningConfigs GetAccountSettings"),
    "CreateCodeSigningConfig": one("lambda:CreateCodeSigningConfig", anything, tag_keys),
    "CreateEventSourceMapping": one("lambda:CreateEventSourceMapping", anything, _function_key, tag_keys),
    **{
        name: one(f"lambda:{name}", _mapping, _function_key)
        for name in ("GetEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping")
    },
    "PublishLayerVersion": one("lambda:PublishLayerVersion", _layer),
    **same("lambda", _layer_version, "GetLayerVersion GetLayerVersionPolicy DeleteLayerVersion"),
    **same("lambda", _layer_version, "AddLayerVersionPermission RemoveLayerVersionPermission"),
    "GetLayerVersionByArn": one("lambda:GetLayerVersion", parameter_arn("arn")),
    **same("lambda", _signing, "GetCodeSigningConfig UpdateCodeSigningConfig DeleteCodeSigningConfig"),
    "ListFunctionsByCodeSigningConfig": one("lambda:ListFunctionsByCodeSigningConfig", _signing),
    "ListTags": one("lambda:ListTags", _anyhow),
    "TagResource": one("lambda:TagResource", _anyhow, tag_keys),
    "UntagResource": one("lambda:UntagResource", _anyhow, untag_keys),
    "GetResourcePolicy": one("lambda:GetResourcePolicy", _anyhow),
    **{
        name: one(f"lambda:{name}", _anyhow, lambda _: {"lambda:Principal": UNKNOWN})
        for name in ("PutResourcePolicy", "DeleteResourcePolicy")
    },
}
"""By the API's name, without the version CloudTrail writes behind it."""
