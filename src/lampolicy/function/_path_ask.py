"""Ask many small questions, up to a limit, and read off statements which of them are worth asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Final

from lampolicy.authorize import Authorizer
from lampolicy.condition import keys_of, template
from lampolicy.decision import Allowed, Decision, Undetermined
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._circumstances import overlaid
from lampolicy.function._hand_over import trust_part
from lampolicy.names import FunctionArn, Matcher, action_pattern, fold
from lampolicy.organization import Account, Organization, Policies, Unit
from lampolicy.policy import Effect, Only, Policy, Statement, TrustStatement
from lampolicy.request import UNKNOWN, ContextValue, Principal, Request, RoleSession

_WHATEVER: Final = "iam:PassRole"
_TOLD: Final = (
    "aws:called",
    "aws:principal",
    "aws:resource",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorg",
    "aws:userid",
    "aws:username",
    "aws:via",
)
"""What follows from the caller and the resource, or is absent because no service calls (semantics K1, K2, K4)."""

_BY_OTHERS: Final = frozenset(
    {"lambda:eventsourcetoken", "lambda:functionurlauthtype", "lambda:invokedviafunctionurl", "sts:externalid"}
)
"""What a policy of a function reads of calls that are none of a caller's own to the Lambda API (semantics L8, L10)."""

_OF_ORGANIZATION: Final = ("aws:principalorg", "aws:resourceorg")
_TAG_OF_CALLER: Final = "aws:principaltag/"
_TAG_OF_RESOURCE: Final = "aws:resourcetag/"


class Enough(Exception):  # noqa: N818 - the work ends here, nothing is wrong
    """As many decisions were made as were allowed."""


@dataclass(slots=True)
class Inquiry:
    """Decides, counts, and stops at the limit.

    Attributes:
        authorizer: Decides.
        limit: How many decisions may be made.
        made: How many were.
    """

    authorizer: Authorizer
    limit: int
    made: int = 0
    _trusts: dict[tuple[str, str], Part] = field(default_factory=dict[tuple[str, str], Part])
    _read: frozenset[str] | None = None

    @property
    def organization(self) -> Organization:
        """Who exists."""
        return self.authorizer.organization

    def decide(self, principal: Principal, step: Step) -> Decision:
        """Decide a step, and count it."""
        self._count()
        return self.authorizer.decide(principal, step.action, step.resource, step.context)

    def might(self, principal: Principal, step: Step) -> bool:
        """Tell whether a step is allowed, or hangs on what is not known."""
        return isinstance(self.decide(principal, step), Allowed | Undetermined)

    def proof(self, principal: Principal, steps: Iterable[Step]) -> tuple[Part, ...]:
        """The decisions on steps, as parts of an answer."""
        return tuple(ask(self.authorizer, principal, step) for step in steps)

    def trust(self, role: str, function: FunctionArn) -> Part:
        """Whether Lambda may assume a role for a function."""
        key = (role, str(function))
        if key not in self._trusts:
            self._count()
            self._trusts[key] = trust_part(self.authorizer, role, function)
        return self._trusts[key]

    def trusted(self, role: str, function: FunctionArn) -> bool:
        """Whether Lambda may assume a role for a function, or that hangs on what is not known."""
        return isinstance(self.trust(role, function).decision, Allowed | Undetermined)

    def policies(self, principal: Principal) -> Policies:
        """What bears on everything a caller does; raise `IncompleteOrganization` if not all of it is known."""
        return self.authorizer.policies_for(Request(principal, _WHATEVER, "*"))

    def open_keys(self, principal: Principal, policies: Policies) -> frozenset[str]:
        """The condition keys, in lower case, that neither the caller, the resource nor the call itself tells.

        Args:
            principal: Who calls.
            policies: What bears on everything it does; policies of resources are those of the whole organization.
        """
        keys = self._read_by(policies)
        open_ = {key for key in keys if not key.startswith(_TOLD)}
        if self.organization.id is None:
            open_ |= {key for key in keys if key.startswith(_OF_ORGANIZATION)}
        if isinstance(principal, RoleSession):
            open_ |= {key for key in keys if key.startswith(_TAG_OF_CALLER)} - self._tags_of(principal)
        return frozenset(open_)

    def tag_keys(self, policies: Policies, resource: str) -> frozenset[str]:
        """The tags of a resource that policies read and nobody here knows; those of functions are known."""
        if self.organization.index.function(resource) is not None:
            return frozenset()
        keys = self._read_by(policies)
        return frozenset(key for key in keys if key.startswith(_TAG_OF_RESOURCE))

    def _tags_of(self, principal: RoleSession) -> set[str]:
        role = self.organization.index.roles.get(principal.role)
        return {f"{_TAG_OF_CALLER}{key}".lower() for key, _ in role.tags} if role is not None else set()

    def _read_by(self, policies: Policies) -> frozenset[str]:
        """The keys that the caller's policies and those of resources read."""
        own = _keys_of(policies.identity, policies.boundary or (), *policies.service_control)
        return own | self._read_by_resources()

    def _read_by_resources(self) -> frozenset[str]:
        if self._read is None:
            self._read = _keys_of(_policies_of_resources(self.organization)) - _BY_OTHERS
        return self._read

    def _count(self) -> None:
        if self.made >= self.limit:
            raise Enough
        self.made += 1


def _keys_of(*layers: Iterable[Policy]) -> frozenset[str]:
    """The condition keys that policies read, also as variables, in lower case."""
    found: set[str] = set()
    for policy in chain.from_iterable(layers):
        for statement in policy.statements:
            found.update(condition.key.lower() for condition in statement.conditions)
            found.update(*(keys_of(template(text, policy.version)) for text in _texts(statement) if "${" in text))
    return frozenset(found)


def _texts(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        yield from condition.values
    resources = None if isinstance(statement, TrustStatement) else statement.resources
    yield from resources.patterns if resources is not None else ()


def _policies_of_resources(organization: Organization) -> Iterator[Policy]:
    for function in organization.functions:
        yield from (policy for _, policy in function.policies)
    yield from (resource.policy for resource in organization.resources if resource.policy is not None)
    nodes: tuple[Unit | Account, ...] = (*organization.units, *organization.accounts)
    for node in nodes:
        yield from node.resource_control


def opened(step: Step, keys: Iterable[str], region: str) -> Step:
    """Leave open what a caller may bring along or choose: a second factor, a network, tags, layers."""
    unknown: dict[str, ContextValue] = dict.fromkeys(sorted(keys), UNKNOWN)
    every: dict[str, ContextValue] = {"aws:RequestedRegion": region, "aws:SecureTransport": "true"}
    context = overlaid(overlaid(unknown, every), step.context)
    return Step(step.action, step.resource, step.rule, step.why, context, step.aws)


def hanging(parts: Iterable[Part]) -> str:
    """Say on what of a call its decisions hang, which nobody can know beforehand; nothing where they are certain."""
    named = needs_of(parts)
    return f"; it hangs on {named}" if named else ""


def needs_of(parts: Iterable[Part]) -> str:
    """The condition keys that decisions hang on, as a text."""
    needs = (key for part in parts if isinstance(part.decision, Undetermined) for key in part.decision.needs)
    return ", ".join(f"`{key}`" for key in sorted(set(needs)))


def allowing(policies: Iterable[Policy], action: str) -> Iterator[Statement]:
    """The statements that allow an action on something; without one, and no grant by a resource, nothing is allowed."""
    folded = fold(action)
    for policy in policies:
        for statement in policy.statements:
            if statement.effect is Effect.ALLOW and _names(statement, folded):
                yield statement


def _names(statement: Statement, folded: str) -> bool:
    listed = any(_matcher(pattern)(folded) for pattern in statement.actions.patterns)
    return listed is isinstance(statement.actions, Only)


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Matcher:
    return action_pattern(pattern)
