"""The JSON Schema of requests, for models that hold one."""

from __future__ import annotations

from typing import Final, TypeAlias

Schema: TypeAlias = dict[str, object]

_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_ACCOUNT: Final[Schema] = {"type": "string", "pattern": "^[0-9]{12}$"}
_SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_SERVICE: Final = _object(
    {"service": _TEXT, "source_arn": _TEXT, "source_account": _TEXT, "source_org": _TEXT, "aliases": _TEXTS}, "service"
)

REQUEST_SCHEMA: Final = _object(
    {
        "principal": {
            "anyOf": [
                _TEXT,
                _SERVICE,
                _object({"federated": _TEXT, "account": _ACCOUNT}, "federated"),
                _object({"saml": _TEXT}, "saml"),
            ]
        },
        "principal_role": _TEXT,
        "principal_account": _ACCOUNT,
        "principal_issuer": _TEXT,
        "principal_id": _TEXT,
        "principal_tags": {"type": "object", "additionalProperties": _TEXT},
        "principal_type": _TEXT,
        "principal_in_management_account": {"type": "boolean"},
        "action": {"type": "string", "pattern": "^[^:]+:.+$"},
        "resource": {"type": "string", "pattern": r"^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:[\s\S]*)$"},
        "resource_account": _ACCOUNT,
        "context": {
            "type": "object",
            "additionalProperties": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
        },
        "unknown": _TEXTS,
        "via": _TEXTS,
    },
    "principal",
    "action",
    "resource",
)
"""A request on the wire."""
