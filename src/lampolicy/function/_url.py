"""Who may call a function's URL (semantics L8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.decision import ImplicitlyDenied
from lampolicy.diagnostic import AwsError
from lampolicy.function._answer import Answer, Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._assumed import AssumedBy
from lampolicy.function._callers import Caller, bearer_obstacle, carried, name_of, who_calls
from lampolicy.function._circumstances import certain, overlaid
from lampolicy.function._nearby import nearby
from lampolicy.function._view import FunctionView
from lampolicy.names import Alias, Unqualified
from lampolicy.organization import UrlAuthType
from lampolicy.request import Anonymous, Context, ContextValue, Principal

FORBIDDEN: Final = AwsError(
    "AccessDeniedException",
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
)
"""What a function URL answers with status 403: code in the header `x-amzn-ErrorType`, text as `Message`."""

CALL_URL: Final = "lambda:InvokeFunctionUrl"
_INVOKE: Final = "lambda:InvokeFunction"
_AUTH_TYPE: Final = "lambda:FunctionUrlAuthType"
_FUNCTION: Final = "lambda:FunctionArn"
_VIA_URL: Final = "lambda:InvokedViaFunctionUrl"
_OWN: Final = frozenset(key.lower() for key in (_AUTH_TYPE, _FUNCTION, _VIA_URL))


def may_invoke_url(
    view: FunctionView,
    caller: Caller,
    auth_type: UrlAuthType | None = None,
    context: Context | None = None,
    *,
    dual_permission: bool = True,
) -> Answer:
    """Decide whether a caller may call the URL of the function, or of the alias, as it is addressed.

    It takes two permissions, each from the caller's side or the function's as usual: `lambda:InvokeFunctionUrl`, which
    sees the AuthType, and `lambda:InvokeFunction`, which sees `lambda:InvokedViaFunctionUrl` (semantics L8).

    Args:
        view: The function or alias.
        caller: Who calls. A URL of AuthType `NONE` takes everybody as anonymous, signed or not.
        auth_type: Decide as if the URL were of this AuthType; that of the URL which is there, if not given.
        context: Condition keys the call carries, such as `aws:SourceIp`.
        dual_permission: Whether the second permission is asked for; not so, until 1 November 2026, in accounts that had
            a URL before October 2025: there `lambda:InvokeFunction` is not looked at, not even a Deny of it.

    Raises:
        InvalidName: The caller's text is no principal.
        IncompleteOrganization: A policy that bears on it is not known.
    """
    who = who_calls(view.authorizer.organization, caller)
    signer = who.assumed if isinstance(who, AssumedBy) else who
    question = f"may {name_of(signer)} call the URL of {view.arn}"
    there = url_type(view)
    effective = auth_type or there
    obstacle = no_url(view, effective) or no_caller(signer, effective)
    if obstacle is not None or effective is None:
        return Answer(question, (), () if obstacle is None else (obstacle,))
    parts = calling(view, signer, effective, carried(caller, context), dual_permission=dual_permission)
    notes = (
        *_of_type(view, there, effective, signer),
        *_of_permissions(parts, dual_permission=dual_permission),
        *(note for part in parts[:1] for note in nearby(view, part)),
    )
    return Answer(question, (*_trusted(view, who), *parts), (), notes)


def _trusted(view: FunctionView, who: Principal | AssumedBy) -> tuple[Part, ...]:
    if not isinstance(who, AssumedBy):
        return ()
    return (ask(view.authorizer, who.caller, who.trust_step(view.authorizer.organization)),)


def url_type(view: FunctionView) -> UrlAuthType | None:
    """The AuthType of the URL that hangs on the addressed ARN; `None` if there is none."""
    return next((url.auth_type for url in view.function.urls if url.arn == view.arn), None)


def no_url(view: FunctionView, auth_type: UrlAuthType | None) -> Obstacle | None:
    """What keeps the addressed ARN from having a URL, or a URL from being there."""
    qualifier = view.arn.qualifier
    if not isinstance(qualifier, Unqualified | Alias):
        message = f"a URL hangs on a function or an alias, never on `{qualifier}`"
        return Obstacle("L8", message, "give an alias of that version a URL", FORBIDDEN)
    if auth_type is None:
        message = f"no URL of `{view.arn}` is known"
        return Obstacle("L8", message, "create one, or ask for an AuthType to decide as if it were there", FORBIDDEN)
    return None


def no_caller(who: Principal, auth_type: UrlAuthType | None) -> Obstacle | None:
    """What keeps a caller from calling a URL of this AuthType."""
    if auth_type != "AWS_IAM":
        return None
    if isinstance(who, Anonymous):
        message = "a URL of AuthType `AWS_IAM` takes signed requests only"
        return Obstacle("L8", message, "sign the request, or have a caller that does", FORBIDDEN)
    return bearer_obstacle(who)


def calling(
    view: FunctionView, who: Principal, auth_type: UrlAuthType, context: Context | None, *, dual_permission: bool
) -> tuple[Part, ...]:
    """The decisions alone, in the order Lambda documents them."""
    caller = Anonymous() if auth_type == "NONE" else who
    steps = url_steps(view, auth_type, context)
    return tuple(ask(view.authorizer, caller, step) for step in (steps if dual_permission else steps[:1]))


def url_steps(view: FunctionView, auth_type: UrlAuthType, context: Context | None) -> tuple[Step, Step]:
    """What a call of the URL is authorized for, each with the condition keys Lambda gives it."""
    arn = str(view.arn)
    told = {key: value for key, value in (context or {}).items() if key.lower() not in _OWN}
    given: dict[str, ContextValue] = overlaid(certain(view.arn), told)
    return (
        Step(
            CALL_URL,
            arn,
            "L8",
            "a function URL is called",
            {**given, _AUTH_TYPE: auth_type, _FUNCTION: arn},
            FORBIDDEN,
        ),
        Step(_INVOKE, arn, "L8", "and invokes the function", {**given, _VIA_URL: True}, FORBIDDEN),
    )


def _of_type(view: FunctionView, there: UrlAuthType | None, effective: UrlAuthType, who: Principal) -> Iterator[str]:
    if there is None:
        yield f"no URL of {view.arn} is known here: decided as if there were one of AuthType {effective}"
    elif there != effective:
        yield f"the URL is of AuthType {there}: decided as if it were {effective}"
    if effective == "NONE" and not isinstance(who, Anonymous):
        yield "a URL of AuthType NONE looks at no signature: whoever calls is anonymous"


def _of_permissions(parts: tuple[Part, ...], *, dual_permission: bool) -> Iterator[str]:
    if not dual_permission:
        yield "lambda:InvokeFunction is not asked for in an exempt account; the exemption ends on 1 November 2026"
    elif parts[0].decision and isinstance(parts[1].decision, ImplicitlyDenied):
        yield (
            "lambda:InvokeFunctionUrl alone is not enough: since October 2025 a URL needs lambda:InvokeFunction as "
            "well, which only accounts that had a URL before do without, until 1 November 2026"
        )
