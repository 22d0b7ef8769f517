"""The JSON Schema of decisions, for models that hold one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

from lampolicy.decision._decision import Side
from lampolicy.policy import PolicyKind

Schema: TypeAlias = dict[str, object]


def _words(enumeration: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [str(word) for word in enumeration]}


def _object(properties: Schema, *optional: str) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


_TEXT: Final[Schema] = {"type": "string"}
_INDEX: Final[Schema] = {"type": "integer", "minimum": 0}
_STATEMENT: Final = _object(
    {
        "policy": _TEXT,
        "kind": _words(PolicyKind),
        "index": _INDEX,
        "sid": _TEXT,
        "file": _TEXT,
        "pointer": _list({"type": ["string", "integer"]}, 0),
    },
    "sid",
    "file",
    "pointer",
)
_RULE: Final = _object({"rule": _TEXT, "text": _TEXT})
_MISSING: Final = _object({"side": _words(Side), "level": _INDEX}, "level")
_TEST: Final = _object({"keys": _list(_TEXT), "text": _TEXT})


def _decision(tag: str, properties: Schema) -> Schema:
    return _object({"decision": {"const": tag, "type": "string"}, **properties})


_DETERMINED: Final[dict[str, Schema]] = {
    "allowed": _decision("allowed", {"by": _list({"anyOf": [_STATEMENT, _RULE]})}),
    "explicitly_denied": _decision("explicitly_denied", {"by": _list(_STATEMENT)}),
    "implicitly_denied": _decision("implicitly_denied", {"missing": _list(_MISSING)}),
}
_OUTCOME: Final = _object({"holds": _list(_TEST, 0), "decision": {"anyOf": list(_DETERMINED.values())}})

SCHEMAS: Final[dict[str, Schema]] = {
    **_DETERMINED,
    "undetermined": _decision("undetermined", {"needs": _list(_TEXT), "outcomes": _list(_OUTCOME)}),
}
"""The schema of each member of the union, by its name on the wire."""
