"""A whole policy document as PutResourcePolicy takes and keeps it (semantics L12; recorded writes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeGuard

from lampolicy.diagnostic import AwsError, Code, Diagnostic, DocumentError, PolicyError
from lampolicy.jsontext import read_json
from lampolicy.names import FunctionArn, is_account_id
from lampolicy.policy import Policy, PolicyKind, check_size, statements_of

_ORDER: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def kept(source: str | Mapping[str, object], arn: FunctionArn) -> dict[str, object]:
    """Check a document for one function, version or alias, and give it as Lambda keeps it.

    A missing `Version` becomes 2008-10-17, a lone statement a list of one, an account id its root ARN, and what then
    stands there twice stands there once. That the elements are put into the order AddPermission writes is inferred.

    Args:
        source: The document, as text or as a value.
        arn: What the policy hangs on; every statement must name exactly this (semantics L4).

    Raises:
        PolicyError: Lambda refuses the document; `.aws` is its answer.
    """
    document = _value(source)
    _check(document, str(arn))
    found: dict[str, object] = {"Version": "2008-10-17", **document}
    written: dict[str, object] = {}
    written |= {name: found[name] for name in ("Version", "Id") if name in found}
    written["Statement"] = [_statement(s, arn) for s in statements_of(found) if _is_object(s)]
    check_size(written)
    return written


def spoken(document: Mapping[str, object], arn: FunctionArn) -> Policy:
    """Read a kept document as a policy.

    A statement with `NotResource` speaks of everything but what the policy hangs on, and so of nothing: it is left out.
    """
    own = [s for s in statements_of(document) if not (_is_object(s) and "NotResource" in s)]
    name = str(arn)
    if not own:
        return Policy(PolicyKind.FUNCTION, (), name=name)
    return Policy.parse({**document, "Statement": own}, kind=PolicyKind.FUNCTION, name=name)


def _value(source: str | Mapping[str, object]) -> Mapping[str, object]:
    """The document as a value; a text that is none is read as a policy, which tells what is wrong with it."""
    if not isinstance(source, str):
        return source if _is_object(source) else Policy.parse(source, kind=PolicyKind.FUNCTION).to_dict()
    try:
        found = read_json(source)
    except DocumentError:
        return Policy.parse(source, kind=PolicyKind.FUNCTION).to_dict()
    return found if _is_object(found) else Policy.parse(source, kind=PolicyKind.FUNCTION).to_dict()


def _check(source: Mapping[str, object], arn: str) -> None:
    statements = [_with_resource(statement, arn) for statement in statements_of(source)]
    Policy.parse({**source, "Statement": statements} if statements else source, kind=PolicyKind.FUNCTION)
    for index, statement in enumerate(statements):
        if _is_object(statement) and not _only(statement.get("Resource", arn), arn):
            _another_resource(index, arn)


def _with_resource(statement: object, arn: str) -> object:
    """Lambda takes `NotResource` only with the very ARN the policy hangs on; it is checked as `Resource` would be."""
    if _is_object(statement) and "Resource" not in statement and _only(statement.get("NotResource"), arn):
        return {("Resource" if name == "NotResource" else name): value for name, value in statement.items()}
    return statement


def _only(written: object, arn: str) -> bool:
    return written == arn or (_is_list(written) and bool(written) and all(item == arn for item in written))


def _another_resource(index: int, arn: str) -> None:
    fault = Diagnostic(
        Code.RESOURCE_NOT_OWN,
        f"the statement names another resource than `{arn}`, on which the policy hangs",
        ("Statement", index, "Resource"),
        help="write exactly that ARN; each version and alias has a policy of its own",
        aws=AwsError("InvalidParameterValueException", "Policy has syntax errors."),
    )
    raise PolicyError((fault,))


def _statement(statement: Mapping[str, object], arn: FunctionArn) -> dict[str, object]:
    written = {name: statement[name] for name in _ORDER if name in statement}
    for element in ("Principal", "NotPrincipal"):
        principals = written.get(element)
        if _is_object(principals) and "AWS" in principals:
            written[element] = {**principals, "AWS": _roots(principals["AWS"], arn.partition)}
    return written


def _roots(written: object, partition: str) -> object:
    if not _is_list(written):
        return _root(written, partition)
    once: list[object] = []
    for item in (_root(item, partition) for item in written):
        if item not in once:
            once.append(item)
    return once[0] if len(once) == 1 < len(written) else once


def _root(written: object, partition: str) -> object:
    is_id = isinstance(written, str) and is_account_id(written)
    return f"arn:{partition}:iam::{written}:root" if is_id else written


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
