"""The path of an invocation: what starts it, the function, and what the function does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lampolicy.function._callers import Caller
from lampolicy.organization import UrlAuthType
from lampolicy.request import ContextValue

Given: TypeAlias = Mapping[str, ContextValue]


@dataclass(frozen=True, slots=True)
class Calls:
    """Somebody, or a service for a source, calls the Invoke API.

    Attributes:
        caller: Who calls.
        name: What to call them.
        context: Condition keys the call carries.
    """

    caller: Caller
    name: str
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)


@dataclass(frozen=True, slots=True)
class CallsUrl:
    """Somebody calls the function's URL.

    Attributes:
        caller: Who calls.
        name: What to call them.
        auth_type: The URL's AuthType, if it is to be another than the one that is there.
        context: Condition keys the call carries.
    """

    caller: Caller
    name: str
    auth_type: UrlAuthType | None = None
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)


@dataclass(frozen=True, slots=True)
class Polls:
    """Lambda reads a queue or stream for the function.

    Attributes:
        arn: The queue or stream.
        name: What to call it.
    """

    arn: str
    name: str


@dataclass(frozen=True, slots=True)
class Does:
    """The function does something.

    Attributes:
        action: The action.
        resource: On what: an ARN or `*`.
        context: Condition keys the call carries.
    """

    action: str
    resource: str
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.action} on {self.resource}"


@dataclass(frozen=True, slots=True)
class HandsOn:
    """The function invokes another, or is its destination; what follows is done by that one.

    Attributes:
        function: The other function: its name or ARN, with or without qualifier.
        context: Condition keys the call carries.
    """

    function: str
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)


Start: TypeAlias = Calls | CallsUrl | Polls
Step: TypeAlias = Does | HandsOn


@dataclass(frozen=True, slots=True)
class Path:
    """A whole invocation, from what starts it to what it does.

    Attributes:
        start: What starts it.
        function: The function: its name or ARN, with or without qualifier.
        steps: What is done, in order.
    """

    start: Start
    function: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        steps = (s.name if isinstance(s, Does) else s.function for s in self.steps)
        return " -> ".join([self.start.name, self.function, *steps])
