"""Which command of the AWS CLI wrote a file, by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from lampolicy.readers import _event_sources, _iam, _lambda, _organizations, _resources
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._folder_templates import read_folder_template, read_stack_export
from lampolicy.readers._node import Node
from lampolicy.readers._plain import read_document
from lampolicy.readers._templates._exported import is_stack_export
from lampolicy.readers._templates._template import is_template


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of output.

    Attributes:
        commands: The commands that write it.
        fits: Whether a file has it.
        read: Reads such a file.
    """

    commands: str
    fits: Callable[[Node], bool]
    read: Callable[[Input, Draft], None]


def _keys(*keys: str) -> Callable[[Node], bool]:
    return lambda node: node.has(*keys)


def _holds(key: str, inner: str) -> Callable[[Node], bool]:
    """An object under `key`, or a list of objects, with the key `inner`."""
    return lambda node: (child := next(node.items(key), None)) is not None and child.has(inner)


def _starts(key: str, inner: str, prefix: str) -> Callable[[Node], bool]:
    return lambda node: (
        (child := next(node.items(key), None)) is not None and (child.text(inner) or "").startswith(prefix)
    )


def _is_text(key: str) -> Callable[[Node], bool]:
    return lambda node: node.text(key) is not None


def _is_details(node: Node) -> bool:
    return any(node.has(key) for key in ("UserDetailList", "GroupDetailList", "RoleDetailList")) or _holds(
        "Policies", "PolicyVersionList"
    )(node)


_BESIDE_A_LISTING: Final = frozenset({"IsTruncated", "Marker", "NextMarker", "NextToken", "Owner", "Prefix"})
"""What the AWS CLI prints beside a list, of which it tells nothing more than who asked and whether there is more."""


def _is_empty(node: Node) -> bool:
    """A listing of nothing, whose command cannot be told and need not be."""
    if not isinstance(node.value, dict):
        return False
    listed = [value for key, value in node.value.items() if key not in _BESIDE_A_LISTING]
    return bool(listed) and all(value == [] for value in listed)


def _nothing(_source: Input, _draft: Draft) -> None:
    """Pass over."""


def _caller(source: Input, draft: Draft) -> None:
    account = source.root.text("Account")
    if account is not None and account.isdigit() and len(account) == 12:
        draft.meet(source, account)


def _policy_metadata(source: Input, draft: Draft) -> None:
    for key in ("Policy", "Policies"):
        for node in source.root.items(key):
            _iam.know_policy(source, node, draft)


def _shapes() -> Iterator[Shape]:
    yield Shape("a template of CloudFormation or SAM", lambda node: is_template(node.value), read_folder_template)
    yield Shape("cloudformation describe-stack-resources, describe-stacks", is_stack_export, read_stack_export)
    yield Shape("iam get-account-authorization-details", _is_details, _iam.read_details)
    yield Shape("iam get-group", _keys("Group", "Users"), _iam.read_group)
    yield Shape("iam list-groups-for-user, list-groups", _holds("Groups", "GroupId"), _iam.read_groups_of_user)
    for key in ("Role", "Roles", "User", "Users", "Group"):
        fits = _holds(key, "Arn")
        yield Shape(f"iam get-{key.lower()}, list-{key.lower()}", fits, partial(_iam.read_listed, key))
    for kind in ("role", "user", "group"):
        keys = _keys(f"{kind.capitalize()}Name", "PolicyName", "PolicyDocument")
        yield Shape(f"iam get-{kind}-policy", keys, partial(_iam.read_inline, kind))
    yield Shape("iam get-policy-version", _holds("PolicyVersion", "VersionId"), _iam.read_version)
    yield Shape("iam list-attached-role-policies", _holds("AttachedPolicies", "PolicyArn"), _iam.read_attached)
    yield Shape("iam get-policy", _holds("Policy", "DefaultVersionId"), _policy_metadata)
    yield Shape("iam list-policies", _holds("Policies", "DefaultVersionId"), _policy_metadata)
    yield from _of_lambda()
    yield from _of_resources()
    yield from _of_organizations()
    yield Shape("sts get-caller-identity", _keys("UserId", "Account", "Arn"), _caller)
    yield Shape("a policy document", _keys("Statement"), read_document)
    yield Shape("an empty listing", _is_empty, _nothing)


def _of_lambda() -> Iterator[Shape]:
    yield Shape("lambda add-permission", _is_text("Statement"), _lambda.read_added_permission)
    yield Shape("lambda get-function", _holds("Configuration", "FunctionArn"), _lambda.read_function_and_code)
    url = _keys("FunctionUrl", "AuthType")
    yield Shape("lambda get-function-url-config", url, _lambda.read_url)
    yield Shape("lambda list-function-url-configs", _holds("FunctionUrlConfigs", "AuthType"), _lambda.read_urls)
    yield Shape("lambda get-function-configuration", _keys("FunctionName", "FunctionArn"), _lambda.read_configuration)
    mapping = _keys("UUID", "FunctionArn")
    yield Shape("lambda get-event-source-mapping", mapping, _event_sources.read_mapping)
    listed = _holds("EventSourceMappings", "UUID")
    yield Shape("lambda list-event-source-mappings", listed, _event_sources.read_mappings)
    sent = _event_sources.is_destinations
    yield Shape("lambda get-function-event-invoke-config", sent, _event_sources.read_destinations)
    listed = _holds("FunctionEventInvokeConfigs", "FunctionArn")
    yield Shape("lambda list-function-event-invoke-configs", listed, _event_sources.read_all_destinations)
    for key in ("Versions", "Functions"):
        fits = _holds(key, "FunctionArn")
        yield Shape("lambda list-functions, list-versions-by-function", fits, partial(_lambda.read_functions, key))
    yield Shape("lambda list-aliases", _holds("Aliases", "AliasArn"), _lambda.read_aliases)
    yield Shape("lambda get-alias", _keys("AliasArn", "FunctionVersion"), _lambda.read_alias)
    yield Shape("lambda list-tags", lambda node: node.object("Tags") is not None, _lambda.read_tags)


def _of_resources() -> Iterator[Shape]:
    policy = _is_text("Policy")
    yield Shape("lambda get-policy, s3api get-bucket-policy, kms get-key-policy", policy, _resources.read_policy_text)
    attributes = _keys("Attributes")
    yield Shape("sqs get-queue-attributes, sns get-topic-attributes", attributes, _resources.read_attributes)
    yield Shape("secretsmanager get-resource-policy", _keys("ARN", "Name"), _resources.read_secret)
    for key in ("StreamDescriptionSummary", "StreamDescription"):
        read = partial(_resources.read_stream, key)
        yield Shape("kinesis describe-stream, describe-stream-summary", _holds(key, "StreamARN"), read)
    yield Shape("kms describe-key", _holds("KeyMetadata", "Arn"), _resources.read_key)
    yield Shape("s3api list-buckets", _holds("Buckets", "Name"), _resources.read_buckets)


def _of_organizations() -> Iterator[Shape]:
    yield Shape("organizations describe-organization", _holds("Organization", "Id"), _organizations.read_organization)
    yield Shape("organizations list-roots", _holds("Roots", "Id"), _organizations.read_roots)
    for key in ("OrganizationalUnits", "OrganizationalUnit"):
        read = partial(_organizations.read_units, key)
        yield Shape("organizations list-organizational-units-for-parent", _holds(key, "Id"), read)
    for key in ("Accounts", "Account"):
        read = partial(_organizations.read_accounts, key)
        yield Shape("organizations list-accounts, describe-account", _holds(key, "Id"), read)
    yield Shape("organizations list-parents", _holds("Parents", "Id"), _organizations.read_parents)
    yield Shape("organizations describe-policy", _holds("Policy", "PolicySummary"), _organizations.read_control)
    listed = _starts("Policies", "Id", "p-")
    yield Shape("organizations list-policies-for-target", listed, _organizations.read_policies_of_target)
    yield Shape("organizations list-targets-for-policy", _holds("Targets", "TargetId"), _organizations.read_targets)


SHAPES: Final = tuple(_shapes())
"""All forms, the first that fits counts."""


def shape_of(root: Node) -> Shape | None:
    """The form a file has; `None` if it has none that is known."""
    return next((shape for shape in SHAPES if shape.fits(root)), None)
