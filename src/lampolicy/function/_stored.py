"""Policies as Lambda keeps them: a text and a revision id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias, cast
from uuid import UUID

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError
from lampolicy.jsontext import read_json
from lampolicy.policy import Stored, statement_text, statements_of

_LARGEST: Final = 20_480
"""The most bytes the policy of a function, version, alias or layer version may have."""

SHELL: Final[Mapping[str, object]] = {"Version": "2012-10-17", "Id": "default", "Statement": []}
"""What stands around the first statement that is added (semantics L10)."""

Revisions: TypeAlias = Callable[[str | None, str], str]
"""Makes a revision id from the one before (`None` for the first) and the document's text."""


def next_revision(before: str | None, text: str) -> str:
    """Make a revision id that depends on nothing but what was and what is, in the form Lambda's have."""
    return str(UUID(bytes=sha256(f"{before or ''}\n{text}".encode("utf-8", "surrogatepass")).digest()[:16], version=4))


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """One policy as GetPolicy shows it.

    Attributes:
        qualifier: The version, alias or `$LATEST` it hangs on, or the number of the layer version; empty for the
            function itself.
        text: The document, byte for byte.
        revision: Its revision id.
    """

    qualifier: str
    text: str
    revision: str

    @property
    def document(self) -> dict[str, object]:
        """The document as a value."""
        return cast("dict[str, object]", read_json(self.text))

    @property
    def size(self) -> int:
        """Its size in bytes, as Lambda counts."""
        return len(self.text.encode("utf-8", "surrogatepass"))

    def statement(self, sid: str) -> str | None:
        """The text of the statement of an id; `None` if there is none."""
        objects = (cast("Mapping[str, object]", s) for s in statements_of(self.document))
        return next((statement_text(s) for s in objects if s.get("Sid") == sid), None)


def found(policies: tuple[StoredPolicy, ...], qualifier: str) -> StoredPolicy | None:
    """The policy of a qualifier, if it has one."""
    return next((policy for policy in policies if policy.qualifier == qualifier), None)


def room_left(policy: StoredPolicy | None) -> int:
    """How many bytes a policy may still grow; one that is not there has its shell already (semantics 1.3)."""
    return _LARGEST - (policy.size if policy else len(statement_text(SHELL)))


def as_stored(policy: StoredPolicy | None) -> Stored:
    """The policy as the calls take it."""
    return Stored() if policy is None else Stored(policy.document, policy.revision)


def changed(
    policies: tuple[StoredPolicy, ...], qualifier: str, document: Mapping[str, object] | None, revisions: Revisions
) -> tuple[StoredPolicy, ...]:
    """The policies with another document for one qualifier; with none if it is `None`."""
    before = found(policies, qualifier)
    if document is None:
        return tuple(policy for policy in policies if policy is not before)
    text = statement_text(document)
    now = StoredPolicy(qualifier, text, revisions(before.revision if before else None, text))
    if before is None:
        return (*policies, now)
    return tuple(now if policy is before else policy for policy in policies)


def absent(message: str, help_: str, text: str | None) -> PolicyError:
    """Lambda's answer where the function, version, alias or policy is not there (semantics L11)."""
    answer = AwsError("ResourceNotFoundException", text)
    return PolicyError((Diagnostic(Code.NO_SUCH_RESOURCE, message, help=help_, aws=answer),))
