"""The execution role at work: as whose session a function runs, with which context, and what is not known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from lampolicy.diagnostic import IncompleteOrganization, InvalidName
from lampolicy.function._answer import Obstacle, Part
from lampolicy.function._ask import Step, ask
from lampolicy.function._circumstances import overlaid
from lampolicy.function._hand_over import other_account
from lampolicy.function._view import FunctionView
from lampolicy.names import Arn, FunctionArn
from lampolicy.organization import Organization, Policies, kind_of
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import UNKNOWN, Context, ContextValue, RoleSession, account_in

SOURCE_FUNCTION: Final = "lambda:SourceFunctionArn"

_ALWAYS: Final = ("aws:CurrentTime", "aws:EpochTime", "aws:UserAgent", "aws:SourceIp", "aws:TokenIssueTime")
_BY_ENDPOINT: Final = (
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
)
GLOBAL_SERVICES: Final = frozenset({"iam", "organizations", "route53", "cloudfront"})
"""Services that take every call in one region of the partition (semantics K2)."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions, and what kept some from being made.

    Attributes:
        parts: The decisions.
        obstacles: Why others could not be made.
    """

    parts: tuple[Part, ...]
    obstacles: tuple[Obstacle, ...]


def execution_session(view: FunctionView) -> RoleSession | Obstacle:
    """As whom the function acts: its role's session named like the function (semantics L20); or why as nobody."""
    role, arn = view.function.role, view.function.arn
    if role is None:
        return Obstacle(
            "L20", f"the execution role of `{arn}` is not known", "export the function with `aws lambda get-function`"
        )
    try:
        session = RoleSession(role, arn.name)
    except InvalidName as error:
        return Obstacle("L20", str(error), "give the function the ARN of a role")
    if not view.authorizer.organization.knows(session):
        help_ = "export it with `aws iam get-account-authorization-details`"
        return Obstacle("L20", f"the execution role `{role}` is not known here", help_)
    return other_account(role, arn) or session


def code_context(view: FunctionView, resource: str, given: Context | None = None) -> dict[str, ContextValue]:
    """The context of a call that the function's code signs (semantics L20, K2): it names the function.

    Calls are taken to go over TLS, to the resource's region or else the function's own, which is what an AWS SDK does
    by itself. Only code in a VPC can come through a VPC endpoint.
    """
    configuration = view.function.configuration
    inside = configuration is None or bool(configuration.subnets)
    endpoint = _BY_ENDPOINT if inside else ()
    own: dict[str, ContextValue] = {SOURCE_FUNCTION: str(view.function.arn)}
    return overlaid({**_signed(view.function.arn, resource, endpoint), **own}, given)


def service_context(function: FunctionArn, resource: str) -> dict[str, ContextValue]:
    """The context of a call Lambda makes with the role's credentials itself, which names no function (semantics K2)."""
    return _signed(function, resource, _BY_ENDPOINT)


def _signed(function: FunctionArn, resource: str, endpoint: Iterable[str]) -> dict[str, ContextValue]:
    unknown: dict[str, ContextValue] = dict.fromkeys((*_ALWAYS, *endpoint), UNKNOWN)
    told: dict[str, ContextValue] = {
        "aws:RequestedRegion": _region(function, resource),
        "aws:SecureTransport": "true",
        "aws:MultiFactorAuthPresent": "false",
    }
    return {**unknown, **told}


def _region(function: FunctionArn, resource: str) -> str:
    if resource == "*":
        return function.region
    arn = Arn.parse(resource)
    return arn.region or ("us-east-1" if arn.service in GLOBAL_SERVICES else function.region)


def decide_steps(view: FunctionView, session: RoleSession, steps: Iterable[Step]) -> Decided:
    """Decide steps for the role, in order; a policy that is not known is an obstacle, told once (semantics L23)."""
    parts: list[Part] = []
    obstacles: dict[str, Obstacle] = {}
    for step in steps:
        try:
            parts.append(decide_step(view, session, step))
        except IncompleteOrganization as error:
            obstacles.setdefault(str(error), incomplete(error, len(parts)))
    return Decided(tuple(parts), tuple(obstacles.values()))


def decide_step(view: FunctionView, session: RoleSession, step: Step) -> Part:
    """Decide one step for the role; a key of its own account whose policy is not known has AWS's default one.

    Raises:
        IncompleteOrganization: A policy that bears on it is not known.
    """
    part = ask(view.authorizer, session, step)
    if not _policy_supposed(view.authorizer.organization, step.resource, session.account):
        return part
    supposed: Policies = replace(part.policies, resource=_default_key_policy(session))
    return ask(view.authorizer, session, step, policies=supposed)


def incomplete(error: IncompleteOrganization, after: int = 0) -> Obstacle:
    """Say that a policy is named but not known."""
    names = ", ".join(f"`{name}`" for name in error.missing)
    return Obstacle(
        "L23",
        f"nothing can be decided: `{error.entity}` uses {names}, which is missing or has faults",
        "export it with `aws iam get-policy-version`, mend it, or detach it",
        after=after,
    )


def unknown_target(organization: Organization, resource: str, account: str) -> Iterator[str]:
    """Say what was supposed about a resource that is not known."""
    if resource == "*":
        return
    owner = organization.owner_of(resource)
    if owner is None and account_in(resource) is None:
        yield f"the owner of {resource} is not known here: it counts as the account {account}"
    elif owner != account and not _known(organization, resource):
        yield f"the policy of {resource}, in another account, is not known here: it counts as none"
    elif _policy_supposed(organization, resource, account):
        yield f"the policy of {resource} is not known here: it counts as AWS's default, which leaves it to IAM policies"


def _known(organization: Organization, resource: str) -> bool:
    index = organization.index
    found = index.resource(resource) or index.function(resource) or index.roles.get(resource)
    return found is not None


def _policy_supposed(organization: Organization, resource: str, account: str) -> bool:
    if kind_of(resource) is not PolicyKind.KEY or account_in(resource) != account:
        return False
    known = organization.index.resource(resource)
    return known is None or known.policy is None


def _default_key_policy(session: RoleSession) -> Policy:
    root = f"arn:{Arn.parse(session.role).partition}:iam::{session.account}:root"
    statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "Enable IAM User Permissions", **statement}]}
    return Policy.parse(document, kind=PolicyKind.KEY, name="AWS's default key policy, supposed")
