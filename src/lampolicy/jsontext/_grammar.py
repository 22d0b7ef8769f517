"""The grammars and the parser made from them: the only module that knows lark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    from lark import Lark, Token, Tree, UnexpectedInput
    from lark.parsers.lalr_interactive_parser import InteractiveParser

_ROOM: Final = Path(__file__).resolve().parent
CHECKOUT: Final = _ROOM.parents[2] / "grammars"
"""Where the grammars stand in a checkout."""
INSTALLED: Final = _ROOM.parent / "grammars"
"""Where they stand in an installed package."""


@cache
def grammar(name: str) -> str:
    """Give the text of the grammar `name` (`json`, `policy`), from the checkout before the installed package.

    An editable installation keeps a copy of the grammars, which does not see edits; so the checkout comes first.
    """
    places = (CHECKOUT / f"{name}.lark", INSTALLED / f"{name}.lark")
    found = next((place for place in places if place.is_file()), places[-1])
    return found.read_text("utf-8")


class Word(NamedTuple):
    """A token of a text.

    Attributes:
        kind: Name of its terminal in the grammar: `STRING`, `LBRACE` ...
        text: What stands in the document.
        start: Offset of its first character.
        end: Offset behind its last character.
    """

    kind: str
    text: str
    start: int
    end: int


class Located:
    """What lark makes of a JSON text: the words, and the tree of values with their places.

    Attributes:
        words: The words up to the first that does not fit.
        tree: The values with their places; `None` where the text is not JSON or too long to be located.
        stopped: Offset of the first character that does not fit; `None` where all fit or the budget ran out.
    """

    __slots__ = ("stopped", "tree", "words")

    def __init__(self, words: list[Word], tree: Tree[Token] | None, stopped: int | None) -> None:
        self.words = words
        self.tree = tree
        self.stopped = stopped


def parse_json(text: str, most: int) -> Located:
    """Read `text` word by word with the grammar, at most `most` words; needs no stack, whatever the nesting."""
    from lark import UnexpectedInput  # noqa: PLC0415 - slow to import; only diagnostics need it

    parser = _json_parser().parse_interactive(text)
    words: list[Word] = []
    try:
        for word in _lex(parser):
            if len(words) >= most:
                return Located(words, None, None)
            parser.feed_token(word)
            words.append(Word(word.type, str(word), word.start_pos or 0, word.end_pos or 0))
        return Located(words, cast("Tree[Token]", parser.feed_eof()), None)
    except UnexpectedInput as fault:
        stopped = fault.pos_in_stream
        return Located(words, None, len(text) if stopped is None or _at_end(fault) else stopped)


def _lex(parser: InteractiveParser) -> Iterator[Token]:
    return cast("Iterator[Token]", parser.lexer_thread.lex(parser.parser_state))


def _at_end(fault: UnexpectedInput) -> bool:
    token = getattr(fault, "token", None)
    return token is not None and token.type == "$END"


@cache
def _json_parser() -> Lark:
    from lark import Lark  # noqa: PLC0415 - slow to import; only diagnostics need it

    return Lark(grammar("json"), parser="lalr", lexer="basic", propagate_positions=True)
