"""Following a path: each step asks the question it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._answer import Answer, Obstacle
from lampolicy.function._authorizer import Authorizer
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._fix import fix
from lampolicy.function._hand_over import trust_part
from lampolicy.function._invoke import INVOKE, may_invoke
from lampolicy.function._poll import may_poll
from lampolicy.function._run import may_run
from lampolicy.function._trace_path import Calls, CallsUrl, Does, HandsOn, Path, Polls
from lampolicy.function._trace_types import Hop, Node
from lampolicy.function._url import may_invoke_url
from lampolicy.function._view import FunctionView
from lampolicy.names import Unqualified
from lampolicy.request import ContextValue, account_in


def follow(authorizer: Authorizer, path: Path, context: Mapping[str, ContextValue]) -> tuple[list[Node], list[Hop]]:
    """Ask for every hop of a path."""
    walk = _Walk(authorizer, context)
    walk.begin(path)
    for step in path.steps:
        if isinstance(step, Does):
            walk.does(step)
        else:
            walk.hands_on(step)
    return walk.nodes, walk.hops


class _Walk:
    """A path on the way: what has been reached, and where the next step starts."""

    def __init__(self, authorizer: Authorizer, context: Mapping[str, ContextValue]) -> None:
        self.nodes: list[Node] = []
        self.hops: list[Hop] = []
        self._authorizer = authorizer
        self._context = context
        self._view: FunctionView | None = None
        self._role = 0

    def begin(self, path: Path) -> None:
        """Reach the function from what starts it, and its role from there."""
        start, view = path.start, self._authorizer.function(path.function)
        source, function = self._node("source", start.name), self._node("function", _named(view))
        given: Mapping[str, ContextValue] = {} if isinstance(start, Polls) else start.context
        context = overlaid(certain(view.arn), {**self._context, **given})
        match start:
            case Calls(caller=caller):
                self._hop(source, function, "invokes", lambda: may_invoke(view, caller, None, context))
            case CallsUrl(caller=caller, auth_type=auth_type):
                self._hop(
                    source, function, "calls the URL of", lambda: may_invoke_url(view, caller, auth_type, context)
                )
            case Polls(arn=arn):
                self._hop(source, function, "is polled for", lambda: may_poll(view, arn))
        self._assume(view, function)

    def does(self, step: Does) -> None:
        """Let the function do something."""
        target = self._node("target", step.resource)
        view, context = self._now, {**self._context, **step.context}
        self._hop(self._role, target, step.action, lambda: may_run(view, step.action, step.resource, context))

    def hands_on(self, step: HandsOn) -> None:
        """Let the function invoke another, which does the rest."""
        view = self._authorizer.function(step.function)
        function = self._node("function", _named(view))
        by, context = self._now, {**self._context, **step.context}
        self._hop(self._role, function, "invokes", lambda: may_run(by, INVOKE, str(view.arn), context))
        self._assume(view, function)

    @property
    def _now(self) -> FunctionView:
        if self._view is None:
            raise AssertionError("a path begins with a function")
        return self._view

    def _assume(self, view: FunctionView, function: int) -> None:
        role = view.function.role
        self._view = view
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
        lifted = None if answer else fix(answer, self._authorizer.organization)
        self.hops.append(Hop(start, end, does, answer, lifted))


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
