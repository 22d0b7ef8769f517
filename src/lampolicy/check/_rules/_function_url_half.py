"""Find function URLs that are granted by half.

## What it finds
A function policy that grants `lambda:InvokeFunctionUrl` to somebody without granting `lambda:InvokeFunction` to the
same principal, or that grants `lambda:InvokeFunction` only for URLs (`lambda:InvokedViaFunctionUrl`) without the
other action.

## Why it matters
A call to a function URL needs both actions. AWS exempted accounts that had a URL before October 2025, until
1 November 2026; everywhere else a caller with one of the two gets 403.

## When it is right
A caller in the function's own account may have the other action from its identity policy. For `*` there is no other
policy: both must stand here.

## Instead
```
aws lambda add-permission --function-name NAME --statement-id url-invoke
    --action lambda:InvokeFunction --principal '*' --invoked-via-function-url
```

## Source
Lambda Developer Guide, "Control access to Lambda function URLs"; semantics L8.
"""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.check._looking import at_action, covers, only, principals, reads, statements
from lampolicy.check._rule import Remark, Rule
from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import Effect, Policy, PolicyKind, PrincipalPattern, Statement

_URL = "lambda:InvokeFunctionUrl"
_INVOKE = "lambda:InvokeFunction"
_VIA_URL = "lambda:invokedviafunctionurl"


def find(policy: Policy) -> Iterator[Remark]:
    """Find one of the two actions of a function URL without the other."""
    if policy.kind is not PolicyKind.FUNCTION:
        return
    allows = list(statements(policy, Effect.ALLOW))
    by_url = {who for _, s in allows if covers(s, _URL) for who in _grantees(s)}
    by_invoke = {who for _, s in allows if covers(s, _INVOKE) and not _excludes_urls(s) for who in _grantees(s)}
    for index, statement in allows:
        missing = _missing(statement, by_url, by_invoke)
        if missing is not None:
            has = _URL if missing == _INVOKE else _INVOKE
            message = f"a function URL needs `{_URL}` and `{_INVOKE}`; this grants `{has}` only"
            yield Remark(message, at_action(index, statement, 0), _help(statement, missing))


def _missing(statement: Statement, by_url: set[str], by_invoke: set[str]) -> str | None:
    who = _grantees(statement)
    if covers(statement, _URL) and not who <= by_invoke and "*" not in by_invoke:
        return _INVOKE
    served = who & by_url or "*" in by_url or ("*" in who and by_url)
    if covers(statement, _INVOKE) and _only_urls(statement) and not served:
        return _URL
    return None


def _grantees(statement: Statement) -> set[str]:
    return {_name(pattern) for pattern in only(principals(statement))}


def _name(pattern: PrincipalPattern) -> str:
    parts = pattern.value.split(":")
    is_root = len(parts) == 6 and parts[5] == "root"
    return parts[4] if is_root else pattern.value


def _only_urls(statement: Statement) -> bool:
    return any("true" in [v.lower() for v in c.values] for c in reads(statement, _VIA_URL))


def _excludes_urls(statement: Statement) -> bool:
    return any("true" not in [v.lower() for v in c.values] for c in reads(statement, _VIA_URL))


def _help(statement: Statement, missing: str) -> str:
    who = " or ".join(f"`{name}`" for name in sorted(_grantees(statement)))
    condition = " with `Bool` `lambda:InvokedViaFunctionUrl` `true`" if missing == _INVOKE else ""
    own = "" if "*" in _grantees(statement) else ", or in an identity policy of a caller in the function's account"
    return f"allow `{missing}` for {who} too{condition}{own}"


RULE = Rule(Code.FUNCTION_URL_HALF, "half-granted-function-url", Severity.WARNING, find)
