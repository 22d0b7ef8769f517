"""Records as Security Lake keeps them, in OCSF 1.x: the same call under other names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, cast

import orjson

from lampolicy.replay._json_values import JsonObject, is_object, object_at, objects_at, text_at, value_at

_PARAMETERS: Final = "requestParameters."
_RESPONSE: Final = "responseElements."
_SESSION: Final = "userIdentity.sessionContext."


def is_security_lake(record: JsonObject) -> bool:
    """Tell whether a record is one of Security Lake's."""
    return is_object(record.get("api")) and is_object(record.get("metadata"))


def from_security_lake(record: JsonObject) -> JsonObject:
    """Turn a record of Security Lake back into the form of CloudTrail, as far as it tells.

    Source:
        OCSF examples, "AWS CloudTrail" mappings 1.0 and 1.1: `api`, `actor`, `src_endpoint`, `cloud`, `metadata`; what
        has no place there stands in `unmapped`, a flat map of dotted names.
    """
    flat = object_at(record, "unmapped")
    found: dict[str, object] = {
        "eventSource": text_at(record, "api", "service", "name"),
        "eventName": text_at(record, "api", "operation"),
        "eventTime": _time(record),
        "awsRegion": text_at(record, "cloud", "region"),
        "userIdentity": _identity(record, flat),
        "requestParameters": _written(record, "request") or _below(flat, _PARAMETERS),
        "responseElements": _written(record, "response") or _below(flat, _RESPONSE),
        "errorCode": text_at(record, "api", "response", "error"),
        "errorMessage": text_at(record, "api", "response", "message"),
        "sourceIPAddress": text_at(record, "src_endpoint", "ip") or text_at(record, "src_endpoint", "domain"),
        "userAgent": text_at(record, "http_request", "user_agent"),
        "vpcEndpointId": text_at(record, "src_endpoint", "uid"),
        "eventID": text_at(record, "metadata", "uid"),
        "sharedEventID": text_at(flat, "sharedEventID"),
        "recipientAccountId": text_at(flat, "recipientAccountId") or text_at(record, "cloud", "account", "uid"),
        "eventType": text_at(record, "metadata", "event_code") or text_at(flat, "eventType"),
        "eventCategory": text_at(record, "metadata", "product", "feature", "name") or text_at(flat, "eventCategory"),
        "readOnly": text_at(flat, "readOnly"),
        "tlsDetails": {"tlsVersion": text_at(record, "tls", "version")},
        "resources": list(_resources(record)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _identity(record: JsonObject, flat: JsonObject) -> JsonObject:
    user, session = object_at(record, "actor", "user"), object_at(record, "actor", "session")
    names = [text_at(user, name) for name in ("uid", "uuid", "uid_alt")]
    arn = next((name for name in names if name and name.startswith("arn:")), None)
    principal_id = next((name for name in names if name and not name.startswith("arn:")), None)
    identity: dict[str, object] = {
        "type": text_at(user, "type"),
        "principalId": principal_id,
        "arn": arn,
        "accountId": text_at(user, "account", "uid") or text_at(user, "account_uid"),
        "accessKeyId": text_at(user, "credential_uid"),
        "userName": text_at(user, "name"),
        "invokedBy": text_at(record, "actor", "invoked_by"),
        "identityProvider": text_at(record, "actor", "idp", "name"),
    }
    if session:
        identity["sessionContext"] = _session(session, flat, principal_id)
    return {name: value for name, value in identity.items() if value is not None}


def _session(session: JsonObject, flat: JsonObject, principal_id: str | None) -> JsonObject:
    mfa = value_at(session, "is_mfa")
    if mfa is None:
        mfa = value_at(session, "mfa")
    attributes = {"mfaAuthenticated": str(mfa).lower()} if isinstance(mfa, bool) else {}
    issuer = text_at(session, "issuer")
    found: dict[str, object] = {"attributes": attributes}
    if issuer is not None and issuer.startswith("arn:"):
        role_id = principal_id.partition(":")[0] if principal_id else None
        kind = text_at(flat, f"{_SESSION}sessionIssuer.type") or ("Role" if ":role/" in issuer else "IAMUser")
        found["sessionIssuer"] = {"type": kind, "arn": issuer, "principalId": role_id}
    source_identity = text_at(flat, f"{_SESSION}sourceIdentity")
    if source_identity:
        found["sourceIdentity"] = source_identity
    return found


def _written(record: JsonObject, side: str) -> object:
    text = value_at(record, "api", side, "data")
    if not isinstance(text, str):
        return text if is_object(text) else None
    try:
        return orjson.loads(text)
    except ValueError:
        return None


def _below(flat: JsonObject, prefix: str) -> JsonObject | None:
    """Gather dotted names into objects again; lists were lost on the way, so what needs them cannot be mapped."""
    found: dict[str, object] = {}
    for name, value in flat.items():
        if name.startswith(prefix):
            _put(found, name.removeprefix(prefix).split("."), value)
    return found or None


def _put(into: dict[str, object], path: list[str], value: object) -> None:
    for name in path[:-1]:
        inner = into.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        into = cast("dict[str, object]", inner)
    into[path[-1]] = value


def _resources(record: JsonObject) -> Iterator[JsonObject]:
    for resource in objects_at(record, "resources"):
        account = text_at(resource, "owner", "account", "uid") or text_at(resource, "account_uid")
        yield {"ARN": text_at(resource, "uid"), "accountId": account, "type": text_at(resource, "type")}


def _time(record: JsonObject) -> str | None:
    told = value_at(record, "time_dt")
    if isinstance(told, str):
        return told
    milliseconds = value_at(record, "time")
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return None
