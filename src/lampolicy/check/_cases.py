"""From an expected-decision file to single questions: lists are written out, contradictions found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from lampolicy.check._callers import Callers, called
from lampolicy.check._expectations import Check, Expectations
from lampolicy.check._fields import Fields, context_of
from lampolicy.check._functions import resource_arn
from lampolicy.check._lambda_cases import LambdaCase, lambda_cases
from lampolicy.check._refused import Faults, Refused
from lampolicy.diagnostic import Code, LampolicyError, Pointer
from lampolicy.function import Authorizer
from lampolicy.organization import Organization
from lampolicy.request import Principal, Request

MAX_CASES: Final = 100_000
"""More questions than this are not written out of one file."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its expected answer.

    Attributes:
        test: The test's name.
        at: The place of the check in the file.
        who: The caller as the file calls it.
        request: The question.
        check: What is expected.
    """

    test: str
    at: Pointer
    who: str
    request: Request
    check: Check

    @property
    def question(self) -> str:
        """The question in a few words."""
        return f"{self.who}: {self.request.action} on {self.request.resource}"


def write_out(expectations: Expectations, authorizer: Authorizer, faults: Faults) -> Iterator[Case | LambdaCase]:
    """Give every question of a file; a check with a fault is left out, and the fault noted.

    Test by test, in each the plain checks first, and every list in document order.
    """
    callers = Callers(expectations.principals, authorizer.organization, faults)
    for count, case in enumerate(_cases(expectations, authorizer, callers, faults), 1):
        if count > MAX_CASES:
            faults.add(case.at, Refused(Code.BAD_QUESTION, f"the file asks more than {MAX_CASES:,} questions"))
            return
        yield case


def _cases(
    expectations: Expectations, authorizer: Authorizer, callers: Callers, faults: Faults
) -> Iterator[Case | LambdaCase]:
    for t, test in enumerate(expectations.tests):
        if not test.model_fields_set - {"name"}:
            help_ = "add `check`, `invoke`, `invoke_url`, `poll`, `run`, `deploy` or `trace`"
            faults.add(("tests", t), Refused(Code.BAD_QUESTION, "this test asks nothing", help_))
        for c, check in enumerate(test.check):
            at: Pointer = ("tests", t, "check", c)
            yield from _Combinations(test.name, check, at, authorizer.organization, faults).cases(callers)
        yield from lambda_cases(test, ("tests", t), authorizer, callers, faults)


@dataclass(frozen=True, slots=True)
class _Combinations:
    test: str
    check: Check
    at: Pointer
    organization: Organization
    faults: Faults

    def cases(self, callers: Callers) -> Iterator[Case]:
        check, at, sound = self.check, self.at, len(self.faults.found)
        self._contradictions()
        here = Fields(at, self.faults)
        asked = here.either("principal", check.principal, check.principals)
        actions = here.either("action", check.action, check.actions)
        resources = here.either("resource", check.resource, check.resources)
        who = [(called(form), callers.find(form, place)) for form, place in asked]
        arns = [self._arn(text, place) for text, place in resources]
        if len(self.faults.found) > sound:
            return
        for (name, principal), (action, place), arn in product(who, actions, arns):
            request = self._request(principal, action, arn, place)
            if request is not None:
                callers.note_stranger(request.principal, at)
                yield Case(self.test, at, name, request, check)

    def _request(self, principal: Principal | None, action: str, arn: str | None, place: Pointer) -> Request | None:
        if principal is None or arn is None:
            return None
        check = self.check
        try:
            account = check.resource_account or self.organization.owner_of(arn)
            return Request(
                principal, action, arn, context_of(check.context), resource_account=account, via=tuple(check.via)
            )
        except LampolicyError as error:
            self.faults.add(place, Refused(Code.BAD_QUESTION, str(error)))
            return None

    def _arn(self, text: str, place: Pointer) -> str | None:
        try:
            return resource_arn(self.organization, text)
        except Refused as refused:
            self.faults.add(place, refused)
        except LampolicyError as error:
            self.faults.add(place, Refused(Code.BAD_QUESTION, str(error)))
        return None

    def _contradictions(self) -> None:
        check = self.check
        if check.expect != "deny":
            for field, value in (("reason", check.reason), ("blocked_by", check.blocked_by)):
                if value is not None:
                    self._contradiction(field, f"`{field}` tells of a denial, but `expect` is `{check.expect}`")
        if check.statement is not None and check.expect == "unknown":
            self._contradiction("statement", "no statement decides what is unknown")
        elif check.statement is not None and check.reason == "implicit":
            self._contradiction("statement", "an implicit denial comes from no statement")

    def _contradiction(self, field: str, message: str) -> None:
        self.faults.add((*self.at, field), Refused(Code.CONTRADICTING_EXPECTATION, message))
