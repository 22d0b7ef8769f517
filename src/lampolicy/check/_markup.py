"""Reading YAML, JSON and TOML into values that remember their places.

Every plain value of YAML stays the text that was written: an account id keeps its leading zeros, `on` stays `on` and a
date stays a date, because the policy language compares texts. In JSON and TOML numbers and truth values are what they
are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Span
from lampolicy.jsontext import locate, read_json
from lampolicy.readers import read_toml

if TYPE_CHECKING:
    from yaml import Mark, MarkedYAMLError, Node, SafeLoader

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

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
    import yaml

    loader = cast("type[SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        _check_depth(text, name, loader)
        node = loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(name, text, error) from None
    except yaml.YAMLError as error:
        raise _refused(name, text, f"this is not YAML: {_lower(str(error))}", None) from None
    marked = Marked(name, text, None)
    if node is not None:
        marked.value = _Reader(marked).read(node, ())
    return marked


def _check_depth(text: str, name: str, loader: type[SafeLoader]) -> None:
    """Refuse deep nesting before the tree is built, which would recurse."""
    import yaml

    depth = 0
    untyped = cast("object", yaml.parse(text, Loader=loader))  # pyright: ignore[reportUnknownMemberType]
    events = cast("Iterator[yaml.Event]", untyped)
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _refused(name, text, f"the file is nested more than {MAX_DEPTH} levels deep", None)


class _Reader:
    """Turns the tree of a YAML document into values, and keeps their places."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.count = 0

    def read(self, node: Node, at: Pointer) -> Plain:
        import yaml

        self._count(node, at)
        self.marked.spans[at] = _span(node.start_mark, node.end_mark)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, at))
        if isinstance(node, yaml.SequenceNode):
            items = cast("list[Node]", node.value)
            return [self.read(item, (*at, i)) for i, item in enumerate(items)]
        return self._scalar(node)

    def _pairs(self, node: Node, at: Pointer) -> Iterator[tuple[str, Plain]]:
        seen: set[str] = set()
        for key_node, value_node in cast("list[tuple[Node, Node]]", node.value):
            key = self._scalar(key_node)
            if not isinstance(key, str) or key in seen:
                message = f"`{key}` is written twice here" if key in seen else "a key must be a text"
                raise self._fault(message, key_node)
            seen.add(key)
            self.marked.keys[(*at, key)] = _span(key_node.start_mark, key_node.end_mark)
            yield key, self.read(value_node, (*at, key))

    def _scalar(self, node: Node) -> str | None:
        import yaml

        if not isinstance(node, yaml.ScalarNode):
            raise self._fault("a key must be a text", node)
        tag = str(node.tag)
        if not tag.startswith("tag:yaml.org,2002:"):
            raise self._fault(f"the tag `{tag}` means nothing here", node)
        return None if tag.endswith(":null") and not node.style else str(node.value)

    def _count(self, node: Node, at: Pointer) -> None:
        """Keep what anchors write out within limits; one that holds itself would never end."""
        self.count += 1
        if len(at) > MAX_DEPTH:
            raise self._fault(f"the file is nested more than {MAX_DEPTH} levels deep", node)
        if self.count > MAX_VALUES:
            raise self._fault(f"the file holds more than {MAX_VALUES:,} values", node)

    def _fault(self, message: str, node: Node) -> DocumentError:
        span = _span(node.start_mark, node.end_mark)
        return _refused(self.marked.name, self.marked.text, message, None, span)


def _not_yaml(name: str, text: str, error: MarkedYAMLError) -> DocumentError:
    problem = _lower(error.problem or error.context or "it cannot be read")
    mark = error.problem_mark or error.context_mark
    span = _span(mark, mark) if mark else None
    return _refused(name, text, f"this is not YAML: {problem}", _yaml_hint(text, problem, span), span)


def _yaml_hint(text: str, problem: str, span: Span | None) -> str | None:
    lines = text.split("\n")
    line = lines[span.line - 1] if span and span.line <= len(lines) else ""
    before = line[: span.column - 1].rstrip() if span else ""
    if "alias" in problem or before.endswith("*"):
        return 'put a text that begins with `*` in quotes: "*"'
    if "\t" in line:
        return "indent with blanks; YAML takes no tabs"
    if "mapping values are not allowed" in problem or "${" in line:
        return "put a text that holds `: `, `{` or `}` in quotes"
    return None


def _span(start: Mark | None, end: Mark | None) -> Span:
    if start is None or end is None:
        return Span(1, 1, 1, 1)
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _refused(name: str, text: str | None, message: str, help_: str | None, span: Span | None = None) -> DocumentError:
    fault = Diagnostic(Code.BAD_EXPECTATION_TEXT, message, help=help_, span=span)
    return DocumentError((fault,), text=text, name=name)


def _lower(message: str) -> str:
    """Fit a library's sentence into one of ours: one line, no capital, no full stop."""
    line = " ".join(message.split()).rstrip(".")
    return line[:1].lower() + line[1:]
