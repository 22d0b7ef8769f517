"""Why a text is not JSON, in plain words: one function for each mistake people make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from lampolicy.diagnostic import quoted
from lampolicy.jsontext._fault import Expected, Fault, Trouble, fault
from lampolicy.jsontext._strings import bad_string

_WORD: Final = re.compile(r"[^\W\d][^\s\"',{}\[\]]*")
_NUMBER: Final = re.compile(r"[+-]?[\d.][\w.+-]*")
_COMMENT: Final = re.compile(r"//[^\n]*|\#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_SPACE_BEFORE: Final = re.compile(r"[ \t\r\n]*")
_PYTHON: Final = {"True": "true", "False": "false", "None": "null"}
_QUOTES: Final = {"'": "'", "`": "`", "\u2018": "\u2019", "\u201c": "\u201d", "\u201d": "\u201d", "\u2019": "\u2019"}
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"})


def explain(trouble: Trouble) -> Fault:
    """Tell why the text stops being JSON where it does."""
    found = (rule(trouble) for rule in _RULES)
    return next((fault for fault in found if fault), _anything(trouble))


def _empty(trouble: Trouble) -> Fault | None:
    if trouble.here or trouble.last:
        return None
    return fault(
        "the document is empty", trouble.span(0, 1), "check that it is the file you meant, and that it was saved"
    )


def _unfinished(trouble: Trouble) -> Fault | None:
    if trouble.here or not trouble.open:
        return None
    opened = trouble.open[-1]
    missing = "".join(trouble._replace(open=trouble.open[: n + 1]).closer for n in reversed(range(len(trouble.open))))
    return fault(
        f"the document ends before this `{opened.text}` is closed",
        opened.span,
        f"close it: {quoted(missing)} is missing",
    )


def _comment(trouble: Trouble) -> Fault | None:
    comment = _COMMENT.match(trouble.text, trouble.at)
    if not comment:
        return None
    blank = (trouble.at, re.sub(r"[^\n]", " ", comment[0]))
    return fault("JSON has no comments", trouble.span(*comment.span()), "remove the comment", repair=blank)


def _trailing_comma(trouble: Trouble) -> Fault | None:
    last = trouble.last
    if trouble.here not in {"]", "}"} or not last or last.kind != "COMMA":
        return None
    message = f"a comma stands before the closing `{trouble.here}`"
    return fault(message, last.span, "remove the comma", repair=(last.start, " "))


def _double_comma(trouble: Trouble) -> Fault | None:
    if trouble.here != "," or not trouble.last or trouble.last.kind not in {"COMMA", "LSQB", "LBRACE"}:
        return None
    message = "a comma stands where a value should stand" if trouble.last.kind != "COMMA" else "two commas in a row"
    return fault(message, trouble.span(trouble.at, trouble.at + 1), "remove the comma", repair=(trouble.at, " "))


def _second_document(trouble: Trouble) -> Fault | None:
    if trouble.expected is not Expected.END:
        return None
    span = trouble.span(trouble.at, trouble.at + 1)
    if trouble.here in {"{", "["}:
        help_ = "one document holds one JSON value: put both into one list, or into two files"
        return fault("a second JSON value follows the first", span, help_)
    help_ = f"remove what stands from {quoted(trouble.here)} on"
    if trouble.here in {"]", "}"}:
        help_ = f"remove the `{trouble.here}`, or look for a bracket that is closed too early"
    return fault("the text goes on behind the end of the JSON document", span, help_)


def _other_bracket(trouble: Trouble) -> Fault | None:
    if trouble.here not in {"]", "}"} or trouble.here == trouble.closer or not trouble.open:
        return None
    opened = trouble.open[-1]
    return fault(
        f"`{trouble.here}` cannot close the `{opened.text}` of line {opened.line}",
        trouble.span(trouble.at, trouble.at + 1),
        f"put `{trouble.closer}` before it, or in its place",
    )


def _key_without_value(trouble: Trouble) -> Fault | None:
    if trouble.here not in {",", "}", "]"} or not trouble.last:
        return None
    if trouble.expected is Expected.COLON:
        help_ = "write a colon and a value behind it; a list stands in `[` `]`"
        return fault(f"the key {quoted(trouble.last.text[1:-1])} has no value", trouble.last.span, help_)
    if trouble.last.kind == "COLON":
        return fault("there is no value behind the colon", trouble.last.span, "write a value, or remove the key")
    return None


def _run_on(trouble: Trouble) -> Fault | None:
    """Tell of a word or number that goes on in a way JSON does not know: `012`, `1.`, `0x1F`, `trueish`."""
    last = trouble.last
    if not last or last.end != trouble.at or not re.match(r"[\w.+-]", trouble.here):
        return None
    if last.kind == "NUMBER" and (number := _NUMBER.match(trouble.text, last.start)):
        return _number(trouble, number)
    if last.kind in {"TRUE", "FALSE", "NULL"} and (word := _WORD.match(trouble.text, last.start)):
        return _unquoted(trouble, word)
    if last.kind == "STRING":
        message = "the text goes on behind its closing quote"
        return fault(message, trouble.span(trouble.at, trouble.at + 1), 'write `\\"` for a quote inside a text')
    return None


def _missing_colon(trouble: Trouble) -> Fault | None:
    if trouble.expected is not Expected.COLON or not trouble.last:
        return None
    message = f"a colon is missing behind the key {quoted(trouble.last.text[1:-1])}"
    repair = (trouble.at, ":") if trouble.here == "=" else _into_gap(trouble, ":")
    return fault(message, trouble.span(trouble.at, trouble.at + 1), "write `:` between key and value", repair=repair)


def _missing_comma(trouble: Trouble) -> Fault | None:
    starts = trouble.here in {'"', "'", "{", "[", "-"} or trouble.here.isalnum()
    if trouble.expected is not Expected.COMMA or not starts or not trouble.last:
        return None
    span = trouble.span(trouble.last.end, trouble.last.end + 1)
    return fault("a comma is missing here", span, "write `,` between two values", repair=_into_gap(trouble, ","))


def _into_gap(trouble: Trouble, mark: str) -> tuple[int, str] | None:
    """Put `mark` into the white space before the place, if there is some that is no line end."""
    behind = trouble.last.end if trouble.last else 0
    gap = trouble.text[behind : trouble.at]
    return (behind + gap.index(" "), mark) if " " in gap else None


def _wrong_quotes(trouble: Trouble) -> Fault | None:
    if trouble.here not in _QUOTES or trouble.expected not in {Expected.KEY, Expected.VALUE}:
        return None
    end = trouble.text.find(_QUOTES[trouble.here], trouble.at + 1)
    line_end = trouble.text.find("\n", trouble.at)
    closed = end >= 0 and (line_end < 0 or end < line_end)
    inner = trouble.text[trouble.at + 1 : end] if closed else ""
    repair = (trouble.at, f'"{inner}"') if closed and not set('"\\') & set(inner) else None
    span = trouble.span(trouble.at, end + 1 if closed else trouble.at + 1)
    return fault(f"`{trouble.here}` cannot quote a text", span, 'JSON wants double quotes: `"`', repair=repair)


def _bare_word(trouble: Trouble) -> Fault | None:
    word = _WORD.match(trouble.text, trouble.at)
    if not word or trouble.expected not in {Expected.KEY, Expected.VALUE}:
        return None
    return _unquoted(trouble, word)


def _unquoted(trouble: Trouble, word: re.Match[str]) -> Fault:
    text = word[0].rstrip(":") or word[0]
    span = trouble.span(word.start(), word.start() + len(text))
    if text in _PYTHON and trouble.expected is not Expected.KEY:
        meant = _PYTHON[text]
        return fault(f"`{text}` is Python, not JSON", span, f"write `{meant}`", repair=(word.start(), meant))
    if text in {"NaN", "Infinity", "undefined"}:
        return fault(f"`{text}` is not a value in JSON", span, "write a number, a text, or `null`")
    shown = quoted(text)
    return fault(f"{shown} stands without quotes", span, f'write `"{shown[1:-1]}"`')


def _bare_number(trouble: Trouble) -> Fault | None:
    number = _NUMBER.match(trouble.text, trouble.at)
    if trouble.expected is Expected.VALUE and number:
        return _number(trouble, number)
    if trouble.expected is Expected.VALUE and trouble.here in {"-", "+"}:
        return fault(
            "a sign without a number", trouble.span(trouble.at, trouble.at + 1), "write the number, or remove it"
        )
    return None


def _number(trouble: Trouble, number: re.Match[str]) -> Fault:
    shown = quoted(number[0])
    if re.fullmatch(r"0\d+", number[0], re.ASCII):
        help_ = f'a number has no zeros in front; an account id is a text: `"{shown[1:-1]}"`'
    else:
        help_ = f'write it with digits only, such as `10` or `0.5`, or as a text: `"{shown[1:-1]}"`'
    return fault(f"{shown} is not a number in JSON", trouble.span(*number.span()), help_)


def _key_not_text(trouble: Trouble) -> Fault | None:
    if trouble.expected is not Expected.KEY or not (trouble.here.isdigit() or trouble.here in {"{", "[", "-"}):
        return None
    span = trouble.span(trouble.at, trouble.at + 1)
    return fault("a key must be a text in double quotes", span, 'write `"key": value`; a list stands in `[` `]`')


def _unseen(trouble: Trouble) -> Fault | None:
    if unicodedata.category(trouble.here or " ") not in _UNSEEN or trouble.here in {"", " "}:
        return None
    code = f"U+{ord(trouble.here):04X}"
    span = trouble.span(trouble.at, trouble.at + 1)
    if trouble.here == "\0":
        return fault(f"an invisible character {code}", span, "the file may be UTF-16: save it as UTF-8")
    help_ = "remove it; it often comes with text copied from a web page"
    return fault(f"an invisible character {code}", span, help_, repair=(trouble.at, " "))


def _anything(trouble: Trouble) -> Fault:
    span = trouble.span(trouble.at, trouble.at + 1)
    return fault(f"{quoted(trouble.here)} cannot stand here", span, f"{trouble.expected.value} is expected")


_RULES: Final[tuple[Callable[[Trouble], Fault | None], ...]] = (
    _empty,
    _unfinished,
    _comment,
    _trailing_comma,
    _run_on,
    _second_document,
    _double_comma,
    _key_without_value,
    _other_bracket,
    bad_string,
    _missing_colon,
    _missing_comma,
    _wrong_quotes,
    _bare_word,
    _bare_number,
    _key_not_text,
    _unseen,
)
"""First come, first served: a rule may lean on those before it."""
