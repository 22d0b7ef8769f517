"""What a fix is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import indent

from lampolicy.diagnostic import visible
from lampolicy.explain import Addition
from lampolicy.function._place import Place
from lampolicy.policy import StatementId


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement to add, and every way to write it down.

    Attributes:
        place: Where it belongs.
        addition: The statement, with the place as `explain` names it.
        command: The AWS CLI command that adds it; `None` where no single call does.
        template: The same as CloudFormation.
        sam: The same for a SAM template, where that has a shorter way.
    """

    place: Place
    addition: Addition = field(hash=False)
    command: str | None = None
    template: str | None = None
    sam: str | None = None

    @property
    def statement(self) -> dict[str, object]:
        """The statement as AWS writes it."""
        return self.addition.statement

    def to_dict(self) -> dict[str, object]:
        """Write the change as plain values for JSON; what there is none of is left out."""
        told = {"command": self.command, "cloudformation": self.template, "sam": self.sam}
        known = {"on": self.place.holder, "account": self.place.account, "level": self.place.level}
        kept = {key: value for key, value in {**known, **told}.items() if value is not None}
        return {"add_to": str(self.place.side), "statement": self.statement, **kept}


@dataclass(frozen=True, slots=True)
class Removal:
    """A statement that denies, and would have to be taken away or narrowed.

    Attributes:
        statement: Which one.
        place: Where it stands.
        command: The AWS CLI command that removes it, where a single one does.
        reads: Condition keys it reads and the request does not tell; with them it might not deny.
    """

    statement: StatementId
    place: Place
    command: str | None = None
    reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The statement as one finds it."""
        sid = f" ({self.statement.sid})" if self.statement.sid else ""
        file = f" in {self.statement.file}" if self.statement.file else ""
        return f"{self.statement.policy}, statement {self.statement.index}{sid}{file}"

    def to_dict(self) -> dict[str, object]:
        """Write the change as plain values for JSON."""
        told = {"sid": self.statement.sid, "file": self.statement.file, "command": self.command}
        kept = {key: value for key, value in told.items() if value is not None}
        known: dict[str, object] = {"policy": self.statement.policy, "statement": self.statement.index}
        return {"remove_from": str(self.place.side), "on": self.place.holder, **known, **kept}


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes of policies that together turn a refusal into a permission; decided again with them.

    Attributes:
        grants: Statements to add.
        removals: Statements that deny, and would have to go.
        cautions: Why it would be unwise, one sentence each.
        safer: What to do rather, one sentence each; comes first wherever the fix is shown.
        left: What still stands in the way, which no policy can remove, one sentence each.
    """

    grants: tuple[Grant, ...]
    removals: tuple[Removal, ...] = ()
    cautions: tuple[str, ...] = ()
    safer: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether it suffices."""
        return not self.left and bool(self.grants or self.removals)

    def to_dict(self) -> dict[str, object]:
        """Write the fix as plain values for JSON."""
        changes = {"remove": [r.to_dict() for r in self.removals], "add": [g.to_dict() for g in self.grants]}
        words = {"cautions": list(self.cautions), "safer": list(self.safer), "left": list(self.left)}
        return {"suffices": bool(self), **{key: value for key, value in {**changes, **words}.items() if value}}

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _lines(fix: Fix) -> Iterator[str]:
    yield from (f"Better: {visible(sentence)}." for sentence in fix.safer)
    if fix.grants or fix.removals:
        yield "Fix (decided again with it: allowed):" if fix else "This much is needed, but is not enough:"
    for removal in fix.removals:
        yield f"  remove or narrow a Deny of {visible(str(removal.place))}:"
        yield f"    {visible(removal.name)}"
        yield from _block(removal.command)
    for grant in fix.grants:
        where = f", in account {grant.place.account}" if grant.place.account else ""
        yield f"  add to {visible(str(grant.place))}{where}:"
        yield from _block(json.dumps(grant.statement, indent=2))
        yield from _titled("AWS CLI", grant.command)
        yield from _titled("CloudFormation", grant.template)
        yield from _titled("SAM", grant.sam)
    yield from (f"Beware: {visible(sentence)}." for sentence in fix.cautions)
    yield from (f"Still in the way: {visible(sentence)}." for sentence in fix.left)


def _titled(title: str, text: str | None) -> Iterator[str]:
    if text is not None:
        yield f"    # {title}"
        yield from _block(text)


def _block(text: str | None) -> Iterator[str]:
    if text is not None:
        yield indent(text.rstrip("\n"), "    ")
