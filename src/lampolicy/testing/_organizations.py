"""Organizations: accounts in a tree, users, groups and roles, functions and other resources, and questions to them."""

from __future__ import annotations

from typing import Final, NamedTuple

from lampolicy.names import FunctionArn
from lampolicy.organization import (
    Account,
    Function,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Organization,
    Resource,
    Unit,
    holder_of,
    kind_of,
)
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import Context, FederatedUser, Principal, Request, RoleSession, User
from lampolicy.testing._dice import Dice
from lampolicy.testing._requests import Asked, draw_asked, draw_context
from lampolicy.testing._statements import aim_at, draw_policy
from lampolicy.testing._words import ACCOUNTS, MANAGEMENT_ACCOUNT

_ROOT: Final = Unit("r-abcd", "root")
_ID: Final = "o-abcdefghij"
_KNOWN_TO_IT: Final = ("principalorg", "resourceorg", "resourcetag")


class Question(NamedTuple):
    """What an `Authorizer` is asked."""

    principal: Principal
    action: str
    resource: str
    context: Context


class Populated(NamedTuple):
    """An organization, and questions that concern who and what is in it."""

    organization: Organization
    questions: tuple[Question, ...]


def draw_populated(dice: Dice, size: int = 12, *, odd: bool = True) -> Populated:
    """Choose an organization and `size` questions to it; odd policies AWS may not store."""
    asked = [draw_asked(dice) for _ in range(2 + dice.below(5))]
    founding = _Founding(dice, asked, odd=odd)
    organization = founding.organization()
    return Populated(organization, tuple(_question(dice, asked) for _ in range(size)))


def draw_organization(dice: Dice, *, odd: bool = True) -> Organization:
    """Choose an organization; odd policies AWS may not store."""
    return draw_populated(dice, 0, odd=odd).organization


def _question(dice: Dice, asked: list[Asked]) -> Question:
    """Mix who asks with what is asked; half of the time it is what the policies aim at."""
    first = dice.pick(asked).request
    second = first if dice.chance(50) else dice.pick(asked).request
    context = first.context if dice.chance(50) else draw_context(dice)
    told = {key: value for key, value in context.items() if not any(word in key.lower() for word in _KNOWN_TO_IT)}
    return Question(first.principal, second.action, second.resource, told)


class _Founding:
    """Puts an organization together; whatever it makes is aimed at one of the requests asked."""

    def __init__(self, dice: Dice, asked: list[Asked], *, odd: bool) -> None:
        self._dice, self._asked, self._odd = dice, asked, odd

    def organization(self) -> Organization:
        """Make everything."""
        groups = tuple(self._group(f"arn:aws:iam::{ACCOUNTS[0]}:group/{name}") for name in ("devs", "ops"))
        managed = tuple(self._managed(f"arn:aws:iam::{ACCOUNTS[0]}:policy/{name}") for name in ("one", "two"))
        units = (
            _ROOT,
            Unit("ou-abcd-11111111", "work", _ROOT.id),
            Unit("ou-abcd-22222222", "test", "ou-abcd-11111111"),
        )
        callers = [asked.request.principal for asked in self._asked]
        users = {_user_of(caller): caller for caller in callers if isinstance(caller, User | FederatedUser)}
        roles = {caller.role: caller for caller in callers if isinstance(caller, RoleSession)}
        trusting = {a.request.resource: a for a in self._asked if a.kind is PolicyKind.TRUST}
        return Organization(
            id=_ID if self._dice.chance(85) else None,
            management_account=MANAGEMENT_ACCOUNT if self._dice.chance(60) else None,
            units=tuple(self._governed(unit) for unit in units),
            accounts=tuple(self._account(number, units) for number in ACCOUNTS),
            managed=managed,
            users=tuple(self._user(arn, caller, groups) for arn, caller in users.items()),
            groups=groups,
            roles=tuple(
                self._role(arn, roles.get(arn), trusting.get(arn)) for arn in dict.fromkeys([*roles, *trusting])
            ),
            functions=tuple(self._functions()),
            resources=tuple(self._resources()),
        )

    def _policy(self, kind: PolicyKind, name: str, *, sure: int = 40, asked: Asked | None = None) -> Policy:
        aim = aim_at((asked or self._dice.pick(self._asked)).request)
        return draw_policy(self._dice, kind, aim, odd=self._odd, sure=sure, name=name)

    def _some(self, kind: PolicyKind, name: str, *, most: int = 2, sure: int = 40) -> tuple[Policy, ...]:
        count = self._dice.below(most + 1)
        return tuple(self._policy(kind, f"{name}-{number}", sure=sure) for number in range(count))

    def _controls(self, name: str) -> tuple[tuple[Policy, ...] | None, tuple[Policy, ...]]:
        governed = self._dice.chance(50)
        scps = (self._policy(PolicyKind.SERVICE_CONTROL, f"{name}-scp", sure=85),) if governed else None
        return scps, self._some(PolicyKind.RESOURCE_CONTROL, f"{name}-rcp", most=1, sure=3)

    def _governed(self, unit: Unit) -> Unit:
        scps, rcps = self._controls(unit.id)
        return Unit(unit.id, unit.name, unit.parent, scps, rcps)

    def _account(self, number: str, units: tuple[Unit, ...]) -> Account:
        scps, rcps = self._controls(number)
        parent = self._dice.pick((*units, None))
        return Account(number, "", parent.id if parent else None, not self._dice.chance(15), scps, rcps)

    def _group(self, arn: str) -> IamGroup:
        return IamGroup(arn, self._some(PolicyKind.IDENTITY, arn, most=1))

    def _managed(self, arn: str) -> ManagedPolicy:
        return ManagedPolicy(arn, self._policy(PolicyKind.IDENTITY, arn))

    def _attached(self) -> tuple[str, ...]:
        arns = (f"arn:aws:iam::{ACCOUNTS[0]}:policy/one", f"arn:aws:iam::{ACCOUNTS[0]}:policy/two")
        return tuple(arn for arn in arns if self._dice.chance(25))

    def _bound(self) -> str | None:
        return f"arn:aws:iam::{ACCOUNTS[0]}:policy/one" if self._dice.chance(20) else None

    def _user(self, arn: str, caller: User | FederatedUser, groups: tuple[IamGroup, ...]) -> IamUser:
        member = tuple(group.arn for group in groups if self._dice.chance(30))
        inline = self._some(PolicyKind.IDENTITY, arn, sure=60)
        unique_id = caller.unique_id if isinstance(caller, User) else None
        return IamUser(arn, unique_id, inline, self._attached(), member, self._bound(), caller.tags)

    def _role(self, arn: str, caller: RoleSession | None, trusting: Asked | None) -> IamRole:
        trust = self._policy(PolicyKind.TRUST, "trust", sure=60, asked=trusting) if self._dice.chance(85) else None
        inline = self._some(PolicyKind.IDENTITY, arn, sure=60)
        role_id, tags = (caller.role_id, caller.tags) if caller else (None, ())
        return IamRole(arn, role_id, trust, inline, self._attached(), self._bound(), tags)

    def _functions(self) -> list[Function]:
        found: dict[FunctionArn, dict[FunctionArn, Policy]] = {}
        for asked in self._asked:
            if ":function:" in asked.request.resource:
                arn = FunctionArn.parse(asked.request.resource)
                policies = found.setdefault(arn.unqualified, {})
                if self._dice.chance(75):
                    policies[arn] = self._policy(PolicyKind.FUNCTION, str(arn), sure=50, asked=asked)
        tags = (("team", "red"),) if self._dice.chance(40) else ()
        return [Function(arn, policies=tuple(policies.items()), tags=tags) for arn, policies in found.items()]

    def _resources(self) -> list[Resource]:
        found: dict[str, Resource] = {}
        for asked in self._asked:
            arn, kind = holder_of(asked.request.resource), kind_of(asked.request.resource)
            if arn != "*" and ":function:" not in arn and kind is not PolicyKind.TRUST:
                owner = asked.request.known_owner or self._dice.pick(ACCOUNTS)
                policy = self._policy(kind, arn, sure=50, asked=asked) if self._dice.chance(70) else None
                found.setdefault(arn, Resource(arn, owner, kind, policy))
        return list(found.values())


def _user_of(caller: User | FederatedUser) -> str:
    return caller.arn if isinstance(caller, User) else caller.issuer


def as_request(organization: Organization, question: Question) -> Request:
    """The question as a request that holds what the organization knows of the caller and the owner."""
    caller = organization.enrich(question.principal)
    owner = organization.owner_of(question.resource)
    return Request(caller, question.action, question.resource, question.context, resource_account=owner)
