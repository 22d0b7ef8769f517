"""`AWS::Lambda::*` of a template: functions with what is attached to them, mappings, destinations and layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import LampolicyError
from lampolicy.function import FunctionPolicies, LayerPolicies
from lampolicy.jsontext import JsonValue
from lampolicy.names import FunctionArn
from lampolicy.organization import Function
from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import FunctionDraft
from lampolicy.readers._event_sources import read_destinations_node, read_mapping_node
from lampolicy.readers._lambda import read_function, read_url_node
from lampolicy.readers._node import Node
from lampolicy.readers._resources import put_policy, resource_of
from lampolicy.readers._templates._stack import Item
from lampolicy.readers._templates._value import Unknown, Value

_FUNCTION: Final = "AWS::Lambda::Function"
_SHELL: Final = '{{"Version": "2012-10-17", "Id": "default", "Statement": [{}]}}'


def read_lambda_function(it: Item) -> None:
    """Read `AWS::Lambda::Function` as `get-function-configuration` would show it."""
    arn = it.stack.arn(it.declared)
    if arn is None:
        return
    configuration: dict[str, JsonValue] = {
        "FunctionArn": arn,
        "Role": it.needed("Role"),
        "KMSKeyArn": it.known("KmsKeyArn"),
        "Layers": [{"Arn": layer} for layer in it.texts("Layers")],
    }
    configuration |= {key: it.told(key) for key in ("VpcConfig", "TracingConfig", "LoggingConfig")}
    configuration |= {key: it.known(key) for key in ("DeadLetterConfig", "FileSystemConfigs")}
    function = read_function(it.stack.source, Node(configuration, it.at), it.stack.draft)
    if function is not None:
        _tags(it, function, arn)


def _tags(it: Item, function: FunctionDraft, arn: str) -> None:
    child = it.child("Tags")
    if child is None:
        return
    node = child.node()
    if node is None:
        it.stack.unread(arn, PolicyKind.FUNCTION, "a tag")
    else:
        function.tags = node.wrapped("Tags").tags()


def _addressed(it: Item, value: Value) -> FunctionArn | None:
    """The function, version or alias of an ARN that was worked out; what hides it is said."""
    if isinstance(value, Unknown):
        it.stack.report(value)
    return FunctionArn.parse(value) if isinstance(value, str) else None


def _function(it: Item, key: str) -> FunctionArn | None:
    text = it.needed(key)
    if text is None:
        return None
    found = it.stack.names.function(text, (*it.at, key))
    if isinstance(found, Unknown):
        it.stack.report(found)
        return None
    return found


def read_version(it: Item) -> None:
    """Read `AWS::Lambda::Version`."""
    arn = _addressed(it, it.stack.names.arn(it.declared, it.at))
    if arn is not None:
        it.stack.draft.function(it.stack.source, arn).versions[str(arn.qualifier)] = None


def read_alias(it: Item) -> None:
    """Read `AWS::Lambda::Alias`."""
    arn = _addressed(it, it.stack.names.arn(it.declared, it.at))
    version = it.needed("FunctionVersion")
    if arn is not None and version is not None:
        it.stack.draft.function(it.stack.source, arn).aliases[str(arn.qualifier)] = version


def read_url(it: Item) -> None:
    """Read `AWS::Lambda::Url`."""
    arn = _addressed(it, it.stack.names.arn(it.declared, it.at))
    auth = it.needed("AuthType")
    if arn is None or auth is None:
        return
    if auth not in {"AWS_IAM", "NONE"}:
        it.stack.refuse(f"`AuthType` is AWS_IAM or NONE, not `{auth}`", (*it.at, "AuthType"))
        return
    told: dict[str, JsonValue] = {"FunctionArn": str(arn), "AuthType": auth}
    read_url_node(it.stack.source, Node(told, it.at), it.stack.draft)


_CALL: Final = (
    "Action",
    "Principal",
    "SourceArn",
    "SourceAccount",
    "EventSourceToken",
    "PrincipalOrgID",
    "FunctionUrlAuthType",
)


def read_permission(it: Item) -> None:
    """Read `AWS::Lambda::Permission`, which stands for a call of AddPermission (semantics L9, L10)."""
    if it.hidden("FunctionName"):
        it.stack.unread_anywhere(PolicyKind.FUNCTION, it.declared.id, _FUNCTION)
        return
    arn = _function(it, "FunctionName")
    if arn is None:
        return
    if it.hidden():
        it.stack.unread(str(arn), PolicyKind.FUNCTION, it.declared.id)
        return
    known = str(arn.unqualified) in it.stack.draft.functions
    before = it.stack.draft.function(it.stack.source, arn)
    if not known:
        _stranger(it, arn)
    sid = it.stack.names.physical(it.declared) or it.stack.names.invent_id(it.declared)
    call: dict[str, object] = {key: text for key in _CALL if (text := it.text(key)) is not None}
    if (invoked := it.text("InvokedViaFunctionUrl")) is not None:
        call["InvokedViaFunctionUrl"] = invoked == "true"
    try:
        statement = _added(before, arn, {**call, "StatementId": sid})
    except LampolicyError as error:
        it.stack.refused(error, it.at)
        it.stack.unread(str(arn), PolicyKind.FUNCTION, it.declared.id)
        return
    node = Node(statement, it.at)
    put_policy(it.stack.source, node, it.stack.draft, str(arn), shown=_SHELL.format(statement), added=True)


def _added(function: FunctionDraft, arn: FunctionArn, call: Mapping[str, object]) -> str:
    """The statement that AddPermission adds to what is there already, whose ids and size count (semantics L11)."""
    there = FunctionPolicies.of(Function(function.arn, policies=tuple(function.policies.items())))
    qualifier = str(arn.qualifier)
    after = there.add_permission(**call, **({"Qualifier": qualifier} if qualifier else {}))
    return after.statement(str(call["StatementId"]), qualifier or None) or ""


def _stranger(it: Item, arn: FunctionArn) -> None:
    it.stack.unread(str(arn), PolicyKind.FUNCTION, "what else its policy says, which the template does not tell")
    message = f"the function `{arn.name}` is not in the template, so what else its policy says is not known"
    it.stack.warn(message, (*it.at, "FunctionName"), "add what `aws lambda get-policy` prints for it")


def read_event_source(it: Item) -> None:
    """Read `AWS::Lambda::EventSourceMapping`."""
    function = _function(it, "FunctionName")
    uuid = it.stack.names.name(it.declared, it.at)
    if function is None or not isinstance(uuid, str) or it.hidden("EventSourceArn"):
        return
    enabled = it.text("Enabled")
    told: dict[str, JsonValue] = {
        "UUID": uuid,
        "FunctionArn": str(function),
        "EventSourceArn": it.text("EventSourceArn"),
        "State": "Disabled" if enabled == "false" else "Enabled",
        "KMSKeyArn": it.known("KmsKeyArn"),
        "SelfManagedEventSource": it.told("SelfManagedEventSource"),
    }
    told |= {key: it.known(key) for key in ("DestinationConfig", "SourceAccessConfigurations")}
    read_mapping_node(it.stack.source, Node(told, it.at), it.stack.draft)


def read_invoke_configuration(it: Item) -> None:
    """Read `AWS::Lambda::EventInvokeConfig`."""
    function, qualifier = _function(it, "FunctionName"), it.needed("Qualifier")
    if function is None or qualifier is None or it.hidden("DestinationConfig"):
        return
    arn = it.stack.names.function(f"{function.unqualified}:{qualifier}", (*it.at, "Qualifier"))
    if isinstance(arn, Unknown):
        it.stack.report(arn)
        return
    told: dict[str, JsonValue] = {"FunctionArn": str(arn), "DestinationConfig": it.known("DestinationConfig")}
    read_destinations_node(it.stack.source, Node(told, it.at), it.stack.draft)


def read_layer_permission(it: Item) -> None:
    """Read `AWS::Lambda::LayerVersionPermission`, which stands for a call of AddLayerVersionPermission (L15)."""
    arn = it.needed("LayerVersionArn")
    if arn is None or it.hidden():
        return
    layer, _, version = arn.rpartition(":")
    sid = it.stack.names.invent_id(it.declared)
    call = {key: text for key in ("Action", "Principal", "OrganizationId") if (text := it.text(key)) is not None}
    if not (version.isascii() and version.isdigit()):
        it.stack.refuse(f"`{arn}` is not the ARN of a layer version", (*it.at, "LayerVersionArn"))
        return
    stack = it.stack
    try:
        policies = stack.layers.get(layer) or LayerPolicies(layer)
        stack.layers[layer] = policies.add_permission(int(version), StatementId=sid, **call)
    except LampolicyError as error:
        stack.refused(error, it.at)
        stack.unread(arn, PolicyKind.LAYER, it.declared.id)
        return
    text = stack.layers[layer].get_policy(int(version))["Policy"]
    known = resource_of(stack.source, stack.draft, arn)
    if known is not None:
        known.policy = None  # the text holds what was added before, too
    put_policy(stack.source, Node(text, it.at), stack.draft, arn, shown=text)
