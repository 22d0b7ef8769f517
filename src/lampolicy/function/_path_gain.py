"""What a role may do that somebody else may not: found by trying what its own statements name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Final, TypeAlias

from lampolicy.catalog import catalog
from lampolicy.decision import Allowed, Undetermined
from lampolicy.diagnostic import IncompleteOrganization, InvalidName
from lampolicy.function._ask import Step
from lampolicy.function._execution import GLOBAL_SERVICES, SOURCE_FUNCTION
from lampolicy.function._path import Gain
from lampolicy.function._path_ask import Inquiry, opened
from lampolicy.function._path_regions import default_region, regions
from lampolicy.names import Arn, FunctionArn, action_pattern, fold
from lampolicy.organization import Policies
from lampolicy.policy import Effect, IdentityStatement, Only, Policy
from lampolicy.request import UNKNOWN, ContextValue, Principal, RoleSession

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
    def all_of(cls, arn: str, policies: Policies, first: Iterable[str] = ()) -> tuple[Home, ...]:
        """The homes of a user or role: one region of every set that its policies treat alike."""
        found = Arn.parse(arn)
        return tuple(
            cls(found.partition, region, found.account) for region in regions(policies, found.partition, first)
        )


Circumstances: TypeAlias = Callable[[Step], Step]
"""What a caller brings along with a step."""

Choice: TypeAlias = tuple[Step, ...]
"""One thing to try, in each region that policies tell apart."""

_OF_SESSION: Final = ("aws:principaltag/", "aws:multifactorauth", "lambda:sourcefunctionarn")
"""What is told of the session that a function's code acts in: its role's tags, and no others."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What was found out about a role.

    Attributes:
        may: What it may do for certain.
        might: What it may do where conditions of policies hold.
        unknown: Whether not all its policies are known.
    """

    may: tuple[Step, ...] = ()
    might: tuple[Step, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a caller gains by a role.

    Attributes:
        gain: What it may do and the caller may not, for certain.
        hangs: What it may do so where conditions hold, which are not known.
    """

    gain: Gain | None = None
    hangs: Gain | None = None


@dataclass(slots=True)
class Gains:
    """What roles may do, tried once for each role.

    Attributes:
        inquiry: Decides.
    """

    inquiry: Inquiry
    _found: dict[tuple[str, str | None], Worth] = field(default_factory=dict[tuple[str, str | None], Worth])
    _barred: dict[Principal, tuple[Choice, ...]] = field(default_factory=dict[Principal, tuple[Choice, ...]])

    def over(self, caller: Principal, role: str, function: FunctionArn, circumstances: Circumstances) -> Found | None:
        """Tell what a caller may gain by becoming a role; `None` if nothing was found.

        Args:
            caller: Who would become it.
            role: ARN of the role.
            function: The function that acts as the role.
            circumstances: Leaves open what the caller may bring along.
        """
        session, worth = RoleSession(role), self._worth(role, function)
        for step in worth.may:
            if not self.inquiry.might(caller, circumstances(step)):
                return Found(self._gain(caller, circumstances(step), session, self._acting(role, function, step)))
        for step in chain.from_iterable(self._barred_from(caller)):
            own, acting = circumstances(step), self._acting(role, function, step)
            if isinstance(self.inquiry.decide(session, acting), Allowed) and not self.inquiry.might(caller, own):
                return Found(self._gain(caller, own, session, acting))
        for step in worth.might:
            if not self.inquiry.might(caller, circumstances(step)):
                acting = self._acting(role, function, step)
                return Found(hangs=self._gain(caller, circumstances(step), session, acting))
        return Found() if worth.unknown else None

    def _gain(self, caller: Principal, own: Step, session: RoleSession, acting: Step) -> Gain:
        (mine,) = self.inquiry.proof(session, [acting])
        (theirs,) = self.inquiry.proof(caller, [own])
        return Gain(mine, theirs)

    def _barred_from(self, caller: Principal) -> tuple[Choice, ...]:
        """What the caller's own policies deny it, which another's may allow."""
        if caller not in self._barred:
            policies = self.inquiry.policies(caller)
            homes = Home.all_of(caller.caller_arn, policies)
            found = (choice for s in _statements(policies.identity, Effect.DENY) for choice in _samples(s, homes))
            told = (tuple(self._tagged(policies, step) for step in choice) for choice in found)
            self._barred[caller] = tuple(islice(told, MOST_SAMPLES))
        return self._barred[caller]

    def _worth(self, role: str, function: FunctionArn) -> Worth:
        key = (role, str(function) if self._reads_function(role) else None)
        if key not in self._found:
            self._found[key] = self._tried(role, function)
        return self._found[key]

    def _reads_function(self, role: str) -> bool:
        return SOURCE_FUNCTION.lower() in self._keys(role)

    def _tried(self, role: str, function: FunctionArn) -> Worth:
        session = RoleSession(role)
        try:
            policies = self.inquiry.policies(session)
        except IncompleteOrganization:
            return Worth(unknown=True)
        homes = Home.all_of(role, policies, self._regions(Arn.parse(role).account))
        granting = _statements(policies.identity, Effect.ALLOW)
        samples = ((choice, statement) for statement in granting for choice in _samples(statement, homes))
        may: dict[tuple[str, str], Step] = {}
        might: dict[tuple[str, str], Step] = {}
        for choice, statement in islice(samples, MOST_SAMPLES):
            steps = [self._tagged(policies, step) for step in choice]
            allowed, possible = self._best(session, function, steps)
            if allowed is not None:
                may[allowed.action, allowed.resource] = allowed
            elif possible is not None:
                might[possible.action, possible.resource] = possible
            elif statement.conditions:
                might[steps[0].action, steps[0].resource] = steps[0]
        return Worth(tuple(may.values()), tuple(might.values()))

    def _best(
        self, session: RoleSession, function: FunctionArn, steps: Iterable[Step]
    ) -> tuple[Step | None, Step | None]:
        """The first step that is allowed, and the first that hangs on what is not known."""
        possible: Step | None = None
        for step in steps:
            decision = self.inquiry.decide(session, self._acting(session.role, function, step))
            if isinstance(decision, Allowed):
                return step, possible
            if isinstance(decision, Undetermined):
                possible = possible or step
        return None, possible

    def _acting(self, role: str, function: FunctionArn, step: Step) -> Step:
        """A step as the code of a function takes it, which has no second factor (semantics K2, L20)."""
        told: dict[str, ContextValue] = {SOURCE_FUNCTION: str(function), "aws:MultiFactorAuthPresent": "false"}
        keys = (key for key in self._keys(role) if not key.startswith(_OF_SESSION))
        return opened(replace(step, context={**told, **step.context}), keys, function.region)

    def _keys(self, role: str) -> frozenset[str]:
        try:
            return self.inquiry.open_keys(RoleSession(role), self.inquiry.policies(RoleSession(role)))
        except IncompleteOrganization:
            return frozenset()

    def _tagged(self, policies: Policies, step: Step) -> Step:
        unknown: dict[str, ContextValue] = dict.fromkeys(self.inquiry.tag_keys(policies, step.resource), UNKNOWN)
        return replace(step, context={**unknown, **step.context})

    def _regions(self, account: str) -> list[str]:
        """Where an account's functions are, and then those of others."""
        arns = [function.arn for function in self.inquiry.organization.functions]
        return list(dict.fromkeys(arn.region for arn in sorted(arns, key=lambda arn: arn.account != account)))


def _statements(policies: Iterable[Policy], effect: Effect) -> Iterator[IdentityStatement]:
    for policy in policies:
        for statement in policy.statements:
            if isinstance(statement, IdentityStatement) and statement.effect is effect:
                yield statement


def _samples(statement: IdentityStatement, homes: tuple[Home, ...]) -> Iterator[Choice]:
    for pattern in statement.actions.patterns if isinstance(statement.actions, Only) else ("*",):
        for action in _actions(pattern):
            for resource in _resources(statement, action) if action not in _HARMLESS else ():
                steps = [step for home in homes if (step := _sample(action, resource, home)) is not None]
                if steps:
                    yield tuple({(s.resource, s.context["aws:RequestedRegion"]): s for s in steps}.values())


def _sample(action: str, pattern: str, home: Home) -> Step | None:
    """A step on a resource the pattern admits, asked for in its region."""
    service = action.partition(":")[0].lower()
    resource = "*" if catalog().has_no_resource_type(action) else _some_resource(pattern, service, home)
    if resource is None:
        return None
    everywhere = default_region(home.partition) if service in GLOBAL_SERVICES else home.region
    region = everywhere if resource == "*" else Arn.parse(resource).region or everywhere
    why = "what the role may do and the caller may not"
    return Step(action, resource, "L18", why, {"aws:RequestedRegion": region})


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


def _resources(statement: IdentityStatement, action: str) -> tuple[str, ...]:
    if catalog().has_no_resource_type(action) or not isinstance(statement.resources, Only):
        return ("*",)
    return statement.resources.patterns[:_MOST_RESOURCES]


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
        return _as_function(f"arn:{home.partition}:lambda:{home.region}:{home.account}:function:anything", home.account)
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
    if arn.service != "lambda" or arn.account != account or kind != "function" or not re.fullmatch(r"[\w-]+", name):
        return None
    try:
        return FunctionArn(arn.partition, arn.region, account, name)
    except InvalidName:
        return None
