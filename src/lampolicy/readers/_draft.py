"""What was understood so far, while files are read in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Severity
from lampolicy.names import FunctionArn
from lampolicy.organization import Destinations, EventSourceMapping, FunctionConfiguration, FunctionUrl, Unread
from lampolicy.policy import Policy, PolicyKind, Quota
from lampolicy.readers._decode import decoded
from lampolicy.readers._files import SourceFile
from lampolicy.readers._loaded import Document, FileDiagnostic, FindPlace
from lampolicy.readers._manifest import Manifest
from lampolicy.readers._node import Node
from lampolicy.request import Tags

_NO_MANIFEST: Final = Manifest()


@dataclass(frozen=True, slots=True)
class Input:
    """One file with its value.

    Attributes:
        file: The file.
        text: Its text.
        root: Its value.
        find: Tells where a value, or its key, stands in the text, if the text is not JSON or values stand elsewhere
            than they were written.
        generated: Tells whether the value at a place was written by a transform rather than by a person, who could
            mend it.
    """

    file: SourceFile
    text: str
    root: Node
    find: FindPlace | None = None
    generated: Callable[[Pointer], bool] = lambda _at: False


@dataclass(slots=True)
class EntityDraft:
    """A user, group or role."""

    arn: str
    unique_id: str | None = None
    trust: Policy | None = None
    inline: dict[str, Policy] = field(default_factory=dict[str, Policy])
    attached: dict[str, None] = field(default_factory=dict[str, None])
    groups: dict[str, None] = field(default_factory=dict[str, None])
    boundary: str | None = None
    tags: Tags = ()

    @property
    def name(self) -> str:
        """Its name without its path."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def account(self) -> str:
        """Its account."""
        return self.arn.split(":")[4]


@dataclass(slots=True)
class FunctionDraft:
    """A function."""

    arn: FunctionArn
    role: str | None = None
    policies: dict[FunctionArn, Policy] = field(default_factory=dict[FunctionArn, Policy])
    urls: dict[FunctionArn, FunctionUrl] = field(default_factory=dict[FunctionArn, FunctionUrl])
    versions: dict[str, None] = field(default_factory=dict[str, None])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    tags: Tags = ()
    layers: tuple[str, ...] = ()
    configuration: FunctionConfiguration | None = None
    destinations: dict[FunctionArn, Destinations] = field(default_factory=dict[FunctionArn, Destinations])


@dataclass(slots=True)
class ResourceDraft:
    """Any other resource."""

    arn: str
    kind: PolicyKind
    account: str | None = None
    policy: Policy | None = None
    tags: Tags = ()
    key: str | None = None


@dataclass(slots=True)
class NodeDraft:
    """An account, an organizational unit or the root."""

    id: str
    name: str = ""
    parent: str | None = None
    member: bool = False
    service_control: dict[str, Policy] | None = None
    resource_control: dict[str, Policy] = field(default_factory=dict[str, Policy])


@dataclass(slots=True)
class ControlDraft:
    """An SCP or RCP, which may be attached to several nodes."""

    id: str
    name: str
    kind: PolicyKind
    policy: Policy | None = None
    targets: dict[str, None] = field(default_factory=dict[str, None])


@dataclass(slots=True)
class Draft:
    """Everything understood so far.

    Attributes:
        manifests: What each folder's `organization.toml` tells.
        later: What must wait until every file was read, because a file alone does not tell whom it belongs to; each
            with its turn, small ones first.
        seen: Accounts whose things were met in each folder and below it.
        stacks: What CloudFormation told of stacks, file by file.
        exports: By account and region, what looks up the exports of each template.
        hops: How many templates stand behind one another in the value that is looked up.
    """

    manifests: dict[str, Manifest] = field(default_factory=dict[str, Manifest])
    id: str | None = None
    management_account: str | None = None
    users: dict[str, EntityDraft] = field(default_factory=dict[str, EntityDraft])
    groups: dict[str, EntityDraft] = field(default_factory=dict[str, EntityDraft])
    roles: dict[str, EntityDraft] = field(default_factory=dict[str, EntityDraft])
    managed: dict[str, Policy] = field(default_factory=dict[str, Policy])
    known_policies: dict[str, None] = field(default_factory=dict[str, None])
    functions: dict[str, FunctionDraft] = field(default_factory=dict[str, FunctionDraft])
    event_sources: dict[str, EventSourceMapping] = field(default_factory=dict[str, EventSourceMapping])
    resources: dict[str, ResourceDraft] = field(default_factory=dict[str, ResourceDraft])
    units: dict[str, NodeDraft] = field(default_factory=dict[str, NodeDraft])
    accounts: dict[str, NodeDraft] = field(default_factory=dict[str, NodeDraft])
    controls: dict[str, ControlDraft] = field(default_factory=dict[str, ControlDraft])
    unread: dict[Unread, None] = field(default_factory=dict[Unread, None])
    documents: list[Document] = field(default_factory=list[Document])
    said: list[FileDiagnostic] = field(default_factory=list[FileDiagnostic])
    later: list[tuple[int, Callable[[], None]]] = field(default_factory=list[tuple[int, Callable[[], None]]])
    seen: dict[tuple[str, tuple[str, ...]], set[str]] = field(
        default_factory=dict[tuple[str, tuple[str, ...]], set[str]]
    )
    stacks: list[tuple[SourceFile, Node]] = field(default_factory=list[tuple[SourceFile, Node]])
    exports: dict[tuple[str, str], list[Callable[[str], object]]] = field(
        default_factory=dict[tuple[str, str], list[Callable[[str], object]]]
    )
    hops: int = 0
    truncated: dict[str, list[bool]] = field(default_factory=dict[str, list[bool]])

    def manifest(self, source: Input) -> Manifest:
        """What is told beside the files of one folder."""
        return self.manifests.get(source.file.root, _NO_MANIFEST)

    def wait(self, turn: int, task: Callable[[], None]) -> None:
        """Do `task` when every file was read."""
        self.later.append((turn, task))

    def meet(self, source: Input, account: str) -> None:
        """Remember that a thing of `account` was met in a file."""
        self.account(account)
        folders = source.file.folders
        for depth in range(len(folders) + 1):
            self.seen.setdefault((source.file.root, folders[:depth]), set()).add(account)

    def account(self, account: str) -> NodeDraft:
        """The draft of an account."""
        return self.accounts.setdefault(account, NodeDraft(account))

    def entity(self, source: Input, arn: str) -> EntityDraft:
        """The draft of a user, group or role."""
        table = {"user": self.users, "group": self.groups}.get(arn.split(":")[5].split("/", maxsplit=1)[0], self.roles)
        found = table.setdefault(arn, EntityDraft(arn))
        self.meet(source, found.account)
        return found

    def function(self, source: Input, arn: FunctionArn) -> FunctionDraft:
        """The draft of a function."""
        self.meet(source, arn.account)
        return self.functions.setdefault(str(arn.unqualified), FunctionDraft(arn.unqualified))

    def renew(self, arn: str) -> None:
        """Forget what was understood of a thing, but its unique id and its owner: it is told anew."""
        for table in (self.users, self.groups, self.roles):
            if arn in table:
                table[arn] = EntityDraft(arn, table[arn].unique_id)
        if arn in self.functions:
            self.functions[arn] = FunctionDraft(self.functions[arn].arn)
            kept = {id_: one for id_, one in self.event_sources.items() if str(one.function.unqualified) != arn}
            self.event_sources = kept
        if arn in self.resources:
            old = self.resources[arn]
            self.resources[arn] = ResourceDraft(arn, old.kind, old.account)
        self.managed.pop(arn, None)
        self.unread = {one: None for one in self.unread if one.on != arn and not one.on.startswith(f"{arn}:")}

    def say(
        self,
        source: Input,
        code: Code,
        message: str,
        at: Pointer = (),
        *,
        help_: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Say something about a file."""
        span = None if source.find is None or not at else source.find(at, False)  # noqa: FBT003 - part of a place
        diagnostic = Diagnostic(code, message, at, help=help_, severity=severity, span=span)
        self.said.append(FileDiagnostic(source.file.name, diagnostic, source.text))

    def contradiction(self, source: Input, what: str, at: Pointer) -> None:
        """Say that two files tell different things."""
        self.say(
            source,
            Code.CONTRADICTION,
            f"{what} is told differently in another file",
            at,
            help_="keep only the newer export",
        )

    def policy(
        self,
        source: Input,
        node: Node,
        kind: PolicyKind,
        name: str,
        on: str | None = None,
        *,
        shown: str | None = None,
        quota: Quota | None = None,
    ) -> Policy | None:
        """Read a policy that stands in a file, list it among the documents, and give it if it has no faults.

        Args:
            source: The file.
            node: The policy: an object, or a text that holds one, URL-encoded or not.
            kind: What it hangs on.
            name: What to call it.
            on: The ARN or id of what it hangs on; if the policy has faults, requests that meet it are refused.
            shown: The inner text to show instead of the one in the file.
            quota: The limit on its size, where it is not the widest of its kind.
        """
        inner = shown if shown is not None else decoded(node.value)
        text = source.text if inner is None else inner
        policy: Policy | None = None
        try:
            policy = _parse(node, inner, kind, name, source.file.name, quota)
            diagnostics = policy.warnings
        except DocumentError as error:
            diagnostics = error.diagnostics
            if on is not None:
                self.unread[Unread(on, kind, name)] = None
        if source.generated(node.at):
            diagnostics = tuple(said for said in diagnostics if said.severity is Severity.ERROR)
        encoded = inner is not None and node.at != ()
        find = source.find
        if find is not None and not encoded:
            diagnostics = tuple(replace(said, span=find(said.at, said.on_key)) for said in diagnostics)
        found = Document(source.file.name, kind, name, node.at, text, encoded, policy, diagnostics, find)
        self.documents.append(found)
        return policy


def _parse(node: Node, inner: str | None, kind: PolicyKind, name: str, file: str, quota: Quota | None) -> Policy:
    if inner is not None:
        return Policy.parse(inner, kind=kind, name=name, file=file, pointer=node.at, quota=quota)
    if isinstance(node.value, dict):
        return Policy.parse(node.value, kind=kind, name=name, file=file, pointer=node.at, quota=quota)
    fault = Diagnostic(
        Code.NOT_AN_OBJECT, "a policy document must be a JSON object", node.at, help="put an object here"
    )
    raise DocumentError((fault,), name=file)
