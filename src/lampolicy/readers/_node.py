"""A JSON value with its place, read without trust: what is not of the shape asked for is as good as absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lampolicy.diagnostic import Pointer
from lampolicy.jsontext import JsonValue
from lampolicy.request import Tags


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a file.

    Attributes:
        value: The value.
        at: Its place in the file.
    """

    value: JsonValue
    at: Pointer = ()

    def has(self, *keys: str) -> bool:
        """Tell whether this is an object with all of `keys`."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def child(self, key: str) -> Node | None:
        """The value under `key`, whatever it is; `None` if there is none, or if it is null."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return None if value is None else Node(value, (*self.at, key))

    def object(self, key: str) -> Node | None:
        """The object under `key`."""
        child = self.child(key)
        return child if child is not None and isinstance(child.value, dict) else None

    def text(self, key: str) -> str | None:
        """The text under `key`, if it is not empty."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) and value else None

    def wrapped(self, key: str) -> Node:
        """An object that holds this value alone, under `key`, at the place around it."""
        return Node({key: self.value}, self.at[:-1])

    def flag(self, key: str) -> bool:
        """Whether the value under `key` is true."""
        return isinstance(self.value, dict) and self.value.get(key) is True

    def items(self, key: str) -> Iterator[Node]:
        """The items of the list under `key`; one value that is no list counts as a list of it."""
        child = self.child(key)
        if child is None:
            return
        if isinstance(child.value, list):
            yield from (Node(item, (*child.at, i)) for i, item in enumerate(child.value))
        else:
            yield child

    def texts(self, key: str) -> Iterator[str]:
        """The texts in the list under `key`."""
        return (item.value for item in self.items(key) if isinstance(item.value, str))

    def tags(self, key: str = "Tags") -> Tags:
        """Tags in either of AWS's forms: a list of `Key` and `Value`, or an object."""
        child = self.child(key)
        if child is not None and isinstance(child.value, dict):
            return tuple((name, value) for name, value in child.value.items() if isinstance(value, str))
        pairs = ((item.text("Key"), item.child("Value")) for item in self.items(key))
        return tuple(
            (name, value.value if value is not None and isinstance(value.value, str) else "")
            for name, value in pairs
            if name is not None
        )
