"""One request with everything that bears on it."""

from __future__ import annotations

from dataclasses import dataclass

from lampolicy.organization import Policies
from lampolicy.reference._context import Values, condition_keys
from lampolicy.reference._uncertain import Turned, UncertainRule
from lampolicy.request import Request


@dataclass(frozen=True, slots=True)
class Question:
    """A request, its policies and its condition keys.

    Attributes:
        request: What is asked.
        policies: What bears on it.
        keys: The condition keys, given and derived, in lower case.
        turned: Uncertain rules to read the other way.
    """

    request: Request
    policies: Policies
    keys: Values
    turned: Turned = frozenset()

    def reads(self, rule: UncertainRule) -> bool:
        """Whether an uncertain rule holds as written here."""
        return rule not in self.turned


def ask(request: Request, policies: Policies, *, what_if: bool, turned: Turned = frozenset()) -> Question:
    """Put a question; raise `RequestError` if the request contradicts what is known of its caller."""
    policies = policies.settled(request.action, request.resource)  # E4
    keys = condition_keys(request, policies, what_if=what_if, turned=turned)
    return Question(request, policies, keys, turned)
