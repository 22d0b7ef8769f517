"""The text of a template: JSON, or YAML with the short forms of intrinsic functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer, Span
from lampolicy.jsontext import Limits, places_in, read_json
from lampolicy.readers._loaded import FindPlace
from lampolicy.readers._yaml import MarkedYaml, Plain, YamlRules, read_yaml, untagged_text

if TYPE_CHECKING:
    from yaml import ScalarNode

LARGEST: Final = 4_194_304
"""Most bytes of a template; CloudFormation takes 1 MB, before a transform."""
_DEEPEST: Final = 64
_VALUES: Final = 200_000
_WORDS: Final = 1_000_000
_RESOURCES: Final = re.compile(r"""^["']?Resources["']?\s*:""", re.MULTILINE)
_TYPE: Final = re.compile(r"""\bType["']?\s*:\s*["']?[A-Za-z0-9]+::""")
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_FLOAT: Final = re.compile(r"-?(0|[1-9][0-9]{0,15})\.[0-9]{0,15}[1-9]", re.ASCII)
_TRUTH: Final[Mapping[str, bool]] = {"true": True, "True": True, "false": False, "False": False}
_SHORT: Final[Mapping[str, str]] = {"!Ref": "Ref", "!Condition": "Condition"}


def may_be_template(text: str) -> bool:
    """Tell by a glance whether a YAML text may be a template; many other YAML files lie beside one."""
    return _RESOURCES.search(text) is not None and _TYPE.search(text) is not None


def read_text(text: str, name: str) -> tuple[Plain, FindPlace]:
    """Read a template's text.

    Args:
        text: JSON or YAML.
        name: What to call the file in messages.

    Returns:
        What it says, short forms written out, and what tells places in it.

    Raises:
        DocumentError: It is neither, is over the limits, or PyYAML, which reads YAML, is not installed.
    """
    if text.removeprefix("\ufeff").lstrip()[:1] == "{":
        value = read_json(text, limits=Limits(bytes=LARGEST), name=name)
        return value, places_in(text, most=_WORDS)
    if find_spec("yaml") is None:
        help_ = "pip install 'lampolicy[check]', which brings PyYAML, or write the template as JSON"
        raise DocumentError((Diagnostic(Code.NEEDS_LIBRARY, "a template in YAML needs PyYAML", help=help_),), name=name)
    marked = read_yaml(text, name, YamlRules(Code.BAD_TEMPLATE, _DEEPEST, _VALUES, _scalar, _long_form))
    return marked.value, _find_in(marked)


def _long_form(tag: str) -> str | None:
    """The function that a tag is short for, whether CloudFormation has it or not."""
    if re.fullmatch(r"![A-Za-z0-9]{1,32}", tag, re.ASCII) is None:
        return None
    return _SHORT.get(tag, f"Fn::{tag[1:]}")


def _scalar(node: ScalarNode) -> Plain:
    """Truth values and numbers that are written as JSON writes them, too; anything else stays the text it is."""
    text = untagged_text(node)
    if text is None or node.style:
        return text
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _find_in(marked: MarkedYaml) -> FindPlace:
    def find(at: Pointer, on_key: bool) -> Span | None:  # noqa: FBT001 - part of a place
        if on_key and at in marked.keys:
            return marked.keys[at]
        while at and at not in marked.spans:
            at = at[:-1]
        return marked.spans.get(at)

    return find
