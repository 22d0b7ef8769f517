"""Rows of conformance cases, read: where a row cannot be read, the error says which field is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from lampolicy.diagnostic import PolicyError, RequestError
from lampolicy.names import Arn
from lampolicy.organization import Levels, Policies
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import (
    UNKNOWN,
    Context,
    ContextValue,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Service,
    Tags,
    User,
    WebIdentity,
    parse_principal,
)

_SESSION = "assumed-role/"
_FEDERATED = "federated-user/"
_PLACEHOLDER = "issuer-not-recorded"


def text_of(row: Mapping[str, object], field: str, default: str | None = None) -> str:
    """The text in a field; `default` where the field is absent or null."""
    value = row.get(field)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        msg = f"`{field}` of a conformance row should be a text"
        raise RequestError(msg)
    return value


def optional_text(row: Mapping[str, object], field: str) -> str | None:
    """The text in a field, or `None` where it is absent, null or empty."""
    return text_of(row, field, "") or None


def object_of(row: Mapping[str, object], field: str) -> Mapping[str, object]:
    """The object in a field; an empty one where the field is absent or null."""
    value = row.get(field)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        msg = f"`{field}` of a conformance row should be an object"
        raise RequestError(msg)
    return cast("Mapping[str, object]", value)


def list_of(row: Mapping[str, object], field: str) -> Sequence[object]:
    """The list in a field; an empty one where the field is absent or null."""
    return _as_list(row.get(field), field)


def _as_list(value: object, field: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        msg = f"`{field}` of a conformance row should be a list"
        raise RequestError(msg)
    return cast("list[object]", value)


def texts_of(row: Mapping[str, object], field: str) -> tuple[str, ...]:
    """The texts of a list; an empty tuple where the field is absent or null."""
    values = list_of(row, field)
    found = tuple(value for value in values if isinstance(value, str))
    if len(found) != len(values):
        msg = f"`{field}` of a conformance row should be a list of texts"
        raise RequestError(msg)
    return found


def read_request(row: Mapping[str, object]) -> Request:
    """Read the `request` of a decision case."""
    return Request(
        read_principal(row),
        text_of(row, "action"),
        text_of(row, "resource"),
        _context(row),
        resource_account=optional_text(row, "resource_account"),
        via=texts_of(row, "via"),
    )


def _context(row: Mapping[str, object]) -> Context:
    found: dict[str, ContextValue] = {key: _value(key, value) for key, value in object_of(row, "context").items()}
    return found | dict.fromkeys(texts_of(row, "unknown"), UNKNOWN)


def _value(key: str, value: object) -> ContextValue:
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list):
        values = cast("list[object]", value)
        scalars = [v for v in values if isinstance(v, str | int | float | bool)]
        if len(scalars) == len(values):
            return scalars
    msg = f"the context key `{key}` should hold a text, a number, a truth value or a list of them"
    raise RequestError(msg)


def read_principal(row: Mapping[str, object]) -> Principal:
    """Read the caller of a decision case from `principal` and the fields beside it."""
    given = row.get("principal")
    if isinstance(given, Mapping):
        return _unnamed(cast("Mapping[str, object]", given))
    text = text_of(row, "principal")
    tags = _tags(row)
    if not text.startswith("arn:"):
        return parse_principal(text)
    arn = Arn.parse(text)
    if arn.service == "sts" and arn.resource.startswith(_SESSION):
        return _session(row, arn, tags)
    if arn.service == "sts" and arn.resource.startswith(_FEDERATED):
        issuer = f"arn:{arn.partition}:iam::{arn.account}:user/{_PLACEHOLDER}"
        return FederatedUser(text, optional_text(row, "principal_issuer") or issuer, tags)
    return _entity(row, parse_principal(text), tags)


def _unnamed(given: Mapping[str, object]) -> Principal:
    if "federated" in given:
        return WebIdentity(text_of(given, "federated"), optional_text(given, "account"))
    return Service(
        text_of(given, "service"),
        optional_text(given, "source_arn"),
        optional_text(given, "source_account"),
        optional_text(given, "source_org"),
        texts_of(given, "aliases"),
    )


def _session(row: Mapping[str, object], arn: Arn, tags: Tags) -> RoleSession:
    name, _, session = arn.resource.removeprefix(_SESSION).partition("/")
    role = optional_text(row, "principal_role") or f"arn:{arn.partition}:iam::{arn.account}:role/{name}"
    return RoleSession(role, session or None, optional_text(row, "principal_id"), tags)


def _entity(row: Mapping[str, object], principal: Principal, tags: Tags) -> Principal:
    unique_id = optional_text(row, "principal_id")
    match principal:
        case User():
            return User(principal.arn, unique_id, tags)
        case RoleSession():
            return RoleSession(principal.role, None, unique_id, tags)
        case _:
            return principal


def _tags(row: Mapping[str, object]) -> Tags:
    tags = object_of(row, "principal_tags")
    return tuple((key, text_of(tags, key)) for key in tags)


def read_policies(row: Mapping[str, object], request_row: Mapping[str, object], caller: Principal) -> Policies:
    """Read the `policies` of a decision case; raise with every policy's faults at once."""
    kind = PolicyKind.RESOURCE if row.get("resource_kind") is None else _kind(text_of(row, "resource_kind"))
    resource = row.get("resource")
    gather = _Gathering()
    parts = {
        "identity": gather.all_of(row, "identity", PolicyKind.IDENTITY),
        "boundary": gather.all_of(row, "boundary", PolicyKind.BOUNDARY),
        "session": gather.all_of(row, "session", PolicyKind.SESSION),
        "endpoint": gather.all_of(row, "endpoint", PolicyKind.ENDPOINT),
    }
    own = gather.read(resource, kind, "resource") if resource is not None else None
    service_control = gather.levels(row, "scps", PolicyKind.SERVICE_CONTROL)
    resource_control = gather.levels(row, "rcps", PolicyKind.RESOURCE_CONTROL)
    gather.refuse()
    return Policies(
        identity=parts["identity"],
        boundary=parts["boundary"] or None,
        session=parts["session"] or None,
        resource=own,
        resource_kind=kind,
        service_control=service_control,
        resource_control=resource_control,
        endpoint=parts["endpoint"] or None,
        management_account=_management(row, request_row, caller),
        facts=tuple((key, _fact(value)) for key, value in object_of(row, "facts").items()),
    )


def _kind(text: str) -> PolicyKind:
    try:
        return PolicyKind(text)
    except ValueError:
        msg = f"`{text}` is not a kind of policy"
        raise RequestError(msg) from None


def _fact(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    return texts_of({"facts": value}, "facts")


def _management(row: Mapping[str, object], request_row: Mapping[str, object], caller: Principal) -> str | None:
    if request_row.get("principal_in_management_account") is True:
        return caller.account
    return optional_text(row, "management_account")


class _Gathering:
    """Policies read one by one, with the faults of all of them kept for the end."""

    def __init__(self) -> None:
        self._refusals: list[PolicyError] = []

    def read(self, document: object, kind: PolicyKind, name: str) -> Policy:
        """Read one policy; one that is refused is remembered, and an empty one stands in for it."""
        try:
            return Policy.parse(document_of(document), kind=kind, name=name)
        except PolicyError as error:
            self._refusals.append(error)
            return Policy(kind, ())

    def all_of(self, row: Mapping[str, object], field: str, kind: PolicyKind) -> tuple[Policy, ...]:
        """Read the list of policies in a field."""
        documents = enumerate(list_of(row, field))
        return tuple(self.read(document, kind, f"{field}-{index}") for index, document in documents)

    def levels(self, row: Mapping[str, object], field: str, kind: PolicyKind) -> Levels:
        """Read a list of levels, each a list of policies."""
        levels = enumerate(_as_list(level, field) for level in list_of(row, field))
        return tuple(
            tuple(self.read(document, kind, f"{field}-{depth}-{index}") for index, document in enumerate(level))
            for depth, level in levels
        )

    def refuse(self) -> None:
        """Raise if a policy was refused, with the faults of all that were."""
        if self._refusals:
            raise PolicyError(tuple(fault for refusal in self._refusals for fault in refusal.diagnostics))


def document_of(value: object) -> str | Mapping[str, object]:
    """A policy document, as a value or as text."""
    if isinstance(value, str | Mapping):
        return cast("str | Mapping[str, object]", value)
    msg = "a policy document of a conformance row should be an object or a text"
    raise RequestError(msg)
