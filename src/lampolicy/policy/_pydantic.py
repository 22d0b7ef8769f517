"""How a policy stands in a user's pydantic model, and on the wire.

{"kind": "function", "name": "thumbnails", "document": {"Version": "2012-10-17", "Statement": [...]}}

`name` may be left out. A document that stands alone, as a value or as JSON text, is read as an identity policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError
from lampolicy.policy._shape import described, is_object
from lampolicy.policy._types import PolicyKind

if TYPE_CHECKING:
    from lampolicy.policy._policy import Policy

_FIELDS: Final = frozenset({"kind", "name", "document"})


def read_wire(value: object) -> Policy:
    """Read a policy from its wire form, or from a document that stands alone.

    Raises:
        PolicyError: `value` is neither, or the document has faults for its kind.
    """
    from lampolicy.policy._policy import Policy

    if is_object(value) and "document" in value and value.keys() <= _FIELDS:
        document, kind, name = value["document"], value.get("kind", PolicyKind.IDENTITY), value.get("name")
        if kind not in tuple(PolicyKind):
            raise _refusal(f"`{kind}` is not a kind of policy", f"write one of {', '.join(PolicyKind)}")
        if name is not None and not isinstance(name, str):
            raise _refusal("the name of a policy should be a text", "write a text, or leave it out")
        return Policy.parse(_document(document), kind=PolicyKind(cast("str", kind)), name=name)
    return Policy.parse(_document(value), kind=PolicyKind.IDENTITY)


def write_wire(policy: Policy) -> dict[str, object]:
    """Write a policy with its kind and name."""
    return {"kind": str(policy.kind), "name": policy.name or str(policy.kind), "document": policy.to_dict()}


def _document(value: object) -> bytes | str | Mapping[str, object]:
    if isinstance(value, bytes | str) or is_object(value):
        return value
    raise _refusal(f"a policy is an object or a JSON text, not {described(value)}", "give the policy's document")


def _refusal(message: str, help_: str) -> PolicyError:
    return PolicyError((Diagnostic(Code.WRONG_TYPE, message, help=help_, aws=AwsError("MalformedPolicyDocument")),))


def json_schema() -> dict[str, object]:
    """Give the JSON Schema of the wire form."""
    document = _object({"Version": _VERSION, "Id": _TEXT, "Statement": _ONE_OR_MORE_STATEMENTS}, "Statement")
    wire = _object(
        {"kind": {"type": "string", "enum": list(PolicyKind)}, "name": _TEXT, "document": document}, "document"
    )
    return {"anyOf": [wire, document, {"type": "string", "contentMediaType": "application/json"}]}


def _object(properties: dict[str, object], *required: str) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_TEXT: Final[dict[str, object]] = {"type": "string"}
_TEXTS: Final[dict[str, object]] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_RESOURCES: Final[dict[str, object]] = {"anyOf": [_TEXT, {"type": "array", "items": {"type": ["string", "null"]}}]}
_VERSION: Final[dict[str, object]] = {"type": "string", "enum": ["2012-10-17", "2008-10-17"]}
_SCALAR: Final[dict[str, object]] = {"type": ["string", "number", "boolean"]}
_VALUES: Final[dict[str, object]] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
_PRINCIPAL: Final[dict[str, object]] = {
    "anyOf": [{"const": "*"}, {"type": "object", "additionalProperties": _TEXTS, "minProperties": 1}]
}
_STATEMENT: Final = _object(
    {
        "Sid": _TEXT,
        "Effect": {"type": "string", "enum": ["Allow", "Deny"]},
        "Principal": _PRINCIPAL,
        "NotPrincipal": _PRINCIPAL,
        "Action": _TEXTS,
        "NotAction": _TEXTS,
        "Resource": _RESOURCES,
        "NotResource": _RESOURCES,
        "Condition": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _VALUES},
        },
    },
    "Effect",
)
_ONE_OR_MORE_STATEMENTS: Final[dict[str, object]] = {
    "anyOf": [_STATEMENT, {"type": "array", "items": _STATEMENT, "minItems": 1}]
}
