"""The page of every code: a rule's own, or that of the code."""

from __future__ import annotations

from lampolicy.check._code_pages import code_pages
from lampolicy.check._rules import RULES
from lampolicy.diagnostic import Code


def page_of(code: Code) -> str:
    """Give the page about a code, in Markdown."""
    for rule in RULES:
        if rule.code is code:
            return f"# {code}: {rule.name} ({rule.severity})\n\n{rule.page}"
    page = code_pages()[code]
    return f"# {code}: {page.title}\n\n{page.text}"
