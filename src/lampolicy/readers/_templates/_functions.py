"""CloudFormation's intrinsic functions on values that are resolved already."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from lampolicy.readers._templates._value import LONGEST_TEXT, Unknown, Value, plain, text_of


class BadUse(Exception):  # noqa: N818 - how a template uses a function, not an accident
    """A function is used in a way CloudFormation refuses; the text says how."""


Pure: TypeAlias = Callable[[Value], Value]


def joined(argument: Value) -> Value:
    """`Fn::Join`: a delimiter, and a list of texts."""
    delimiter, items = _pair(argument, "a delimiter and a list")
    unknown = Unknown.of([delimiter, items])
    if unknown is not None:
        return unknown
    texts = [text_of(item) for item in _list(items, "the second part of `Fn::Join`")]
    if not isinstance(delimiter, str) or any(text is None for text in texts):
        raise BadUse("`Fn::Join` joins texts, with a text between them")
    return short(delimiter.join(text for text in texts if text is not None))


def selected(argument: Value) -> Value:
    """`Fn::Select`: an index, and a list; only what is selected must be known."""
    index, items = _pair(argument, "an index and a list")
    if isinstance(index, Unknown):
        return index
    if isinstance(items, Unknown):
        return items
    listed = _list(items, "the second part of `Fn::Select`")
    text = text_of(index) or ""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise BadUse(f"`Fn::Select` selects by a number, not by `{text}`")
    if int(text) >= len(listed):
        raise BadUse(f"`Fn::Select` selects item {text} of a list of {len(listed)}")
    return listed[int(text)]


def split(argument: Value) -> Value:
    """`Fn::Split`: a delimiter, and a text."""
    delimiter, text = _pair(argument, "a delimiter and a text")
    unknown = Unknown.of([delimiter, text])
    if unknown is not None:
        return unknown
    whole = text_of(text)
    if not isinstance(delimiter, str) or not delimiter or whole is None:
        raise BadUse("`Fn::Split` splits a text at a text")
    return list[Value](whole.split(delimiter))


def base64_of(argument: Value) -> Value:
    """`Fn::Base64`: a text."""
    if isinstance(argument, Unknown):
        return argument
    text = text_of(argument)
    if text is None:
        raise BadUse("`Fn::Base64` takes a text")
    return short(base64.b64encode(text.encode("utf-8", "surrogatepass")).decode())


def length(argument: Value) -> Value:
    """`Fn::Length`: a list (transform AWS::LanguageExtensions)."""
    return argument if isinstance(argument, Unknown) else len(_list(argument, "what `Fn::Length` counts"))


def json_text(argument: Value) -> Value:
    """`Fn::ToJsonString`: an object or list (transform AWS::LanguageExtensions)."""
    known = plain(argument)
    if isinstance(known, Unknown):
        return known
    if not isinstance(known, dict | list):
        raise BadUse("`Fn::ToJsonString` takes an object or a list")
    return short(json.dumps(known, separators=(",", ":")))


PURE: Final[Mapping[str, Pure]] = {
    "Fn::Join": joined,
    "Fn::Select": selected,
    "Fn::Split": split,
    "Fn::Base64": base64_of,
    "Fn::Length": length,
    "Fn::ToJsonString": json_text,
}
"""Functions that need nothing but their argument."""


def short(text: str) -> str:
    """A text within the limit.

    Raises:
        BadUse: It is longer.
    """
    if len(text) > LONGEST_TEXT:
        raise BadUse(f"this comes to a text of more than {LONGEST_TEXT:,} characters")
    return text


def _pair(argument: Value, what: str) -> tuple[Value, Value]:
    if isinstance(argument, Unknown):
        return argument, argument
    if not isinstance(argument, list) or len(argument) != 2:
        raise BadUse(f"this function takes a list of two: {what}")
    return argument[0], argument[1]


def _list(value: Value, what: str) -> list[Value]:
    if not isinstance(value, list):
        raise BadUse(f"{what} must be a list")
    return value
