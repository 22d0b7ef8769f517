"""Who may invoke: every principal the organization knows, and everybody outside whom the policies admit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._admitted import Admitted, CannotTell, Known, WhoMayInvoke
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step
from lampolicy.function._circumstances import circumstances
from lampolicy.function._invoke import INVOKE, invoking
from lampolicy.function._known import known_principals, own_policy
from lampolicy.function._modes import Model, model_of
from lampolicy.function._nearby import unknown_address
from lampolicy.function._outside import admitted
from lampolicy.function._outsiders import whole_account
from lampolicy.function._url import calling, no_url, url_steps, url_type
from lampolicy.function._view import FunctionView
from lampolicy.organization import UrlAuthType
from lampolicy.policy import Effect, FunctionStatement, Only, PrincipalPattern, PrincipalType
from lampolicy.request import Context, Principal


@dataclass(frozen=True, slots=True)
class _Call:
    """The call everybody is asked for: the Invoke API, or with an AuthType the URL."""

    view: FunctionView
    given: Context | None
    auth_type: UrlAuthType | None = None
    dual_permission: bool = True

    @property
    def unsigned(self) -> bool:
        return self.auth_type == "NONE"

    @property
    def context(self) -> Context:
        return circumstances(self.view.arn, self.given, signed=not self.unsigned)

    def steps(self) -> tuple[Step, ...]:
        if self.auth_type is None:
            return (Step(INVOKE, str(self.view.arn), "L1", "the function is invoked"),)
        steps = url_steps(self.view, self.auth_type, self.given)
        return steps if self.dual_permission else steps[:1]

    def parts(self, who: Principal, context: Context) -> tuple[Part, ...]:
        if self.auth_type is None:
            return invoking(self.view, who, context)
        return calling(self.view, who, self.auth_type, context, dual_permission=self.dual_permission)


def who_may_invoke(view: FunctionView, context: Context | None = None) -> WhoMayInvoke:
    """List everybody who may invoke the function as it is addressed, through the Invoke API.

    Known principals are users, roles (some session; those the function's policy names beside it) and the accounts' root
    users. What tells how a call is made rather than who makes it, such as `aws:SourceIp`, is not known unless `context`
    tells; `WhoMayInvoke.context` is what every known principal was asked with.

    Args:
        view: The function as addressed.
        context: Condition keys that are known of the call.
    """
    return _listed(_Call(view, context))


def who_may_invoke_url(
    view: FunctionView,
    auth_type: UrlAuthType | None = None,
    context: Context | None = None,
    *,
    dual_permission: bool = True,
) -> WhoMayInvoke:
    """List everybody who may call the URL of the function or alias; like `who_may_invoke` and `may_invoke_url`."""
    effective = auth_type or url_type(view)
    obstacle = no_url(view, effective)
    call = _Call(view, context, effective, dual_permission)
    return _listed(call, () if obstacle is None else (obstacle,))


def _listed(call: _Call, obstacles: tuple[Obstacle, ...] = ()) -> WhoMayInvoke:
    view, context = call.view, call.context
    if obstacles:
        return WhoMayInvoke(view.arn, call.auth_type, context, obstacles=obstacles)
    known, cannot_tell = _asked(call, context)
    outside = _outside(call, cannot_tell)
    return WhoMayInvoke(
        view.arn,
        call.auth_type,
        context,
        may=tuple(k for k in known if k.answer),
        hangs=tuple(k for k in known if not k.answer and not k.answer.refused),
        may_not=tuple(k for k in known if k.answer.refused),
        outside=outside,
        cannot_tell=tuple(cannot_tell),
        notes=tuple(_notes(call)),
    )


def _asked(call: _Call, context: Context) -> tuple[list[Known], list[CannotTell]]:
    known: list[Known] = []
    cannot_tell: list[CannotTell] = []
    what = "invoke" if call.auth_type is None else "call the URL of"
    for principal in known_principals(call.view):
        try:
            parts = call.parts(principal, context)
        except IncompleteOrganization as missing:
            cannot_tell.append(CannotTell(principal.caller_arn, str(missing)))
        else:
            known.append(Known(principal, Answer(f"may {principal.caller_arn} {what} {call.view.arn}", parts)))
    return known, cannot_tell


def _outside(call: _Call, cannot_tell: list[CannotTell]) -> tuple[Admitted, ...]:
    try:
        return tuple(admitted(call.view, call.steps(), call.given, unsigned=call.unsigned))
    except IncompleteOrganization as missing:
        cannot_tell.append(CannotTell("whoever is not known here", str(missing)))
        return ()


def _notes(call: _Call) -> Iterator[str]:
    """An address that is none, and principals the policy names in vain."""
    yield from unknown_address(call.view)
    if call.unsigned:
        yield "a URL of AuthType NONE looks at no signature: whoever calls is anonymous"
    for name, pattern in _named(call.view):
        if pattern.type is PrincipalType.AWS and whole_account(pattern.value) == call.view.arn.account:
            yield f"{name} names the function's own account, which by itself grants nothing to anybody in it"
        elif pattern.type is PrincipalType.SERVICE and model_of(pattern.value) in {Model.POLL, Model.ROLE}:
            yield f"{name} names {pattern.value}, which never uses a function policy"
        elif pattern.type in {PrincipalType.FEDERATED, PrincipalType.CANONICAL_USER}:
            yield f"{name} names {pattern.type} {pattern.value}, which admits nobody to a function"


def _named(view: FunctionView) -> Iterator[tuple[str, PrincipalPattern]]:
    policy = own_policy(view)
    for index, statement in enumerate(policy.statements if policy is not None else ()):
        if statement.effect is not Effect.ALLOW or not isinstance(statement, FunctionStatement):
            continue
        for pattern in statement.principals.patterns if isinstance(statement.principals, Only) else ():
            yield f"statement {statement.sid or index}", pattern
