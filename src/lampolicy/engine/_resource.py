"""Resource elements made ready: closed patterns match an ARN at once, patterns with variables wait for a request."""

from __future__ import annotations

from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition import Lookup, Template, fill, keys_of, template, unknown_keys
from lampolicy.decision import OpenTest
from lampolicy.names import HEAD_PARTS, Matcher, any_of, arn_pattern, is_literal, normal_arn, short_arn_pattern, tokens
from lampolicy.policy import AllExcept, PolicyKind, Selection, Version

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_PARTS: Final = HEAD_PARTS + 1
_IDENTITY_SIDE: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.SESSION, PolicyKind.BOUNDARY})


def complete(pattern: str, kind: PolicyKind) -> str | None:
    """Give a short ARN pattern the parts it lacks; `None` if in this kind of policy it matches nothing.

    Uncertain (semantics M8): what AWS does with the short ARNs it stores is known from another engine only.
    """
    lacking = _PARTS - len(pattern.split(":", HEAD_PARTS))
    if lacking <= 0:
        return pattern
    padded = pattern + ":*" * lacking
    if kind in _IDENTITY_SIDE:
        return padded
    if kind is PolicyKind.SERVICE_CONTROL:
        return padded if pattern.endswith("*") else None
    if kind is PolicyKind.RESOURCE_CONTROL:
        return None
    return padded if "*" in pattern or "?" in pattern else None


class ResourcePattern:
    """One pattern of a `Resource` element.

    Attributes:
        text: As written.
        exact: The one normal ARN it matches, if it holds no wildcard.
        match: Its matcher of normal ARNs; `None` where it waits for a request, or matches nothing.
        waiting: The template of its last part, where that holds variables.
    """

    __slots__ = ("exact", "head", "match", "tail", "text", "waiting")

    def __init__(self, text: str, kind: PolicyKind, version: Version) -> None:
        self.text = text
        self.exact: str | None = None
        self.match: Matcher | None = None
        self.waiting: Template | None = None
        self.head: tuple[str, ...] = ()
        self.tail: Template = ()
        whole = complete(text, kind)
        if text == "*" or whole is None:
            return
        *head, tail = whole.split(":", HEAD_PARTS)
        self.head, self.tail = tuple(head), template(tail, version)
        if keys_of(self.tail):
            self.waiting = self.tail
            return
        closed = fill(self.tail, lambda _: None) or ()
        if whole == text and is_literal(closed) and all(is_literal(tokens(part)) for part in head):
            self.exact = normal_arn(f"{':'.join(head)}:{''.join(map(str, closed))}")
            self.match = self.exact.__eq__
            return
        self.match = arn_pattern(self.head, closed)
        if whole != text:
            self.match = _either(self.match, short_arn_pattern(tuple(text.split(":"))))
            self.head = ()

    def matches_in(self, arn: str, lookup: Lookup) -> bool:
        """Whether a waiting pattern matches, its variables filled by `lookup`; unresolved matches nothing (V4)."""
        tail = fill(self.tail, lookup)
        return tail is not None and arn_pattern(self.head, tail)(arn)


def _either(one: Matcher, other: Matcher) -> Matcher:
    """A short pattern matches filled up (M8), and as it is written, where a star may eat colons (M7)."""
    return lambda arn: arn != "*" and (one(arn) or other(arn))


class ResourceTest:
    """The part of a resource element that only a request can decide: its patterns with variables, on one ARN."""

    __slots__ = ("_arn", "_inverted", "_patterns", "keys", "text")

    def __init__(self, patterns: tuple[ResourcePattern, ...], arn: str, *, inverted: bool) -> None:
        self._patterns = patterns
        self._arn = arn
        self._inverted = inverted
        self.text = f"{'NotResource' if inverted else 'Resource'} {[p.text for p in patterns]} on {arn}"
        self.keys = frozenset[str]().union(*(keys_of(p.tail) for p in patterns))

    @property
    def sameness(self) -> str:
        """What tests that always turn out alike have in common."""
        return self.text

    @property
    def scalar(self) -> None:
        """It is no condition that can be made short."""
        return

    def holds(self, lookup: Lookup) -> bool | None:
        """Whether the element holds; `None` if that hangs on an unknown key."""
        is_open = False
        for pattern in self._patterns:
            if unknown_keys(keys_of(pattern.tail), lookup):
                is_open = True
            elif pattern.matches_in(self._arn, lookup):
                return not self._inverted
        return None if is_open else self._inverted

    def open_tests(self, lookup: Lookup) -> tuple[OpenTest, ...]:
        """The patterns that hang on an unknown key; one of NotResource holds if it does not match."""
        word = "NotResource" if self._inverted else "Resource"
        found = ((unknown_keys(keys_of(p.tail), lookup), p.text) for p in self._patterns)
        return tuple(OpenTest(keys, f"{word} {text}") for keys, text in found if keys)

    def holds_if(self, lookup: Lookup, holding: frozenset[OpenTest]) -> bool:
        """Whether it would hold if just the open tests in `holding` did."""
        held = self.holds(lookup)
        if held is not None:
            return held
        each = (test in holding for test in self.open_tests(lookup))
        return all(each) if self._inverted else any(each)


Outcome: TypeAlias = bool | ResourceTest


def compile_resources(
    resources: Selection[str] | None, kind: PolicyKind, version: Version
) -> tuple[tuple[ResourcePattern, ...], Callable[[str], Outcome] | None]:
    """Make a resource element ready.

    Returns:
        Its patterns, and a function from a normal ARN to whether it matches, or to the test that will tell; no function
        where the element matches everything.
    """
    if resources is None:
        return (), None
    patterns = tuple(ResourcePattern(text, kind, version) for text in resources.patterns)
    inverted = isinstance(resources, AllExcept)
    if not inverted and any(p.text == "*" for p in patterns):
        return patterns, None
    closed = tuple(p for p in patterns if p.waiting is None)
    waiting = tuple(p for p in patterns if p.waiting is not None)
    return patterns, _matcher(closed, waiting, inverted=inverted)


def _matcher(
    closed: tuple[ResourcePattern, ...], waiting: tuple[ResourcePattern, ...], *, inverted: bool
) -> Callable[[str], Outcome]:
    matches = _any_of(closed)
    if not waiting:
        return (lambda arn: not matches(arn)) if inverted else matches

    def match(arn: str) -> Outcome:
        if matches(arn):
            return not inverted
        # M9: an action without resource is asked with `*`, which only a bare `*` matches.
        return inverted if arn == "*" else ResourceTest(waiting, arn, inverted=inverted)

    return match


def _any_of(closed: tuple[ResourcePattern, ...]) -> Matcher:
    if any(p.text == "*" for p in closed):
        return lambda _: True
    exact = frozenset(p.exact for p in closed if p.exact is not None)
    others = tuple(p.match for p in closed if p.exact is None and p.match is not None)
    return any_of(exact, others)
