"""Break the engine on purpose, to see the gates go red: `python -m benchmarks gates --break index`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import lampolicy
from lampolicy import Decision, Organization, Request
from lampolicy.names import Matcher, Tokens, Wild, glob


@dataclass(frozen=True, slots=True)
class Breakage:
    """What is broken.

    Attributes:
        name: What `--break` takes.
        what: What it does, in words.
        gates: The gates that must go red.
        patches: What stands in for parts of lampolicy.
        imports: What is loaded beside lampolicy where it is imported.
    """

    name: str
    what: str
    gates: tuple[str, ...]
    patches: Callable[[], Iterator[None]] | None = None
    imports: str = ""

    @staticmethod
    @contextmanager
    def of(name: str | None) -> Iterator[Breakage]:
        """Have it broken for a while; nothing for `None`."""
        chosen = Breakage("nothing", "nothing", ()) if name is None else BREAKAGES[name]
        if chosen.patches is None:
            yield chosen
            return
        with contextmanager(chosen.patches)():
            yield chosen


def _everywhere(name: str, old: object, new: object) -> Iterator[None]:
    """Let `new` stand wherever a module of lampolicy holds `old` under a name."""
    holders = [m for n, m in list(sys.modules.items()) if n.startswith("lampolicy") and m.__dict__.get(name) is old]
    assert holders, f"nothing in lampolicy holds `{name}`: the way to break it has changed"
    patches = [mock.patch.object(holder, name, new) for holder in holders]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


def _index_off() -> Iterator[None]:
    from lampolicy import engine

    yield from _everywhere("INDEX_FROM", engine.INDEX_FROM, sys.maxsize)


class _NoMemo(lampolicy.Authorizer):
    """Remembers nothing."""

    __slots__ = ()

    def __init__(self, organization: Organization, *, memo_limit: int = 0, plan_limit: int = 0) -> None:
        del memo_limit, plan_limit
        super().__init__(organization, memo_limit=0, plan_limit=1)


class _NoBound(lampolicy.Authorizer):
    """Forgets nothing."""

    __slots__ = ()

    def __init__(self, organization: Organization, *, memo_limit: int = 0, plan_limit: int = 0) -> None:
        del memo_limit, plan_limit
        super().__init__(organization, memo_limit=sys.maxsize, plan_limit=sys.maxsize)


class _ByReference(lampolicy.Authorizer):
    """Decides literally, as if there were no engine."""

    __slots__ = ()

    def decide(self, *asked: object) -> Decision:
        from lampolicy.reference import decide

        request = Request(*asked)  # type: ignore[arg-type]
        return decide(request, self.policies_for(request))


def _authorizer(made: type) -> Callable[[], Iterator[None]]:
    def patches() -> Iterator[None]:
        with mock.patch.object(lampolicy, "Authorizer", made):
            yield

    return patches


def _backtracking() -> Iterator[None]:
    yield from _everywhere("glob", glob, _by_regular_expression)


def _by_regular_expression(pattern: Tokens) -> Matcher:
    written = {Wild.STAR: ".*?", Wild.ONE: "."}
    text = "".join(re.escape(t) if isinstance(t, str) else written[t] for t in pattern)
    found = re.compile(text, re.DOTALL)
    return lambda given: found.fullmatch(given) is not None


BREAKAGES = {
    b.name: b
    for b in (
        Breakage("index", "statements are tried one by one, without index", ("growth",), _index_off),
        Breakage("memo", "nothing is remembered", ("decide-over-bare",), _authorizer(_NoMemo)),
        Breakage("bound", "the memo has no limit", ("memo-bounded",), _authorizer(_NoBound)),
        Breakage("engine", "the reference stands in for it", ("reference-over-decide",), _authorizer(_ByReference)),
        Breakage("patterns", "wildcards are regular expressions that backtrack", ("hostile-doubling",), _backtracking),
        Breakage(
            "import",
            "pydantic and lark are loaded with lampolicy",
            ("import-over-python", "decision-over-python", "modules-after-import", "modules-after-decision"),
            imports=", pydantic, lark\nclass _M(pydantic.BaseModel): pass",
        ),
    )
}
