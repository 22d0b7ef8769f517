"""YAML as values that remember their places: the node tree that PyYAML composes, read by rules of the kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Span

if TYPE_CHECKING:
    from yaml import Mark, MarkedYAMLError, Node, SafeLoader, ScalarNode

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
"""What a file says."""


@dataclass(frozen=True, slots=True)
class YamlRules:
    """How a kind of file is read.

    Attributes:
        code: The code of its faults.
        depth: Most levels of nesting.
        values: Most values, after anchors are written out.
        scalar: What a plain or quoted value says.
        long_form: The key that a tag such as `!Sub` is short for; `None` if the tag means nothing here.
    """

    code: Code
    depth: int
    values: int
    scalar: Callable[[ScalarNode], Plain]
    long_form: Callable[[str], str | None] = lambda _tag: None


@dataclass(slots=True)
class MarkedYaml:
    """What a YAML text says, and where.

    Attributes:
        value: What it says.
        spans: Where each value stands.
        keys: Where each key stands.
    """

    value: Plain = None
    spans: dict[Pointer, Span] = field(default_factory=dict[Pointer, Span])
    keys: dict[Pointer, Span] = field(default_factory=dict[Pointer, Span])


def read_yaml(text: str, name: str, rules: YamlRules) -> MarkedYaml:
    """Read a YAML text of one document.

    Args:
        text: The text.
        name: What to call the file in messages.
        rules: How it is read.

    Raises:
        DocumentError: It is not YAML, is over the limits, or writes a key twice.
    """
    import yaml

    loader = cast("type[SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    reader = _Reader(text, name, rules)
    try:
        reader.check_depth(loader)
        node = loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(reader, error) from None
    except yaml.YAMLError as error:
        raise reader.refused(f"this is not YAML: {_lower(str(error))}", None) from None
    if node is not None:
        reader.marked.value = reader.read(node, ())
    return reader.marked


def untagged_text(node: ScalarNode) -> str | None:
    """The text as it was written, whatever YAML makes of it: an account id keeps its zeros, `on` stays `on`."""
    return None if str(node.tag).endswith(":null") and not node.style else str(node.value)


class _Reader:
    """Turns the tree of a YAML document into values, and keeps their places."""

    def __init__(self, text: str, name: str, rules: YamlRules) -> None:
        self.text = text
        self.name = name
        self.rules = rules
        self.marked = MarkedYaml()
        self.count = 0

    def check_depth(self, loader: type[SafeLoader]) -> None:
        """Refuse deep nesting before the tree is built, which would recurse."""
        import yaml

        depth = 0
        untyped = cast("object", yaml.parse(self.text, Loader=loader))  # pyright: ignore[reportUnknownMemberType]
        events = cast("Iterator[yaml.Event]", untyped)
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > self.rules.depth:
                raise self.refused(self._too_deep, None)

    def read(self, node: Node, at: Pointer) -> Plain:
        """Give what a node says."""
        self._count(node, at)
        self.marked.spans[at] = _span(node.start_mark, node.end_mark)
        tag = str(node.tag)
        if tag.startswith("tag:yaml.org,2002:"):
            return self._content(node, at)
        key = self.rules.long_form(tag)
        if key is None:
            raise self._fault(f"the tag `{tag}` means nothing here", node)
        inside = (*at, key)
        self.marked.spans[inside] = self.marked.keys[inside] = self.marked.spans[at]
        return {key: self._content(node, inside)}

    def _content(self, node: Node, at: Pointer) -> Plain:
        import yaml

        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, at))
        if isinstance(node, yaml.SequenceNode):
            items = cast("list[Node]", node.value)
            return [self.read(item, (*at, i)) for i, item in enumerate(items)]
        return self.rules.scalar(cast("ScalarNode", node))

    def _pairs(self, node: Node, at: Pointer) -> Iterator[tuple[str, Plain]]:
        seen: set[str] = set()
        for key_node, value_node in cast("list[tuple[Node, Node]]", node.value):
            key = self._key(key_node)
            if key in seen:
                raise self._fault(f"`{key}` is written twice here", key_node)
            seen.add(key)
            self.marked.keys[(*at, key)] = _span(key_node.start_mark, key_node.end_mark)
            yield key, self.read(value_node, (*at, key))

    def _key(self, node: Node) -> str:
        import yaml

        tag = str(node.tag)
        if isinstance(node, yaml.ScalarNode) and not tag.startswith("tag:yaml.org,2002:"):
            raise self._fault(f"the tag `{tag}` means nothing here", node)
        text = untagged_text(node) if isinstance(node, yaml.ScalarNode) else None
        if text is None:
            raise self._fault("a key must be a text", node)
        return text

    @property
    def _too_deep(self) -> str:
        return f"the file is nested more than {self.rules.depth} levels deep"

    def _count(self, node: Node, at: Pointer) -> None:
        """Keep what anchors write out within limits; one that holds itself would never end."""
        self.count += 1
        if len(at) > self.rules.depth:
            raise self._fault(self._too_deep, node)
        if self.count > self.rules.values:
            raise self._fault(f"the file holds more than {self.rules.values:,} values", node)

    def _fault(self, message: str, node: Node) -> DocumentError:
        return self.refused(message, None, _span(node.start_mark, node.end_mark))

    def refused(self, message: str, help_: str | None, span: Span | None = None) -> DocumentError:
        """The file's one fault."""
        fault = Diagnostic(self.rules.code, message, help=help_, span=span)
        return DocumentError((fault,), text=self.text, name=self.name)


def _not_yaml(reader: _Reader, error: MarkedYAMLError) -> DocumentError:
    problem = _lower(error.problem or error.context or "it cannot be read")
    mark = error.problem_mark or error.context_mark
    span = _span(mark, mark) if mark else None
    return reader.refused(f"this is not YAML: {problem}", _hint(reader.text, problem, span), span)


def _hint(text: str, problem: str, span: Span | None) -> str | None:
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


def _lower(message: str) -> str:
    """Fit a library's sentence into one of ours: one line, no capital, no full stop."""
    line = " ".join(message.split()).rstrip(".")
    return line[:1].lower() + line[1:]
