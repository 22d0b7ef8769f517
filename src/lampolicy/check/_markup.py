"""Reading YAML, JSON and TOML into values that remember their places.

Every plain value of YAML stays the text that was written: an account id keeps its leading zeros, `on` stays `on` and a
date stays a date, because the policy language compares texts. In JSON and TOML numbers and truth values are what they
are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Span
from lampolicy.jsontext import locate, read_json
from lampolicy.readers import Plain, YamlRules, read_toml, read_yaml, untagged_text

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 50
MAX_VALUES: Final = 100_000
"""Limits of an expected-decision file: bytes, nesting, and values after anchors are written out."""


@dataclass(slots=True)
class Marked:
    """A document with the places of its values.

    Attributes:
        name: The file, as it is called in messages.
        text: The document's text.
        value: What it says.
        spans: Where each value stands; those of JSON are found when the first is asked for, TOML tells none.
        keys: Where each key stands, likewise.
    """

    name: str
    text: str
    value: Plain
    spans: dict[Pointer, Span] = field(default_factory=dict[Pointer, Span])
    keys: dict[Pointer, Span] = field(default_factory=dict[Pointer, Span])

    def span(self, pointer: Pointer, *, on_key: bool = False) -> Span | None:
        """The place of a value (or of its key); that of the nearest value around it if there is none."""
        if self.name.endswith(".json") and not self.spans:
            self._locate()
        if on_key and pointer in self.keys:
            return self.keys[pointer]
        while pointer and pointer not in self.spans:
            pointer = pointer[:-1]
        return self.spans.get(pointer)

    def _locate(self) -> None:
        """Find all places of a JSON text in one reading."""
        pointers = list(_pointers(self.value, ()))
        for (pointer, on_key), span in locate(self.text, [(p, k) for p in pointers for k in (False, True)]).items():
            (self.keys if on_key else self.spans)[pointer] = span


def read_marked(path: Path, name: str) -> Marked:
    """Read an expected-decision file by its ending: `.yaml` or `.yml`, `.json`, `.toml`.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        DocumentError: It is too large, not UTF-8, or not a document of its kind.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(name, None, f"the file has more than {MAX_BYTES:,} bytes", "split it into several files")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(name, None, "the file is not UTF-8", "save it as UTF-8") from None
    if name.endswith(".json"):
        return Marked(name, text, read_json(text))
    return _read_toml(text, name) if name.endswith(".toml") else _read_yaml(text, name)


def _pointers(value: Plain, at: Pointer) -> Iterator[Pointer]:
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pointers(inner, (*at, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _pointers(inner, (*at, i))


def _read_toml(text: str, name: str) -> Marked:
    return Marked(name, text, cast("Plain", read_toml(text, Code.BAD_EXPECTATION_TEXT, name)))


def _read_yaml(text: str, name: str) -> Marked:
    rules = YamlRules(Code.BAD_EXPECTATION_TEXT, MAX_DEPTH, MAX_VALUES, untagged_text)
    read = read_yaml(text, name, rules)
    return Marked(name, text, read.value, read.spans, read.keys)


def _refused(name: str, text: str | None, message: str, help_: str | None, span: Span | None = None) -> DocumentError:
    fault = Diagnostic(Code.BAD_EXPECTATION_TEXT, message, help=help_, span=span)
    return DocumentError((fault,), text=text, name=name)
