"""The grammar of a path and what it makes of a text: the only module of this room that knows lark."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from lampolicy.diagnostic import InvalidName, visible
from lampolicy.jsontext import grammar

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

FORM: Final = "SOURCE -> FUNCTION -> ACTION RESOURCE, as in `bucket photos in 111122223333 -> thumbnails:live`"
_WORDS: Final = {
    "_ARROW": "`->`",
    "_IN": "`in ACCOUNT`",
    "_FOR": "`for ARN`",
    "_AS": "`as ROLE`",
    "_ON": "`on`",
    "_WITH": "`with KEY=VALUE`",
    "_BY": "`by`",
    "WORD": "a name or an ARN",
    "KIND": "a place such as `bucket photos`",
    "_SERVICE": "`service NAME`",
    "_URL": "`url by WHO`",
    "$END": "the end",
}
_SHOWN: Final = 40
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


class Piece(NamedTuple):
    """A part of a path.

    Attributes:
        rule: Which: `thing`, `service`, `url` of a source, `onward`, `does` of a step; `in`, `for`, `as`, `with`.
        kind: For a thing, what it is called: `bucket`, `queue` ...
        words: Its words.
        inner: The parts of it that begin with `in`, `for`, `as` or `with`.
    """

    rule: str
    kind: str | None
    words: list[str]
    inner: list[Piece]

    def behind(self, rule: str) -> list[str]:
        """The words behind `in`, `for`, `as` or `with`."""
        return [word for piece in self.inner if piece.rule == rule for word in piece.words]


def pieces_of(text: str) -> list[Piece]:
    """Take a path apart: the source, then every step; raise `InvalidName` where it stops being a path."""
    from lark.exceptions import UnexpectedInput

    try:
        tree = _read(text)
    except UnexpectedInput as fault:
        raise InvalidName(_said(text, fault)) from None
    return [_piece(child) for child in _inner(tree)]


def _read(text: str) -> Tree[Token]:
    parse = cast("Callable[[str], Tree[Token]]", _parser().parse)  # pyright: ignore[reportUnknownMemberType]
    return parse(text)


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(grammar("trace"), parser="lalr", maybe_placeholders=False)


def _piece(tree: Tree[Token]) -> Piece:
    inner = _inner(tree)
    words = [_plain(str(_tokens(child)[0])) for child in inner if child.data == "word"]
    kind = next((str(token) for token in _tokens(tree) if token.type == "KIND"), None)
    return Piece(str(tree.data), kind, words, [_piece(child) for child in inner if child.data != "word"])


def _inner(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, str)]


def _plain(word: str) -> str:
    quoted = len(word) > 1 and word.startswith('"') and word.endswith('"')
    return _ESCAPE.sub(r"\1", word[1:-1]) if quoted else word


def _said(text: str, fault: UnexpectedInput) -> str:
    ended = getattr(getattr(fault, "token", None), "type", None) == "$END"
    at: int = len(text) if ended else getattr(fault, "pos_in_stream", None) or 0
    expected: set[str] = set(getattr(fault, "accepts", None) or getattr(fault, "expected", None) or ())
    could = [told for name, told in _WORDS.items() if name in expected]
    rest = text[at : at + _SHOWN].split("\n", maxsplit=1)[0]
    where = f"at column {at + 1}, `{visible(rest)}`" if rest.strip() else "at its end"
    wanted = f"; {' or '.join(could)} could stand there" if could else ""
    return f"the path cannot be read {where}{wanted}; it reads {FORM}{_hint(text)}"


def _hint(text: str) -> str:
    return "; put blanks around `->`" if re.search(r"\S->|->\S", text) else ""
