"""Whom a function's policy names that the organization does not contain, each as a caller to be decided for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lampolicy.diagnostic import InvalidName
from lampolicy.function._admitted import Outsider
from lampolicy.function._circumstances import NETWORK, OF_SERVICE, SESSION
from lampolicy.function._modes import Model, model_of
from lampolicy.names import FunctionArn, is_account_id
from lampolicy.organization import Organization
from lampolicy.policy import PrincipalPattern, PrincipalType
from lampolicy.request import Anonymous, FederatedUser, Principal, RoleSession, Root, Service, User

_ROOT: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:root", re.ASCII)
_OF_ANYBODY: Final = ("aws:PrincipalArn", "aws:PrincipalType", "aws:userid", "aws:username")
_OF_ORGANIZATION: Final = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
_NAMES_OF_SERVICE: Final = ("aws:PrincipalServiceName", "aws:PrincipalServiceNamesList")


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody outside, as a caller.

    Attributes:
        kind: What kind of caller.
        who: Its name, as `Admitted.who`.
        principal: A caller of that kind.
        unknown: Condition keys of which nothing is known for callers of that kind.
        tags: Whether it may have principal tags.
    """

    kind: Outsider
    who: str
    principal: Principal
    unknown: tuple[str, ...]
    tags: bool = True

    @property
    def has_identity(self) -> bool:
        """Whether it has identity policies, which are not known here."""
        return isinstance(self.principal, User | RoleSession | FederatedUser)


EVERYONE: Final = Suspect(Outsider.EVERYONE, "", Anonymous(), NETWORK, tags=False)
"""Whoever calls a URL of AuthType `NONE`."""


def suspects(organization: Organization, function: FunctionArn, pattern: PrincipalPattern) -> Iterator[Suspect]:
    """The callers outside whom a principal of a statement names; none if everybody it names is known here."""
    match pattern.type, pattern.value:
        case (PrincipalType.STAR, _) | (PrincipalType.AWS, "*"):
            yield from strangers(organization, function)
        case PrincipalType.SERVICE, name if model_of(name) in {Model.POLL, Model.ROLE}:
            return
        case PrincipalType.SERVICE, name:
            yield Suspect(Outsider.SERVICE, name, Service(name), (*NETWORK, *OF_SERVICE), tags=False)
        case PrincipalType.AWS, value:
            found = _named(organization, function, value)
            if found is not None:
                yield found
        case _:
            return


def strangers(organization: Organization, function: FunctionArn) -> Iterator[Suspect]:
    """Everybody: a principal of an account nobody here knows, and a service."""
    somebody = Root(stranger(organization), function.partition)
    unknown = (*NETWORK, *SESSION, *_OF_ANYBODY, *_OF_ORGANIZATION, "aws:PrincipalAccount")
    yield Suspect(Outsider.EVERY_PRINCIPAL, "", somebody, unknown)
    service = Service("service.amazonaws.com")
    yield Suspect(Outsider.EVERY_SERVICE, "", service, (*NETWORK, *OF_SERVICE, *_NAMES_OF_SERVICE), tags=False)


def whole_account(value: str) -> str | None:
    """The account an AWS principal stands for: twelve digits, or the ARN of its root; `None` for any other."""
    account = value.split(":")[4] if _ROOT.fullmatch(value) else value
    return account if is_account_id(account) else None


def stranger(organization: Organization) -> str:
    """The id of an account that nobody here knows."""
    known = {account.id for account in organization.accounts}
    return next(number for number in (f"{n:012}" for n in range(len(known) + 1)) if number not in known)


def _named(organization: Organization, function: FunctionArn, value: str) -> Suspect | None:
    account = whole_account(value)
    if account is not None:
        unknown = (*NETWORK, *SESSION, *_OF_ANYBODY, *_of_organization(organization, account))
        whole = Suspect(Outsider.ACCOUNT, account, Root(account, function.partition), unknown)
        return None if account == function.account else whole
    try:
        if organization.knows(organization.principal(value)):
            return None
    except InvalidName:
        pass
    kind, principal = _caller(organization, function, value)
    if principal is None or kind is None or _has_id(organization, value.partition(":")[0]):
        return None
    unknown = (*NETWORK, *SESSION, *_of_organization(organization, principal.account or ""))
    return Suspect(kind, value, principal, unknown)


def _caller(
    organization: Organization, function: FunctionArn, value: str
) -> tuple[Outsider | None, User | RoleSession | FederatedUser | None]:
    front = f"arn:{function.partition}:iam::{stranger(organization)}"
    parts = value.split(":", 5)
    own = f"arn:{parts[1]}:iam::{parts[4]}" if len(parts) > 5 else ""
    kind, _, name = (parts[5] if len(parts) > 5 else "").partition("/")
    try:
        match kind:
            case "user":
                return Outsider.USER, User(value)
            case "role":
                return Outsider.ROLE, RoleSession(value)
            case "assumed-role":
                role, _, session = name.partition("/")
                return Outsider.SESSION, RoleSession(f"{own}:role/{role}", session)
            case "federated-user":
                return Outsider.FEDERATED_USER, FederatedUser(value, f"{own}:user/{name}")
            case _ if value.startswith("AIDA"):
                return Outsider.ID, User(f"{front}:user/unknown", value)
            case _ if value.startswith("AROA"):
                role_id, _, session = value.partition(":")
                return Outsider.ID, RoleSession(f"{front}:role/unknown", session or None, role_id)
            case _:
                return None, None
    except InvalidName:
        return None, None


def _has_id(organization: Organization, unique_id: str) -> bool:
    known = {user.unique_id for user in organization.users} | {role.role_id for role in organization.roles}
    return unique_id in known


def _of_organization(organization: Organization, account: str) -> tuple[str, ...]:
    return () if any(known.id == account for known in organization.accounts) else _OF_ORGANIZATION
