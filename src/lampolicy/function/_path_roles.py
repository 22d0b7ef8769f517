"""What is to be said of roles that Lambda may assume: who else may, and how many functions share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Undetermined
from lampolicy.diagnostic import InvalidName, Severity
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step
from lampolicy.function._hand_over import LAMBDA
from lampolicy.function._outsiders import stranger
from lampolicy.function._path import PassPath, PathKind
from lampolicy.function._path_ask import Inquiry, hanging
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import IamRole
from lampolicy.policy import Effect, Only, PrincipalPattern, PrincipalType, TrustStatement
from lampolicy.request import UNKNOWN, ContextValue, Principal, Request, Root, Service

_OF_LAMBDA: Final = frozenset({LAMBDA, "edgelambda.amazonaws.com"})
_MOST_SHOWN: Final = 10
_TOLD_BY_RESOURCE: Final = ("aws:resource", "aws:via", "aws:called")
_TOLD_BY_CALLER: Final = ("aws:principal", "aws:user", *_TOLD_BY_RESOURCE)
_EVERYBODY: Final = "the role trusts everybody"


def role_paths(inquiry: Inquiry) -> list[PassPath]:
    """Say of every role that functions use, or Lambda may assume, who shares it."""
    used: dict[str, list[FunctionArn]] = {}
    for function in inquiry.organization.functions:
        if function.role is not None:
            used.setdefault(function.role, []).append(function.arn)
    shared = [_shared(inquiry, role, arns) for role, arns in used.items() if len(arns) > 1]
    trusting = (_also_trusted(inquiry, role, used.get(role.arn, [])) for role in inquiry.organization.roles)
    return [*shared, *(path for path in trusting if path is not None)]


def _shared(inquiry: Inquiry, role: str, functions: list[FunctionArn]) -> PassPath:
    return PassPath(
        PathKind.SHARED,
        Severity.NOTE,
        f"{len(functions)} functions share the role `{role}`: each may do what any of them needs",
        "give each function a role of its own, or hold a right to `lambda:SourceFunctionArn`",
        role,
        functions=tuple(map(str, functions)),
        parts=tuple(inquiry.trust(role, function) for function in functions[:_MOST_SHOWN]),
    )


def _also_trusted(inquiry: Inquiry, role: IamRole, functions: list[FunctionArn]) -> PassPath | None:
    others = [pattern for pattern in _trusted(role) if pattern.value not in _OF_LAMBDA]
    if not others or not (functions or _names_lambda(role)):
        return None
    parts = list(_assuming(inquiry, role, others[:_MOST_SHOWN]))
    possible = [part for part in parts if isinstance(part.decision, Allowed | Undetermined)]
    if parts and not possible and len(parts) == len(others):
        return None
    everybody = [part for part in possible if part.why == _EVERYBODY and isinstance(part.decision, Allowed)]
    whom = ", ".join(f"`{pattern.value}`" for pattern in others[:_MOST_SHOWN])
    return PassPath(
        PathKind.ALSO_TRUSTED,
        Severity.ERROR if everybody else Severity.WARNING,
        f"`{role.arn}` is a role for functions, and trusts {whom} as well{'' if everybody else hanging(possible)}",
        "let the role trust `lambda.amazonaws.com` alone, and give the others one of their own",
        role.arn,
        functions=tuple(map(str, functions)),
        parts=tuple(everybody or possible),
    )


def _names_lambda(role: IamRole) -> bool:
    return any(pattern.type is PrincipalType.SERVICE and pattern.value in _OF_LAMBDA for pattern in _trusted(role))


def _trusted(role: IamRole) -> Iterator[PrincipalPattern]:
    found: dict[PrincipalPattern, None] = {}
    for statement in role.trust.statements if role.trust is not None else ():
        if isinstance(statement, TrustStatement) and statement.effect is Effect.ALLOW:
            found.update(dict.fromkeys(_patterns(statement)))
    yield from found


def _patterns(statement: TrustStatement) -> tuple[PrincipalPattern, ...]:
    return statement.principals.patterns if isinstance(statement.principals, Only) else ()


def _assuming(inquiry: Inquiry, role: IamRole, others: Iterable[PrincipalPattern]) -> Iterator[Part]:
    """Decide for each of the others, as far as the pattern tells whom to ask for; a provider's claims it does not."""
    partition = Arn.parse(role.arn).partition
    for pattern in others:
        if pattern.value == "*" and pattern.type in {PrincipalType.STAR, PrincipalType.AWS}:
            yield _anybody(inquiry, role, partition)
            continue
        principal = _principal(inquiry, pattern, partition)
        if principal is not None:
            step = Step("sts:AssumeRole", role.arn, "E20", f"the role trusts {pattern.value} too", _open_keys(role))
            yield from inquiry.proof(principal, [step])


def _anybody(inquiry: Inquiry, role: IamRole, partition: str) -> Part:
    """Decide for somebody of an account that nobody here knows, of whom nothing is told."""
    context = _open_keys(role, _TOLD_BY_RESOURCE)
    principal = Root(stranger(inquiry.organization), partition)
    request = Request(principal, "sts:AssumeRole", role.arn, context, resource_account=role.account)
    policies = inquiry.authorizer.policies_for(request)
    decision = authorize(request, policies, what_if=True)
    return Part(request, policies, decision, "E20", _EVERYBODY, what_if=True)


def _open_keys(role: IamRole, told: tuple[str, ...] = _TOLD_BY_CALLER) -> dict[str, ContextValue]:
    """Whatever the trust policy asks for beside what is told: nobody knows what a caller will bring."""
    statements = role.trust.statements if role.trust is not None else ()
    keys = {condition.key.lower() for statement in statements for condition in statement.conditions}
    return dict.fromkeys((key for key in sorted(keys) if not key.startswith(told)), UNKNOWN)


def _principal(inquiry: Inquiry, pattern: PrincipalPattern, partition: str) -> Principal | None:
    if pattern.type is PrincipalType.SERVICE:
        return Service(pattern.value)
    if pattern.type is not PrincipalType.AWS:
        return None
    try:
        if pattern.value.isdigit():
            return Root(pattern.value, partition)
        return inquiry.organization.principal(pattern.value)
    except InvalidName:
        return None
