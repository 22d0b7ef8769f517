"""What `aws iam` writes: users, groups, roles and their policies."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import UNLIMITED, PolicyKind
from lampolicy.readers._draft import Draft, EntityDraft, Input
from lampolicy.readers._node import Node
from lampolicy.readers._owners import account_of, named, told_on

_WORDS: Final = {"user": "UserPolicyList", "group": "GroupPolicyList", "role": "RolePolicyList"}
_ENTITY: Final = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(user|group|role)/[^:\s]+", re.ASCII)
_POLICY: Final = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[^:\s]+", re.ASCII)


def read_details(source: Input, draft: Draft) -> None:
    """Read a page of `get-account-authorization-details`; its pages may be several files."""
    root = source.root
    for key in ("UserDetailList", "GroupDetailList", "RoleDetailList"):
        for node in root.items(key):
            read_entity(source, node, draft)
    for node in root.items("Policies"):
        _managed(source, node, draft)
    draft.truncated.setdefault(source.file.name, []).append(root.flag("IsTruncated"))


def read_listed(key: str, source: Input, draft: Draft) -> None:
    """Read `{"Role": ...}`, `{"Roles": [...]}` and their kin."""
    for node in source.root.items(key):
        read_entity(source, node, draft)


def read_entity(source: Input, node: Node, draft: Draft) -> None:
    """Read one user, group or role, as any command writes it."""
    arn = node.text("Arn")
    written = _ENTITY.fullmatch(arn or "")
    if arn is None or written is None:
        _shape(source, node, draft, "an entry without the `Arn` of a user, group or role")
        return
    kind = written.group(1)
    entity = draft.entity(source, arn)
    _identity_of(source, node, draft, entity, kind)
    _boundary(source, node, draft, entity)
    _trust(source, node, draft, entity)
    for item in node.items(_WORDS[kind]):
        inline(source, item, draft, entity, kind)
    for item in node.items("AttachedManagedPolicies"):
        attach(item, draft, entity)
    for name in node.texts("GroupList"):
        draft.wait(10, partial(_join, draft, entity, name))


def _identity_of(source: Input, node: Node, draft: Draft, entity: EntityDraft, kind: str) -> None:
    unique_id = node.text(f"{kind.capitalize()}Id")
    if entity.unique_id and unique_id and entity.unique_id != unique_id:
        draft.contradiction(source, f"the unique id of `{entity.arn}`", node.at)
    entity.unique_id = entity.unique_id or unique_id
    tags = node.tags()
    if entity.tags and tags and sorted(entity.tags) != sorted(tags):
        draft.contradiction(source, f"the tags of `{entity.arn}`", node.at)
    entity.tags = entity.tags or tags


def _boundary(source: Input, node: Node, draft: Draft, entity: EntityDraft) -> None:
    boundary = node.object("PermissionsBoundary")
    arn = boundary.text("PermissionsBoundaryArn") if boundary is not None else None
    if arn is None:
        return
    if entity.boundary not in {None, arn}:
        draft.contradiction(source, f"the permissions boundary of `{entity.arn}`", node.at)
    entity.boundary = arn
    remember(draft, arn)


def _trust(source: Input, node: Node, draft: Draft, entity: EntityDraft) -> None:
    document = node.child("AssumeRolePolicyDocument")
    if document is not None:
        set_trust(source, document, draft, entity)


def set_trust(source: Input, document: Node, draft: Draft, entity: EntityDraft, shown: str | None = None) -> None:
    """Read a role's trust policy."""
    trust = draft.policy(source, document, PolicyKind.TRUST, f"role/{entity.name}:trust", entity.arn, shown=shown)
    if entity.trust is not None and trust is not None and entity.trust != trust:
        draft.contradiction(source, f"the trust policy of `{entity.arn}`", document.at)
    entity.trust = entity.trust or trust


def inline(source: Input, node: Node, draft: Draft, entity: EntityDraft, kind: str) -> None:
    """Read an inline policy: `PolicyName` and `PolicyDocument`."""
    document = node.child("PolicyDocument")
    name = node.text("PolicyName")
    if document is None or name is None:
        _shape(source, node, draft, "an inline policy without `PolicyName` or `PolicyDocument`")
        return
    set_inline(source, document, draft, entity, f"{kind}/{entity.name}/inline:{name}")


def set_inline(
    source: Input, document: Node, draft: Draft, entity: EntityDraft, name: str, shown: str | None = None
) -> None:
    """Read the document of an inline policy."""
    policy = draft.policy(source, document, PolicyKind.IDENTITY, name, entity.arn, shown=shown)
    if policy is None:
        return
    if entity.inline.setdefault(name, policy) != policy:
        draft.contradiction(source, f"`{name}`", document.at)


def attach(node: Node, draft: Draft, entity: EntityDraft) -> None:
    """Read one attached managed policy: `PolicyArn`."""
    arn = node.text("PolicyArn")
    if arn is not None:
        entity.attached[arn] = None
        remember(draft, arn)


def remember(draft: Draft, arn: str) -> str | None:
    """Remember that a managed policy exists, so that its document is found by name; gives its account."""
    written = _POLICY.fullmatch(arn)
    if written is None:
        return None
    draft.known_policies[arn] = None
    return written.group(1)


def _join(draft: Draft, entity: EntityDraft, name: str) -> None:
    arns = [group.arn for group in draft.groups.values() if group.name == name and group.account == entity.account]
    entity.groups[arns[0] if arns else f"arn:aws:iam::{entity.account}:group/{name}"] = None


def _managed(source: Input, node: Node, draft: Draft) -> None:
    arn = node.text("Arn")
    if arn is None:
        _shape(source, node, draft, "a managed policy without `Arn`")
        return
    know_policy(source, node, draft)
    default = node.text("DefaultVersionId")
    for version in node.items("PolicyVersionList"):
        is_default = version.flag("IsDefaultVersion") or version.text("VersionId") == default
        document = version.child("Document")
        if document is not None:
            set_managed(source, document, draft, arn, version.text("VersionId"), default=is_default)


def know_policy(source: Input, node: Node, draft: Draft) -> None:
    """Remember that a managed policy exists: `get-policy`, `list-policies`."""
    account = remember(draft, node.text("Arn") or "")
    if account is None:
        _shape(source, node, draft, "a managed policy without `Arn`")
    elif account != "aws":
        draft.meet(source, account)


def set_managed(
    source: Input,
    document: Node,
    draft: Draft,
    arn: str,
    version: str | None = None,
    *,
    default: bool = True,
    shown: str | None = None,
) -> None:
    """Read one version of a managed policy; only the default version counts (semantics E23)."""
    name = f"policy/{arn.rsplit('/', 1)[-1]}"
    if not default and version is not None:
        name = f"{name} ({version}, not in force)"
    quota = UNLIMITED if _is_of_aws(arn) else None
    policy = draft.policy(source, document, PolicyKind.IDENTITY, name, shown=shown, quota=quota)
    if policy is None or not default:
        return
    if draft.managed.setdefault(arn, policy) != policy:
        draft.contradiction(source, f"the default version of `{arn}`", document.at)


def _is_of_aws(arn: str) -> bool:
    """AWS's own managed policies, which may be longer than a customer's."""
    return arn.split(":")[4:5] == ["aws"]


def read_inline(kind: str, source: Input, draft: Draft) -> None:
    """Read `get-role-policy` and its kin, which name the role but not its account."""
    draft.wait(20, partial(_inline_later, kind, source, draft))


def _inline_later(kind: str, source: Input, draft: Draft) -> None:
    name = source.root.text(f"{kind.capitalize()}Name") or ""
    entity = find_entity(source, draft, kind, name)
    if entity is not None:
        inline(source, source.root, draft, entity, kind)
        return
    document = source.root.child("PolicyDocument")
    if document is not None:
        draft.policy(source, document, PolicyKind.IDENTITY, f"{kind}/{name}/inline:{source.root.text('PolicyName')}")
    no_owner(source, draft, f"the account of the {kind} `{name}`", "put the file into a folder `account-ID`")


def find_entity(source: Input, draft: Draft, kind: str, name: str) -> EntityDraft | None:
    """The user, group or role of a name in the file's account; made if only the account is known."""
    table = {"user": draft.users, "group": draft.groups}.get(kind, draft.roles)
    account = account_of(draft, source)
    found = [e for e in table.values() if e.name == name and account in {None, e.account}]
    if len(found) == 1:
        return found[0]
    if account is None or found:
        return None
    return draft.entity(source, f"arn:aws:iam::{account}:{kind}/{name}")


def read_version(source: Input, draft: Draft) -> None:
    """Read `get-policy-version`, which does not say of which policy."""
    draft.wait(30, partial(_version_later, source, draft))


def _version_later(source: Input, draft: Draft) -> None:
    version = source.root.object("PolicyVersion")
    document = version.child("Document") if version is not None else None
    if version is None or document is None:
        _shape(source, source.root, draft, "`PolicyVersion` without `Document`")
        return
    arn = policy_arn(source, draft)
    default = version.flag("IsDefaultVersion") or version.child("IsDefaultVersion") is None
    if arn is not None:
        set_managed(source, document, draft, arn, version.text("VersionId"), default=default)
        return
    draft.policy(source, document, PolicyKind.IDENTITY, f"policy/{source.file.stem}")
    no_owner(source, draft, "the account of the policy", "put the file into a folder `account-ID`")


def policy_arn(source: Input, draft: Draft) -> str | None:
    """The ARN of the managed policy a file holds: from the manifest, else from the names of the file and its folders.

    A policy that is attached somewhere, or was listed, is found by name with its path; else the file's name is it.
    """
    for told in told_on(draft, source):
        if told.startswith("arn:"):
            return told
    account = account_of(draft, source)
    known = [arn for arn in draft.known_policies if account is None or arn.split(":")[4] in {account, "aws"}]
    names = {arn.rsplit("/", 1)[-1]: arn for arn in known}
    name = named(source, names)
    if name is not None:
        return names[name]
    return None if account is None else f"arn:aws:iam::{account}:policy/{source.file.stem}"


def read_attached(source: Input, draft: Draft) -> None:
    """Read `list-attached-role-policies` and its kin, which do not say of which role."""
    for node in source.root.items("AttachedPolicies"):
        remember(draft, node.text("PolicyArn") or "")
    draft.wait(20, partial(_attached_later, source, draft))


def _attached_later(source: Input, draft: Draft) -> None:
    entity = entity_named(source, draft)
    if entity is None:
        help_ = "name the file after the role, user or group, as in `thumbnails.attached.json`"
        no_owner(source, draft, "whom these policies are attached to", help_, severity=Severity.ERROR)
        return
    for node in source.root.items("AttachedPolicies"):
        attach(node, draft, entity)


def read_groups_of_user(source: Input, draft: Draft) -> None:
    """Read `list-groups-for-user`, which does not name the user, or `list-groups`."""
    read_listed("Groups", source, draft)
    draft.wait(20, partial(_groups_later, source, draft))


def _groups_later(source: Input, draft: Draft) -> None:
    user = named(source, [user.name for user in draft.users.values()])
    entity = None if user is None else find_entity(source, draft, "user", user)
    for node in source.root.items("Groups") if entity is not None else ():
        arn = node.text("Arn")
        if entity is not None and arn is not None:
            entity.groups[arn] = None


def read_group(source: Input, draft: Draft) -> None:
    """Read `get-group`: a group with its users."""
    read_listed("Group", source, draft)
    read_listed("Users", source, draft)
    group = source.root.object("Group")
    arn = group.text("Arn") if group is not None else None
    for node in source.root.items("Users"):
        user = node.text("Arn")
        if arn is not None and user in draft.users:
            draft.users[user].groups[arn] = None


def entity_named(source: Input, draft: Draft) -> EntityDraft | None:
    """The user, group or role that the manifest or the file's path names, in the file's account."""
    account = account_of(draft, source)
    entities = [*draft.roles.values(), *draft.users.values(), *draft.groups.values()]
    entities = [entity for entity in entities if account in {None, entity.account}]
    told = told_on(draft, source)
    if told:
        return next((entity for entity in entities if entity.arn in told or entity.name in told), None)
    name = named(source, [entity.name for entity in entities])
    found = [entity for entity in entities if entity.name == name]
    return found[0] if len(found) == 1 else None


def no_owner(source: Input, draft: Draft, what: str, help_: str, *, severity: Severity = Severity.WARNING) -> None:
    """Say that nothing tells whom a document belongs to."""
    message = f"nothing tells {what}, so the file takes part in no decision"
    draft.say(source, Code.NO_OWNER, message, help_=f"{help_}, or tell it in `organization.toml`", severity=severity)


def _shape(source: Input, node: Node, draft: Draft, what: str) -> None:
    draft.say(source, Code.BAD_SHAPE, what, node.at, help_="export it again with the AWS CLI")
