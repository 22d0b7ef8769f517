"""The condition keys of a request: those it carries, and those AWS derives from the caller (semantics K1, K2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from lampolicy.diagnostic import RequestError
from lampolicy.reference._uncertain import SERVICE_TYPE_ABSENT, TAG_CASE, Turned, UncertainRule
from lampolicy.request import (
    MULTIVALUED_KEYS,
    UNKNOWN,
    Anonymous,
    Context,
    ContextValue,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    Unknown,
    User,
    WebIdentity,
)

Value: TypeAlias = str | tuple[str, ...] | Literal[Unknown.UNKNOWN]
"""What a key holds: one text, several texts (a multivalued key), or nobody knows."""

Values: TypeAlias = Mapping[str, Value]
"""Condition keys in lower case."""


class Keys(NamedTuple):
    """The condition keys of a request.

    Attributes:
        values: What they hold.
        unsettled: The keys that would hold something else if an uncertain rule were read the other way, each with it.
    """

    values: Values
    unsettled: Mapping[str, UncertainRule]


_Pairs: TypeAlias = Iterator[tuple[str, Value]]
Facts: TypeAlias = tuple[tuple[str, str | tuple[str, ...]], ...]
"""Condition keys the organization knows for a request."""

_NOTHING: Final[Mapping[str, UncertainRule]] = MappingProxyType({})
_NEVER_CONTRADICTED: Final = frozenset({"aws:principalisawsservice", "aws:viaawsservice"})


def condition_keys(request: Request, owner: str | None, facts: Facts, *, what_if: bool, turned: Turned) -> Keys:
    """Gather every condition key of a request; raise `RequestError` if it contradicts what is derived."""
    derived = _derived_keys(request.principal, request.via, owner, facts, turned)
    given = _given(request.context, turned)
    if not what_if:
        _refuse_contradictions(given, derived.values)
    return Keys({**derived.values, **given}, _unsettled(request.context, given, derived))


def _given(context: Context, turned: Turned) -> dict[str, Value]:
    """C3: names compare without case; of two that differ only by case, the last in code-point order counts."""
    given: dict[str, Value] = {}
    for key in _in_order(context, turned):
        name, value = key.lower(), context[key]
        is_text = isinstance(value, str) and name not in MULTIVALUED_KEYS
        given[name] = str(value) if is_text else _value(name, value)
    return given


def _in_order(names: Iterable[str], turned: Turned) -> list[str]:
    return sorted(names, reverse=bool(turned) and TAG_CASE in turned)


def _refuse_contradictions(given: Values, derived: Values) -> None:
    for key in [name for name in given if name in derived]:
        value, known = given[key], derived[key]
        if value != known and known is not UNKNOWN and key not in _NEVER_CONTRADICTED:
            msg = f"the request holds `{key}` as `{value}`, but it is `{known}`: leave it out, or ask what if"
            raise RequestError(msg)


def _unsettled(context: Context, given: Values, derived: Keys) -> Mapping[str, UncertainRule]:
    if len(given) == len(context) and not derived.unsettled:
        return _NOTHING
    left = {key: rule for key, rule in derived.unsettled.items() if key not in given}
    return {**left, **dict.fromkeys(_doubled(context), TAG_CASE)}


def _doubled(names: Iterable[str]) -> list[str]:
    """The names that are spelled in more than one way."""
    lower = [name.lower() for name in names]
    return [name for name in lower if lower.count(name) > 1]


def _value(name: str, value: ContextValue) -> Value:
    """C5: a list marks a multivalued key, and some keys are multivalued whatever they hold."""
    if isinstance(value, str):
        return (str(value),) if name in MULTIVALUED_KEYS else str(value)
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Sequence):
        return tuple(_text(item) for item in value)
    return (_text(value),) if name in MULTIVALUED_KEYS else _text(value)


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _derived_keys(caller: Principal, via: tuple[str, ...], owner: str | None, facts: Facts, turned: Turned) -> Keys:
    try:
        return _remembered(caller, via, owner, facts, turned)
    except TypeError:  # a list where a tuple belongs cannot be remembered
        return _derived(caller, via, owner, facts, turned)


def _derived(caller: Principal, via: tuple[str, ...], owner: str | None, facts: Facts, turned: Turned) -> Keys:
    pairs = dict(_pairs(caller, via, owner, facts, turned))
    values = {name.lower(): pairs[name] for name in _in_order(pairs, turned)}  # C3, for tags as for what is given
    unsettled = dict.fromkeys(_doubled(pairs), TAG_CASE)
    if isinstance(caller, Service):
        unsettled["aws:principaltype"] = SERVICE_TYPE_ABSENT
    return Keys(values, unsettled)


_remembered = lru_cache(maxsize=1024)(_derived)


def _pairs(caller: Principal, via: tuple[str, ...], owner: str | None, facts: Facts, turned: Turned) -> _Pairs:
    yield from _of_caller(caller)
    if isinstance(caller, Service) and SERVICE_TYPE_ABSENT in turned:
        yield "aws:PrincipalType", "User"
    if not isinstance(caller, Service | Anonymous):
        yield "aws:PrincipalIsAWSService", "false"  # K2
    yield from _of_forwarding(via)
    if owner is not None:
        yield "aws:ResourceAccount", owner  # K2
    for key, value in facts:
        yield key, _value(key.lower(), value)


def _of_caller(caller: Principal) -> _Pairs:  # K1
    match caller:
        case User():
            yield from _of_identity(caller.arn, "User", caller.account, caller.unique_id or UNKNOWN)
            yield "aws:username", caller.arn.rsplit("/", 1)[1]
            yield from _of_tags(caller.tags)
        case RoleSession():
            known = caller.role_id and caller.session
            userid = f"{caller.role_id}:{caller.session}" if known else UNKNOWN
            yield from _of_identity(caller.role, "AssumedRole", caller.account, userid)
            yield from _of_tags(caller.tags)
        case FederatedUser():
            name = caller.arn.split("/", 1)[1]
            yield from _of_identity(caller.arn, "FederatedUser", caller.account, f"{caller.account}:{name}")
            yield from _of_tags(caller.tags)
        case Root():
            yield from _of_identity(caller.caller_arn, "Account", caller.account, caller.account)
        case Service():
            yield from _of_service(caller)
        case Anonymous():
            yield "aws:PrincipalType", "Anonymous"
            yield "aws:PrincipalAccount", "anonymous"
            yield "aws:userid", "anonymous"
        case WebIdentity() | Saml():
            yield "aws:PrincipalType", "User"
            yield "aws:userid", caller.provider
            if caller.account is not None:
                yield "aws:PrincipalAccount", caller.account


def _of_identity(arn: str, kind: str, account: str, userid: Value) -> _Pairs:
    yield "aws:PrincipalArn", arn
    yield "aws:PrincipalType", kind
    yield "aws:PrincipalAccount", account
    yield "aws:userid", userid


def _of_tags(tags: tuple[tuple[str, str], ...]) -> _Pairs:
    for key, value in tags:
        yield f"aws:PrincipalTag/{key}", value


def _of_service(caller: Service) -> _Pairs:  # K4
    yield "aws:PrincipalIsAWSService", "true"
    yield "aws:PrincipalServiceName", caller.name
    yield "aws:PrincipalServiceNamesList", (caller.name, *caller.aliases)
    if caller.source_arn is not None:
        yield "aws:SourceArn", caller.source_arn
    if caller.source_account is not None:
        yield "aws:SourceAccount", caller.source_account
    if caller.source_org is not None:
        yield "aws:SourceOrgID", caller.source_org


def _of_forwarding(via: tuple[str, ...]) -> _Pairs:  # E14, K2
    yield "aws:ViaAWSService", "true" if via else "false"
    if via:
        yield "aws:CalledVia", via
        yield "aws:CalledViaFirst", via[0]
        yield "aws:CalledViaLast", via[-1]
