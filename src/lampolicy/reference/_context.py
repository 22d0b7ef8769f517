"""The condition keys of a request: those it carries, and those AWS derives from the caller (semantics K1, K2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from lampolicy.diagnostic import RequestError
from lampolicy.organization import Policies
from lampolicy.reference._uncertain import SERVICE_TYPE_ABSENT, TAG_CASE, Turned
from lampolicy.request import (
    MULTIVALUED_KEYS,
    UNKNOWN,
    Anonymous,
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

_Pairs: TypeAlias = Iterator[tuple[str, Value]]

_NEVER_CONTRADICTED: Final = frozenset({"aws:principalisawsservice", "aws:viaawsservice"})


def condition_keys(request: Request, policies: Policies, *, what_if: bool, turned: Turned) -> Values:
    """Gather every condition key of a request; raise `RequestError` if it contradicts what is derived."""
    derived = _by_lower_case(_derived(request, policies, turned), turned)
    given = _by_lower_case(((key, _value(key, value)) for key, value in request.context.items()), turned)
    if not what_if:
        _refuse_contradictions(given, derived)
    return {**derived, **given}


def _refuse_contradictions(given: Values, derived: Values) -> None:
    for key, value in given.items():
        known = derived.get(key, UNKNOWN)
        if known is not UNKNOWN and key not in _NEVER_CONTRADICTED and value != known:
            msg = f"the request holds `{key}` as `{value}`, but it is `{known}`: leave it out, or ask what if"
            raise RequestError(msg)


def _by_lower_case(pairs: _Pairs, turned: Turned) -> dict[str, Value]:
    """C3: names compare without case; of two that differ only by case, the last in code-point order counts."""
    last_wins = TAG_CASE not in turned
    return {key.lower(): value for key, value in sorted(pairs, key=lambda pair: pair[0], reverse=not last_wins)}


def _value(key: str, value: ContextValue) -> Value:
    """C5: a list marks a multivalued key, and some keys are multivalued whatever they hold."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_text(item) for item in value)
    return (_text(value),) if key.lower() in MULTIVALUED_KEYS else _text(value)


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _derived(request: Request, policies: Policies, turned: Turned) -> _Pairs:
    caller = request.principal
    yield from _of_caller(caller)
    if isinstance(caller, Service) and SERVICE_TYPE_ABSENT in turned:
        yield "aws:PrincipalType", "User"
    if not isinstance(caller, Service | Anonymous):
        yield "aws:PrincipalIsAWSService", "false"  # K2
    yield from _of_forwarding(request.via)
    if request.known_owner is not None:
        yield "aws:ResourceAccount", request.known_owner  # K2
    for key, value in policies.facts:
        yield key, _value(key, value)


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
