"""What `aws organizations` writes: the tree, its accounts, and the SCPs and RCPs on each node."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from lampolicy.diagnostic import Severity
from lampolicy.names import is_account_id
from lampolicy.organization import FULL_AWS_ACCESS, Unread
from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import ControlDraft, Draft, Input, NodeDraft
from lampolicy.readers._iam import no_owner
from lampolicy.readers._node import Node
from lampolicy.readers._owners import account_in_name, control_path, named, told_on

_ARN: Final = re.compile(r"arn:[a-z-]+:organizations::([0-9]{12}):[a-z_]+/(o-[a-z0-9]{10,32})(/.*)?", re.ASCII)
_KINDS: Final = {
    "SERVICE_CONTROL_POLICY": PolicyKind.SERVICE_CONTROL,
    "RESOURCE_CONTROL_POLICY": PolicyKind.RESOURCE_CONTROL,
}
_FULL_SCP: Final = "p-FullAWSAccess"
_FULL_RCP: Final = "p-RCPFullAWSAccess"


def read_organization(source: Input, draft: Draft) -> None:
    """Read `describe-organization`."""
    node = source.root.object("Organization")
    if node is None:
        return
    _set_id(source, draft, node.text("Id"), node.text("MasterAccountId") or node.text("ManagementAccountId"), node)


def _set_id(source: Input, draft: Draft, id_: str | None, management: str | None, node: Node) -> None:
    if (draft.id and id_ and draft.id != id_) or (
        draft.management_account and management and draft.management_account != management
    ):
        draft.contradiction(source, "the organization's id or management account", node.at)
    draft.id = draft.id or id_
    draft.management_account = draft.management_account or management


def _learn(source: Input, draft: Draft, node: Node) -> None:
    """Learn the organization's id and management account from the ARN of anything in it."""
    found = _ARN.fullmatch(node.text("Arn") or "")
    if found is not None:
        _set_id(source, draft, found.group(2), found.group(1), node)


def unit(draft: Draft, id_: str, name: str = "", parent: str | None = None) -> NodeDraft:
    """The draft of the root or of an organizational unit."""
    found = draft.units.setdefault(id_, NodeDraft(id_))
    found.name = found.name or name
    found.parent = found.parent or parent
    return found


def read_roots(source: Input, draft: Draft) -> None:
    """Read `list-roots`."""
    for node in source.root.items("Roots"):
        _learn(source, draft, node)
        if (id_ := node.text("Id")) is not None:
            unit(draft, id_, node.text("Name") or "Root")


def read_units(key: str, source: Input, draft: Draft) -> None:
    """Read `list-organizational-units-for-parent`, whose parent the file's path names, or `describe-...-unit`."""
    for node in source.root.items(key):
        _learn(source, draft, node)
        if (id_ := node.text("Id")) is not None:
            unit(draft, id_, node.text("Name") or "")
    draft.wait(5, partial(_units_later, key, source, draft))


def _units_later(key: str, source: Input, draft: Draft) -> None:
    ids = [id_ for node in source.root.items(key) if (id_ := node.text("Id")) is not None]
    parent = _node_named(source, draft, without=ids)
    for id_ in ids:
        found = unit(draft, id_)
        if parent is not None:
            found.parent = found.parent or parent
        elif key == "OrganizationalUnits" and len(_roots(draft)) == 1:
            found.parent = found.parent or _roots(draft)[0]


def _roots(draft: Draft) -> list[str]:
    return [id_ for id_ in draft.units if id_.startswith("r-") or id_.lower() == "root"]


def read_accounts(key: str, source: Input, draft: Draft) -> None:
    """Read `list-accounts`, `describe-account`, and `list-accounts-for-parent`, whose parent the file's path names."""
    for node in source.root.items(key):
        _learn(source, draft, node)
        id_ = node.text("Id")
        if id_ is not None and is_account_id(id_):
            account = draft.account(id_)
            account.name = account.name or node.text("Name") or ""
            account.member = True
    draft.wait(6, partial(_accounts_later, key, source, draft))


def _accounts_later(key: str, source: Input, draft: Draft) -> None:
    parent = _node_named(source, draft, accounts=False)
    for node in source.root.items(key) if parent is not None else ():
        account = draft.accounts.get(node.text("Id") or "")
        if account is not None:
            account.parent = account.parent or parent


def read_parents(source: Input, draft: Draft) -> None:
    """Read `list-parents`, whose child the file's path names."""
    draft.wait(7, partial(_parents_later, source, draft))


def _parents_later(source: Input, draft: Draft) -> None:
    parents = [id_ for node in source.root.items("Parents") if (id_ := node.text("Id")) is not None]
    child = _node_named(source, draft)
    if child is None or len(parents) != 1:
        no_owner(source, draft, "whose parent this is", "name the file after the account or unit")
        return
    unit(draft, parents[0])
    node = draft.accounts.get(child) or unit(draft, child)
    node.parent = node.parent or parents[0]


def _node_named(source: Input, draft: Draft, *, accounts: bool = True, without: Sequence[str] = ()) -> str | None:
    """The id of the account or unit that the manifest or the file's path names, by id or by name."""
    names = {name: id_ for id_, u in draft.units.items() if id_ not in without for name in (id_, u.name) if name}
    if accounts:
        names |= {name: id_ for id_, a in draft.accounts.items() for name in (id_, a.name) if name}
    told = told_on(draft, source)
    if told:
        return names.get(told[0], told[0])
    name = named(source, names)
    return None if name is None else names[name]


def read_control(source: Input, draft: Draft) -> None:
    """Read `describe-policy` of an SCP or RCP: `PolicySummary` and `Content`."""
    policy = source.root.object("Policy")
    summary = policy.object("PolicySummary") if policy is not None else None
    content = policy.child("Content") if policy is not None else None
    if summary is None or content is None:
        return
    _learn(source, draft, summary)
    control = _summary(draft, summary)
    if control is None:
        return
    if not summary.flag("AwsManaged"):
        prefix = "rcp" if control.kind is PolicyKind.RESOURCE_CONTROL else "scp"
        control.policy = draft.policy(source, content, control.kind, f"{prefix}/{control.name}")
    draft.wait(50, partial(_attach_by_path, source, draft, control))


def _summary(draft: Draft, summary: Node) -> ControlDraft | None:
    id_ = summary.text("Id")
    kind = _KINDS.get(summary.text("Type") or "")
    if id_ is None or kind is None:
        return None
    control = draft.controls.setdefault(id_, ControlDraft(id_, summary.text("Name") or id_, kind))
    if id_ == _FULL_SCP:
        control.policy = FULL_AWS_ACCESS
    return control


def _attach_by_path(source: Input, draft: Draft, control: ControlDraft) -> None:
    for target in _targets(source, draft):
        control.targets[target] = None


def read_policies_of_target(source: Input, draft: Draft) -> None:
    """Read `list-policies-for-target`, whose target the file's path names; or `list-policies`, which names none."""
    controls = [c for node in source.root.items("Policies") if (c := _summary(draft, node)) is not None]
    draft.wait(8, partial(_target_later, source, draft, controls))


def _target_later(source: Input, draft: Draft, controls: list[ControlDraft]) -> None:
    target = _node_named(source, draft)
    if target is None:
        if "target" in source.file.stem.lower():
            help_ = "name the file after the account or unit, as in `policies-for-target-ou-ab12-cdef3456.json`"
            no_owner(source, draft, "what these policies are attached to", help_, severity=Severity.ERROR)
        return
    for control in controls:
        control.targets[target] = None


def read_targets(source: Input, draft: Draft) -> None:
    """Read `list-targets-for-policy`, whose policy the file's path names."""
    draft.wait(60, partial(_targets_later, source, draft))


def _targets_later(source: Input, draft: Draft) -> None:
    names = {name: c for c in draft.controls.values() for name in (c.id, c.name)}
    name = (told_on(draft, source) or (named(source, names),))[0]
    control = names.get(name or "")
    if control is None:
        help_ = "name the file after the policy"
        no_owner(source, draft, "which policy has these targets", help_, severity=Severity.ERROR)
        return
    for node in source.root.items("Targets"):
        if (target := node.text("TargetId")) is not None:
            control.targets[target] = None


def plain_control(source: Input, draft: Draft, kind: PolicyKind, node: Node, shown: str | None) -> None:
    """Read a plain SCP or RCP, which hangs on what the manifest or its folder below `scps` or `rcps` names."""
    stem = source.file.stem
    control = ControlDraft(source.file.name, stem, kind)
    control.policy = draft.policy(source, node, kind, f"{kind}/{stem}", shown=shown)
    draft.controls[control.id] = control
    _attach_by_path(source, draft, control)
    if not control.targets:
        help_ = "put the file into a folder such as `scps/root` or `scps/account-ID`"
        no_owner(source, draft, "what this policy is attached to", help_)


def _targets(source: Input, draft: Draft) -> tuple[str, ...]:
    told = told_on(draft, source)
    if told:
        return tuple(node_id(draft, name) for name in told)
    found = control_path(source.file)
    if found is None or not found[1]:
        return ()
    return (_down(draft, found[1]),)


def _down(draft: Draft, path: tuple[str, ...]) -> str:
    """Walk a path of folders such as `root/Workloads/account-111122223333`, and learn the tree from it."""
    parent: str | None = None
    if path[0].lower() != "root" and not path[0].startswith("r-"):
        parent = next(iter(_roots(draft)), None)
    for name in path:
        id_ = node_id(draft, name)
        node = draft.accounts.get(id_) or unit(draft, id_)
        node.member = True
        if parent is not None and (len(path) > 1 or not is_account_id(id_)):
            node.parent = node.parent or parent
        parent = id_
    return parent or ""


def node_id(draft: Draft, name: str) -> str:
    """The id of an account or unit by its id, its name or a folder's name; a name not known yet is its own id."""
    if name.lower() == "root":
        return next(iter(_roots(draft)), "root")
    account = account_in_name(name)
    if account is not None:
        return draft.account(account).id
    for id_, node in (*draft.units.items(), *draft.accounts.items()):
        if name in {id_, node.name}:
            return id_
    return unit(draft, name, name).id


def attach_controls(draft: Draft) -> None:
    """Hang every SCP and RCP on its targets; a policy that was not read makes its targets undecidable."""
    for control in draft.controls.values():
        for target in control.targets:
            _attach(draft, control, target)


def _attach(draft: Draft, control: ControlDraft, target: str) -> None:
    node = draft.account(target) if is_account_id(target) else unit(draft, target)
    node.member = True
    if control.policy is None:
        if control.id != _FULL_RCP:
            draft.unread[Unread(target, control.kind, control.name)] = None
    elif control.kind is PolicyKind.SERVICE_CONTROL:
        node.service_control = {**(node.service_control or {}), control.id: control.policy}
    else:
        node.resource_control[control.id] = control.policy
