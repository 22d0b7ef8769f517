"""Lambda's own questions in an expected-decision file, written out to single ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Literal, TypeAlias

from lampolicy.check._callers import Callers, called
from lampolicy.check._expectations import Scenario
from lampolicy.check._fields import Fields, context_of
from lampolicy.check._forms import PrincipalForm
from lampolicy.check._functions import function_named, resource_arn
from lampolicy.check._lambda_deploy import parameters_of
from lampolicy.check._lambda_forms import (
    DeployCheck,
    InvokeCheck,
    InvokeUrlCheck,
    LambdaCheck,
    PollCheck,
    RunCheck,
    TraceCheck,
)
from lampolicy.check._refused import Faults, Refused
from lampolicy.diagnostic import Code, LampolicyError, Pointer, Severity
from lampolicy.function import Answer, Authorizer, FunctionView, Trace, may_poll, may_run, trace
from lampolicy.request import Principal

Kind: TypeAlias = Literal["invoke", "invoke_url", "poll", "run", "deploy", "trace"]


@dataclass(frozen=True, slots=True)
class LambdaCase:
    """One of Lambda's own questions, with its expected answer.

    Attributes:
        test: The test's name.
        at: The place of the check in the file.
        kind: The list it stands in.
        question: The question in a few words.
        check: What is expected.
        ask: Answers it.
    """

    test: str
    at: Pointer
    kind: Kind
    question: str
    check: LambdaCheck
    ask: Callable[[], Answer | Trace]

    @property
    def broken_at(self) -> int | None:
        """The hop at which a trace is expected to break, counted from 1."""
        return self.check.broken_at if isinstance(self.check, TraceCheck) else None


def lambda_cases(
    test: Scenario, at: Pointer, authorizer: Authorizer, callers: Callers, faults: Faults
) -> Iterator[LambdaCase]:
    """Give Lambda's own questions of a test, list by list; a check with a fault is left out, and the fault noted."""
    lists: tuple[tuple[Kind, list[LambdaCheck]], ...] = (
        ("invoke", [*test.invoke]),
        ("invoke_url", [*test.invoke_url]),
        ("poll", [*test.poll]),
        ("run", [*test.run]),
        ("deploy", [*test.deploy]),
        ("trace", [*test.trace]),
    )
    for kind, checks in lists:
        for index, check in enumerate(checks):
            here: Pointer = (*at, kind, index)
            yield from _Writer(test.name, kind, check, Fields(here, faults), authorizer, callers).cases()


Asked: TypeAlias = Iterator[tuple[str, Callable[[], Answer | Trace]]]


@dataclass(frozen=True, slots=True)
class _Writer:
    test: str
    kind: Kind
    check: LambdaCheck
    here: Fields
    authorizer: Authorizer
    callers: Callers

    def cases(self) -> Iterator[LambdaCase]:
        sound = self._errors()
        self._contradictions()
        for number, (question, ask) in enumerate(self._asked()):
            if number == 0 and self._errors() > sound:  # every field has been read before the first question
                return
            yield LambdaCase(self.test, self.here.at, self.kind, question, self.check, ask)

    def _errors(self) -> int:
        return sum(fault.severity is Severity.ERROR for fault in self.here.faults.found)

    def _asked(self) -> Asked:
        match self.check:
            case InvokeCheck():
                return self._invoke(self.check)
            case InvokeUrlCheck():
                return self._invoke_url(self.check)
            case PollCheck():
                return self._poll(self.check)
            case RunCheck():
                return self._run(self.check)
            case DeployCheck():
                return self._deploy(self.check)
            case TraceCheck():
                return self._trace(self.check)
            case _:
                return iter(())

    def _invoke(self, check: InvokeCheck) -> Asked:
        context = context_of(check.context)
        who, views = self._who(check.principal, check.principals), self._views(check.function, check.functions)
        for (name, caller), (text, view) in product(who, views):
            yield f"may {name} invoke {text}", partial(view.may_invoke, caller, check.mode, context)

    def _invoke_url(self, check: InvokeUrlCheck) -> Asked:
        context, both = context_of(check.context), check.dual_permission
        who, views = self._who(check.principal, check.principals), self._views(check.function, check.functions)
        for (name, caller), (text, view) in product(who, views):
            yield (
                f"may {name} call the URL of {text}",
                partial(view.may_invoke_url, caller, check.auth_type, context, dual_permission=both),
            )

    def _poll(self, check: PollCheck) -> Asked:
        sources = self.here.either("source", check.source, check.sources)
        for (text, view), (source, _) in product(self._views(check.function, check.functions), sources):
            yield (
                f"may Lambda poll {source} for {text}",
                partial(may_poll, view, source, check.kind, key=check.key),
            )

    def _run(self, check: RunCheck) -> Asked:
        context = context_of(check.context)
        actions = self.here.either("action", check.action, check.actions)
        resources = self._resources(check)
        views = self._views(check.function, check.functions)
        for (text, view), (action, _), resource in product(views, actions, resources):
            yield (
                f"may {text} call {action} on {resource}",
                partial(may_run, view, action, resource, context),
            )

    def _deploy(self, check: DeployCheck) -> Asked:
        try:
            parameters = parameters_of(check, context_of(check.context))
        except LampolicyError as error:
            self.here.faults.add(self.here.at, Refused(Code.BAD_QUESTION, str(error)))
            return
        about = check.function or check.layer or check.mapping
        for name, caller in self._who(check.principal, check.principals):
            yield (
                f"may {name} call {check.operation}" + (f" for {about}" if about else ""),
                partial(self.authorizer.may_deploy, caller, check.operation, **parameters),
            )

    def _trace(self, check: TraceCheck) -> Asked:
        context = context_of(check.context)
        for path, _ in self.here.either("path", check.path, check.paths):
            yield path, partial(trace, self.authorizer, path, context)

    def _who(self, one: PrincipalForm | None, several: list[PrincipalForm] | None) -> list[tuple[str, Principal]]:
        forms = self.here.either("principal", one, several)
        found = [(called(form), self.callers.find(form, place)) for form, place in forms]
        known = [(name, principal) for name, principal in found if principal is not None]
        for _, principal in known:
            self.callers.note_stranger(principal, self.here.at)
        return known

    def _views(self, one: str | None, several: list[str] | None) -> list[tuple[str, FunctionView]]:
        found: list[tuple[str, FunctionView]] = []
        for text, place in self.here.either("function", one, several):
            try:
                found.append((text, self._view(text)))
            except Refused as refused:
                self.here.faults.add(place, refused)
            except LampolicyError as error:
                self.here.faults.add(place, Refused(Code.BAD_QUESTION, str(error)))
        return found

    def _view(self, text: str) -> FunctionView:
        try:
            return self.authorizer.function(text)
        except LampolicyError:
            if ":" not in text:  # tells which name is meant
                function_named(self.authorizer.organization, text)
            raise

    def _resources(self, check: RunCheck) -> list[str]:
        found: list[str] = []
        for text, place in self.here.either("resource", check.resource, check.resources):
            try:
                found.append(resource_arn(self.authorizer.organization, text))
            except Refused as refused:
                self.here.faults.add(place, refused)
            except LampolicyError as error:
                self.here.faults.add(place, Refused(Code.BAD_QUESTION, str(error)))
        return found

    def _contradictions(self) -> None:
        check = self.check
        if check.expect == "deny":
            return
        broken_at = check.broken_at if isinstance(check, TraceCheck) else None
        for field, value in (("refused", check.refused), ("obstacle", check.obstacle), ("broken_at", broken_at)):
            if value is not None:
                self.here.contradiction(field, f"`{field}` tells of a denial, but `expect` is `{check.expect}`")
