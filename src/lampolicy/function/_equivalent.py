"""Whether two policies of a function decide alike: shown by deciding, with every kind of other policy around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from lampolicy.authorize import authorize
from lampolicy.function._witnesses import actions, callers, contexts, how_many_contexts
from lampolicy.names import FunctionArn
from lampolicy.organization import Policies
from lampolicy.policy import FunctionStatement, Policy, PolicyKind
from lampolicy.request import FederatedUser, Principal, Request, RoleSession, Root, User

_MOST: Final = 100_000
"""How many decisions a proof may take of each policy; a step that needs more is not proposed."""

_ALL: Final = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_LITTLE: Final = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}}


@dataclass(frozen=True, slots=True)
class Proof:
    """What was decided to show that two policies are equivalent.

    Attributes:
        requests: How many requests, each with several sets of policies around it.
    """

    requests: int


def proof(before: Sequence[FunctionStatement], after: Sequence[FunctionStatement], arn: FunctionArn) -> Proof | None:
    """Decide every request the statements tell apart with both; `None` if one differs, or if there are too many.

    The statements must all be understood (`is_understood`); what else stands in the policy does not matter then,
    because each statement has its say by itself.
    """
    both = (*before, *after)
    meant, strangers = callers(both, arn)
    asked = actions(both)
    if sum(map(_settings, meant)) * len(asked) * how_many_contexts(both) > _MOST:
        return None
    every = contexts(both)
    old, new = _policy(before), _policy(after)
    count = 0
    for asking, circumstances in ((meant, every), (strangers, every[:1])):
        for caller in asking:
            pairs = [(around(caller, old, n), around(caller, new, n)) for n in range(_settings(caller))]
            for context, action in product(circumstances, asked):
                request = Request(caller, action, str(arn), context)
                count += 1
                if any(not alike(request, one, other) for one, other in pairs):
                    return None
    return Proof(count)


def alike(request: Request, one: Policies, other: Policies) -> bool:
    """Tell whether a request is decided alike: allowed, denied, or denied explicitly."""
    decided = (authorize(request, policies, what_if=True) for policies in (one, other))
    return len({type(decision) for decision in decided}) == 1


def _policy(statements: Sequence[FunctionStatement]) -> Policy:
    return Policy(PolicyKind.FUNCTION, tuple(statements))


def _settings(caller: Principal) -> int:
    match caller:
        case User() | RoleSession() | FederatedUser():
            return 8
        case Root():
            return 2
        case _:
            return 1


def around(caller: Principal, policy: Policy, setting: int) -> Policies:
    """The policy among others that may make up for it or hold it back.

    Identity policies that grant everything or nothing, a boundary that is silent, a session policy that is silent or
    grants everything: whether a grant of the resource is alone sufficient hangs on them (semantics E7, E8).
    """
    if isinstance(caller, Root):
        return Policies(resource=policy, session=(_silent("session"),) if setting else None)
    limited = setting // 2
    return Policies(
        identity=(_granting("identity"),) if setting % 2 else (),
        boundary=_silent("boundary") if limited == 1 else None,
        session={2: (_silent("session"),), 3: (_granting("session"),)}.get(limited),
        resource=policy,
    )


@cache
def _granting(kind: str) -> Policy:
    return Policy.parse(_ALL, kind=kind)


@cache
def _silent(kind: str) -> Policy:
    return Policy.parse(_LITTLE, kind=kind)
