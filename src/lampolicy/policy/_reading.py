"""The long way from a document to a `Policy`, or to every fault of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lampolicy.diagnostic import AwsError, Code, Diagnostic, DocumentError, Pointer, PolicyError
from lampolicy.policy._characters import check_characters
from lampolicy.policy._draft import Draft
from lampolicy.policy._faults import Faults
from lampolicy.policy._kind_checks import CHECKS
from lampolicy.policy._kinds import RULES, Rules
from lampolicy.policy._order import in_document_order
from lampolicy.policy._policy import Policy
from lampolicy.policy._quotas import MANAGED, Quota
from lampolicy.policy._resource_control import is_full_access
from lampolicy.policy._shape import described, is_list, is_object
from lampolicy.policy._statements import build, read_statement
from lampolicy.policy._types import Effect, PolicyKind, Version
from lampolicy.record import replace

_ELEMENTS: Final = ("Version", "Id", "Statement")
_ENOUGH: Final = 10_000


def read_with_care(
    source: bytes | str | Mapping[str, object],
    document: object,
    kind: PolicyKind,
    *,
    name: str | None,
    file: str | None,
    pointer: Pointer,
    quota: Quota | None,
) -> Policy:
    """Read a document with an eye on every fault; see `lampolicy.policy._read.read_policy`.

    Args:
        source: The JSON text, or the document as a value.
        document: The document's value.
        kind: What the policy hangs on.
        name: What to call it in evidence; the kind if not given.
        file: The file it comes from.
        pointer: Where in that file the document stands.
        quota: The limit on its size; none if `None`.
    """
    text = _decoded(source) if isinstance(source, str | bytes) else None
    faults = Faults(_rules(kind, quota))
    if text is not None:
        check_characters(text, faults)
    base = pointer if text is None else ()
    policy = _document(document, kind, base, faults)
    if quota is not None and (text is not None or is_object(document)):
        _check_size(source if text is None else text, quota, policy, base, faults)
    diagnostics = in_document_order(tuple(faults.found), document, base)
    if policy is None or faults.errors:
        raise PolicyError(diagnostics, text=text, name=name or file)
    return Policy(
        kind, policy.statements, policy.version, policy.id, name or str(kind), file, pointer, warnings=diagnostics
    )


def _decoded(source: bytes | str) -> str:
    """Give the text as it is checked and shown: a byte that is no UTF-8 is replaced, the byte order mark left out."""
    return source if isinstance(source, str) else source.decode("utf-8-sig", "replace")


def _rules(kind: PolicyKind, quota: Quota | None) -> Rules:
    return replace(RULES[kind], version_2012=True) if quota is MANAGED else RULES[kind]


def not_json(error: DocumentError, kind: PolicyKind, quota: Quota | None, name: str | None) -> PolicyError:
    """Say of a text that is not JSON what AWS says of it."""
    rules = _rules(kind, quota)
    aws = AwsError(rules.code, rules.json_text)
    return PolicyError(tuple(_with_aws(d, aws) for d in error.diagnostics), text=error.text, name=name)


def _check_size(
    source: str | bytes | Mapping[str, object], quota: Quota, policy: Policy | None, base: Pointer, faults: Faults
) -> None:
    """Count the size of a text, or of a value that was found to be a policy; any other value may hold anything."""
    if isinstance(source, str):
        if not quota.surely_met_by(source):
            faults.found.extend(quota.check(quota.size(source), base))
    elif isinstance(source, Mapping) and policy is not None:
        faults.found.extend(quota.check(quota.size(source), base))


def _with_aws(diagnostic: Diagnostic, aws: AwsError) -> Diagnostic:
    d = diagnostic
    return Diagnostic(d.code, d.message, d.at, d.on_key, d.help, d.severity, d.aws or aws, d.span)


def _document(document: object, kind: PolicyKind, base: Pointer, faults: Faults) -> Policy | None:
    if not is_object(document):
        faults.syntax(
            Code.NOT_AN_OBJECT,
            f"a policy is one JSON object, not {described(document)}",
            base,
            help='write `{"Version": "2012-10-17", "Statement": [...]}`',
        )
        return None
    if kind is PolicyKind.RESOURCE_CONTROL and is_full_access(document):
        faults = _allowing(faults)
        checks = False
    else:
        checks = True
    _unknown_elements(document, base, faults)
    version = _version(document, base, faults)
    identifier = _id(document, base, faults)
    drafts = _statements(document, base, version, faults)
    if checks and kind in CHECKS:
        CHECKS[kind](drafts, faults)
    _unique_sids(drafts, faults)
    if faults.errors:
        return None
    return Policy(kind, tuple(build(draft, kind) for draft in drafts), version, identifier)


def _allowing(faults: Faults) -> Faults:
    """Let AWS's own RCPFullAWSAccess pass, whose effect no customer may write (semantics G27)."""
    lenient = Faults(replace(faults.rules, effects=frozenset(Effect)))
    lenient.found = faults.found
    return lenient


def _unknown_elements(document: Mapping[str, object], base: Pointer, faults: Faults) -> None:
    for key in document:
        if key not in _ELEMENTS:
            near = next((name for name in _ELEMENTS if name.lower() == key.lower()), None)
            faults.syntax(
                Code.UNKNOWN_ELEMENT,
                f"`{key}` is not an element of a policy",
                (*base, key),
                on_key=True,
                help=f"write `{near}`: case counts" if near else "remove it",
            )


def _version(document: Mapping[str, object], base: Pointer, faults: Faults) -> Version:
    written = document.get("Version")
    if "Version" in document and (not isinstance(written, str) or written not in frozenset(Version)):
        faults.syntax(
            Code.BAD_VERSION,
            f"`{written}` is not a version of the policy language"
            if isinstance(written, str)
            else "`Version` is no text",
            (*base, "Version"),
            help='write `"2012-10-17"`, which is not a date of your own',
        )
        return Version.V2012
    version = Version(written) if isinstance(written, str) else Version.V2008
    if version is Version.V2008:
        _old(document, base, faults)
    return version


def _old(document: Mapping[str, object], base: Pointer, faults: Faults) -> None:
    at = (*base, "Version") if "Version" in document else base
    message = "the policy's version is 2008-10-17" if "Version" in document else "the policy has no `Version`"
    hint = 'write `"Version": "2012-10-17"`: without it, policy variables are plain text'
    if faults.rules.version_2012:
        aws = "Policy document must be version 2012-10-17 or greater."
        faults.error(Code.VERSION_TOO_OLD, message, at, help=hint, aws=aws)
    else:
        faults.warn(Code.OLD_VERSION, message, at, help=hint)


def _id(document: Mapping[str, object], base: Pointer, faults: Faults) -> str | None:
    written = document.get("Id")
    if "Id" in document and not isinstance(written, str):
        faults.syntax(Code.WRONG_TYPE, f"`Id` is {described(written)}, not a text", (*base, "Id"), help="write a text")
    return written if isinstance(written, str) else None


def _statements(document: Mapping[str, object], base: Pointer, version: Version, faults: Faults) -> list[Draft]:
    if "Statement" not in document:
        faults.syntax(Code.MISSING_ELEMENT, "the policy has no `Statement`", base, help='add `"Statement": [...]`')
        return []
    written = document["Statement"]
    at = (*base, "Statement")
    if is_list(written):
        placed = [(item, (*at, index)) for index, item in enumerate(written)]
    elif is_object(written):
        placed = [(written, at)]
    else:
        faults.syntax(
            Code.WRONG_TYPE,
            f"`Statement` is {described(written)}, not a list of statements",
            at,
            help="write a list of objects",
        )
        return []
    if not placed:
        faults.syntax(Code.MISSING_ELEMENT, "`Statement` is empty", at, help="write at least one statement")
    drafts: list[Draft] = []
    for item, place in placed:
        draft = read_statement(item, place, version, faults)
        if draft is not None:
            drafts.append(draft)
        if len(faults.found) > _ENOUGH:
            break
    return drafts


def _unique_sids(drafts: Sequence[Draft], faults: Faults) -> None:
    """Refuse a Sid that stands twice; the empty one may (semantics G6)."""
    seen: set[str] = set()
    for draft in drafts:
        if draft.sid and draft.sid in seen:
            faults.error(
                Code.DUPLICATE_SID,
                f"the Sid `{draft.sid}` stands twice",
                (*draft.at, "Sid"),
                help="give every statement a Sid of its own, or none",
                aws=None if faults.rules.text else "Statement IDs (SID) in a single policy must be unique.",
            )
        if draft.sid:
            seen.add(draft.sid)
