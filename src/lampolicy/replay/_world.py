"""The organization a trail is replayed against, with what is looked up in it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from lampolicy.authorize import Authorizer
from lampolicy.diagnostic import RequestError
from lampolicy.organization import Account, IamRole, IamUser, Organization, Unit
from lampolicy.policy import (
    BoundaryStatement,
    IdentityStatement,
    Policy,
    PrincipalPattern,
    PrincipalType,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TrustStatement,
)
from lampolicy.replay._reading import DEFAULT_TRAIL_LIMITS
from lampolicy.request import RoleSession, User

_FEWEST_PLANS: Final = 64
_DECISIONS_A_PLAN: Final = 16


class World:
    """An organization and its authorizer, which remembers a bounded number of decisions.

    Attributes:
        organization: Who exists.
        authorizer: What decides.
        roles_by_id: ARNs of roles by their `AROA...` ids.
        users_by_id: ARNs of users by their `AIDA...` ids.
    """

    def __init__(self, organization: Organization, remembered: int = DEFAULT_TRAIL_LIMITS.remembered_decisions) -> None:
        self.organization = organization
        plans = max(_FEWEST_PLANS, remembered // _DECISIONS_A_PLAN)
        self.authorizer = Authorizer(organization, memo_limit=remembered, plan_limit=plans)
        self.roles_by_id = {role.role_id: role.arn for role in organization.roles if role.role_id}
        self.users_by_id = {user.unique_id: user.arn for user in organization.users if user.unique_id}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every condition key that some policy reads, in lower case: no other key can change a decision."""
        return frozenset(key for policy in self._every_policy() for key in keys_of(policy))

    @cached_property
    def sessions_matter(self) -> bool:
        """Whether some policy tells sessions of one role apart."""
        if "aws:userid" in self.keys:
            return True
        return any(
            ":assumed-role/" in pattern.value or ":" in pattern.value.partition("AROA")[2]
            for policy in self._every_policy()
            for statement in policy.statements
            for pattern in _principals(statement)
        )

    def holds(self, layer: str) -> bool:
        """Tell whether there is any policy of a layer of the organization: `service control`, `resource control`."""
        nodes: list[Unit | Account] = [*self.organization.units, *self.organization.accounts]
        if layer == "service control":
            return any(node.service_control for node in nodes)
        return any(node.resource_control for node in nodes)

    def may_trust(self, role: str, service: str) -> bool:
        """Tell whether a role may be one that a service assumes for itself; one that is not known may be."""
        known = self.organization.index.roles.get(role)
        if known is None or known.trust is None:
            return True
        patterns = (p for s in known.trust.statements if isinstance(s, TrustStatement) for p in _principals(s))
        return any(
            p.type is PrincipalType.STAR or (p.type is PrincipalType.SERVICE and p.value == service) for p in patterns
        )

    def policies_of(self, entity: IamUser | IamRole) -> tuple[Policy, ...]:
        """The identity policies of an entity, its groups' too; none if they are not all known."""
        caller = User(entity.arn) if isinstance(entity, IamUser) else RoleSession(entity.arn)
        try:
            return self.organization.policies_for(caller, "*", action="sts:GetCallerIdentity").identity
        except RequestError:
            return ()

    def _every_policy(self) -> Iterator[Policy]:
        organization = self.organization
        for group in organization.groups:
            yield from group.inline
        for managed in organization.managed:
            yield managed.policy
        entities: list[IamUser | IamRole] = [*organization.users, *organization.roles]
        for entity in entities:
            yield from self.policies_of(entity)
            yield from entity.inline
        yield from (role.trust for role in organization.roles if role.trust is not None)
        yield from (policy for function in organization.functions for _, policy in function.policies)
        yield from (resource.policy for resource in organization.resources if resource.policy is not None)
        nodes: list[Unit | Account] = [*organization.units, *organization.accounts]
        for node in nodes:
            yield from node.service_control or ()
            yield from node.resource_control


def keys_of(policy: Policy) -> Iterator[str]:
    """The condition keys a policy reads, in lower case: those of its conditions and of its variables."""
    for statement in policy.statements:
        for condition in statement.conditions:
            yield condition.key.lower()
            for value in condition.values:
                yield from _variables(value)
        for text in _resources(statement):
            yield from _variables(text)


def _variables(text: str) -> Iterator[str]:
    start = text.find("${")
    while start >= 0:
        end = text.find("}", start)
        if end < 0:
            return
        name = text[start + 2 : end].partition(",")[0].strip().lower()
        if name not in {"*", "?", "$", ""}:
            yield name
        start = text.find("${", end)


def _resources(statement: Statement) -> tuple[str, ...]:
    selection: Selection[str] | None = None if isinstance(statement, TrustStatement) else statement.resources
    return () if selection is None else selection.patterns


def _principals(statement: Statement) -> tuple[PrincipalPattern, ...]:
    match statement:
        case IdentityStatement() | BoundaryStatement() | SessionStatement() | ServiceControlStatement():
            return ()
        case _:
            return () if statement.principals is None else statement.principals.patterns
