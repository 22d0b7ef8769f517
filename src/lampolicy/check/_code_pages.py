"""The pages of the codes that no rule has: what each means, why AWS refuses, and how to write it instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from lampolicy.diagnostic import Code
from lampolicy.policy import PolicyKind

_FOLDER: Final = "code_pages"


@dataclass(frozen=True, slots=True)
class CodePage:
    """What there is to say about one code.

    Attributes:
        code: The code.
        means: What it means.
        why: Why AWS refuses it, or what AWS makes of it.
        bad: A small example of it: a statement, a document, a line of a file or a command.
        good: The same as it should be.
        rule: The rules of evaluation or grammar it rests on, by number; empty where it rests on none.
        kind: What a policy of the examples hangs on; `None` where they are no policies.
        form: The language of the examples, for Markdown.
    """

    code: Code
    means: str
    why: str
    bad: str
    good: str
    rule: str = ""
    kind: PolicyKind | None = None
    form: str = "json"

    @property
    def title(self) -> str:
        """The code's name, in words."""
        return self.code.name.lower().replace("_", " ")

    @property
    def text(self) -> str:
        """The page, in Markdown, without its title."""
        place = f", in a policy of kind `{self.kind}`" if self.kind else ""
        parts = [f"{self.means} {self.why}", f"Not so{place}:", self._fenced(self.bad), "But so:"]
        rule = [f"Rule{'s' if ',' in self.rule else ''} {self.rule}."] if self.rule else []
        return "\n\n".join([*parts, self._fenced(self.good), *rule])

    def _fenced(self, example: str) -> str:
        return f"```{self.form}\n{example}\n```"


@cache
def code_pages() -> Mapping[Code, CodePage]:
    """Give the page of every code that no rule has, by code."""
    return {page.code: page for page in sorted(_read(), key=lambda page: page.code)}


def _read() -> Iterator[CodePage]:
    from importlib.resources import files

    for file in files("lampolicy.check").joinpath(_FOLDER).iterdir():
        if file.name.endswith(".toml"):
            for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
                yield _page(Code(code), cast("dict[str, str]", entry))


def _page(code: Code, entry: dict[str, str]) -> CodePage:
    kind = PolicyKind(entry.pop("kind")) if "kind" in entry else None
    return CodePage(code, kind=kind, **entry)
