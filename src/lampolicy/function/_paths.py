"""Privilege paths: who can hand which role to which function, and so act as it (semantics L18, L19)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from lampolicy.authorize import Authorizer
from lampolicy.diagnostic import IncompleteOrganization, Severity
from lampolicy.function._answer import Part
from lampolicy.function._ask import Step
from lampolicy.function._callers import name_of
from lampolicy.function._hand_over import pass_step
from lampolicy.function._path import PassPath, PathKind
from lampolicy.function._path_ask import Enough, Inquiry, allowing, hanging, needs_of, opened
from lampolicy.function._path_gain import Found, Gains, Home, some_function
from lampolicy.function._path_roles import role_paths
from lampolicy.names import FunctionArn
from lampolicy.organization import Function, IamRole, Policies
from lampolicy.policy import IdentityStatement, Only
from lampolicy.request import RoleSession, User

MOST_DECISIONS: Final = 100_000
"""How many decisions `pass_paths` makes unless told otherwise: some seconds of work."""

_MOST_NEW_FUNCTIONS: Final = 8
_MOST_NAMES: Final = 200
_PASS: Final = "iam:PassRole"
_CREATE: Final = "lambda:CreateFunction"
_RUNNING: Final = ("lambda:InvokeFunction", "lambda:AddPermission")
_CODE: Final = "lambda:UpdateFunctionCode"
_CONFIGURE: Final = "lambda:UpdateFunctionConfiguration"

Search: TypeAlias = Callable[[], Iterable[PassPath]]


def pass_paths(authorizer: Authorizer, *, limit: int = MOST_DECISIONS) -> tuple[PassPath, ...]:
    """Find who can come to act as a role that was not given to them, through Lambda.

    Looked for, among the users and roles of the organization: creating a function with a role and running it; changing
    the code of a function whose role may more; giving a function a stronger role; roles that pass themselves. And of
    roles that Lambda may assume: those that trust others too, and those that several functions share. Each path carries
    the decisions that prove it; where they hang on what a caller may bring or choose (a second factor, a network,
    tags), the path says on what; the region of a call, which whoever calls chooses, is tried out wherever policies tell
    regions apart. What a role gains is found by trying up to 100 things that its own policies name, and as many that
    the caller's deny, so that grants which only a resource's policy gives are not seen. Root users may do everything in
    their account anyway, and service-linked roles serve AWS alone: neither is looked at.

    Args:
        authorizer: Decides.
        limit: How many decisions to make at most. What could not be looked at any more, or of which not every policy is
            known, ends the list as paths of kind `UNFINISHED`: nothing is left out silently.

    Returns:
        The paths, gravest first.
    """
    inquiry = Inquiry(authorizer, limit)
    gains = Gains(inquiry)
    found: list[PassPath] = []
    left: list[str] = []
    searches: list[tuple[str, Search]] = [("what is known of roles", lambda: role_paths(inquiry))]
    searches += [(name_of(who), _search(inquiry, gains, who)) for who in _callers(inquiry)]
    for name, search in searches:
        try:
            found.extend(search())
        except Enough:
            left.append(name)
        except IncompleteOrganization as error:
            found.append(_unknown(name, error))
    grave = sorted(found, key=lambda path: (_WEIGHTS[path.severity], path.kind is PathKind.UNFINISHED))
    return (*grave, *_unfinished(left, limit))


_WEIGHTS: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def _callers(inquiry: Inquiry) -> Iterator[User | RoleSession]:
    organization = inquiry.organization
    yield from (User(user.arn) for user in organization.users)
    sessions = (RoleSession(role.arn) for role in organization.roles)
    yield from (session for session in sessions if not session.service_linked)


def _search(inquiry: Inquiry, gains: Gains, who: User | RoleSession) -> Search:
    def search() -> list[PassPath]:
        policies = inquiry.policies(who)
        return Seeker(inquiry, gains, who, policies, inquiry.open_keys(who, policies)).paths()

    return search


def _unknown(name: str, error: IncompleteOrganization) -> PassPath:
    return PassPath(
        PathKind.UNFINISHED, Severity.WARNING, f"`{name}` could not be looked at: {error}", "add what is missing"
    )


def _unfinished(left: list[str], limit: int) -> Iterator[PassPath]:
    if left:
        message = f"after {limit} decisions {len(left)} were not looked at wholly, `{left[0]}` the first of them"
        yield PassPath(PathKind.UNFINISHED, Severity.WARNING, message, "raise `limit`, or ask about one account alone")


@dataclass(frozen=True, slots=True)
class Seeker:
    """Looks for the ways of one user or role.

    Attributes:
        inquiry: Decides.
        gains: Knows what roles are worth.
        who: Whose ways.
        policies: What bears on everything it does.
        keys: Condition keys those policies read and nobody tells.
    """

    inquiry: Inquiry
    gains: Gains
    who: User | RoleSession
    policies: Policies
    keys: frozenset[str] = frozenset()

    def paths(self) -> list[PassPath]:
        """All its ways."""
        passable = self._passable()
        new = list(islice(self._creatable(), _MOST_NEW_FUNCTIONS)) if passable else []
        created = [path for role in passable if (path := self._by_creating(role, new)) is not None]
        reached = {path.role for path in created}
        return [*created, *self._by_code(), *self._by_configuration(reached)]

    def _passable(self) -> list[IamRole]:
        if not self._grants(_PASS):
            return []
        return [role for role in self.inquiry.organization.roles if role.account == self.who.account]

    def _grants(self, action: str) -> bool:
        return any(True for _ in allowing(self.policies.identity, action))

    # ---------------------------------------------------------------------------------------------------- creating

    def _by_creating(self, role: IamRole, new: Iterable[tuple[FunctionArn, Step]]) -> PassPath | None:
        for function, run in new:
            handed = self._pass(role.arn, function)
            if self.inquiry.might(self.who, handed) and self.inquiry.trusted(role.arn, function):
                path = self._created(role, function, (self._call(_CREATE, function), handed, run))
                if path is not None:
                    return path
        return None

    def _creatable(self) -> Iterator[tuple[FunctionArn, Step]]:
        """Functions the caller could make, each with how it could run it."""
        for function in islice(self._new_functions(), _MOST_NAMES):
            if self.inquiry.might(self.who, self._call(_CREATE, function)):
                run = self._run(function)
                if run is not None:
                    yield function, run

    def _created(self, role: IamRole, function: FunctionArn, steps: tuple[Step, ...]) -> PassPath | None:
        if self._is(role.arn):
            return self._passes_itself(role, function, steps)
        told = f"may pass `{role.arn}` to a new function, run it ({steps[-1].action}), and so act as that role"
        return self._path(PathKind.CREATE, role.arn, (function,), steps, told)

    def _passes_itself(self, role: IamRole, function: FunctionArn, steps: tuple[Step, ...]) -> PassPath:
        return PassPath(
            PathKind.SELF_PASS,
            Severity.WARNING,
            f"`{role.arn}` may pass itself to a new function, which keeps its rights beyond the end of any session",
            "leave the role itself out of what it may pass",
            role.arn,
            self.who,
            (str(function),),
            self._proof(role.arn, function, steps),
        )

    def _new_functions(self) -> Iterator[FunctionArn]:
        """Names to try, in one region of every set that the policies treat alike."""
        arn = self.who.arn if isinstance(self.who, User) else self.who.role
        homes = Home.all_of(arn, self.policies, self._regions())
        found = (some_function(pattern, home) for pattern in self._suggested() for home in homes)
        yield from dict.fromkeys(arn for arn in found if arn is not None)

    def _suggested(self) -> dict[str, None]:
        """What policies say of names of functions.

        A name that may be created is no use if another is the one that may be run, or be given the role: all suggest.
        """
        found: dict[str, None] = {}
        for action in (_CREATE, *_RUNNING):
            for statement in allowing(self.policies.identity, action):
                if isinstance(statement, IdentityStatement):
                    only = statement.resources.patterns if isinstance(statement.resources, Only) else ("*",)
                    found.update(dict.fromkeys(only))
        for statement in allowing(self.policies.identity, _PASS):
            for condition in statement.conditions:
                found.update(dict.fromkeys(value for value in condition.values if value.startswith("arn:")))
        return found

    def _regions(self) -> list[str]:
        return [f.arn.region for f in self.inquiry.organization.functions if f.arn.account == self.who.account]

    # ------------------------------------------------------------------------------------------------ changing code

    def _by_code(self) -> Iterator[PassPath]:
        by_role: dict[str, list[FunctionArn]] = {}
        for function in self._reachable(_CODE):
            if function.role is not None and not self._is(function.role):
                by_role.setdefault(function.role, []).append(function.arn)
        for role, functions in by_role.items():
            steps = (self._call(_CODE, functions[0]), *self._maybe_run(functions[0]))
            told = f"may change the code of {_named(functions)}, and so act as `{role}`"
            path = self._path(PathKind.CODE, role, functions, steps, told)
            if path is not None:
                yield path

    # --------------------------------------------------------------------------------------- changing configuration

    def _by_configuration(self, reached: set[str | None]) -> Iterator[PassPath]:
        roles = [role for role in self._passable() if role.arn not in reached]
        functions = [f for f in self._reachable(_CONFIGURE) if f.arn.account == self.who.account] if roles else []
        for role in roles:
            taking = [f.arn for f in functions if f.role != role.arn and self._can_give(role.arn, f.arn)]
            if taking:
                path = self._configured(role, taking)
                if path is not None:
                    yield path

    def _can_give(self, role: str, function: FunctionArn) -> bool:
        return self.inquiry.might(self.who, self._pass(role, function)) and self.inquiry.trusted(role, function)

    def _configured(self, role: IamRole, functions: list[FunctionArn]) -> PassPath | None:
        steps = (
            self._call(_CONFIGURE, functions[0]),
            self._pass(role.arn, functions[0]),
            *self._maybe_run(functions[0]),
        )
        told = f"may give {_named(functions)} the role `{role.arn}`, and so have its code act as that role"
        if self._is(role.arn):
            return self._passes_itself(role, functions[0], steps)
        return self._path(PathKind.CONFIGURATION, role.arn, functions, steps, told)

    # --------------------------------------------------------------------------------------------------- in common

    def _call(self, action: str, function: FunctionArn) -> Step:
        return self._opened(Step(action, str(function), "L18", "the caller calls it"), function)

    def _pass(self, role: str, function: FunctionArn) -> Step:
        return self._opened(pass_step(role, function), function)

    def _opened(self, step: Step, function: FunctionArn) -> Step:
        return opened(step, self.keys, function.region)

    def _reachable(self, action: str) -> Iterator[Function]:
        """Functions on which the caller may call an action; a function of another account must grant it as well."""
        granted = self._grants(action)
        for function in self.inquiry.organization.functions:
            own = [policy for arn, policy in function.policies if arn == function.arn]
            open_here = any(True for _ in allowing(own, action))
            worth_asking = (granted and function.arn.account == self.who.account) or open_here
            if worth_asking and self.inquiry.might(self.who, self._call(action, function.arn)):
                yield function

    def _run(self, function: FunctionArn) -> Step | None:
        """How the caller can run a function: itself, by letting others in, or by having it read a queue or stream."""
        event = {"lambda:FunctionArn": str(function)}
        ways = (
            Step("lambda:InvokeFunction", str(function), "L1", "the caller invokes it"),
            Step("lambda:AddPermission", str(function), "L13", "the caller lets whom it likes invoke it"),
            Step("lambda:CreateEventSourceMapping", "*", "L16", "the caller has it read a source", event),
        )
        opened_ways = (self._opened(way, function) for way in ways)
        return next((way for way in opened_ways if self.inquiry.might(self.who, way)), None)

    def _maybe_run(self, function: FunctionArn) -> tuple[Step, ...]:
        run = self._run(function)
        return () if run is None else (run,)

    def _path(
        self, kind: PathKind, role: str, functions: Iterable[FunctionArn], steps: tuple[Step, ...], told: str
    ) -> PassPath | None:
        first, *_ = functions = tuple(functions)
        found = self.gains.over(self.who, role, first, partial(self._opened, function=first))
        if found is None:
            return None
        arns = tuple(map(str, functions))
        runs = kind is PathKind.CREATE or len(steps) > _WITHOUT_RUN[kind]
        proof = self._proof(role, first, steps)
        hangs = hanging(proof)
        severity = Severity.ERROR if found.gain is not None and runs and not hangs else Severity.WARNING
        waits = "" if runs else "; it waits for the next event"
        message = f"`{name_of(self.who)}` {told}{_gained(found)}{waits}{hangs}"
        return PassPath(kind, severity, message, _HELP[kind], role, self.who, arns, proof, found.gain)

    def _proof(self, role: str, function: FunctionArn, steps: tuple[Step, ...]) -> tuple[Part, ...]:
        return (*self.inquiry.proof(self.who, steps), self.inquiry.trust(role, function))

    def _is(self, role: str) -> bool:
        return isinstance(self.who, RoleSession) and self.who.role == role


_WITHOUT_RUN: Final = {PathKind.CODE: 1, PathKind.CONFIGURATION: 2}

_HELP: Final = {
    PathKind.CREATE: "name the roles it may pass, each with `iam:AssociatedResourceArn` of the functions it is for",
    PathKind.CODE: "let only those change the code who may do what its role may, or give the role less",
    PathKind.CONFIGURATION: "name the roles it may pass, each with `iam:AssociatedResourceArn` of its own function",
}


def _named(functions: list[FunctionArn]) -> str:
    more = f" and {len(functions) - 1} more" if len(functions) > 1 else ""
    return f"`{functions[0]}`{more}"


def _gained(found: Found) -> str:
    if found.gain is not None:
        return f", which may call {found.gain} as the caller may not"
    if found.hangs is not None:
        named = needs_of([found.hangs.role]) or "conditions of the role's policies"
        return f"; what it gains, {found.hangs}, hangs on {named}"
    return "; what it gains is not known"
