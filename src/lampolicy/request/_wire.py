"""Requests as JSON values, and back: the `request` object of conformance rows.

{"principal": "arn:aws:sts::111111111111:assumed-role/r/s", "principal_role": "arn:aws:iam::111111111111:role/path/r",
 "principal_account": "111111111111", "action": "iam:TagUser", "resource": "arn:...",
 "context": {"aws:TagKeys": ["team"]}, "resource_account": "111111111111", "via": ["s3.amazonaws.com"],
 "unknown": ["aws:SourceVpc"]}

`principal` is an ARN, `"*"` for an anonymous caller, or an object: `{"service": NAME, "source_arn", "source_account",
"source_org", "aliases"}`, or `{"federated": PROVIDER, "account": ID}` for the bearer of a token whose provider no ARN
tells. Beside it may stand `principal_role` (needed for a session's ARN, which has lost its role's path),
`principal_issuer` (needed for a federated user), `principal_id`, `principal_tags` and `principal_account`, which only
repeats what the others tell. `unknown` lists the context keys whose value is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from lampolicy.diagnostic import InvalidName, RequestError
from lampolicy.names import Arn, is_account_id
from lampolicy.request._principal import (
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Saml,
    Service,
    Tags,
    User,
    WebIdentity,
    parse_principal,
)
from lampolicy.request._request import UNKNOWN, Context, ContextValue, Request

Wire: TypeAlias = dict[str, object]

_SESSION: Final = "assumed-role/"
_FEDERATED: Final = "federated-user/"
_FIELDS: Final = frozenset(
    {
        "principal",
        "principal_role",
        "principal_account",
        "principal_issuer",
        "principal_id",
        "principal_tags",
        "principal_type",
        "principal_in_management_account",
        "action",
        "resource",
        "resource_account",
        "context",
        "unknown",
        "via",
    }
)


def write_request(request: Request) -> Wire:
    """Write a request as a JSON value."""
    wire: Wire = {**write_principal(request.principal), "action": request.action, "resource": request.resource}
    known = {key: value for key, value in request.context.items() if value is not UNKNOWN}
    unknown = [key for key, value in request.context.items() if value is UNKNOWN]
    wire["context"] = {key: list(value) if isinstance(value, list | tuple) else value for key, value in known.items()}
    extras: Wire = {"resource_account": request.resource_account, "unknown": unknown, "via": list(request.via)}
    return wire | _present(extras)


def write_principal(principal: Principal) -> Wire:
    """Write a caller as the fields of a request's JSON value that are about it."""
    wire: Wire
    match principal:
        case Anonymous():
            wire = {"principal": "*"}
        case Service():
            wire = {"principal": _write_service(principal)}
        case WebIdentity() | Saml():
            wire = {"principal": _write_provider(principal)}
        case RoleSession():
            wire = {
                "principal": principal.caller_arn,
                "principal_role": principal.role,
                "principal_id": principal.role_id,
            }
        case User():
            wire = {"principal": principal.arn, "principal_id": principal.unique_id}
        case FederatedUser():
            wire = {"principal": principal.arn, "principal_issuer": principal.issuer}
        case _:
            wire = {"principal": principal.caller_arn}
    tags: Tags = getattr(principal, "tags", ())
    return _present({**wire, "principal_account": principal.account, "principal_tags": dict(tags)})


def _write_service(service: Service) -> Wire:
    fields: Wire = {
        "source_arn": service.source_arn,
        "source_account": service.source_account,
        "source_org": service.source_org,
        "aliases": list(service.aliases),
    }
    return {"service": service.name, **_present(fields)}


def _write_provider(principal: WebIdentity | Saml) -> object:
    """Write a provider's ARN as it is, if that alone reads back as the same caller."""
    provider = principal.provider
    if provider.startswith("arn:") and _reads_as(provider, principal):
        return provider
    key = "saml" if isinstance(principal, Saml) else "federated"
    account = None if isinstance(principal, Saml) else principal.provider_account
    return {key: provider, **_present({"account": account})}


def _reads_as(text: str, principal: Principal) -> bool:
    try:
        return parse_principal(text) == principal
    except InvalidName:
        return False


def _present(fields: Wire) -> Wire:
    return {key: value for key, value in fields.items() if value not in (None, [], {}, "")}


def read_request(value: object) -> Request:
    """Read a request back.

    Raises:
        RequestError: A field is missing, unknown or of the wrong type, or fields contradict each other.
        InvalidName: The action, the resource or a principal's ARN is none.
    """
    wire = _object(value, "a request")
    unknown = sorted(wire.keys() - _FIELDS)
    if unknown:
        msg = f"`{unknown[0]}` is not a field of a request"
        raise RequestError(msg)
    return Request(
        read_principal(wire),
        _text(wire, "action"),
        _text(wire, "resource"),
        _context(wire),
        resource_account=_optional(wire, "resource_account"),
        via=_texts(wire, "via"),
    )


def read_principal(wire: Mapping[str, object]) -> Principal:
    """Read the caller from the fields of a request that are about it."""
    principal = _principal(wire)
    account = _optional(wire, "principal_account")
    if account is not None and principal.account not in (None, account):
        msg = f"`principal_account` is `{account}`, but the principal belongs to `{principal.account}`"
        raise RequestError(msg)
    return principal


def _principal(wire: Mapping[str, object]) -> Principal:
    given = wire.get("principal")
    if isinstance(given, Mapping):
        return _described(cast("Mapping[str, object]", given))
    text = _text(wire, "principal")
    if not text.startswith("arn:"):
        return parse_principal(text)
    arn = Arn.parse(text)
    if arn.service == "sts" and arn.resource.startswith(_SESSION):
        return _session(wire, arn, text)
    if arn.service == "sts" and arn.resource.startswith(_FEDERATED):
        return FederatedUser(text, _text(wire, "principal_issuer"), _tags(wire))
    principal = parse_principal(text)
    match principal:
        case User():
            return User(text, _optional(wire, "principal_id"), _tags(wire))
        case RoleSession():
            return RoleSession(text, None, _optional(wire, "principal_id"), _tags(wire))
        case _:
            return principal


def _described(given: Mapping[str, object]) -> Principal:
    if "saml" in given:
        return Saml(_text(given, "saml"))
    if "federated" in given:
        account = _optional(given, "account")
        if account is not None and not is_account_id(account):
            msg = f"`{account}` is not an account id"
            raise RequestError(msg)
        return WebIdentity(_text(given, "federated"), account)
    return Service(
        _text(given, "service"),
        _optional(given, "source_arn"),
        _optional(given, "source_account"),
        _optional(given, "source_org"),
        _texts(given, "aliases"),
    )


def _session(wire: Mapping[str, object], arn: Arn, text: str) -> RoleSession:
    role = _optional(wire, "principal_role")
    if role is None:
        msg = f"`{text}` has lost its role's path: add `principal_role`, the role's ARN"
        raise RequestError(msg)
    name = arn.resource.removeprefix(_SESSION).partition("/")[2]
    session = RoleSession(role, name, _optional(wire, "principal_id"), _tags(wire))
    if session.session_arn != text:
        msg = f"`{text}` is not a session of `{role}`"
        raise RequestError(msg)
    return session


def _context(wire: Mapping[str, object]) -> Context:
    written = _object(wire.get("context", {}), "`context`")
    found: dict[str, ContextValue] = {key: _value(key, value) for key, value in written.items()}
    return found | dict.fromkeys(_texts(wire, "unknown"), UNKNOWN)


def _value(key: str, value: object) -> ContextValue:
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        values = cast("Sequence[object]", value)
        scalars = [v for v in values if isinstance(v, str | int | float | bool)]
        if len(scalars) == len(values):
            return scalars
    msg = f"the context key `{key}` should hold a text, a number, a truth value or a list of them"
    raise RequestError(msg)


def _tags(wire: Mapping[str, object]) -> Tags:
    tags = _object(wire.get("principal_tags", {}), "`principal_tags`")
    return tuple((key, _text(tags, key)) for key in tags)


def _object(value: object, what: str) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        if all(isinstance(key, str) for key in mapping):
            return cast("Mapping[str, object]", value)
    msg = f"{what} should be an object"
    raise RequestError(msg)


def _text(wire: Mapping[str, object], field: str) -> str:
    value = wire.get(field)
    if not isinstance(value, str):
        msg = f"`{field}` should be a text"
        raise RequestError(msg)
    return value


def _optional(wire: Mapping[str, object], field: str) -> str | None:
    return None if wire.get(field) is None else _text(wire, field)


def _texts(wire: Mapping[str, object], field: str) -> tuple[str, ...]:
    value = wire.get(field, ())
    values = cast("Sequence[object]", value) if isinstance(value, list | tuple) else None
    if values is None or not all(isinstance(item, str) for item in values):
        msg = f"`{field}` should be a list of texts"
        raise RequestError(msg)
    return tuple(cast("Sequence[str]", values))
