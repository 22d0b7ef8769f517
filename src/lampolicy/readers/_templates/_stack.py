"""One stack while it is read: its resources, resolved one by one, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lampolicy.diagnostic import Code, DocumentError, LampolicyError, Pointer, Severity, Span
from lampolicy.function import LayerPolicies
from lampolicy.jsontext import JsonValue
from lampolicy.organization import Unread
from lampolicy.policy import PolicyKind
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._node import Node
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._names import StackNames
from lampolicy.readers._templates._resolve import Resolver
from lampolicy.readers._templates._template import Declared
from lampolicy.readers._templates._value import MEND, Reason, Unknown, Value, text_of, unknowns_in


@dataclass(slots=True)
class Stack:
    """A stack, and the draft it is read into.

    Attributes:
        source: The template's file.
        draft: What was understood so far.
        resolver: Resolves its values.
        names: What its resources are called.
        wins: Whether what it deploys stands in place of what is known under the same name.
        holders: What has policies of its own, by the type of the resource: ARNs.
        layers: The policies of layers, by their ARN without version.
        doubts: What hides whether a resource exists, by logical id.
    """

    source: Input
    draft: Draft
    resolver: Resolver
    names: StackNames
    wins: bool = False
    holders: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    layers: dict[str, LayerPolicies] = field(default_factory=dict[str, LayerPolicies])
    doubts: dict[str, Unknown] = field(default_factory=dict[str, Unknown])
    _said: set[tuple[str, Pointer | Span]] = field(default_factory=set[tuple[str, Pointer | Span]])

    @property
    def deployment(self) -> Deployment:
        """Where it is deployed."""
        return self.resolver.deployment

    def item(self, declared: Declared) -> Item:
        """A resource with its properties resolved."""
        at = (*declared.at, "Properties")
        return Item(self, declared, self.resolver.resolve(dict(declared.properties), at), at)

    def report(self, unknown: Unknown) -> None:
        """Say what is not known and matters: each reason once at each place."""
        for reason in unknown.reasons:
            self._once(reason, Severity.ERROR)

    def wonder(self, unknown: Unknown) -> None:
        """Say what is not known, where no policy and no name hangs on it."""
        for reason in unknown.reasons:
            self._once(reason, Severity.WARNING)

    def _once(self, reason: Reason, severity: Severity) -> None:
        find = self.source.find
        place = (find(reason.at, False) if find else None) or reason.at  # noqa: FBT003 - part of a place
        if (reason.message, place) not in self._said:  # what `Globals` of SAM say is written out many times
            self._said.add((reason.message, place))
            self.draft.say(self.source, reason.code, reason.message, reason.at, help_=reason.help, severity=severity)

    def refuse(self, message: str, at: Pointer, help_: str = MEND) -> None:
        """Say that the template is wrong."""
        self.report(Unknown((Reason(message, help_, at, Code.BAD_TEMPLATE),)))

    def warn(self, message: str, at: Pointer, help_: str) -> None:
        """Say that something is left out."""
        self.wonder(Unknown((Reason(message, help_, at, Code.RESOURCE_NOT_READ),)))

    def refused(self, error: LampolicyError, at: Pointer) -> None:
        """Say why AWS refuses a call that a resource stands for."""
        for fault in error.diagnostics if isinstance(error, DocumentError) else ():
            self.refuse(fault.message, at, fault.help or MEND)
        if not isinstance(error, DocumentError):
            self.refuse(str(error), at)

    def unread(self, on: str, kind: PolicyKind, name: str) -> None:
        """Remember that a policy is there that is not known, so that nothing it bears on is decided."""
        self.draft.unread[Unread(on, kind, name)] = None

    def unread_anywhere(self, kind: PolicyKind, name: str, *types: str) -> None:
        """Remember a policy of which nothing tells what it hangs on: it may be anything of these types."""
        for type_ in types:
            for on in self.holders.get(type_, ()):
                self.unread(on, kind, name)

    def arn(self, declared: Declared) -> str | None:
        """The ARN of a resource; what hides it is said."""
        found = self.names.arn(declared, declared.at)
        if isinstance(found, str):
            if self.wins:
                self.draft.renew(found)
            self.holders.setdefault(declared.type, []).append(found)
            return found
        if isinstance(found, Unknown):
            self.report(found)
        return None


@dataclass(frozen=True, slots=True)
class Item:
    """A resolved value inside of a resource.

    Attributes:
        stack: The stack.
        declared: The resource.
        value: The value.
        at: Its place.
    """

    stack: Stack
    declared: Declared
    value: Value
    at: Pointer

    def child(self, key: str) -> Item | None:
        """The value under `key`; `None` if there is none."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return None if value is None else Item(self.stack, self.declared, value, (*self.at, key))

    def hidden(self, *keys: str) -> bool:
        """Tell whether something in this value, or under one of `keys`, is not known; what hides it is said.

        Nothing of a resource is known of which it is not known whether it exists.
        """
        values = [self.value] if not keys else [child.value for key in keys if (child := self.child(key))]
        return self._hides(values) or (bool(values) and self.declared.id in self.stack.doubts)

    def cut(self, key: str) -> bool:
        """Tell whether the list under `key`, or an item of it, is not known at all; what hides it is said."""
        child = self.child(key)
        values = [] if child is None else child.value if isinstance(child.value, list) else [child.value]
        return self._hides([value for value in values if isinstance(value, Unknown)])

    def _hides(self, values: list[Value]) -> bool:
        found = Unknown.of(values)
        if found is not None:
            self.stack.report(found)
        return found is not None

    def text(self, key: str) -> str | None:
        """The text under `key`; `None` if there is none, or if it is not known, which is said."""
        child = self.child(key)
        if child is None or self._hides([child.value]):
            return None
        text = text_of(child.value)
        if text is None:
            self.stack.refuse(f"`{key}` must be a text", child.at)
        return text

    def needed(self, key: str) -> str | None:
        """The text under `key`, which must be there; what is wrong is said."""
        if self.child(key) is None and not isinstance(self.value, Unknown):
            self.stack.refuse(f"`{self.declared.id}` needs `{key}`", self.at)
        return self.text(key)

    def items(self, key: str) -> Iterator[Item]:
        """The items of the list under `key`; a single value counts as a list of it, and what is not known is said."""
        child = self.child(key)
        if child is None:
            return
        if isinstance(child.value, list):
            for i, value in enumerate(child.value):
                item = Item(self.stack, self.declared, value, (*child.at, i))
                if not (isinstance(value, Unknown) and self._hides([value])):
                    yield item
        elif not (isinstance(child.value, Unknown) and self._hides([child.value])):
            yield child

    def texts(self, key: str) -> list[str]:
        """The texts in the list under `key`, as far as they are known; what else is there is said."""
        found: list[str] = []
        for item in self.items(key):
            text = text_of(item.value)
            if text is None and not self._hides([item.value]):
                self.stack.refuse(f"`{key}` must be a list of texts", item.at)
            found += [text] if text is not None else []
        return found

    def node(self) -> Node | None:
        """The value for the readers of exports; `None` if something in it is not known, which is said."""
        return None if self.hidden() else Node(cast("JsonValue", self.value), self.at)

    def document(self, key: str, on: str, kind: PolicyKind, name: str) -> Node | None:
        """The policy under `key`; if it is not wholly known, requests that meet it are refused.

        Args:
            key: The property.
            on: The ARN of what the policy hangs on.
            kind: What it is.
            name: What to call it.
        """
        child = self.child(key)
        if child is None:
            return None
        node = child.node()
        if node is None:
            self.stack.unread(on, kind, name)
        return node

    def known(self, key: str) -> JsonValue:
        """The value under `key`; nothing if something in it is not known, which is said."""
        child = self.child(key)
        node = None if child is None else child.node()
        return None if node is None else node.value

    def told(self, key: str) -> JsonValue:
        """A setting under `key` that no policy and no name hangs on; what is not known shows its name as `${NAME}`."""
        child = self.child(key)
        if child is None:
            return None
        for unknown in unknowns_in(child.value):
            self.stack.wonder(unknown)
        return _shown(child.value)


def _shown(value: Value) -> JsonValue:
    if isinstance(value, Unknown):
        return f"${{{value.name or 'unknown'}}}"
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    return value
