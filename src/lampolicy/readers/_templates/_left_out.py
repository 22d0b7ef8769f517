"""What is said of a template beside its faults: what is not read of it, and which names are made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.diagnostic import Code, Severity
from lampolicy.readers._templates._stack import Stack
from lampolicy.readers._templates._template import LANGUAGE_EXTENSIONS, SAM, Declared, is_object
from lampolicy.readers._yaml import Plain

_MATTERS: Final[Mapping[str, str]] = {
    "AWS::CloudFormation::Stack": "a nested stack: give its template, with its parameters, by itself",
    "AWS::Serverless::Application": "a nested application: give its template by itself",
    "AWS::CloudFormation::Macro": "a macro changes other templates",
    "AWS::Organizations::Policy": "export policies of the organization with the AWS CLI",
    "AWS::IAM::ServiceLinkedRole": "export the role with `aws iam get-role`",
    "AWS::SSO::PermissionSet": "export the roles it makes with `aws iam get-account-authorization-details`",
    "AWS::SSO::Assignment": "export the roles it makes with `aws iam get-account-authorization-details`",
    "AWS::Events::EventBusPolicy": "hold the policy in `Policy` of the event bus",
    "AWS::S3::AccessPoint": "policies of access points are not read",
    "AWS::CloudFormation::CustomResource": "what a custom resource does is not told",
}
"""Types that bear on decisions and are not read, and why or what to do."""


def tell_of_unread(stack: Stack, declared: Declared) -> None:
    """Say what bears on decisions and is not read."""
    why = _MATTERS.get(declared.type)
    if declared.type.startswith("Custom::"):
        why = _MATTERS["AWS::CloudFormation::CustomResource"]
    elif declared.type.startswith("AWS::Serverless::") and why is None:
        stack.refuse(f"`{declared.id}` is of SAM, and the template has no `Transform: {SAM}`", (*declared.at, "Type"))
        return
    elif why is None and _holds_policy(dict(declared.properties)):
        why = "export the policy it holds with the AWS CLI, if a question bears on it"
    if why is not None:
        message = f"`{declared.id}`, of type `{declared.type}`, is not read, and bears on decisions"
        stack.warn(message, (*declared.at, "Type"), why)


def _holds_policy(value: Plain) -> bool:
    """Tell whether a policy document stands somewhere in a value."""
    todo: list[Plain] = [value]
    while todo:
        found = todo.pop()
        if is_object(found):
            if "Statement" in found:
                return True
            todo.extend(found.values())
        elif isinstance(found, list):
            todo.extend(found)
    return False


_KNOWN_TRANSFORMS: Final = frozenset({SAM, LANGUAGE_EXTENSIONS})


def tell_of_macros(stack: Stack) -> None:
    """Say that what a macro makes is not known."""
    template = stack.resolver.template
    help_ = "give the template as `aws cloudformation get-template --template-stage Processed` prints it"
    for name in template.transforms:
        if name not in _KNOWN_TRANSFORMS:
            stack.warn(f"what the macro `{name}` makes of the template is not known", ("Transform",), help_)
    for section in (template.root, template.section("Resources")):
        for key in section:
            if key.startswith("Fn::"):
                at = (key,) if section is template.root else ("Resources", key)
                stack.warn(f"what `{key}` makes is not known", at, help_)


_SHOWN: Final = 4


def tell_of_names(stack: Stack) -> None:
    """Say which names are made up."""
    made_up = stack.names.made_up
    if not made_up:
        return
    shown = ", ".join(f"`{logical}` is `{name}`" for logical, name in list(made_up.items())[:_SHOWN])
    more = f", and {len(made_up) - _SHOWN} more" if len(made_up) > _SHOWN else ""
    many = "one name is" if len(made_up) == 1 else f"{len(made_up)} names are"
    message = f"{many} made up, since neither the template nor a stack tells them: {shown}{more}"
    help_ = "give what `aws cloudformation describe-stack-resources` prints for the stack"
    streams = [name for name in made_up if name.endswith(".StreamArn")]
    if streams:
        help_ += f", and the ARN of a stream by `--attribute {streams[0]}=ARN`"
    stack.draft.say(stack.source, Code.NAME_MADE_UP, message, help_=help_, severity=Severity.NOTE)
