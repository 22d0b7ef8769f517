"""Trails written from decisions of the engine over generated organizations come back without a difference.

What a record cannot tell (tags of a session, a referer, the source of a service) gets a value the record does not
hold, so that a key guessed instead of left open shows as a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from lampolicy.authorize import Authorizer
from lampolicy.diagnostic import LampolicyError
from lampolicy.organization import IamRole, IamUser, Organization
from lampolicy.policy import Policy, PolicyKind
from lampolicy.replay import Change, read_event, replay_records
from lampolicy.replay._authorized import authorized
from lampolicy.replay._callers import caller_of
from lampolicy.replay._circumstances import context_of
from lampolicy.replay._run import family_of
from lampolicy.replay._world import World
from lampolicy.request import UNKNOWN, ContextValue, Principal, Request, RoleSession, Service, User
from lampolicy.testing._dice import Seeded
from lampolicy.testing._organizations import Question, draw_populated
from lampolicy.testing._requests import draw_value
from tests.replay.trail import identity_of, record

SEEDS: Final = range(40)


def _bucket(resource: str) -> tuple[str, str]:
    bucket, _, key = resource.partition(":::")[2].partition("/")
    return bucket, key


def _get_object(resource: str) -> tuple[str, str, dict[str, Any]]:
    bucket, key = _bucket(resource)
    return "s3", "GetObject", {"bucketName": bucket, "key": key}


WRITTEN: Final[dict[str, Callable[[str], tuple[str, str, dict[str, Any]]]]] = {
    "lambda:InvokeFunction": lambda arn: ("lambda", "Invoke", {"functionName": arn}),
    "lambda:ListFunctions": lambda _: ("lambda", "ListFunctions20150331", {}),
    "lambda:GetLayerVersion": lambda arn: ("lambda", "GetLayerVersionByArn20181031", {"arn": arn}),
    "s3:GetObject": _get_object,
    "s3:ListBucket": lambda arn: ("s3", "ListObjects", {"bucketName": _bucket(arn)[0]}),
    "sqs:ListQueues": lambda _: ("sqs", "ListQueues", {}),
    "sns:Publish": lambda arn: ("sns", "Publish", {"topicArn": arn}),
    "kms:Decrypt": lambda arn: ("kms", "Decrypt", {"keyId": arn}),
    "sts:AssumeRole": lambda arn: ("sts", "AssumeRole", {"roleArn": arn}),
    "sts:GetCallerIdentity": lambda _: ("sts", "GetCallerIdentity", {}),
    "sts:GetSessionToken": lambda _: ("sts", "GetSessionToken", {}),
    "dynamodb:GetItem": lambda arn: ("dynamodb", "GetItem", {"tableName": arn}),
}


@dataclass
class Call:
    """A call with everything AWS would have known of it."""

    record: dict[str, Any]
    request: Request

    def decision(self, organization: Organization) -> bool:
        return bool(Authorizer(organization).decide_request(self.request, what_if=True))


def _calls(seed: int) -> tuple[Organization, list[Call]]:
    dice = Seeded(f"replay/{seed}")
    populated = draw_populated(dice, 40, odd=False)
    organization = populated.organization
    calls = []
    for number, question in enumerate(populated.questions):
        call = _call(dice, World(organization), question, number)
        if call is not None:
            calls.append(call)
    return organization, calls


def _call(dice: Seeded, world: World, question: Question, number: int) -> Call | None:
    principal, resource = _complete(world.organization, question.principal), question.resource
    identity = identity_of(principal)
    action = next((a for a in WRITTEN if a.lower() == question.action.lower()), None)
    if identity is None or action is None or (resource != "*" and not resource.startswith("arn:aws:")):
        return None
    service, name, parameters = WRITTEN[action](resource)
    written = record(service, name, parameters, userIdentity=identity, eventID=f"{number}")
    owner = world.organization.owner_of(resource)
    try:
        context = dict(_real(dice, world, written, principal))
        request = Request(principal, action, resource, context, resource_account=owner)
        call = Call(written, request)
        if not call.decision(world.organization):
            written["errorCode"] = "AccessDenied"
            written["errorMessage"] = _refusal(request)
    except LampolicyError:
        return None
    return call


def _refusal(request: Request) -> str:
    return (
        f"User: {request.principal.caller_arn} is not authorized to perform: {request.action} on resource: "
        f"{request.resource} because no identity-based policy allows the {request.action} action"
    )


def _complete(organization: Organization, principal: Principal) -> Principal:
    """The caller as it is: an entity's own tags and ids, and those a session has beside them."""
    match principal:
        case User():
            return organization.enrich(User(principal.arn, principal.unique_id))
        case RoleSession():
            session, role_id = principal.session or "any", principal.role_id or "AROAOTHER"
            return organization.enrich(replace(principal, session=session, role_id=role_id))
        case Service():
            return replace(principal, aliases=())
        case _:
            return principal


def _real(
    dice: Seeded, world: World, written: dict[str, Any], principal: Principal
) -> Iterator[tuple[str, ContextValue]]:
    """What the record tells, and a value or none for each key that it leaves open."""
    event = read_event(written)
    known = context_of(event, caller_of(event, world), authorized(event)[0], world)
    for key, value in known.items():
        if value is not UNKNOWN:
            yield key, value
        elif key.startswith("aws:source") and isinstance(principal, Service):
            continue  # the caller itself tells
        elif not key.startswith("aws:principaltag/") and dice.chance(60):
            yield key, draw_value(dice, key, unknown=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trail_of_known_decisions_has_no_difference(seed: int) -> None:
    organization, calls = _calls(seed)

    report = replay_records([call.record for call in calls], against=organization)

    assert report.differences == ()
    assert report.unmapped == ()
    assert report.counts.same + report.counts.open == len(calls)


def test_most_calls_of_these_trails_have_an_answer() -> None:
    """Else the test above would say nothing."""
    same = total = allowed = 0
    for seed in SEEDS:
        organization, calls = _calls(seed)
        report = replay_records([call.record for call in calls], against=organization)
        same, total = same + report.counts.same, total + len(calls)
        allowed += sum("errorCode" not in call.record for call in calls)

    assert total > 500
    assert same > total / 2
    assert total / 10 < allowed < total * 9 / 10


_DENY = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Sid": "New", "Effect": "Deny", "Action": "*", "Resource": "*"}},
    kind=PolicyKind.IDENTITY,
    name="new",
)
_ALLOW = Policy.parse(
    {"Version": "2012-10-17", "Statement": {"Sid": "New", "Effect": "Allow", "Action": "*", "Resource": "*"}},
    kind=PolicyKind.IDENTITY,
    name="new",
)


def _entity(request: Request) -> str:
    match request.principal:
        case User(arn=arn):
            return arn
        case RoleSession(role=role):
            return role
        case other:
            return other.caller_arn


@pytest.mark.parametrize("added", [_DENY, _ALLOW], ids=["deny", "allow"])
@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_change_of_one_policy_exactly_what_it_changes_is_reported(seed: int, added: Policy) -> None:
    organization, calls = _calls(seed)
    callers: list[IamUser | IamRole] = [*organization.users, *organization.roles]
    changed = replace(
        organization,
        users=tuple(replace(u, inline=(*u.inline, added)) if u is callers[0] else u for u in organization.users),
        roles=tuple(replace(r, inline=(*r.inline, added)) if r is callers[0] else r for r in organization.roles),
    )
    expected: Counter[tuple[Change, str, str, str]] = Counter()
    for call in calls:
        was, now = "errorCode" not in call.record, call.decision(changed)
        if was is not now:
            change = Change.REFUSED_NOW if was else Change.ALLOWED_NOW
            expected[change, _entity(call.request), call.request.action, family_of(call.request.resource)] += 1

    report = replay_records([call.record for call in calls], against=changed)

    found: Counter[tuple[Change, str, str, str]] = Counter()
    for group in report.differences:
        found[group.change, group.caller, group.action, group.resource] += group.span.count
    open_ = {(group.caller, group.action) for group in report.open}
    certain = Counter({key: count for key, count in expected.items() if (key[1], key[2]) not in open_})
    assert found - expected == Counter()
    assert certain - found == Counter()
    assert {key[1] for key in found} <= {callers[0].arn}


def test_such_changes_are_really_reported() -> None:
    """Else the test above would say nothing."""
    reported = 0
    for seed in SEEDS:
        organization, calls = _calls(seed)
        changed = replace(
            organization,
            users=tuple(replace(u, inline=(_DENY,)) for u in organization.users),
            roles=tuple(replace(r, inline=(_DENY,)) for r in organization.roles),
        )
        report = replay_records([call.record for call in calls], against=changed)
        reported += sum(group.change is Change.REFUSED_NOW for group in report.differences)

    assert reported > 8
