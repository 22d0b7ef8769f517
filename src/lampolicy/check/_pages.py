"""The page of every code: a rule's own, or what its family of codes has in common."""

from __future__ import annotations

from typing import Final

from lampolicy.check._rules import RULES
from lampolicy.diagnostic import Code

_TEXT: Final = """\
The text of a document cannot be read as JSON, or is beyond a limit. AWS refuses such a document; where Python would
read something else than AWS (a key written twice), so does lampolicy."""

_LANGUAGE: Final = """\
The document breaks a rule of the policy language. An error is refused by AWS when the policy is written, with the
error the finding quotes where it is known. A warning is stored, but does not do what it seems to."""

_FAMILIES: Final = (
    ("LP10", _TEXT),
    ("LP1", _LANGUAGE),
    ("LP80", "An expected-decision file does not say what to ask, or what to expect."),
    ("LP81", "An expected decision is not what the policies decide."),
    ("LP8", "A file or folder cannot be read, or not as what it seems to be."),
    ("LP9", "A question cannot be answered with what is known."),
)


def page_of(code: Code) -> str:
    """Give the page about a code, in Markdown."""
    for rule in RULES:
        if rule.code is code:
            return f"# {code}: {rule.name} ({rule.severity})\n\n{rule.page}"
    return f"# {code}: {code.name.lower().replace('_', ' ')}\n\n{_family(code)}"


def _family(code: Code) -> str:
    return next((text for prefix, text in _FAMILIES if code.startswith(prefix)), "")
