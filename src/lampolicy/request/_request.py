"""The question: who asks to do what to which resource, and in which circumstances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType, UnionType

from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import InvalidName, RequestError, pydantic_schema
from lampolicy.names import Arn, is_account_id
from lampolicy.request._principal import Principal, parse_principal

if TYPE_CHECKING:
    from typing import Final, TypeAlias


class Unknown(Enum):
    """The mark for a context key whose value, or very presence, is not known."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

ContextValue: TypeAlias = str | int | float | bool | Sequence[str | int | float | bool] | Unknown
"""Text, number or truth value for a single-valued key; a list for a multivalued one; or `UNKNOWN`."""

Context: TypeAlias = Mapping[str, ContextValue]

_NOTHING: Final[Context] = MappingProxyType({})
_SCALARS: Final = (str, int, float, Unknown)


class Request:
    """One question of permission. Treat it as immutable.

    Attributes:
        principal: Who asks.
        action: `service:Name`, the action AWS authorizes, which is not always the API's name (semantics M4).
        resource: The resource's ARN, or `*` for an action without a resource type (semantics M9).
        context: Condition keys the request carries, by name without regard to case. Keys AWS derives from the caller
            need not be there.
        resource_account: The account that owns the resource. Needed where the ARN does not tell (an S3 bucket) and the
            owner is not the caller's account; see `owner`.
        via: Services that forward the caller's own call, first to last (semantics E14): `("s3.amazonaws.com",)` when
            S3 calls KMS for the caller.
    """

    __slots__ = ("action", "context", "principal", "resource", "resource_account", "via")

    def __init__(
        self,
        principal: Principal | str,
        action: str,
        resource: Arn | str,
        context: Context | None = None,
        *,
        resource_account: str | None = None,
        via: tuple[str, ...] = (),
    ) -> None:
        """Ask; raise `InvalidName` if the action, the resource or the principal's text cannot be read."""
        who = parse_principal(principal) if isinstance(principal, str) else checked_principal(principal)
        self.principal: Principal = who
        self.action = checked_action(action)
        self.resource = checked_resource(str(resource))
        self.context: Context = _NOTHING if context is None else checked_context(context)
        self.resource_account = None if resource_account is None else checked_account(resource_account)
        self.via = via

    @property
    def known_owner(self) -> str | None:
        """The account that owns the resource, as far as the request tells: given, or written in the ARN."""
        return self.resource_account or account_in(self.resource)

    @property
    def owner(self) -> str | None:
        """The account that owns the resource; the caller's own where nothing tells otherwise."""
        return self.known_owner or self.principal.account

    def to_dict(self) -> dict[str, object]:
        """Write the request as a JSON value: the `request` object of a conformance row."""
        from lampolicy.request._wire import write_request

        return write_request(self)

    @classmethod
    def from_dict(cls, value: object) -> Request:
        """Read a request back; `Request.from_dict(r.to_dict()) == r`.

        Raises:
            RequestError: A field is missing, unknown or of the wrong type, or fields contradict each other.
            InvalidName: The action, the resource or a principal's ARN is none.
        """
        from lampolicy.request._wire import read_request

        return read_request(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        """Let pydantic models hold requests."""
        return pydantic_schema(Request, Request.from_dict, Request.to_dict)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, object]:
        """Give the JSON Schema of the wire form."""
        from lampolicy.request._json_schema import REQUEST_SCHEMA

        return dict(REQUEST_SCHEMA)

    def _key(self) -> tuple[object, ...]:
        context = tuple(sorted((k, _frozen(v)) for k, v in self.context.items()))
        return (self.principal, self.action, self.resource, context, self.resource_account, self.via)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.principal, self.action, self.resource, self.resource_account))

    def __repr__(self) -> str:
        extra = f", resource_account={self.resource_account!r}" if self.resource_account else ""
        extra += f", via={self.via!r}" if self.via else ""
        return f"Request({self.principal!r}, {self.action!r}, {self.resource!r}, {dict(self.context)!r}{extra})"

    def __reduce__(self) -> tuple[object, ...]:
        values = (self.principal, self.action, self.resource, dict(self.context), self.resource_account, self.via)
        return (_rebuild, values)


def _rebuild(
    principal: Principal, action: str, resource: str, context: Context, owner: str | None, via: tuple[str, ...]
) -> Request:
    return Request(principal, action, resource, context, resource_account=owner, via=via)


def _frozen(value: ContextValue) -> tuple[str, str]:
    if isinstance(value, list | tuple):
        return ("list", repr([repr(v) for v in value]))
    return (type(value).__name__, repr(value))


def account_in(resource: str) -> str | None:
    """The account id written in an ARN, or `None`."""
    parts = resource.split(":", 5)
    return parts[4] if len(parts) > 5 and is_account_id(parts[4]) else None


def checked_principal(principal: Principal) -> Principal:
    """Refuse what is no principal."""
    if not _is(principal, Principal):
        raise InvalidName(f"{principal!r} is not a principal: give a `User`, `RoleSession`, `Service` ..., or an ARN")
    return principal


def checked_context(context: Context) -> Context:
    """Refuse what is no context: keys that are no texts, values that are no JSON scalars, lists of them or unknown."""
    if not _is(context, Mapping):
        raise RequestError(f"a context is a mapping of condition keys, not {type(context).__name__}")
    for key, value in context.items():
        if key.__class__ is value.__class__ is str:
            continue
        if not _is(key, str) or not _is_value(value):
            msg = f"the context's `{key}` is {value!r}: give a text, number or truth value, a list of them, or UNKNOWN"
            raise RequestError(msg)
    return context


def _is(given: object, kind: type | UnionType) -> bool:
    """What a caller without a type checker really gave."""
    return isinstance(given, kind)


def _is_value(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, str | int | float) for item in value)  # pyright: ignore[reportUnknownVariableType]
    return isinstance(value, _SCALARS)


def checked_action(text: str) -> str:
    """Refuse what is no action."""
    if not _is(text, str) or "*" in text or "?" in text:
        raise InvalidName(f"`{text}` is not an action: ask for one action, without wildcards")
    prefix, colon, name = text.partition(":")
    if not colon or not prefix or not name:
        msg = f"`{text}` is not an action: it needs a service and a name, as in `lambda:InvokeFunction`"
        raise InvalidName(msg)
    return text


def checked_account(text: str) -> str:
    """Refuse what is no account id."""
    if not is_account_id(text):
        msg = f"`{text}` is not an account id: it needs twelve digits"
        raise InvalidName(msg)
    return text


def checked_resource(text: str) -> str:
    """Refuse what is neither an ARN nor `*`."""
    if not _is(text, str):
        raise InvalidName(f"`{text}` is not a resource: give its ARN, or `*`")
    if text != "*":
        Arn.parse(text)
    return text
