"""One request with everything that bears on it."""

from __future__ import annotations

from lampolicy.organization import Policies
from lampolicy.reference._context import Keys, Value, condition_keys
from lampolicy.reference._glob import ascii_lower
from lampolicy.reference._uncertain import Turned, UncertainRule
from lampolicy.request import Request


class Question:
    """A request, its policies and its condition keys. Treat it as immutable but for `consulted`.

    Attributes:
        request: What is asked.
        policies: What bears on it.
        arn: The resource's ARN, cut at its fifth colon; of no use where the resource is `*`.
        owner: The account that owns the resource.
        turned: Uncertain rules to read the other way.
        consulted: The uncertain rules that were asked for so far. Whatever is decided is decided the same with any
            other rule turned: nothing reads a rule but through `reads` and `value`.
    """

    __slots__ = ("_keys", "_unsettled", "arn", "consulted", "owner", "policies", "request", "turned")

    def __init__(
        self, request: Request, policies: Policies, keys: Keys, owner: str | None, turned: Turned = frozenset()
    ) -> None:
        """Put together what `ask` found; `owner` is the resource's account as far as the request tells."""
        self.request = request
        self.policies = policies
        self.arn = cut_at_fifth_colon(request.resource)
        self.owner = owner or request.principal.account
        self.turned = turned
        self.consulted: list[UncertainRule] = []
        self._keys = keys.values
        self._unsettled = keys.unsettled

    def reads(self, rule: UncertainRule) -> bool:
        """Whether an uncertain rule holds as written here."""
        self.consulted.append(rule)
        return rule not in self.turned

    def value(self, key: str) -> Value | None:
        """What a condition key holds, given or derived, by its name in lower case; `None` if it is absent."""
        if key in self._unsettled:
            self.consulted.append(self._unsettled[key])
        return self._keys.get(key)


def cut_at_fifth_colon(arn: str) -> tuple[str, str]:
    """The first five parts with the colon behind them, in lower case since case does not count there; and the rest."""
    *early, last = arn.split(":", 5)
    return ascii_lower(":".join(early)) + ":", last


def ask(request: Request, policies: Policies, *, what_if: bool, turned: Turned = frozenset()) -> Question:
    """Put a question; raise `RequestError` if the request contradicts what is known of its caller."""
    policies = policies.settled(request.action, request.resource)  # E4
    owner = request.known_owner
    keys = condition_keys(request, owner, policies.facts, what_if=what_if, turned=turned)
    return Question(request, policies, keys, owner, turned)
