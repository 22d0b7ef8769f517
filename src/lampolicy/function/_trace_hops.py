"""Following a path: each step asks the question it is.

A step goes on from where the one before it left the event: from a queue or topic as that would start a path
(`_trace_start`), else from the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lampolicy.diagnostic import IncompleteOrganization, InvalidName
from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._authorizer import Authorizer
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._fix import fix
from lampolicy.function._hand_over import trust_part
from lampolicy.function._invoke import INVOKE, may_invoke
from lampolicy.function._nearby import unknown_address
from lampolicy.function._run import may_run
from lampolicy.function._trace_delivered import delivered, no_role, roleless
from lampolicy.function._trace_does import done
from lampolicy.function._trace_path import Calls, CallsUrl, Does, HandsOn, Passes, Path, Polls, Start
from lampolicy.function._trace_polled import polled
from lampolicy.function._trace_sent import sent, what_is_sent
from lampolicy.function._trace_start import bus_of, is_bus, is_rule, left_at, start_at, within
from lampolicy.function._trace_types import Hop, Node
from lampolicy.function._url import may_invoke_url
from lampolicy.function._view import FunctionView
from lampolicy.names import Unqualified, is_function_arn
from lampolicy.request import ContextValue, Service, account_in


def follow(authorizer: Authorizer, path: Path, context: Mapping[str, ContextValue]) -> tuple[list[Node], list[Hop]]:
    """Ask for every hop of a path."""
    walk = _Walk(authorizer, context)
    walk.begin(path)
    for step in path.steps:
        match step:
            case Does():
                walk.does(step)
            case HandsOn():
                walk.hands_on(step)
            case Passes():
                walk.passes(step)
    return walk.nodes, walk.hops


@dataclass(frozen=True, slots=True)
class _Left:
    """Where an event was left.

    Attributes:
        node: The node it was left at.
        start: How it goes on from there, as a path that begins there would.
        place: Its ARN; `None` where the start has none.
        told: Whether the path begins there, so that nothing is supposed about what the place is set up to call.
    """

    node: int
    start: Start
    place: str | None
    told: bool = False


class _Walk:
    """A path on the way: what has been reached, and where the next step starts."""

    def __init__(self, authorizer: Authorizer, context: Mapping[str, ContextValue]) -> None:
        self.nodes: list[Node] = []
        self.hops: list[Hop] = []
        self._authorizer = authorizer
        self._context = context
        self._view: FunctionView | None = None
        self._role = 0
        self._left: _Left | None = None
        """Where the last step left the event; `None` if nowhere but with the function."""

    def begin(self, path: Path) -> None:
        """Reach the function from what starts it, and its role from there."""
        self._left = _Left(self._node("source", path.start.name), path.start, _place_of(path.start), told=True)
        for place in path.before:
            self.passes(place)
        view = self._authorizer.function(path.function)
        self._arrive(self._left, view, {})

    def does(self, step: Does) -> None:
        """Let the function do something; an event may be left where it does."""
        if step.action.lower() == INVOKE.lower() and self._knows(step.resource):
            self.hands_on(HandsOn(step.resource, step.context))
            return
        target = self._node("target", step.resource)
        view, context = self._now, {**self._context, **step.context}
        self._hop(self._role, target, step.action, lambda: done(view, step.action, step.resource, context))
        place = left_at(step.action, step.resource)
        self._left = None if place is None else self._leave(target, place, None, step.role)

    def hands_on(self, step: HandsOn) -> None:
        """Let another function go on, which does the rest."""
        view = self._authorizer.function(step.function)
        if self._left is not None:
            self._arrive(self._left, view, step.context)
            return
        by, function = self._now, self._node("function", _named(view))
        context = {**self._context, **step.context}
        does = what_is_sent(by, str(view.arn))
        if does is None:
            self._hop(self._role, function, "invokes", lambda: _by_role(by, view, context))
        else:
            self._hop(self._role, function, does, lambda: sent(by, str(view.arn)))
        self._assume(view, function)

    def passes(self, step: Passes) -> None:
        """Let the event pass through a place."""
        left = self._left
        if left is not None and left.place == step.arn:
            self._left = self._leave(left.node, step.arn, step.account, step.role, told=left.told)
            return
        relay = self._node("relay", step.name)
        if left is None:
            view = self._now
            does = what_is_sent(view, step.arn) or "sends to"
            self._hop(self._role, relay, does, lambda: sent(view, step.arn))
        elif left.place is not None and within(left.place, step.arn):
            self.hops.append(_free(left.node, relay, left.place, step.arn))
        else:
            start = left.start
            does = "is read by" if isinstance(start, Polls) else "delivers to"
            self._hop(left.node, relay, does, lambda: _supposing(left, delivered(self._authorizer, start, step)))
        self._left = self._leave(relay, step.arn, step.account, step.role)

    def _leave(self, node: int, place: str, account: str | None, role: str | None, *, told: bool = False) -> _Left:
        owner = account or self._authorizer.organization.owner_of(place)
        return _Left(node, start_at(place, place, owner, role), place, told)

    def _arrive(self, left: _Left, view: FunctionView, given: Mapping[str, ContextValue]) -> None:
        start, function = left.start, self._node("function", _named(view))
        if isinstance(start, Polls):
            if given:
                raise InvalidName("a queue or stream takes no `with`: Lambda itself reads it")
            self._hop(left.node, function, "is polled for", lambda: polled(view, start.arn))
        else:
            context = overlaid(certain(view.arn), {**self._context, **start.context, **given})
            self._hop(left.node, function, _calling(start), lambda: _supposing(left, _called(view, start, context)))
        self._assume(view, function)

    def _knows(self, arn: str) -> bool:
        return is_function_arn(arn) and self._authorizer.organization.index.function(arn) is not None

    @property
    def _now(self) -> FunctionView:
        if self._view is None:
            raise AssertionError("a path begins with a function")
        return self._view

    def _assume(self, view: FunctionView, function: int) -> None:
        role = view.function.role
        self._view, self._left = view, None
        self._role = self._node("role", _role_name(role))
        self._hop(function, self._role, "runs as", lambda: _may_assume(view))

    def _node(self, kind: str, name: str) -> int:
        self.nodes.append(Node(kind, name))
        return len(self.nodes) - 1

    def _hop(self, start: int, end: int, does: str, asked: Callable[[], Answer]) -> None:
        try:
            answer = asked()
        except IncompleteOrganization as missing:
            self.hops.append(Hop(start, end, does, Answer("", ()), None, str(missing)))
            return
        lifted = None if answer or _only_unknown(answer) else fix(answer, self._authorizer.organization)
        self.hops.append(Hop(start, end, does, answer, lifted))


def _place_of(start: Start) -> str | None:
    if isinstance(start, Polls):
        return start.arn
    return start.caller.source_arn if isinstance(start.caller, Service | AssumedBy) else None


def _calling(start: Start) -> str:
    return "calls the URL of" if isinstance(start, CallsUrl) else "invokes"


def _by_role(by: FunctionView, view: FunctionView, context: Mapping[str, ContextValue]) -> Answer:
    answer = may_run(by, INVOKE, str(view.arn), context)
    return replace(answer, notes=(*answer.notes, *unknown_address(view)))


def _called(view: FunctionView, start: Calls | CallsUrl, context: Mapping[str, ContextValue]) -> Answer:
    if isinstance(start, CallsUrl):
        return may_invoke_url(view, start.caller, start.auth_type, context)
    service = roleless(start)
    if service is not None:
        return Answer(f"may {service} invoke {view.arn}", (), (no_role(service),))
    return may_invoke(view, start.caller, None, context)


def _only_unknown(answer: Answer) -> bool:
    """Whether no policy is in the way, but what is known here only."""
    return not answer.refused and not answer.undetermined and all(obstacle.open for obstacle in answer.obstacles)


def _supposing(left: _Left, answer: Answer) -> Answer:
    """What a place is set up to call is told by the path alone, unless the path begins there."""
    if left.place is None or left.told:
        return answer
    if is_bus(left.place):
        note = f"which rule of {left.place} takes it there is not told: write `-> rule ARN` behind the bus"
    else:
        note = f"{left.place} is taken to be set up for this, as the path says; no policy tells it"
    return replace(answer, notes=(*answer.notes, note))


def _free(start: int, end: int, place: str, onward: str) -> Hop:
    """Within one service nothing is authorized."""
    question = f"does an event get from {place} to {onward}"
    if is_rule(onward) and is_bus(place) and bus_of(onward) != place:
        other = Obstacle(
            "L5", f"`{onward}` matches events of {bus_of(onward)}, not of {place}", "name a rule of this bus"
        )
        return Hop(start, end, "is matched by", Answer(question, (), (other,)), asks=False)
    if is_rule(onward):
        note = "nothing is authorized here; whether the rule's pattern matches is not known here"
        return Hop(start, end, "is matched by", Answer(question, (), (), (note,)), asks=False)
    note = "nothing is authorized here: it belongs to it"
    return Hop(start, end, "writes to", Answer(question, (), (), (note,)), asks=False)


def _named(view: FunctionView) -> str:
    qualifier = view.arn.qualifier
    return view.arn.name if isinstance(qualifier, Unqualified) else f"{view.arn.name}:{qualifier}"


def _role_name(arn: str | None) -> str:
    return "its execution role" if arn is None else f"role {arn.rsplit('/', 1)[-1]} in {account_in(arn)}"


def _may_assume(view: FunctionView) -> Answer:
    """L19: Lambda assumes the execution role for the function."""
    function, role = view.function, view.function.role
    question = f"may Lambda assume the execution role of {function.arn}"
    if role is None:
        unknown = Obstacle("L19", "the function's execution role is not known", "export the function's configuration")
        return Answer(question, (), (unknown,))
    return Answer(question, (trust_part(view.authorizer, role, function.arn),))
