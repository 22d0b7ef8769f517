"""From the options of `lampolicy explain` to a request and its policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from lampolicy.check import resource_arn
from lampolicy.cli._policy_files import read_policies, read_policy
from lampolicy.cli._world import read_world
from lampolicy.organization import Organization, Policies, kind_of
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import UNKNOWN, ContextValue, FederatedUser, Principal, Request, RoleSession

RESOURCE_KINDS = (
    PolicyKind.FUNCTION,
    PolicyKind.LAYER,
    PolicyKind.BUCKET,
    PolicyKind.QUEUE,
    PolicyKind.TOPIC,
    PolicyKind.SECRET,
    PolicyKind.KEY,
    PolicyKind.TRUST,
    PolicyKind.RESOURCE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options as they came."""

    principal: str
    principal_role: str | None
    issuer: str | None
    action: str
    resource: str
    resource_account: str | None
    context: tuple[str, ...]
    unknown: tuple[str, ...]
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The policy files as they came."""

    world: Path | None
    identity: tuple[Path, ...]
    boundary: tuple[Path, ...]
    session: tuple[Path, ...]
    resource_policy: Path | None
    kind: str | None
    scp: tuple[Path, ...]
    rcp: tuple[Path, ...]
    endpoint: tuple[Path, ...]


def question(asked: Asked, files: Files) -> tuple[Request, Policies]:
    """Build the request and gather its policies.

    Raises:
        LampolicyError: A name cannot be read, or the organization contradicts the request.
        click.ClickException: An option or a file is not what it should be.
    """
    organization = _organization(files)
    principal = _principal(asked, organization)
    resource = resource_arn(organization, asked.resource)
    account = asked.resource_account or organization.owner_of(resource)
    request = Request(principal, asked.action, resource, _context(asked), resource_account=account, via=asked.via)
    session = read_policies(files.session, PolicyKind.SESSION)
    endpoint = read_policies(files.endpoint, PolicyKind.ENDPOINT)
    if files.world is None:
        return request, _in_hand(request, files)
    if not organization.knows(principal):
        click.echo(f"lampolicy: no policy of `{principal.caller_arn}` was found", err=True)
    policies = organization.policies_for(
        principal, resource, action=asked.action, resource_account=account, session=session, endpoint=endpoint
    )
    return request, policies


def _organization(files: Files) -> Organization:
    if files.world is None:
        return Organization()
    in_the_way = {
        "--identity": files.identity,
        "--boundary": files.boundary,
        "--resource-policy": files.resource_policy,
        "--kind": files.kind,
        "--scp": files.scp,
        "--rcp": files.rcp,
    }
    wrong = [option for option, value in in_the_way.items() if value]
    if wrong:
        raise click.UsageError(f"{', '.join(wrong)} cannot stand beside --world, which tells all policies")
    return read_world(files.world)


def _principal(asked: Asked, organization: Organization) -> Principal:
    text = asked.principal
    if asked.principal_role is not None:
        name = text.rsplit("/", 1)[-1] if ":assumed-role/" in text else text
        return organization.enrich(RoleSession(asked.principal_role, name))
    if asked.issuer is not None:
        return organization.enrich(FederatedUser(text, asked.issuer))
    return organization.principal(text)


def _context(asked: Asked) -> dict[str, ContextValue]:
    return given_context(asked.context) | dict.fromkeys(asked.unknown, UNKNOWN)


def given_context(pairs: Sequence[str]) -> dict[str, ContextValue]:
    """Read condition keys given as `KEY=VALUE`; several of one key make a list."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise click.BadParameter(f"`{pair}` needs a key and a value: --context aws:SourceIp=203.0.113.7")
        found.setdefault(key, []).append(value)
    return {k: v[0] if len(v) == 1 else tuple(v) for k, v in found.items()}


def _in_hand(request: Request, files: Files) -> Policies:
    kind = PolicyKind(files.kind) if files.kind else kind_of(request.resource, request.action)
    return Policies(
        identity=read_policies(files.identity, PolicyKind.IDENTITY),
        boundary=read_policies(files.boundary, PolicyKind.BOUNDARY) or None,
        session=read_policies(files.session, PolicyKind.SESSION) or None,
        resource=read_policy(files.resource_policy, kind) if files.resource_policy else None,
        resource_kind=kind,
        service_control=_levels(files.scp, PolicyKind.SERVICE_CONTROL),
        resource_control=_levels(files.rcp, PolicyKind.RESOURCE_CONTROL),
        endpoint=read_policies(files.endpoint, PolicyKind.ENDPOINT) or None,
    )


def _levels(paths: Sequence[Path], kind: PolicyKind) -> list[list[Policy]]:
    return [[policy] for policy in read_policies(paths, kind)]
