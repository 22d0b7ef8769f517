"""Conformance cases: rows that say what AWS decided, or what it accepted, held against this engine.

A row of the first kind holds a request, its policies and the expected decision; one of the second kind holds a policy
document (or a call on a function's policy) and whether AWS accepted it. Every decision row is decided by the engine and
by the reference; a row passes only if both give the expected decision and the same evidence.

Beside the fields that recordings have, a decision row may hold what only generated cases need: in the request
`principal_id`, `principal_tags`, `unknown` (names of keys whose value is not known) and `via`; a service may carry
`source_arn`, `source_account`, `source_org` and `aliases`; in the policies `management_account` and `facts`. `expected`
may also be `undetermined`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lampolicy.decision import Undetermined
from lampolicy.diagnostic import AwsError, DocumentError, LampolicyError, PolicyError, RequestError
from lampolicy.jsontext import read_json
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import Request
from lampolicy.testing._calls import make_call
from lampolicy.testing._compare import Answer, by_engine, by_reference, word_of
from lampolicy.testing._reading import document_of, object_of, optional_text, read_policies, read_request, text_of
from lampolicy.testing._worlds import World

_ANSWERS: Final = {
    "allow": frozenset({"allow"}),
    "explicit_deny": frozenset({"explicit_deny"}),
    "implicit_deny": frozenset({"implicit_deny"}),
    "deny": frozenset({"explicit_deny", "implicit_deny"}),
    "undetermined": frozenset({"undetermined"}),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A decision case.

    Attributes:
        id: The case's name.
        request: The question.
        policies: Every policy that bears on it.
        expected: `allow`, `explicit_deny`, `implicit_deny`, `deny` (either kind) or `undetermined`.
        notes: What the recorder remarked.
        how: What was asked: live calls, or a simulator.
    """

    id: str
    request: Request
    policies: Policies
    expected: str
    notes: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """A case of writing a policy.

    Attributes:
        id: The case's name.
        kind: The policy's kind, or `add-permission` / `remove-permission` for a call on a function's policy.
        api: The call that was made.
        document: The policy, as a value or as text; for a call, its parameters.
        accepted: Whether AWS accepted it.
        error_code: AWS's error code, where it refused.
        error_message: AWS's message, where it was recorded.
        notes: What the recorder remarked.
    """

    id: str
    kind: str
    api: str
    document: str | Mapping[str, object]
    accepted: bool
    error_code: str | None = None
    error_message: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row.

    Attributes:
        id: The row's name; the file and line where it has none.
        faults: What disagrees, one sentence each; empty if the row passes.
        case: The decision case, where the row is one and could be read.
        engine: The engine's answer to a decision case.
        reference: The reference's.
        error: What could not be read, with its diagnostics, where that is the fault.
    """

    id: str
    faults: tuple[str, ...] = ()
    case: Case | None = None
    engine: Answer | None = None
    reference: Answer | None = None
    error: LampolicyError | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing disagrees."""
        return not self.faults


def read_case(row: Mapping[str, object]) -> Case:
    """Read a decision case.

    Raises:
        RequestError: A field of the row is missing or of the wrong type.
        InvalidName: The principal, the action or the resource is none.
        PolicyError: Policies of the row are refused; it carries the faults of all of them.
    """
    request_row, policies_row = object_of(row, "request"), object_of(row, "policies")
    expected = text_of(row, "expected")
    if expected not in _ANSWERS:
        msg = f"`{expected}` is no expected decision: write one of {', '.join(_ANSWERS)}"
        raise RequestError(msg)
    request = read_request(request_row)
    policies = read_policies(policies_row, request_row, request.principal)
    return Case(text_of(row, "id"), request, policies, expected, text_of(row, "notes", ""), text_of(row, "how", ""))


def read_validation(row: Mapping[str, object]) -> Validation:
    """Read a case of writing a policy; raise `RequestError` if a field is missing or of the wrong type."""
    accepted = row.get("accepted")
    if not isinstance(accepted, bool):
        msg = "`accepted` of a conformance row should be true or false"
        raise RequestError(msg)
    return Validation(
        text_of(row, "id"),
        text_of(row, "kind"),
        text_of(row, "api", ""),
        document_of(row.get("document")),
        accepted,
        optional_text(row, "error_code"),
        optional_text(row, "error_message"),
        text_of(row, "notes", ""),
    )


def run_decision(case: Case) -> Result:
    """Decide a case with the engine and with the reference, and compare both with what is expected.

    Keys in the request win over what AWS derives from the caller, because a recording holds what AWS saw.
    """
    world = World(case.request, case.policies, what_if=True)
    engine, reference = by_engine(world), by_reference(world)
    faults = [*_against_expected("the engine", engine, case), *_against_expected("the reference", reference, case)]
    if engine != reference:
        what = "evidence" if word_of(engine) == word_of(reference) else "decision"
        faults.append(f"engine and reference differ in their {what}")
    return Result(case.id, tuple(faults), case, engine, reference)


def _against_expected(who: str, answer: Answer, case: Case) -> Iterator[str]:
    word = word_of(answer)
    if word in _ANSWERS[case.expected]:
        return
    needs = f", because these keys are not known: {', '.join(answer.needs)}" if isinstance(answer, Undetermined) else ""
    yield f"{who} says {word} where {case.expected} is expected{needs}"


def run_validation(row: Validation | Mapping[str, object]) -> Result:
    """Read a policy as its kind, or check a call, and compare with what AWS accepted; its error too where recorded."""
    case = row if isinstance(row, Validation) else read_validation(row)
    try:
        _write(case)
    except (DocumentError, LampolicyError) as error:
        return Result(case.id, tuple(_refusal_faults(case, error)), error=error if case.accepted else None)
    return Result(case.id, () if case.accepted else (f"accepted, but AWS refuses it{_with_error(case)}",))


def _write(case: Validation) -> None:
    if case.kind in {"add-permission", "remove-permission"} or "SimulateCustomPolicy" in case.api:
        _call(case)
        return
    try:
        kind = PolicyKind(case.kind)
    except ValueError:
        msg = f"`{case.kind}` is not a kind of policy"
        raise RequestError(msg) from None
    Policy.parse(case.document, kind=kind)


def _call(case: Validation) -> None:
    document = read_json(case.document) if isinstance(case.document, str) else case.document
    if not isinstance(document, Mapping):
        msg = "`document` of a call should be an object: the call's parameters"
        raise RequestError(msg)
    make_call(case.kind, document, error_code=case.error_code, error_message=case.error_message)


def _with_error(case: Validation) -> str:
    return f" with {case.error_code}" if case.error_code else ""


def _refusal_faults(case: Validation, error: LampolicyError) -> Iterator[str]:
    if case.accepted:
        yield f"refused, but AWS accepts it: {error}"
        return
    told = [fault.aws for fault in error.diagnostics if fault.aws] if isinstance(error, DocumentError) else []
    if case.error_code and case.error_code not in {aws.code for aws in told}:
        yield f"refused with {_codes(told)}, but AWS's error is {case.error_code}"
    if case.error_message and not any(_same_text(aws.text, case.error_message) for aws in told):
        yield f"refused with the message {_texts(told)}, but AWS's is `{case.error_message}`"


def _same_text(ours: str | None, recorded: str) -> bool:
    return ours == recorded


def _codes(told: list[AwsError]) -> str:
    return " and ".join(dict.fromkeys(aws.code for aws in told)) or "no error code of AWS"


def _texts(told: list[AwsError]) -> str:
    return " and ".join(f"`{aws.text}`" for aws in told if aws.text) or "none"


def run(paths: Iterable[str | Path]) -> Iterator[Result]:
    """Run every row of JSONL files; a file or row that cannot be read is a failed result, not an exception."""
    for path in map(Path, paths):
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            yield Result(str(path), (f"the file cannot be read: {error.strerror or error}",))
            continue
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield run_line(line, f"{path}:{number}")


def run_line(line: bytes | str, place: str) -> Result:
    """Run one row, which is recognized by its fields: `request` for a decision, `accepted` for a written policy.

    Args:
        line: The row as JSON text.
        place: What to call the row where it has no `id`.
    """
    name = place
    try:
        row = read_json(line)
        if not isinstance(row, dict):
            return Result(place, ("the row is not a JSON object",))
        name = text_of(row, "id", place)
        if "accepted" in row:
            return run_validation(row)
        return run_decision(read_case(row))
    except PolicyError as error:
        return Result(name, (f"a policy of the row is refused: {error}",), error=error)
    except LampolicyError as error:
        return Result(name, (f"the row cannot be read: {error}",), error=error)
