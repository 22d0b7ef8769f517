"""From everything understood to the organization."""

from __future__ import annotations

from lampolicy.diagnostic import Code, Diagnostic
from lampolicy.organization import (
    Account,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Organization,
    Resource,
    Unit,
)
from lampolicy.policy import Policy
from lampolicy.readers._draft import Draft, EntityDraft, FunctionDraft, NodeDraft
from lampolicy.readers._loaded import FileDiagnostic
from lampolicy.readers._manifest import Manifest
from lampolicy.readers._organizations import attach_controls, unit


def apply_manifest(draft: Draft, manifest: Manifest) -> None:
    """Take over what a manifest tells of the organization."""
    draft.id = draft.id or manifest.id
    draft.management_account = draft.management_account or manifest.management_account
    ids = {entry.name: entry.id for entry in manifest.units}
    for entry in manifest.units:
        unit(draft, entry.id, entry.name, ids.get(entry.parent or "", entry.parent))
    for entry in manifest.accounts:
        account = draft.account(entry.id)
        account.name = account.name or entry.name
        account.parent = account.parent or ids.get(entry.parent or "", entry.parent)
        account.member = entry.member


def assemble(draft: Draft) -> Organization:
    """Build the organization; a draft holds nothing that would be refused."""
    attach_controls(draft)
    _cut_circles(draft)
    _place(draft)
    return Organization(
        id=draft.id,
        management_account=draft.management_account,
        units=tuple(_unit(node) for node in draft.units.values()),
        accounts=tuple(_account(node) for node in draft.accounts.values()),
        managed=tuple(ManagedPolicy(arn, policy) for arn, policy in draft.managed.items()),
        users=tuple(_user(entity) for entity in draft.users.values()),
        groups=tuple(_group(entity) for entity in draft.groups.values()),
        roles=tuple(_role(entity) for entity in draft.roles.values()),
        functions=tuple(_function(function) for function in draft.functions.values()),
        resources=tuple(
            Resource(r.arn, r.account, r.kind, r.policy, r.tags, r.key)
            for r in draft.resources.values()
            if r.account is not None
        ),
        unread=tuple(draft.unread),
        event_sources=tuple(draft.event_sources.values()),
    )


def _cut_circles(draft: Draft) -> None:
    """Cut units loose that are told to be above themselves, and say so."""
    for node in draft.units.values():
        above, seen = node.parent, {node.id}
        while above is not None and above not in seen and above in draft.units:
            seen.add(above)
            above = draft.units[above].parent
        if above == node.id:
            node.parent = None
            message = f"the organizational unit `{node.id}` is told to be above itself"
            said = Diagnostic(Code.CONTRADICTION, message, help="check what the files say about parents")
            draft.said.append(FileDiagnostic(".", said))


def _place(draft: Draft) -> None:
    """Decide who is a member, and put members whose place is not told directly below the only root."""
    roots = [node.id for node in draft.units.values() if node.parent is None]
    for node in draft.accounts.values():
        node.member = node.member or node.parent is not None or node.id == draft.management_account
        node.member = node.member or (draft.id is None and not draft.units)
        if node.member and node.parent is None and len(roots) == 1:
            node.parent = roots[0]


def _unit(node: NodeDraft) -> Unit:
    return Unit(node.id, node.name, node.parent, _service_control(node), tuple(node.resource_control.values()))


def _account(node: NodeDraft) -> Account:
    controls = tuple(node.resource_control.values())
    return Account(node.id, node.name, node.parent, node.member, _service_control(node), controls)


def _service_control(node: NodeDraft) -> tuple[Policy, ...] | None:
    return None if node.service_control is None else tuple(node.service_control.values())


def _user(entity: EntityDraft) -> IamUser:
    return IamUser(
        entity.arn,
        entity.unique_id,
        tuple(entity.inline.values()),
        tuple(entity.attached),
        tuple(entity.groups),
        entity.boundary,
        entity.tags,
    )


def _group(entity: EntityDraft) -> IamGroup:
    return IamGroup(entity.arn, tuple(entity.inline.values()), tuple(entity.attached))


def _role(entity: EntityDraft) -> IamRole:
    return IamRole(
        entity.arn,
        entity.unique_id,
        entity.trust,
        tuple(entity.inline.values()),
        tuple(entity.attached),
        entity.boundary,
        entity.tags,
    )


def _function(function: FunctionDraft) -> Function:
    return Function(
        function.arn,
        function.role,
        tuple(function.policies.items()),
        tuple(function.urls.values()),
        tuple(function.versions),
        tuple(function.aliases.items()),
        function.tags,
        function.layers,
        function.configuration,
        tuple(function.destinations.values()),
    )
