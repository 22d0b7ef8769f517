"""Deciding one expected-decision file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from lampolicy.authorize import Authorizer
from lampolicy.check._cases import Case, write_out
from lampolicy.check._expectations import Expectations
from lampolicy.check._faults import validate
from lampolicy.check._judge import judge
from lampolicy.check._lambda_judge import judge_lambda
from lampolicy.check._markup import read_marked
from lampolicy.check._refused import Faults, Refused
from lampolicy.check._report import Finding, LambdaTestResult, TestResult
from lampolicy.diagnostic import Code, Diagnostic, DocumentError, LampolicyError, in_document_order
from lampolicy.function import Authorizer as LambdaAuthorizer
from lampolicy.jsontext import finder
from lampolicy.organization import Organization
from lampolicy.readers import Loaded

Load: TypeAlias = Callable[..., Loaded]
Decided: TypeAlias = TestResult | LambdaTestResult


def decide_file(file: Path, load: Load) -> tuple[list[Finding], list[Decided]]:
    """Decide every question of an expected-decision file.

    Args:
        file: The file.
        load: Reads files and folders of policies.

    Returns:
        The file's own faults and notes, and the decided questions.
    """
    name = str(file)
    try:
        marked = read_marked(file, name)
        expectations = validate(marked)
    except DocumentError as error:
        return _findings(name, error.diagnostics, error.text), []
    except OSError as error:
        message = f"cannot be read: {error.strerror or 'input error'}"
        return [Finding(name, Diagnostic(Code.UNREADABLE, message, help="check its permissions"))], []
    faults = Faults(marked)
    tests = list(_decide(file, expectations, faults, load))
    return _findings(name, faults.found, marked.text), tests


def _findings(name: str, faults: Sequence[Diagnostic], text: str | None) -> list[Finding]:
    find = finder(text, faults) if text is not None and name.endswith(".json") else None
    return [Finding(name, fault, span, text) for fault, span in in_document_order(faults, find)]


def _decide(file: Path, expectations: Expectations, faults: Faults, load: Load) -> Iterator[Decided]:
    organization = _organization(file, expectations, faults, load)
    if organization is None:
        return
    authorizer = LambdaAuthorizer(organization)
    marked = faults.marked
    for case in write_out(expectations, authorizer, faults):
        span = marked.span(case.at)
        if isinstance(case, Case):
            yield TestResult(marked.name, judge(case, authorizer, _explanation), span, marked.text)
        else:
            yield LambdaTestResult(marked.name, judge_lambda(case, organization), span, marked.text)


def _explanation(case: Case, authorizer: Authorizer) -> str | None:
    from lampolicy.explain import explain

    try:
        return str(explain(case.request, authorizer.policies_for(case.request)))
    except LampolicyError as error:
        return f"no explanation: {error}"


def _organization(file: Path, expectations: Expectations, faults: Faults, load: Load) -> Organization | None:
    world = expectations.world
    if world is None:
        return load(file.parent).organization
    places = [world.policies] if isinstance(world.policies, str) else world.policies
    missing = [place for place in places if not (file.parent / place).exists()]
    for place in missing:
        refused = Refused(Code.WORLD_NOT_FOUND, f"`{place}` is not there", "write a path relative to this file")
        faults.add(("world", "policies"), refused)
    return None if missing else load(*(file.parent / place for place in places)).organization
