"""A policy: its statements, and where it came from."""

from __future__ import annotations

from functools import cache

import lampolicy.diagnostic as diagnosis  # the room, so that hints load it when somebody asks for them
from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import InvalidName, pydantic_schema
from lampolicy.policy._types import PolicyKind, Statement, StatementId, Version
from lampolicy.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from lampolicy.policy._quotas import Quota


@record
class Policy:
    """One policy document, read and found valid for its kind.

    Two policies are equal if they say the same; name, file and warnings do not count.

    Attributes:
        kind: What the policy hangs on.
        statements: The statements in document order; each of the class of `kind`.
        version: Version of the language; a missing `Version` reads as 2008-10-17 (semantics G4).
        id: The document's `Id`.
        name: What to call the policy in evidence and explanations.
        file: The file it was read from.
        pointer: Where in that file the document stands.
        warnings: What AWS stores but what does not do what it seems to.
    """

    kind: PolicyKind
    statements: tuple[Statement, ...]
    version: Version = Version.V2012
    id: str | None = None
    name: str = field(default="", compare=False)
    file: str | None = field(default=None, compare=False)
    pointer: diagnosis.Pointer = field(default=(), compare=False)
    warnings: tuple[diagnosis.Diagnostic, ...] = field(default=(), compare=False, repr=False)
    compiled: list[object] = field(default_factory=list[object], init=False, compare=False, repr=False)
    """The engine's own form of the policy, made on first use; not part of its value."""
    studied: list[object] = field(default_factory=list[object], init=False, compare=False, repr=False)
    """What the reference keeps with the policy; not part of its value."""

    @classmethod
    def parse(
        cls,
        source: bytes | str | Mapping[str, object],
        *,
        kind: PolicyKind | str,
        name: str | None = None,
        file: str | None = None,
        pointer: diagnosis.Pointer = (),
        quota: Quota | None = None,
    ) -> Policy:
        """Read a policy document; raise `PolicyError` with every fault of it at once.

        Args:
            source: The JSON text, or the document as a value.
            kind: What the policy hangs on: `identity`, `function`, `trust` ... (`PolicyKind`).
            name: What to call it in evidence; the kind if not given.
            file: The file it comes from.
            pointer: Where in that file the document stands.
            quota: The limit on its size where more is known than its kind, such as `MANAGED`; the widest of its kind
                if not given.

        Raises:
            PolicyError: AWS would refuse the document for this kind.
            InvalidName: There is no such kind.

        Source:
            Semantics G1 to G29; IAM User Guide, "Grammar of the IAM JSON policy language".
        """
        return _reader()(source, _kind(kind), name=name, file=file, pointer=pointer, quota=quota)

    def to_dict(self) -> dict[str, object]:
        """Write the document as a value in AWS's own key order; `Policy.parse(p.to_dict(), kind=p.kind) == p`."""
        from lampolicy.policy._writing import write_policy

        return write_policy(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        """Let pydantic models hold policies, with kind and name; a document alone is read as an identity policy."""
        from lampolicy.policy._pydantic import read_wire, write_wire

        return pydantic_schema(cls, read_wire, write_wire)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, object]:
        """Give the JSON Schema of the wire form."""
        from lampolicy.policy._pydantic import json_schema

        return json_schema()

    def statement_id(self, index: int) -> StatementId:
        """Name the statement at `index` as evidence."""
        at: diagnosis.Pointer = (*self.pointer, "Statement", index)
        return StatementId(self.name or str(self.kind), self.kind, index, self.statements[index].sid, self.file, at)

    def __reduce__(self) -> tuple[object, ...]:
        values = (self.kind, self.statements, self.version, self.id, self.name, self.file, self.pointer, self.warnings)
        return (Policy, values)


@cache
def _reader() -> Callable[..., Policy]:
    from lampolicy.policy._read import read_policy

    return read_policy


_KINDS: Final = {str(kind): kind for kind in PolicyKind}


def _kind(text: PolicyKind | str) -> PolicyKind:
    if isinstance(text, PolicyKind):
        return text
    known = _KINDS.get(text) if type(text) is str else None
    if known is not None:
        return known
    try:
        return PolicyKind(text)
    except ValueError:
        msg = f"`{text}` is not a kind of policy: use one of {', '.join(PolicyKind)}"
        raise InvalidName(msg) from None
