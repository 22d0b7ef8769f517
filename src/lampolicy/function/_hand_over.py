"""Handing a role to Lambda: the right to pass it, the account it must be in, and its trust (semantics L18, L19)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lampolicy.authorize import Authorizer
from lampolicy.decision import Undetermined
from lampolicy.diagnostic import AwsError
from lampolicy.function._answer import Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import Organization
from lampolicy.reference import UncertainRule
from lampolicy.request import UNKNOWN, ContextValue, Service

LAMBDA: Final = "lambda.amazonaws.com"

CROSS_ACCOUNT: Final = AwsError("AccessDeniedException", "Cross-account pass role is not allowed.")
"""What Lambda answers, even to the root user, where role and function are of different accounts."""

NOT_ASSUMABLE: Final = AwsError(
    "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
)
"""What Lambda answers where the role's trust does not admit it; also while a new role is on its way to all regions."""

LAMBDA_TELLS_ITS_SOURCE: Final = UncertainRule(
    "L19", "when Lambda assumes an execution role it sends `aws:SourceArn` and `aws:SourceAccount` of the function"
)

_SOURCE_KEYS: Final = ("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID")


def other_account(role: str, function: FunctionArn) -> Obstacle | None:
    """What keeps a role of another account from being a function's role, whatever the policies say (semantics L18)."""
    account = Arn.parse(role).account
    if account == function.account:
        return None
    return Obstacle(
        "L18",
        f"the role is in account `{account}`, the function in `{function.account}`",
        "give the function a role of its own account, and let that one assume the other",
        CROSS_ACCOUNT,
    )


def pass_step(role: str, function: FunctionArn) -> Step:
    """What whoever gives a function a role is authorized for; the role's trust policy plays no part."""
    context = {"iam:PassedToService": LAMBDA, "iam:AssociatedResourceArn": str(function.unqualified)}
    return Step("iam:PassRole", role, "L18", "the caller hands the role over to the function", context)


def trust_part(authorizer: Authorizer, role: str, function: FunctionArn) -> Part:
    """Decide whether Lambda may assume a role for a function, as it tries when the role is given (semantics L19).

    That Lambda tells for which function it asks is reported, not documented (semantics 9.10); where the decision hangs
    on it, the part says so in `rests_on`.
    """
    organization = authorizer.organization
    source = _source_organization(organization, function.account)
    open_keys: dict[str, ContextValue] = {} if source is None else {"aws:SourceOrgPaths": UNKNOWN}
    told = Service(LAMBDA, str(function.unqualified), function.account, source)
    part = ask(authorizer, told, _trust_step(role, function, open_keys))
    untold = _trust_step(role, function, {**open_keys, **dict.fromkeys(_SOURCE_KEYS, UNKNOWN)})
    hangs = isinstance(ask(authorizer, Service(LAMBDA), untold).decision, Undetermined)
    return replace(part, rests_on=(LAMBDA_TELLS_ITS_SOURCE,)) if hangs else part


def _trust_step(role: str, function: FunctionArn, context: dict[str, ContextValue]) -> Step:
    named: dict[str, ContextValue] = {"sts:RoleSessionName": function.name, **context}
    return Step("sts:AssumeRole", role, "L19", "Lambda assumes the role for the function", named, NOT_ASSUMABLE)


def _source_organization(organization: Organization, account: str) -> str | None:
    known = organization.index.accounts.get(account)
    return organization.id if known is not None and known.member else None
