"""What a role may do that somebody else may not: found by trying what its own statements name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

from lampolicy.catalog import catalog
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._ask import Step
from lampolicy.function._path import Gain
from lampolicy.function._path_ask import Inquiry
from lampolicy.names import Arn, FunctionArn, action_pattern, fold
from lampolicy.policy import Effect, IdentityStatement, Only, Policy
from lampolicy.request import Principal, RoleSession

MOST_SAMPLES: Final = 100
"""How many things are tried for each role."""

_MOST_RESOURCES: Final = 4
_WILD: Final = re.compile(r"[*?]+")

_TELLING: Final = (
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:PassRole",
    "secretsmanager:GetSecretValue",
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "lambda:InvokeFunction",
    "lambda:UpdateFunctionCode",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "sns:Publish",
    "ssm:GetParameter",
    "ec2:RunInstances",
    "events:PutEvents",
    "states:StartExecution",
)
"""What stands for a pattern that admits many actions: those that people mind."""

_LIKELY: Final = {
    "s3": "arn:{0.partition}:s3:::anything/anything",
    "iam": "arn:{0.partition}:iam::{0.account}:role/anything",
    "dynamodb": "arn:{0.partition}:dynamodb:{0.region}:{0.account}:table/anything",
    "lambda": "arn:{0.partition}:lambda:{0.region}:{0.account}:function:anything",
    "secretsmanager": "arn:{0.partition}:secretsmanager:{0.region}:{0.account}:secret:anything",
}
"""What stands for any resource of a service."""

_HARMLESS: Final = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
)
"""What every function needs to be seen (semantics L17): nobody gains by it."""


_REGIONS: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1"}


@dataclass(frozen=True, slots=True)
class Home:
    """Where something that could be made would stand.

    Attributes:
        partition: `aws`, `aws-cn` ...
        region: A region of it.
        account: The account.
    """

    partition: str
    region: str
    account: str

    @classmethod
    def of(cls, arn: str, region: str | None = None) -> Home:
        """The home of a user or role."""
        found = Arn.parse(arn)
        return cls(found.partition, region or _REGIONS.get(found.partition, "us-east-1"), found.account)


Circumstances: TypeAlias = Callable[[Step], Step]
"""What a caller brings along with a step."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What was found out about a role.

    Attributes:
        may: What it may do for certain.
        might: What it may do where conditions of its policies hold.
        unknown: Whether not all its policies are known.
    """

    may: tuple[Step, ...] = ()
    might: tuple[Step, ...] = ()
    unknown: bool = False


@dataclass(slots=True)
class Gains:
    """What roles may do, tried once for each role.

    Attributes:
        inquiry: Decides.
    """

    inquiry: Inquiry
    _found: dict[str, Worth] = field(default_factory=dict[str, Worth])
    _barred: dict[Principal, tuple[Step, ...]] = field(default_factory=dict[Principal, tuple[Step, ...]])

    def over(self, caller: Principal, role: str, circumstances: Circumstances) -> tuple[bool, Gain | None]:
        """Tell whether a role may be worth becoming, and what was found that the caller may not do itself.

        Args:
            caller: Who would become it.
            role: ARN of the role.
            circumstances: Leaves open what the caller may bring along.
        """
        if role not in self._found:
            self._found[role] = self._tried(role)
        worth = self._found[role]
        for step in worth.may:
            own = circumstances(step)
            if not self.inquiry.might(caller, own):
                return True, self._gain(caller, own, role, step)
        for step in self._barred_from(caller):
            own = circumstances(step)
            if self.inquiry.may(RoleSession(role), step) and not self.inquiry.might(caller, own):
                return True, self._gain(caller, own, role, step)
        return worth.unknown or not all(self.inquiry.might(caller, circumstances(s)) for s in worth.might), None

    def _gain(self, caller: Principal, own: Step, role: str, step: Step) -> Gain:
        (mine,) = self.inquiry.proof(RoleSession(role), [step])
        (theirs,) = self.inquiry.proof(caller, [own])
        return Gain(mine, theirs)

    def _barred_from(self, caller: Principal) -> tuple[Step, ...]:
        """What the caller's own policies deny it, which another's may allow."""
        if caller not in self._barred:
            statements = _statements(self.inquiry.policies(caller).identity, Effect.DENY)
            home = Home.of(caller.caller_arn)
            steps = (step for statement in statements for step in _samples(statement, home))
            self._barred[caller] = tuple(islice(steps, MOST_SAMPLES))
        return self._barred[caller]

    def _tried(self, role: str) -> Worth:
        principal = RoleSession(role)
        try:
            identity = self.inquiry.policies(principal).identity
        except IncompleteOrganization:
            return Worth(unknown=True)
        granting, home = _statements(identity, Effect.ALLOW), Home.of(role)
        samples = ((step, statement) for statement in granting for step in _samples(statement, home))
        may: dict[tuple[str, str], Step] = {}
        might: dict[tuple[str, str], Step] = {}
        for step, statement in islice(samples, MOST_SAMPLES):
            if self.inquiry.may(principal, step):
                may[step.action, step.resource] = step
            elif statement.conditions:
                might[step.action, step.resource] = step
        return Worth(tuple(may.values()), tuple(might.values()))


def _statements(policies: Iterable[Policy], effect: Effect) -> Iterator[IdentityStatement]:
    for policy in policies:
        for statement in policy.statements:
            if isinstance(statement, IdentityStatement) and statement.effect is effect:
                yield statement


def _samples(statement: IdentityStatement, home: Home) -> Iterator[Step]:
    why = "what the role may do and the caller may not"
    for pattern in statement.actions.patterns if isinstance(statement.actions, Only) else ("*",):
        for action in _actions(pattern):
            for resource in _resources(statement, action, home) if action not in _HARMLESS else ():
                yield Step(action, resource, "L18", why)


def _actions(pattern: str) -> tuple[str, ...]:
    if not _WILD.search(pattern):
        return (pattern,)
    match = action_pattern(pattern)
    telling = [action for action in _TELLING if match(fold(action))]
    if telling:
        return tuple(telling)
    service = pattern.partition(":")[0]
    known = sorted(f"{service}:{name}" for name in catalog().actions(service).values())
    fitting = [action for action in known if action not in _HARMLESS and match(fold(action))]
    return tuple(fitting[:1]) or (_filled(pattern),)


def _resources(statement: IdentityStatement, action: str, home: Home) -> tuple[str, ...]:
    if catalog().has_no_resource_type(action):
        return ("*",)
    patterns = statement.resources.patterns if isinstance(statement.resources, Only) else ("*",)
    service = action.partition(":")[0].lower()
    found = (_some_resource(pattern, service, home) for pattern in patterns[:_MOST_RESOURCES])
    return tuple(resource for resource in found if resource is not None)


def _some_resource(pattern: str, service: str, home: Home) -> str | None:
    """A resource the pattern admits; `None` for a text that is none, or a variable that only a request can fill."""
    likely = ("arn", home.partition, service, home.region, home.account)
    if pattern == "*":
        return _LIKELY[service].format(home) if service in _LIKELY else ":".join((*likely, "anything"))
    parts = pattern.split(":", 5)
    if len(parts) < 6 or "${" in pattern:
        return None
    head = [told if _WILD.fullmatch(part) else _filled(part) for part, told in zip(parts, likely, strict=False)]
    return ":".join((*head, _filled(parts[5])))


def _filled(pattern: str) -> str:
    return _WILD.sub("anything", pattern)


def some_function(pattern: str, home: Home) -> FunctionArn | None:
    """A function of an account that a Resource pattern admits; `None` if it admits none, or cannot be told."""
    if pattern == "*":
        return FunctionArn(home.partition, home.region, home.account, "anything")
    parts = pattern.split(":", 5)
    if len(parts) < 6 or "${" in pattern:
        return None
    likely = ("arn", home.partition, "lambda", home.region, home.account)
    head = [told if _WILD.search(part) else part for part, told in zip(parts, likely, strict=False)]
    rest = "function:anything" if _WILD.fullmatch(parts[5]) else _filled(parts[5])
    return _as_function(":".join((*head, rest)), home.account)


def _as_function(text: str, account: str) -> FunctionArn | None:
    arn = Arn.parse(text)
    kind, _, name = arn.resource.partition(":")
    sound = arn.service == "lambda" and arn.account == account and kind == "function" and re.fullmatch(r"[\w-]+", name)
    return FunctionArn(arn.partition, arn.region, account, name) if sound else None
