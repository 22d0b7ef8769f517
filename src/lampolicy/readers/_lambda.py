"""What `aws lambda` writes: functions, versions, aliases and URLs."""

from __future__ import annotations

from functools import partial

from lampolicy.diagnostic import Code, InvalidName
from lampolicy.names import Alias, FunctionArn, Version
from lampolicy.organization import FunctionConfiguration, FunctionUrl
from lampolicy.readers._draft import Draft, FunctionDraft, Input
from lampolicy.readers._node import Node
from lampolicy.readers._owners import named


def function_arn(text: str | None) -> FunctionArn | None:
    """The ARN of a function, version or alias; `None` if the text is none."""
    try:
        return None if text is None else FunctionArn.parse(text)
    except InvalidName:
        return None


def read_configuration(source: Input, draft: Draft) -> None:
    """Read `get-function-configuration`, `publish-version`, `create-function`: the configuration itself."""
    read_function(source, source.root, draft)


def read_function_and_code(source: Input, draft: Draft) -> None:
    """Read `get-function`: the configuration, where the code is, and the tags."""
    configuration = source.root.object("Configuration")
    if configuration is None:
        return
    function = read_function(source, configuration, draft)
    if function is not None:
        function.tags = source.root.tags() or function.tags


def read_functions(key: str, source: Input, draft: Draft) -> None:
    """Read `list-functions` and `list-versions-by-function`."""
    for node in source.root.items(key):
        read_function(source, node, draft)


def read_function(source: Input, node: Node, draft: Draft) -> FunctionDraft | None:
    """Read one configuration, of the function or of a version."""
    arn = function_arn(node.text("FunctionArn"))
    if arn is None:
        _shape(source, node, draft, "a configuration without the `FunctionArn` of a function")
        return None
    function = draft.function(source, arn)
    if isinstance(arn.qualifier, Version):
        function.versions[arn.qualifier.number] = None
        return function
    _role(source, node, draft, function)
    _configure(source, node, draft, function)
    function.layers = tuple(layer for item in node.items("Layers") if (layer := item.text("Arn"))) or function.layers
    return function


def _role(source: Input, node: Node, draft: Draft, function: FunctionDraft) -> None:
    role = node.text("Role")
    if function.role is not None and role is not None and function.role != role:
        draft.contradiction(source, f"the execution role of `{function.arn}`", node.at)
    function.role = function.role or role


def _configure(source: Input, node: Node, draft: Draft, function: FunctionDraft) -> None:
    found = configuration_of(node)
    if function.configuration is not None and function.configuration != found:
        draft.contradiction(source, f"the configuration of `{function.arn}`", node.at)
    function.configuration = function.configuration or found


def configuration_of(node: Node) -> FunctionConfiguration:
    """What a configuration tells of the permissions its role needs; what it does not name is not set."""
    vpc = node.object("VpcConfig") or Node(None)
    tracing, dead = node.object("TracingConfig") or Node(None), node.object("DeadLetterConfig") or Node(None)
    mounts = (mount.text("Arn") for mount in node.items("FileSystemConfigs"))
    return FunctionConfiguration(
        vpc.text("VpcId"),
        tuple(vpc.texts("SubnetIds")),
        tuple(vpc.texts("SecurityGroupIds")),
        "Active" if tracing.text("Mode") == "Active" else "PassThrough",
        dead.text("TargetArn"),
        tuple(arn for arn in mounts if arn is not None),
        node.text("KMSKeyArn"),
        (node.object("LoggingConfig") or Node(None)).text("LogGroup"),
    )


def read_aliases(source: Input, draft: Draft) -> None:
    """Read `list-aliases`."""
    for node in source.root.items("Aliases"):
        read_alias_node(source, node, draft)


def read_alias(source: Input, draft: Draft) -> None:
    """Read `get-alias`."""
    read_alias_node(source, source.root, draft)


def read_alias_node(source: Input, node: Node, draft: Draft) -> None:
    """Read one alias."""
    arn = function_arn(node.text("AliasArn"))
    if arn is None or not isinstance(arn.qualifier, Alias):
        return  # `aws kms list-aliases` has the same shape, and says nothing a decision needs
    draft.function(source, arn).aliases[arn.qualifier.name] = node.text("FunctionVersion") or "$LATEST"


def read_url(source: Input, draft: Draft) -> None:
    """Read `get-function-url-config`."""
    read_url_node(source, source.root, draft)


def read_urls(source: Input, draft: Draft) -> None:
    """Read `list-function-url-configs`."""
    for node in source.root.items("FunctionUrlConfigs"):
        read_url_node(source, node, draft)


def read_url_node(source: Input, node: Node, draft: Draft) -> None:
    """Read one function URL."""
    arn = function_arn(node.text("FunctionArn"))
    auth = node.text("AuthType")
    if arn is None or auth not in {"AWS_IAM", "NONE"}:
        _shape(source, node, draft, "a function URL without `FunctionArn`, or without an `AuthType` AWS_IAM or NONE")
        return
    url = FunctionUrl(arn, "NONE" if auth == "NONE" else "AWS_IAM", node.text("FunctionUrl"))
    if draft.function(source, arn).urls.setdefault(arn, url) != url:
        draft.contradiction(source, f"the URL of `{arn}`", node.at)


def read_tags(source: Input, draft: Draft) -> None:
    """Read `list-tags`, which does not name the function."""
    draft.wait(20, partial(_tags_later, source, draft))


def _tags_later(source: Input, draft: Draft) -> None:
    name = named(source, [function.arn.name for function in draft.functions.values()])
    for function in draft.functions.values():
        if function.arn.name == name:
            function.tags = source.root.tags()


def read_added_permission(source: Input, draft: Draft) -> None:
    """Read `add-permission`, which writes only the statement it added; together they make up the policy."""
    draft.wait(45, partial(_added_later, source, draft))


def _added_later(source: Input, draft: Draft) -> None:
    from lampolicy.readers._resources import read_text_policy

    node = source.root.child("Statement")
    if node is not None and isinstance(node.value, str):
        shell = f'{{"Version": "2012-10-17", "Id": "default", "Statement": [{node.value}]}}'
        read_text_policy(source, Node(node.value, node.at), draft, shown=shell, added=True)


def _shape(source: Input, node: Node, draft: Draft, what: str) -> None:
    draft.say(source, Code.BAD_SHAPE, what, node.at, help_="export it again with the AWS CLI")
