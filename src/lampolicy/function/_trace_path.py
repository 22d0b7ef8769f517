"""The path of an invocation: what starts it, the functions, what they do, and what stands between them."""

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
        arn: The queue or stream; of a table, its stream is read.
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
        role: The role as which the resource goes on, such as a state machine's.
    """

    action: str
    resource: str
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)
    role: str | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return f"{self.action} on {self.resource}" + (f" as {self.role}" if self.role else "")


@dataclass(frozen=True, slots=True)
class HandsOn:
    """The event goes on to another function, which does what follows.

    It comes from where the last step left it: a queue that Lambda polls, a topic that invokes ... ; from the function
    itself, if that step left it nowhere.

    Attributes:
        function: The other function: its name or ARN, with or without qualifier.
        context: Condition keys the call carries.
    """

    function: str
    context: Given = field(default_factory=dict[str, ContextValue], hash=False)


@dataclass(frozen=True, slots=True)
class Passes:
    """The event passes through a queue, topic, rule, pipe ... on its way.

    Attributes:
        arn: Its ARN.
        account: The account it belongs to, where the ARN does not tell.
        role: The role as which it goes on, if its service assumes one.
    """

    arn: str
    account: str | None = None
    role: str | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return self.arn if self.role is None else f"{self.arn} as {self.role}"


Start: TypeAlias = Calls | CallsUrl | Polls
Step: TypeAlias = Does | HandsOn | Passes


@dataclass(frozen=True, slots=True)
class Path:
    """A whole invocation, from what starts it to what it does.

    Attributes:
        start: What starts it.
        function: The function: its name or ARN, with or without qualifier.
        steps: What is done, in order.
        before: What the event passes through before it reaches the function.
    """

    start: Start
    function: str
    steps: tuple[Step, ...] = ()
    before: tuple[Passes, ...] = ()

    def __str__(self) -> str:
        before = (place.name for place in self.before)
        steps = (s.function if isinstance(s, HandsOn) else s.name for s in self.steps)
        start = f"url by {self.start.name}" if isinstance(self.start, CallsUrl) else self.start.name
        return " -> ".join([start, *before, self.function, *steps])
