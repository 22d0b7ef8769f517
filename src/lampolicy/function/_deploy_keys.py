"""The condition keys Lambda gives a call that deploys (semantics L21): a key nobody told is absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lampolicy.function._deployment import Deployment
from lampolicy.names import is_account_id
from lampolicy.policy import AllExcept, BaseOperator, FunctionStatement, Only, PrincipalPattern, PrincipalType
from lampolicy.policy import Policy as _Policy
from lampolicy.request import UNKNOWN, ContextValue

AUTH_TYPE: Final = "lambda:FunctionUrlAuthType"
FUNCTION_ARN: Final = "lambda:FunctionArn"
PRINCIPAL: Final = "lambda:Principal"

Keys = dict[str, ContextValue]


def layer_keys(call: Deployment) -> Keys:
    """`lambda:Layer` holds the layer versions named in this call, and is absent where none is (context keys 3)."""
    return {"lambda:Layer": tuple(call.layers)} if call.layers else {}


def vpc_keys(call: Deployment) -> Keys:
    """The network the call names; the VPC is found by the subnets, so it may not be known here."""
    if call.vpc is None or not call.vpc.subnets:
        return {}
    groups: Keys = {"lambda:SecurityGroupIds": call.vpc.security_groups} if call.vpc.security_groups else {}
    return {"lambda:VpcIds": call.vpc.id or UNKNOWN, "lambda:SubnetIds": call.vpc.subnets, **groups}


def signing_keys(call: Deployment) -> Keys:
    """`lambda:CodeSigningConfigArn`, where one is named."""
    return {} if call.code_signing is None else {"lambda:CodeSigningConfigArn": call.code_signing}


def tag_keys(call: Deployment) -> Keys:
    """The tags the call gives."""
    if not call.tags:
        return {}
    return {"aws:TagKeys": tuple(call.tags), **{f"aws:RequestTag/{key}": value for key, value in call.tags.items()}}


def function_key(call: Deployment) -> Keys:
    """`lambda:FunctionArn`: the function as the call addresses it; not known where a mapping alone is named."""
    return {FUNCTION_ARN: UNKNOWN if call.function is None else str(call.addressed)}


def url_keys(call: Deployment) -> Keys:
    """The URL's function and AuthType: the one told, or else that of the URL which is there."""
    there = next((u.auth_type for u in (call.known.urls if call.known else ()) if u.arn == call.addressed), None)
    return {**function_key(call), AUTH_TYPE: call.auth_type or there or UNKNOWN}


def permission_keys(call: Deployment) -> Keys:
    """`lambda:Principal` and the AuthType of the statement that is added or removed (semantics L13)."""
    statement = None if call.statement_id is None else _statement(call, call.statement_id)
    if statement is not None and call.principal is None:
        return {**_principal_of(statement, call.addressed.partition), **_auth_type_of(statement)}
    told: Keys = {} if call.auth_type is None else {AUTH_TYPE: call.auth_type}
    if call.principal is None:
        return {PRINCIPAL: UNKNOWN, **told}
    return {PRINCIPAL: lambda_principal(written(call.principal), call.addressed.partition), **told}


def lambda_principal(patterns: Sequence[PrincipalPattern], partition: str = "aws") -> ContextValue:
    """What `lambda:Principal` holds for the principals of a statement, as recorded (semantics section 0, L13).

    One AWS principal gives its ARN, an account id that of its root; several give an empty text, and AWS and Service
    together an empty set. What several services give is not recorded.
    """
    values = tuple(dict.fromkeys(_canonical(pattern, partition) for pattern in patterns))
    types = {pattern.type for pattern in patterns}
    if len(types) > 1:
        return () if types == {PrincipalType.AWS, PrincipalType.SERVICE} else UNKNOWN
    if len(values) == 1:
        return values[0]
    return "" if types == {PrincipalType.AWS} else UNKNOWN


def written(principal: str | Mapping[str, str | Sequence[str]]) -> tuple[PrincipalPattern, ...]:
    """Read a principal as AddPermission takes it, or as a statement writes it."""
    if isinstance(principal, str):
        return (PrincipalPattern(_type_of(principal), principal),)
    return tuple(
        PrincipalPattern(PrincipalType(kind), value)
        for kind, values in principal.items()
        for value in ((values,) if isinstance(values, str) else values)
    )


def _type_of(text: str) -> PrincipalType:
    if text == "*":
        return PrincipalType.STAR
    return PrincipalType.AWS if is_account_id(text) or text.startswith("arn:") else PrincipalType.SERVICE


def _canonical(pattern: PrincipalPattern, partition: str) -> str:
    if pattern.type is PrincipalType.AWS and is_account_id(pattern.value):
        return f"arn:{partition}:iam::{pattern.value}:root"
    return pattern.value


def _statement(call: Deployment, sid: str) -> FunctionStatement | None:
    policies: tuple[_Policy, ...] = ()
    if call.known is not None:
        policies = tuple(policy for arn, policy in call.known.policies if arn == call.addressed)
    found = (s for policy in policies for s in policy.statements if isinstance(s, FunctionStatement) and s.sid == sid)
    return next(found, None)


def _principal_of(statement: FunctionStatement, partition: str) -> Keys:
    match statement.principals:
        case Only(patterns=patterns):
            return {PRINCIPAL: lambda_principal(patterns, partition)}
        case AllExcept() | None:
            return {}


def _auth_type_of(statement: FunctionStatement) -> Keys:
    for condition in statement.conditions:
        if condition.key.lower() == AUTH_TYPE.lower() and condition.operator.base is BaseOperator.STRING_EQUALS:
            return {AUTH_TYPE: condition.values[0]} if len(condition.values) == 1 else {AUTH_TYPE: UNKNOWN}
    return {}
