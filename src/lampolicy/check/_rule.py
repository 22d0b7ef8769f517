"""What a rule is, and what it says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import TypeAlias

from lampolicy.diagnostic import Code, Diagnostic, Pointer, Severity
from lampolicy.organization import Organization
from lampolicy.policy import Policy


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule found in one policy; the rule it comes from gives it its code and its weight.

    Attributes:
        message: What is unwise: lower case, no full stop, names of the document in backticks.
        at: The place, as a JSON pointer into the policy document.
        help: What to do instead.
        doubtful: Whether it rests on data that may be out of date, or may be meant so; then it weighs no more than a
            note.
    """

    message: str
    at: Pointer
    help: str
    doubtful: bool = False


PolicyFinder: TypeAlias = Callable[[Policy], Iterable[Remark]]
OrganizationFinder: TypeAlias = Callable[[Organization], Iterable[tuple[Policy, Remark]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A trap that policies fall into, and how to find it. The docstring of its module is its page.

    Attributes:
        code: Its code, which never changes.
        name: Its name; it names the bad pattern, so that "allow NAME" reads as a sentence.
        severity: `WARNING` where the policy does not do what it seems to, `NOTE` where it may be meant so.
        in_policy: Finds it in one policy.
        in_organization: Finds it where several documents meet.
    """

    code: Code
    name: str
    severity: Severity
    in_policy: PolicyFinder | None = None
    in_organization: OrganizationFinder | None = None

    @property
    def page(self) -> str:
        """The page about the rule, in Markdown."""
        finder = self.in_policy or self.in_organization
        module = sys.modules[finder.__module__] if finder else None
        return cleandoc((module.__doc__ if module else None) or "")

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0]

    def check_policy(self, policy: Policy) -> Iterator[Diagnostic]:
        """Find the trap in one policy."""
        if self.in_policy is not None:
            yield from (self.diagnostic(remark) for remark in self.in_policy(policy))

    def check_organization(self, organization: Organization) -> Iterator[tuple[Policy, Diagnostic]]:
        """Find the trap where several documents meet; each finding with the policy it stands in."""
        if self.in_organization is not None:
            for policy, remark in self.in_organization(organization):
                yield policy, self.diagnostic(remark)

    def diagnostic(self, remark: Remark) -> Diagnostic:
        """Give a remark the rule's code and weight."""
        severity = Severity.NOTE if remark.doubtful else self.severity
        return Diagnostic(self.code, remark.message, remark.at, help=remark.help, severity=severity)
