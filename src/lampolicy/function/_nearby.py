"""What a refused caller has instead: a grant on another qualifier, or of an action AWS does not ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.decision import Allowed, ImplicitlyDenied, Side
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._view import FunctionView
from lampolicy.names import Alias, FunctionArn, Latest, Version
from lampolicy.policy import Effect, FunctionStatement, Only, Policy, PolicyKind, PrincipalType, StatementId

_NEVER_ASKED: Final = ("lambda:InvokeAsync", "lambda:Invoke", "lambda:InvokeWithResponseStream")
_SPEAKERS: Final = (Side.RESOURCE, Side.IDENTITY)


def nearby(view: FunctionView, part: Part) -> Iterator[str]:
    """Say which grants come close to a call that no policy allows (semantics L1 to L4, L6)."""
    if not isinstance(part.decision, ImplicitlyDenied):
        return
    yield from _other_actions(view, part)
    yield from _other_addresses(view, part)
    if part.request.principal.account == view.arn.account:
        yield from _own_account(part.policies.resource, view.arn.account)


def unknown_address(view: FunctionView) -> Iterator[str]:
    """Say that the addressed version or alias is not one that is known."""
    function, qualifier = view.function, view.arn.qualifier
    known = {*function.versions, *(name for name, _ in function.aliases)}
    if known and isinstance(qualifier, Alias | Version) and str(qualifier) not in known:
        there = ", ".join(f"`{name}`" for name in sorted(known))
        yield f"no version or alias `{qualifier}` of the function is known here: there are {there}"


def _other_actions(view: FunctionView, part: Part) -> Iterator[str]:
    for action in _NEVER_ASKED:
        speaking = _speaking(part, _again(view, part, action, part.request.resource))
        if speaking:
            yield f"the {speaking} grants {action}, which AWS never asks for: it asks for {part.request.action}"


def _other_addresses(view: FunctionView, part: Part) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for arn in _addresses(view):
        try:
            speaking = _speaking(part, _again(view, part, part.request.action, str(arn)))
        except IncompleteOrganization:
            continue  # a hint is not worth refusing an answer that is certain
        if speaking:
            found.setdefault(speaking, []).append(str(arn.qualifier) or "the function without qualifier")
    for speaking, places in found.items():
        yield (
            f"the {speaking} grants it on {', '.join(places)}: the function, each version and each alias are "
            "resources of their own"
        )


def _addresses(view: FunctionView) -> list[FunctionArn]:
    function = view.function
    qualifiers = (*(name for name, _ in function.aliases), *function.versions)
    every = (
        function.arn,
        *(arn for arn, _ in function.policies),
        *(function.arn.qualified(qualifier) for qualifier in qualifiers),
        function.arn.qualified(Latest()),
    )
    return [arn for arn in dict.fromkeys(every) if arn != view.arn]


def _again(view: FunctionView, part: Part, action: str, resource: str) -> Part:
    step = Step(action, resource, part.rule, part.why, part.request.context)
    return ask(view.authorizer, part.request.principal, step)


def _speaking(refused: Part, other: Part) -> str:
    """The policies that stay silent on the first request and speak on the other."""
    if not isinstance(refused.decision, ImplicitlyDenied):
        return ""
    silent = {missing.side for missing in refused.decision.missing}
    match other.decision:
        case Allowed(by=by):
            named = [grant for grant in by if isinstance(grant, StatementId)]
            spoken = {Side.IDENTITY if grant.kind is PolicyKind.IDENTITY else Side.RESOURCE for grant in named}
            spoken &= silent | {Side.RESOURCE}  # a resource without a policy is not blamed in its own account
        case ImplicitlyDenied(missing=missing):
            spoken = silent - {one.side for one in missing}
            spoken -= {Side.RESOURCE} if other.policies.resource is None else set()
        case _:
            return ""
    return " and the ".join(side for side in _SPEAKERS if side in spoken)


def _own_account(policy: Policy | None, account: str) -> Iterator[str]:
    for index, statement in enumerate(policy.statements if policy is not None else ()):
        if isinstance(statement, FunctionStatement) and statement.effect is Effect.ALLOW and _names(statement, account):
            name = statement.sid or f"number {index}"
            yield f"statement {name} names the function's own account, which by itself grants nothing to anybody in it"


def _names(statement: FunctionStatement, account: str) -> bool:
    patterns = statement.principals.patterns if isinstance(statement.principals, Only) else ()
    return any(
        pattern.type is PrincipalType.AWS and (pattern.value == account or pattern.value.endswith(f"::{account}:root"))
        for pattern in patterns
    )
