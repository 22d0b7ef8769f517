"""Plain policy documents: of which kind they are, and what they hang on, by their words and their path."""

from __future__ import annotations

from functools import partial

from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import Draft, EntityDraft, Input
from lampolicy.readers._iam import entity_named, find_entity, no_owner, policy_arn, set_inline, set_managed, set_trust
from lampolicy.readers._node import Node
from lampolicy.readers._organizations import plain_control
from lampolicy.readers._owners import account_of, after_folder, control_path
from lampolicy.readers._resources import read_text_policy, resources_in, statements_in

_ENTITY_FOLDERS = {"role": ("role", "roles"), "user": ("user", "users"), "group": ("group", "groups")}


def read_document(source: Input, draft: Draft) -> None:
    """Read a plain policy document, once everything that names things was read."""
    draft.wait(40, partial(_document_later, source, draft))


def _document_later(source: Input, draft: Draft) -> None:
    kind = kind_of_document(source, draft)
    match kind:
        case PolicyKind.SERVICE_CONTROL | PolicyKind.RESOURCE_CONTROL:
            plain_control(source, draft, kind, source.root, source.text)
        case PolicyKind.TRUST:
            _trust(source, draft)
        case PolicyKind.IDENTITY:
            _identity(source, draft)
        case PolicyKind.BOUNDARY:
            _boundary(source, draft)
        case PolicyKind.SESSION | PolicyKind.ENDPOINT:
            draft.policy(source, source.root, kind, source.file.stem, shown=source.text)
        case _:
            read_text_policy(source, source.root, draft, shown=source.text)


def kind_of_document(source: Input, draft: Draft) -> PolicyKind:
    """Tell of which kind a plain document is: the manifest, then the folder, then principals, actions and names."""
    entry = draft.manifest(source).entry(source.file)
    if entry is not None and entry.kind is not None:
        return entry.kind
    controls = control_path(source.file)
    if controls is not None:
        return PolicyKind.RESOURCE_CONTROL if controls[0][0] == "r" else PolicyKind.SERVICE_CONTROL
    stem = source.file.stem.lower()
    if any(key in statement for statement in statements_in(source.root.value) for key in ("Principal", "NotPrincipal")):
        return _with_principal(source, stem)
    if "trust" in stem or "assume-role" in stem:
        return PolicyKind.TRUST
    return PolicyKind.BOUNDARY if "boundary" in stem and _entity_word(source) else PolicyKind.IDENTITY


def _with_principal(source: Input, stem: str) -> PolicyKind:
    value = source.root.value
    if "endpoint" in stem or "vpce" in stem:
        return PolicyKind.ENDPOINT
    if not any(True for _ in resources_in(value)) and _only_sts(source.root):
        return PolicyKind.TRUST
    return PolicyKind.RESOURCE


def _only_sts(root: Node) -> bool:
    actions = [statement.get("Action") for statement in statements_in(root.value)]
    texts = [text for action in actions for text in (action if isinstance(action, list) else [action])]
    return bool(texts) and all(isinstance(text, str) and text.lower().startswith("sts:") for text in texts)


def _entity_word(source: Input) -> tuple[str, str] | None:
    for kind, folders in _ENTITY_FOLDERS.items():
        name = after_folder(source.file, *folders)
        if name is not None:
            return kind, name
    return None


def _entity(source: Input, draft: Draft, *, kinds: tuple[str, ...] = ("role", "user", "group")) -> EntityDraft | None:
    """The user, group or role a plain document belongs to: named by its folder (`roles/NAME/`), or by its path."""
    word = _entity_word(source)
    if word is not None and word[0] in kinds:
        known = entity_named(source, draft)
        return known if known is not None else find_entity(source, draft, *word)
    return None


def _trust(source: Input, draft: Draft) -> None:
    role = _entity(source, draft, kinds=("role",)) or entity_named(source, draft)
    if role is not None and role.arn in draft.roles:
        set_trust(source, source.root, draft, role, source.text)
        return
    draft.policy(source, source.root, PolicyKind.TRUST, source.file.stem, shown=source.text)
    no_owner(source, draft, "which role this trust policy belongs to", "put it at `roles/NAME/trust.json`")


def _identity(source: Input, draft: Draft) -> None:
    entity = _entity(source, draft)
    if entity is not None:
        kind = entity.arn.split(":")[5].split("/")[0]
        name = f"{kind}/{entity.name}/inline:{source.file.stem}"
        set_inline(source, source.root, draft, entity, name, source.text)
        return
    arn = policy_arn(source, draft) if after_folder(source.file, "policies") is not None else None
    if arn is not None:
        set_managed(source, source.root, draft, arn, shown=source.text)
        return
    draft.policy(source, source.root, PolicyKind.IDENTITY, source.file.stem, shown=source.text)


def _boundary(source: Input, draft: Draft) -> None:
    entity = _entity(source, draft)
    if entity is None or account_of(draft, source) is None:
        draft.policy(source, source.root, PolicyKind.BOUNDARY, source.file.stem, shown=source.text)
        return
    arn = f"{entity.arn}/permissions-boundary"
    policy = draft.policy(
        source, source.root, PolicyKind.BOUNDARY, f"{entity.name}: boundary", entity.arn, shown=source.text
    )
    entity.boundary = arn
    if policy is not None:
        draft.managed[arn] = policy
