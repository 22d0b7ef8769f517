"""Texts in the shape of a grammar, and texts with a few characters deleted, inserted or replaced."""

from __future__ import annotations

import json
from functools import cache

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from lampolicy.jsontext._grammar import grammar

# marks of JSON, the beginnings of its words, and what people put in their place
_CHARACTERS = [
    *"{}[]\",:\\ \n\t'0123456789-+.eEutrfalsn",
    "\x00",
    "\u00a0",
    "\ufeff",
    "é",
    "😀",
    "*",
    "\\ud83d",
    '"a":',
]

# what hypothesis would make of the regular expressions, only quicker
_TERMINALS = {
    "WS": st.sampled_from([" ", "\n", "\t", "\r\n"]),
    "STRING": st.one_of(
        st.text(max_size=6).map(json.dumps),
        st.sampled_from(['""', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\\\"', '"\\""', '"日\x7f"', '"a:,{[b"', '"//"']),
    ),
    "NUMBER": st.sampled_from(["0", "-0", "12", "-1.50", "1e5", "1E+400", "0.1e-999", "18446744073709551616"]),
}


@cache
def parser(name: str) -> Lark:
    return Lark(grammar(name), parser="lalr", propagate_positions=True)


@cache
def texts(name: str) -> st.SearchStrategy[str]:
    """Texts in the language of a grammar."""
    return from_lark(parser(name), explicit=_TERMINALS)


@st.composite
def damaged(draw: st.DrawFn, name: str) -> str:
    """A text of the grammar `name` with up to three characters wrong."""
    text = draw(texts(name))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        removed = draw(st.integers(0, 1))
        text = text[:at] + draw(st.sampled_from(["", *_CHARACTERS])) + text[at + removed :]
    return text
