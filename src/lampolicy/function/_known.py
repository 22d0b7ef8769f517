"""Every principal an organization knows, as a caller of one function."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.diagnostic import InvalidName
from lampolicy.function._view import FunctionView
from lampolicy.organization import Organization
from lampolicy.policy import FunctionStatement, Only, Policy, PrincipalType
from lampolicy.request import Principal, RoleSession, Root, User, account_in


def known_principals(view: FunctionView) -> tuple[Principal, ...]:
    """Users, roles, the sessions of known roles that the function's policy names, and the accounts' root users.

    A role stands for some session of it, whichever; an account counts if it is listed, or anybody in it is.
    """
    organization = view.authorizer.organization
    found: list[Principal] = [User(user.arn) for user in organization.users]
    found += [RoleSession(role.arn) for role in organization.roles]
    found += _named_sessions(organization, own_policy(view))
    found += [Root(account, view.arn.partition) for account in _accounts(view)]
    return tuple(dict.fromkeys(organization.enrich(principal) for principal in found))


def own_policy(view: FunctionView) -> Policy | None:
    """The policy of the addressed ARN, which is its qualifier's alone (semantics L4)."""
    return next((policy for arn, policy in view.function.policies if arn == view.arn), None)


def _accounts(view: FunctionView) -> tuple[str, ...]:
    organization = view.authorizer.organization
    arns = (*(user.arn for user in organization.users), *(role.arn for role in organization.roles))
    inhabited = (account for arn in arns if (account := account_in(arn)) is not None)
    return tuple(dict.fromkeys((view.arn.account, *(account.id for account in organization.accounts), *inhabited)))


def _named_sessions(organization: Organization, policy: Policy | None) -> Iterator[RoleSession]:
    ids = {role.role_id: role.arn for role in organization.roles if role.role_id}
    for value in _aws_names(policy):
        role_id, _, session = value.partition(":")
        if ":assumed-role/" in value:
            try:
                principal = organization.principal(value)
            except InvalidName:
                continue
            if isinstance(principal, RoleSession):
                yield principal
        elif session and role_id in ids:
            yield RoleSession(ids[role_id], session)


def _aws_names(policy: Policy | None) -> Iterator[str]:
    for statement in policy.statements if policy is not None else ():
        principals = statement.principals if isinstance(statement, FunctionStatement) else None
        if isinstance(principals, Only):
            yield from (pattern.value for pattern in principals.patterns if pattern.type is PrincipalType.AWS)
