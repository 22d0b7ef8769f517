"""`AWS::IAM::*` of a template: users, groups, roles, and what is attached to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lampolicy.diagnostic import Pointer
from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import EntityDraft
from lampolicy.readers._iam import remember, set_inline, set_managed, set_trust
from lampolicy.readers._templates._stack import Item, Stack

_TYPES: Final = {"user": "AWS::IAM::User", "group": "AWS::IAM::Group", "role": "AWS::IAM::Role"}
_HOLDERS: Final = {"Roles": "role", "Users": "user", "Groups": "group"}


def read_entity(it: Item) -> None:
    """Read a role, user or group with its inline policies, attached policies and boundary."""
    arn = it.stack.arn(it.declared)
    if arn is None:
        return
    kind = it.declared.type.rpartition(":")[2].lower()
    entity = it.stack.draft.entity(it.stack.source, arn)
    _tags(it, entity)
    if kind == "role":
        _trust(it, entity)
    if it.cut("Policies"):
        it.stack.unread(arn, PolicyKind.IDENTITY, "an inline policy")
    for policy in it.items("Policies"):
        _inline(policy, entity, kind, policy.needed("PolicyName"))
    _attach(it, "ManagedPolicyArns", entity)
    _boundary(it, entity)


def _tags(it: Item, entity: EntityDraft) -> None:
    if it.hidden("Tags"):
        it.stack.unread(entity.arn, PolicyKind.IDENTITY, "a tag")
        return
    child = it.child("Tags")
    node = None if child is None else child.node()
    if node is not None:
        entity.tags = node.wrapped("Tags").tags()


def _trust(it: Item, entity: EntityDraft) -> None:
    name = f"role/{entity.name}:trust"
    document = it.document("AssumeRolePolicyDocument", entity.arn, PolicyKind.TRUST, name)
    if document is not None:
        set_trust(it.stack.source, document, it.stack.draft, entity)
    elif it.child("AssumeRolePolicyDocument") is None:
        it.stack.refuse(f"`{it.declared.id}` needs `AssumeRolePolicyDocument`", it.at)


def _inline(it: Item, entity: EntityDraft, kind: str, policy_name: str | None) -> None:
    name = f"{kind}/{entity.name}/inline:{policy_name or '?'}"
    document = it.document("PolicyDocument", entity.arn, PolicyKind.IDENTITY, name)
    if document is not None and policy_name is not None:
        set_inline(it.stack.source, document, it.stack.draft, entity, name)
        return
    if it.child("PolicyDocument") is None:
        it.stack.refuse("an inline policy needs `PolicyDocument`", it.at)
    it.stack.unread(entity.arn, PolicyKind.IDENTITY, name)


def _attach(it: Item, key: str, entity: EntityDraft) -> None:
    if it.hidden(key):
        it.stack.unread(entity.arn, PolicyKind.IDENTITY, "a managed policy")
    for arn in it.texts(key):
        entity.attached[arn] = None
        _managed(it, arn, (*it.at, key))


def _managed(it: Item, arn: str, at: Pointer) -> None:
    if remember(it.stack.draft, arn) is None:
        help_ = "give the ARN of a managed policy, as `arn:aws:iam::aws:policy/service-role/NAME`"
        it.stack.refuse(f"`{arn}` is not the ARN of a managed policy", at, help_)


def _boundary(it: Item, entity: EntityDraft) -> None:
    if it.hidden("PermissionsBoundary"):
        it.stack.unread(entity.arn, PolicyKind.BOUNDARY, "the permissions boundary")
        return
    arn = it.text("PermissionsBoundary")
    if arn is not None:
        entity.boundary = arn
        _managed(it, arn, (*it.at, "PermissionsBoundary"))


def read_groups_of_user(it: Item) -> None:
    """Read the groups of `AWS::IAM::User`, once all of them are known."""
    arn = it.stack.names.arn(it.declared, it.at)
    if not isinstance(arn, str):
        return
    user = it.stack.draft.entity(it.stack.source, arn)
    if it.hidden("Groups"):
        it.stack.unread(user.arn, PolicyKind.IDENTITY, "a group")
    for name in it.texts("Groups"):
        _member(it.stack, user, name)


def _member(stack: Stack, user: EntityDraft, group: str) -> None:
    known = _found(stack, "group", group)
    account = stack.deployment.account
    user.groups[known.arn if known else f"arn:{stack.deployment.partition}:iam::{account}:group/{group}"] = None


def read_members(it: Item) -> None:
    """Read `AWS::IAM::UserToGroupAddition`."""
    group = it.needed("GroupName")
    if it.hidden("Users", "GroupName"):
        it.stack.unread_anywhere(PolicyKind.IDENTITY, f"the group of {it.declared.id}", _TYPES["user"])
    for name in it.texts("Users"):
        user = _entity(it, "user", name)
        if group is not None:
            _member(it.stack, user, group)


def read_managed_policy(it: Item) -> None:
    """Read `AWS::IAM::ManagedPolicy`."""
    arn = it.stack.arn(it.declared)
    document = it.child("PolicyDocument")
    if document is None:
        it.stack.refuse(f"`{it.declared.id}` needs `PolicyDocument`", it.at)
    node = None if document is None else document.node()
    if arn is not None:
        remember(it.stack.draft, arn)
        it.stack.draft.meet(it.stack.source, it.stack.deployment.account)
        if node is not None:
            set_managed(it.stack.source, node, it.stack.draft, arn)


def attach_managed_policy(it: Item) -> None:
    """Read whom an `AWS::IAM::ManagedPolicy` is attached to."""
    arn = it.stack.names.arn(it.declared, it.at)

    def attach(holder: EntityDraft, _kind: str) -> None:
        if isinstance(arn, str):
            holder.attached[arn] = None
        else:
            it.stack.unread(holder.arn, PolicyKind.IDENTITY, it.declared.id)

    _to_holders(it, attach)


def read_inline_policy(it: Item) -> None:
    """Read `AWS::IAM::Policy`, which is inline in each of its roles, users and groups."""
    name = it.needed("PolicyName")
    _to_holders(it, lambda holder, kind: _inline(it, holder, kind, name))


def _to_holders(it: Item, attach: Callable[[EntityDraft, str], None]) -> None:
    for key, kind in _HOLDERS.items():
        if it.hidden(key):
            it.stack.unread_anywhere(PolicyKind.IDENTITY, it.declared.id, _TYPES[kind])
        for name in it.texts(key):
            attach(_entity(it, kind, name), kind)


def read_policy_of_one(it: Item) -> None:
    """Read `AWS::IAM::RolePolicy`, `UserPolicy` and `GroupPolicy`."""
    kind = it.declared.type.rpartition(":")[2].removesuffix("Policy").lower()
    holder, name = it.needed(f"{kind.capitalize()}Name"), it.needed("PolicyName")
    if holder is None:
        it.stack.unread_anywhere(PolicyKind.IDENTITY, it.declared.id, _TYPES[kind])
        return
    _inline(it, _entity(it, kind, holder), kind, name)


def _found(stack: Stack, kind: str, name: str) -> EntityDraft | None:
    draft = stack.draft
    table = {"user": draft.users, "group": draft.groups}.get(kind, draft.roles)
    here = stack.deployment.account
    return next((e for e in table.values() if e.name == name and e.account == here), None)


def _entity(it: Item, kind: str, name: str) -> EntityDraft:
    """The role, user or group of a name; of one that is not in the template, the other policies are not known."""
    stack = it.stack
    known = _found(stack, kind, name)
    if known is not None:
        return known
    entity = stack.draft.entity(
        stack.source, f"arn:{stack.deployment.partition}:iam::{stack.deployment.account}:{kind}/{name}"
    )
    stack.unread(entity.arn, PolicyKind.IDENTITY, "what else it has, which the template does not tell")
    message = f"the {kind} `{name}` is not in the template, so what else it has is not known: nothing of it is decided"
    stack.warn(message, it.at, f"add what `aws iam get-{kind}` and its policies print")
    return entity
