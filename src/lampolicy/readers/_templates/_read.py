"""Reads a template into a draft, resource by resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from lampolicy.diagnostic import Diagnostic, DocumentError, Pointer, Span
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._loaded import FindPlace
from lampolicy.readers._templates import _iam, _lambda, _policies
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._left_out import tell_of_macros, tell_of_names, tell_of_unread
from lampolicy.readers._templates._outputs import share_exports
from lampolicy.readers._templates._parameters import parameter_faults
from lampolicy.readers._templates._resolve import Resolver
from lampolicy.readers._templates._sam import transform
from lampolicy.readers._templates._specials import stack_names
from lampolicy.readers._templates._stack import Item, Stack
from lampolicy.readers._templates._template import SAM, Declared, Template, is_object
from lampolicy.readers._templates._value import Unknown
from lampolicy.readers._yaml import Plain

_Read: TypeAlias = Callable[[Item], None]

_THINGS: Final[Mapping[str, _Read]] = {
    "AWS::IAM::Role": _iam.read_entity,
    "AWS::IAM::User": _iam.read_entity,
    "AWS::IAM::Group": _iam.read_entity,
    "AWS::IAM::ManagedPolicy": _iam.read_managed_policy,
    "AWS::Lambda::Function": _lambda.read_lambda_function,
    "AWS::Lambda::Version": _lambda.read_version,
    "AWS::Lambda::Alias": _lambda.read_alias,
    "AWS::Lambda::LayerVersion": _policies.read_resource,
    "AWS::S3::Bucket": _policies.read_resource,
    "AWS::SQS::Queue": _policies.read_resource,
    "AWS::SNS::Topic": _policies.read_resource,
    "AWS::KMS::Key": _policies.read_resource,
    "AWS::KMS::ReplicaKey": _policies.read_resource,
    "AWS::DynamoDB::Table": _policies.read_resource,
    "AWS::Kinesis::Stream": _policies.read_resource,
    "AWS::SecretsManager::Secret": _policies.read_resource,
    "AWS::Events::EventBus": _policies.read_resource,
    "AWS::ECR::Repository": _policies.read_resource,
    "AWS::EFS::FileSystem": _policies.read_resource,
}
"""What exists by itself; read first."""

_RELATIONS: Final[tuple[tuple[str, _Read], ...]] = (
    ("AWS::IAM::User", _iam.read_groups_of_user),
    ("AWS::IAM::UserToGroupAddition", _iam.read_members),
    ("AWS::IAM::ManagedPolicy", _iam.attach_managed_policy),
    ("AWS::IAM::Policy", _iam.read_inline_policy),
    ("AWS::IAM::RolePolicy", _iam.read_policy_of_one),
    ("AWS::IAM::UserPolicy", _iam.read_policy_of_one),
    ("AWS::IAM::GroupPolicy", _iam.read_policy_of_one),
    ("AWS::Lambda::Url", _lambda.read_url),
    ("AWS::Lambda::Permission", _lambda.read_permission),
    ("AWS::Lambda::EventSourceMapping", _lambda.read_event_source),
    ("AWS::Lambda::EventInvokeConfig", _lambda.read_invoke_configuration),
    ("AWS::Lambda::LayerVersionPermission", _lambda.read_layer_permission),
    *((type_, _policies.read_hung_policy) for type_ in _policies.HUNG),
)
"""What hangs on something else; read when everything that exists is known."""

_READ: Final = frozenset({*_THINGS, *(type_ for type_, _ in _RELATIONS)})


def prepared(source: Input, draft: Draft, value: Plain, deployment: Deployment, *, wins: bool = False) -> Stack | None:
    """Prepare a template of CloudFormation or SAM to be read into a draft; others see what it exports.

    Args:
        source: Its file.
        draft: What was understood so far.
        value: What it says.
        deployment: Where it is deployed.
        wins: Whether what it deploys stands in place of what is known under the same name.

    Returns:
        The stack; `None` if it cannot be read for faults, which are said.

    Raises:
        DocumentError: The transform of SAM refuses it, or needs a library that is not installed.
    """
    template = Template.of(value)
    if SAM in template.transforms and is_object(value):
        for fault in template.faults:
            draft.say(source, fault.code, fault.message, fault.at, help_=fault.help or "")
        if template.faults:
            return None
        source, value = _written_out(source, value, deployment)
        template = Template.of(value)
    for fault in (*template.faults, *parameter_faults(template, deployment)):
        draft.say(source, fault.code, fault.message, fault.at, help_=fault.help or "")
    resolver = Resolver(template, deployment)
    names = stack_names(resolver)
    share_exports(draft, resolver)
    return Stack(_placed(source, resolver.origin), draft, resolver, names, wins)


def _written_out(source: Input, value: Mapping[str, Plain], deployment: Deployment) -> tuple[Input, Plain]:
    """A template of SAM as CloudFormation's, whose places lead to the one of SAM."""
    find = source.find
    try:
        made = transform(value, deployment, source.file.name)
    except DocumentError as error:
        faults = tuple(fault if find is None else _at(fault, find) for fault in error.diagnostics)
        raise DocumentError(faults, text=source.text, name=error.name) from None
    return replace(_placed(source, made.origin), generated=made.generated), made.value


def _at(fault: Diagnostic, find: FindPlace) -> Diagnostic:
    return replace(fault, span=find(fault.at, fault.on_key)) if fault.at else fault


def read_stack(stack: Stack) -> None:
    """Read everything a template deploys into the draft."""
    tell_of_macros(stack)
    there = [declared for declared in stack.resolver.template.resources.values() if _may_exist(stack, declared)]
    for declared in there:
        if declared.type in _THINGS:
            _THINGS[declared.type](stack.item(declared))
    for type_, read in _RELATIONS:
        for declared in there:
            if declared.type == type_:
                read(stack.item(declared))
    for declared in there:
        if declared.type not in _READ:
            tell_of_unread(stack, declared)
    tell_of_names(stack)


def _placed(source: Input, origin: Callable[[Pointer], Pointer]) -> Input:
    """The file, with places of values led back to where they were written."""
    find, generated = source.find, source.generated
    if find is None:
        return source

    def placed(at: Pointer, on_key: bool) -> Span | None:  # noqa: FBT001 - part of a place
        return find(origin(at), on_key)

    def by_transform(at: Pointer) -> bool:
        return generated(origin(at))

    return replace(source, find=placed, generated=by_transform)


def _may_exist(stack: Stack, declared: Declared) -> bool:
    """Tell whether a resource exists; one whose condition is not known may."""
    if declared.condition is None:
        return True
    held = stack.resolver.condition(declared.condition, (*declared.at, "Condition"))
    if isinstance(held, Unknown):
        if declared.type in _READ:
            stack.doubts[declared.id] = held
            stack.report(held)
        return True
    return held
