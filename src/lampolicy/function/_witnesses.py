"""Requests that tell statements apart: callers, actions and contexts made from what the statements themselves say.

Statements are understood if every request they could decide differently has a witness of the same kind among these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from lampolicy.names import Arn, FunctionArn, is_account_id
from lampolicy.policy import BaseOperator, Condition, FunctionStatement, Only, PrincipalPattern, PrincipalType
from lampolicy.request import (
    MULTIVALUED_KEYS,
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

B = BaseOperator
_UNDERSTOOD: Final = frozenset({B.STRING_EQUALS, B.STRING_LIKE, B.ARN_LIKE, B.ARN_EQUALS, B.BOOL})
_PATTERNS: Final = frozenset({B.STRING_LIKE, B.ARN_LIKE, B.ARN_EQUALS})
_NOWHERE: Final = "arn:aws:nothing:nowhere:000000000000:nothing"
"""A value no condition names; only positive ones are understood, so that one stands for all."""
_LETTERS: Final = "qzjxkvwy0123456789"
_MOST_STARS: Final = 4


def is_understood(statement: FunctionStatement, arn: FunctionArn) -> bool:
    """Tell whether the witnesses of a statement show everything it does."""
    keys = [condition.key.lower() for condition in statement.conditions]
    return (
        isinstance(statement.principals, Only)
        and all(map(_is_plain_principal, statement.principals.patterns))
        and statement.resources in (None, Only((str(arn),)))
        and isinstance(statement.actions, Only)
        and all(map(_is_plain_action, statement.actions.patterns))
        and len(keys) == len(set(keys))
        and all(map(_is_plain_condition, statement.conditions))
    )


def _is_plain_action(pattern: str) -> bool:
    service, _, name = pattern.partition(":")
    return pattern == "*" or (service.lower() == "lambda" and name.count("*") + name.count("?") <= _MOST_STARS)


def _is_plain_condition(condition: Condition) -> bool:
    operator = condition.operator
    plain = operator.base in _UNDERSTOOD and operator.quantifier is None and not operator.if_exists
    stars = max((value.count("*") for value in condition.values), default=_MOST_STARS + 1)
    held = condition.key.lower() not in {key.lower() for key in MULTIVALUED_KEYS}
    return plain and held and stars <= _MOST_STARS and not any("${" in value for value in condition.values)


def _is_plain_principal(pattern: PrincipalPattern) -> bool:
    match pattern.type:
        case PrincipalType.STAR | PrincipalType.SERVICE:
            return not set(pattern.value[1:]) & {"*", "?"}
        case PrincipalType.AWS:
            text = pattern.value
            return text == "*" or is_account_id(text) or (text.startswith("arn:") and not set(text) & {"*", "?"})
        case _:
            return False


def principals_of(statement: FunctionStatement) -> tuple[PrincipalPattern, ...]:
    """The principals a statement names; none if it names nobody, or everybody but some."""
    return statement.principals.patterns if isinstance(statement.principals, Only) else ()


def callers(statements: Iterable[FunctionStatement], arn: FunctionArn) -> tuple[list[Principal], list[Principal]]:
    """Callers whom some principal of the statements may mean, and strangers whom none of them does."""
    patterns = {p for s in statements for p in principals_of(s)}
    accounts = {_account(p.value) for p in patterns if p.type is PrincipalType.AWS} | {arn.account}
    stranger = next(a for a in (f"{n:012}" for n in range(999_999_999_999, 0, -1)) if a not in accounts)
    strangers = [*_anyone(arn.account, arn.partition), *_anyone(stranger, arn.partition), Anonymous()]
    strangers += [Service("nobody.amazonaws.com"), *_claiming(stranger, arn.partition)]
    named = [c for p in sorted(patterns, key=lambda p: (p.type, p.value)) for c in _admitted(p, arn.partition)]
    if patterns and all(p.value == "*" for p in patterns):
        # everybody is meant everywhere, so that what one of them shows is so for all: two who depend on the policy
        named = [Anonymous(), User(f"arn:{arn.partition}:iam::{stranger}:user/nobody", "AIDANOBODY")]
    elif any(p.value == "*" for p in patterns):
        named, strangers = [*named, *strangers], []
    meant = dict.fromkeys(named)
    return list(meant), [caller for caller in strangers if caller not in meant]


def _account(text: str) -> str:
    return text if is_account_id(text) else Arn.parse(text).account if text.startswith("arn:") else ""


def _anyone(account: str, partition: str) -> Iterator[Principal]:
    iam, sts = f"arn:{partition}:iam::{account}", f"arn:{partition}:sts::{account}"
    yield Root(account, partition)
    yield User(f"{iam}:user/nobody", "AIDANOBODY")
    yield RoleSession(f"{iam}:role/nobody", "nobody", "AROANOBODY")
    yield FederatedUser(f"{sts}:federated-user/nobody", f"{iam}:user/nobody")


def _claiming(account: str, partition: str) -> Iterator[Principal]:
    yield WebIdentity(f"arn:{partition}:iam::{account}:oidc-provider/nobody.example")
    yield Saml(f"arn:{partition}:iam::{account}:saml-provider/nobody")


def _admitted(pattern: PrincipalPattern, partition: str) -> Iterator[Principal]:
    text = pattern.value
    if pattern.type is PrincipalType.SERVICE:
        yield Service(text)
    elif is_account_id(text):
        yield from _anyone(text, partition)
    elif text != "*":
        yield from _named(text, Arn.parse(text))


def _named(text: str, arn: Arn) -> Iterator[Principal]:
    yield from _anyone(arn.account, arn.partition)
    iam = f"arn:{arn.partition}:iam::{arn.account}"
    match arn.resource.split("/"):
        case ["user", *_]:
            yield User(text, "AIDANAMED")
            yield FederatedUser(f"arn:{arn.partition}:sts::{arn.account}:federated-user/nobody", text)
        case ["role", *_]:
            yield RoleSession(text, "nobody", "AROANAMED")
        case ["assumed-role", role, session]:
            yield RoleSession(f"{iam}:role/{role}", session, "AROANAMED")
            yield RoleSession(f"{iam}:role/{role}", "nobody", "AROANAMED")
        case ["federated-user", *_]:
            yield FederatedUser(text, f"{iam}:user/nobody")
        case _:
            pass


def actions(statements: Sequence[FunctionStatement]) -> list[str]:
    """Actions every pattern of the statements admits, and one that only wildcards do."""
    patterns = {p for s in statements for p in s.actions.patterns}
    fresh = _fresh(patterns)
    found = {f"lambda:{fresh}", f"{fresh}:{fresh}"}
    for pattern in patterns - {"*"}:
        found |= set(_instances(pattern, fresh, _runs(patterns)))
    return sorted(action for action in found if not action.endswith(":"))


def contexts(statements: Sequence[FunctionStatement]) -> list[Mapping[str, str]]:
    """Contexts that meet each condition's every value; and those in which a key is absent or holds something else."""
    values = _values(statements)
    keys = list(values)
    return [
        {key: value for key, value in zip(keys, chosen, strict=True) if value is not None}
        for chosen in product(*values.values())
    ]


def how_many_contexts(statements: Sequence[FunctionStatement]) -> int:
    """How many `contexts` there would be."""
    return prod(map(len, _values(statements).values()))


def _values(statements: Sequence[FunctionStatement]) -> dict[str, list[str | None]]:
    written: dict[str, list[tuple[BaseOperator, str]]] = {}
    for condition in (c for s in statements for c in s.conditions):
        pairs = written.setdefault(condition.key.lower(), [])
        pairs.extend((condition.operator.base, value) for value in condition.values)
    found: dict[str, list[str | None]] = {}
    for key, pairs in written.items():
        texts = [value for _, value in pairs]
        fresh, runs = _fresh(texts), _runs(texts)
        held = dict.fromkeys(i for base, value in dict.fromkeys(pairs) for i in _of(base, value, fresh, runs))
        found[key] = [*held, _NOWHERE, None]
    return found


def _of(base: BaseOperator, value: str, fresh: str, runs: int) -> Iterable[str]:
    if base is B.BOOL:
        return ("true", "false")
    return _instances(value, fresh, runs) if base in _PATTERNS else (value,)


def _fresh(texts: Iterable[str]) -> str:
    """A letter that no text holds, which only a wildcard can match."""
    used = set("".join(texts).lower())
    return next((letter for letter in _LETTERS if letter not in used), "\ue000")


def _runs(texts: Iterable[str]) -> int:
    """How long a run of fresh letters must be that question marks alone cannot match."""
    return 1 + max((text.count("?") for text in texts), default=0)


def _instances(pattern: str, fresh: str, longest: int) -> Iterator[str]:
    """Texts a pattern matches: each star as nothing and as fresh letters, up to a run that only a star matches."""
    pieces = pattern.replace("?", fresh).split("*")
    for lengths in product(sorted({0, 1, longest}), repeat=len(pieces) - 1):
        yield pieces[0] + "".join(fresh * n + piece for n, piece in zip(lengths, pieces[1:], strict=True))
