"""A grant made as narrow as the request it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lampolicy.decision import Side
from lampolicy.explain import Addition
from lampolicy.function._json_values import conditions_of
from lampolicy.request import Context, Request

_KEYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "lambda:invokefunctionurl": (("StringEquals", "lambda:FunctionUrlAuthType"),),
    "lambda:invokefunction": (
        ("StringEquals", "lambda:EventSourceToken"),
        ("Bool", "lambda:InvokedViaFunctionUrl"),
    ),
    "lambda:createfunctionurlconfig": (("StringEquals", "lambda:FunctionUrlAuthType"),),
    "lambda:updatefunctionurlconfig": (("StringEquals", "lambda:FunctionUrlAuthType"),),
    "lambda:addpermission": (("StringEquals", "lambda:Principal"),),
    "lambda:createeventsourcemapping": (("ArnEquals", "lambda:FunctionArn"),),
    "iam:passrole": (("StringEquals", "iam:PassedToService"),),
}
"""By action, the condition keys that say what it is used for (semantics L8, L13, L18, L21)."""

_VIA_URL: Final = ("Bool", "lambda:InvokedViaFunctionUrl")
OWN_FUNCTIONS: Final = frozenset({"lambda.amazonaws.com", "edgelambda.amazonaws.com"})
"""Services for which a role's trust needs no source: only functions of its own account can be given it."""
_GRANTING: Final = frozenset({Side.RESOURCE, Side.IDENTITY})


def narrowed(request: Request, addition: Addition) -> Addition:
    """Write into a grant what the request says of its purpose: the URL's AuthType, the service a role is passed to."""
    if addition.side not in _GRANTING:
        return _plain_trust(request, addition)
    found = dict(_conditions(request))
    if not found:
        return addition
    conditions: dict[str, dict[str, object]] = {}
    for operator, key, value in conditions_of(addition.statement):
        conditions.setdefault(operator, {})[key] = value
    for (operator, key), value in found.items():
        conditions.setdefault(operator, {})[key] = value
    return replace(addition, statement={**addition.statement, "Condition": conditions})


def _conditions(request: Request) -> dict[tuple[str, str], str]:
    given = _texts(request.context)
    wanted = _KEYS.get(request.action.lower(), ())
    found = {(operator, key): given[key.lower()] for operator, key in wanted if key.lower() in given}
    return {where: value for where, value in found.items() if where != _VIA_URL or value == "true"}


def _texts(context: Context) -> dict[str, str]:
    """The single values of a context as a policy writes them, by lower-cased key; a pattern would mean more."""
    found: dict[str, str] = {}
    for key, value in context.items():
        if isinstance(value, bool):
            found[key.lower()] = str(value).lower()
        elif isinstance(value, str) and not set(value) & set("*?$"):
            found[key.lower()] = value
    return found


def _plain_trust(request: Request, addition: Addition) -> Addition:
    """Trust Lambda as AWS's own console does: only functions of the role's account can be given it (semantics L18).

    That Lambda tells for which function it asks is not certain (semantics L19), so the fix does not rest on it.
    """
    if addition.side is not Side.TRUST or request.principal.caller_arn not in OWN_FUNCTIONS:
        return addition
    return replace(addition, statement={key: value for key, value in addition.statement.items() if key != "Condition"})
