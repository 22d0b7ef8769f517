"""From an expected-decision file to single questions: lists are written out, contradictions found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeVar

from lampolicy.check._callers import Callers, called
from lampolicy.check._expectations import Check, Expectations, UnknownMark, Value
from lampolicy.check._functions import resource_arn
from lampolicy.check._refused import Faults, Refused
from lampolicy.diagnostic import Code, LampolicyError, Pointer
from lampolicy.organization import Organization
from lampolicy.request import UNKNOWN, Context, ContextValue, Principal, Request

T = TypeVar("T")

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


def write_out(expectations: Expectations, organization: Organization, faults: Faults) -> Iterator[Case]:
    """Give every question of a file in document order; a check with a fault is left out, and the fault noted."""
    callers = Callers(expectations.principals, organization, faults)
    count = 0
    for t, test in enumerate(expectations.tests):
        for c, check in enumerate(test.check):
            at: Pointer = ("tests", t, "check", c)
            for case in _Combinations(test.name, check, at, organization, faults).cases(callers):
                count += 1
                if count > MAX_CASES:
                    faults.add(at, Refused(Code.BAD_QUESTION, f"the file asks more than {MAX_CASES:,} questions"))
                    return
                yield case


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
        asked = self._either("principal", check.principal, check.principals)
        actions = self._either("action", check.action, check.actions)
        resources = self._either("resource", check.resource, check.resources)
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
            return Request(principal, action, arn, _context(check), resource_account=account, via=tuple(check.via))
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

    def _either(self, name: str, one: T | None, several: list[T] | None) -> list[tuple[T, Pointer]]:
        """Give what stands under a field or its plural, each with its place; one of the two must be there."""
        if one is not None and several is not None:
            message = f"`{name}` and `{name}s` both stand here"
            self.faults.add((*self.at, f"{name}s"), Refused(Code.BAD_QUESTION, message, "leave one of them out"))
            return []
        if one is not None:
            return [(one, (*self.at, name))]
        if several is None:
            refused = Refused(Code.BAD_QUESTION, f"this check names no `{name}`", f"add `{name}` or `{name}s`")
            self.faults.add(self.at, refused)
        return [(each, (*self.at, f"{name}s", i)) for i, each in enumerate(several or [])]

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


def _context(check: Check) -> Context:
    return {key: _value(value) for key, value in check.context.items()}


def _value(value: Value) -> ContextValue:
    return UNKNOWN if isinstance(value, UnknownMark) else value
