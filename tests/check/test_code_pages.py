"""Every code has a page of its own, and what the pages show is so."""

from __future__ import annotations

import json

import pytest

from lampolicy.check import RULES, CodePage, code_pages, page_of
from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Severity
from lampolicy.policy import Policy

OF_RULES = {rule.code for rule in RULES}
SHOWN = [page for page in code_pages().values() if page.kind is not None]


def faults(page: CodePage, example: str) -> tuple[Diagnostic, ...]:
    """What there is to say about an example, which is a document or one statement of one."""
    text = example if '"Statement"' in example else f'{{"Version": "2012-10-17", "Statement": [{example}]}}'
    assert page.kind is not None
    try:
        return Policy.parse(text, kind=page.kind).warnings
    except DocumentError as error:
        return error.diagnostics


@pytest.mark.parametrize("code", Code)
def test_every_code_has_one_page_of_its_own(code: Code) -> None:
    assert (code in OF_RULES) != (code in code_pages())
    assert page_of(code).startswith(f"# {code}: ")


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: str(page.code))
def test_the_bad_example_shows_the_fault(page: CodePage) -> None:
    assert page.code in {said.code for said in faults(page, page.bad)}


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: str(page.code))
def test_the_good_example_is_accepted(page: CodePage) -> None:
    told = faults(page, page.good)

    assert page.code not in {said.code for said in told}
    assert [said.message for said in told if said.severity is Severity.ERROR] == []


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: str(page.code))
def test_a_good_example_is_json(page: CodePage) -> None:
    assert json.loads(page.good)


@pytest.mark.parametrize("page", code_pages().values(), ids=lambda page: str(page.code))
def test_a_page_says_what_and_why_in_sentences(page: CodePage) -> None:
    for text in (page.means, page.why):
        assert text.lstrip("`")[0].isupper() or text.startswith("`")
        assert text.rstrip("`").endswith((".", "?"))
    assert page.bad != page.good
