"""The grammars and the parser made from them: the only module that knows lark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from lampolicy.diagnostic import Span

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.parsers.lalr_interactive_parser import InteractiveParser

_ROOM: Final = Path(__file__).resolve().parent
CHECKOUT: Final = _ROOM.parents[2] / "grammars"
"""Where the grammars stand in a checkout."""
INSTALLED: Final = _ROOM.parent / "grammars"
"""Where they stand in an installed package."""


@cache
def grammar(name: str) -> str:
    """Give the text of the grammar `name` (`json`, `policy`, `trace`), from the checkout before the installed package.

    An editable installation keeps a copy of the grammars, which does not see edits; so the checkout comes first.
    """
    places = (CHECKOUT / f"{name}.lark", INSTALLED / f"{name}.lark")
    found = next((place for place in places if place.is_file()), places[-1])
    return found.read_text("utf-8")


class Word(NamedTuple):
    """A word or mark of a text; it never spreads over two lines.

    Attributes:
        kind: Name of its terminal in the grammar: `STRING`, `LBRACE` ...
        text: What stands in the document.
        start: Offset of its first character.
        line: Its line, counted from 1.
        column: Column of its first character, counted from 1.
    """

    kind: str
    text: str
    start: int
    line: int
    column: int

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(self.line, self.column, self.line, self.column + len(self.text))


class Reading(NamedTuple):
    """What lark makes of a JSON text.

    Attributes:
        words: The words up to the first that does not fit.
        complete: Whether the text is JSON, as far as a grammar can tell.
        stopped: Offset of the first character that does not fit, the length of the text if its end comes too early;
            `None` where all fits or the budget was used up.
    """

    words: list[Word]
    complete: bool
    stopped: int | None


def read_words(text: str, most: int) -> Reading:
    """Read the JSON text `text` word by word, at most `most` words; needs no stack, whatever the nesting."""
    from lark import UnexpectedInput

    parser = _interactive(_json_parser(), text)
    words: list[Word] = []
    try:
        for token in _tokens(parser):
            if len(words) == most:
                return Reading(words, complete=False, stopped=None)
            parser.feed_token(token)
            words.append(_word(token))
    except UnexpectedInput as fault:
        return Reading(words, complete=False, stopped=fault.pos_in_stream)
    try:
        parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedInput:
        return Reading(words, complete=False, stopped=len(text))
    return Reading(words, complete=True, stopped=None)


def _interactive(parser: Lark, text: str) -> InteractiveParser:
    start = cast("Callable[[str], InteractiveParser]", parser.parse_interactive)  # pyright: ignore[reportUnknownMemberType]
    return start(text)


def _tokens(parser: InteractiveParser) -> Iterator[Token]:
    return parser.lexer_thread.lex(parser.parser_state)  # type: ignore[no-untyped-call, no-any-return]


def _word(token: Token) -> Word:
    return Word(token.type, str(token), token.start_pos or 0, token.line or 1, token.column or 1)


@cache
def _json_parser() -> Lark:
    from lark import Lark

    return Lark(grammar("json"), parser="lalr", lexer="basic")
