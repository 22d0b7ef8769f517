"""What CloudFormation tells of a stack: `describe-stack-resources`, `list-stack-resources`, `describe-stacks`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lampolicy.readers._node import Node

_STACK_ID: Final = re.compile(
    r"arn:aws[a-z-]*:cloudformation:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):stack/(?P<name>[A-Za-z0-9-]+)/.+",
    re.ASCII,
)
_RESOURCES: Final = ("StackResources", "StackResourceSummaries")


@dataclass(slots=True)
class StackExport:
    """What was exported of one stack; files of it add up.

    Attributes:
        name: The stack's name.
        account: Its account.
        region: Its region.
        id: Its ARN.
        physical: Physical ids by logical id.
        parameters: Values of its parameters, with what SSM holds for those that name a stored one.
    """

    name: str | None = None
    account: str | None = None
    region: str | None = None
    id: str | None = None
    physical: dict[str, str] = field(default_factory=dict[str, str])
    parameters: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, root: Node) -> None:
        """Take over what one file tells."""
        for key in _RESOURCES:
            for item in root.items(key):
                self._resource(item)
        for stack in root.items("Stacks"):
            self._called(stack)
            for item in stack.items("Parameters"):
                self._parameter(item)

    def _resource(self, item: Node) -> None:
        logical, physical = item.text("LogicalResourceId"), item.text("PhysicalResourceId")
        self._called(item)
        if logical is not None and physical is not None and item.text("ResourceStatus") != "DELETE_COMPLETE":
            self.physical[logical] = physical

    def _parameter(self, item: Node) -> None:
        name = item.text("ParameterKey")
        resolved, value = item.text("ResolvedValue"), item.child("ParameterValue")
        text = resolved or (value.value if value is not None else None)
        if name is not None and isinstance(text, str) and set(text) != {"*"}:  # stars: NoEcho, and so not told
            self.parameters[name] = text

    def _called(self, item: Node) -> None:
        written = _STACK_ID.fullmatch(item.text("StackId") or "")
        if written is not None:
            self.id = self.id or written.string
            self.name, self.account, self.region = written["name"], written["account"], written["region"]
        self.name = self.name or item.text("StackName")


def is_stack_export(root: Node) -> bool:
    """Tell whether a file is what CloudFormation tells of a stack."""
    resources = (next(root.items(key), None) for key in _RESOURCES)
    if any(one is not None and one.has("LogicalResourceId") for one in resources):
        return True
    stack = next(root.items("Stacks"), None)
    return stack is not None and stack.has("StackName", "StackStatus")


def exported(roots: Iterable[Node]) -> StackExport:
    """What several files tell of one stack together."""
    found = StackExport()
    for root in roots:
        found.add(root)
    return found
