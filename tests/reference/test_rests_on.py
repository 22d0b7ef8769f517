"""The uncertain rules a decision rests on are those that change it when turned, and only rules asked for are turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from lampolicy.diagnostic import RequestError
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.reference import UNCERTAIN_RULES, Trace, UncertainRule, trace
from lampolicy.reference._decide import _decided
from lampolicy.reference._question import ask
from lampolicy.request import Context, Request, Service, User
from lampolicy.testing import World, worlds
from lampolicy.testing import strategies as aws

ACCOUNT = "111111111111"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"


def every_rule_turned(replay: Trace, policies: Policies) -> tuple[UncertainRule, ...]:
    """What `rests_on` means, without asking which rules had a part in the decision."""

    def turned(rule: UncertainRule) -> type:
        question = ask(replay.request, policies, what_if=True, turned=frozenset({rule}))
        return type(_decided(question)[0])

    return tuple(rule for rule in UNCERTAIN_RULES if turned(rule) is not type(replay.decision))


def replayed(world: World) -> Trace | None:
    try:
        return trace(world.request, world.policies, what_if=world.what_if)
    except RequestError:
        return None


@settings(max_examples=600, derandomize=True, database=None, deadline=None)
@given(aws.worlds())
def test_turning_every_rule_finds_no_more(world: World) -> None:
    replay = replayed(world)
    assert replay is None or replay.rests_on == every_rule_turned(replay, world.policies)


def test_seeded_worlds_rest_on_what_turning_every_rule_finds() -> None:
    met: Counter[str] = Counter()
    for world in worlds.worlds(3_000, seed=31):
        if (replay := replayed(world)) is not None:
            assert replay.rests_on == every_rule_turned(replay, world.policies), world
            met.update(rule.text for rule in replay.rests_on)
    assert len(met) >= 8, "the worlds must reach the rules, or this test shows nothing"


def asked(principal: User | Service, statement: Mapping[str, object], context: Context) -> Trace:
    written = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION, **statement}
    kind = "function" if "Principal" in statement else "identity"
    policy = Policy.parse({"Version": "2012-10-17", "Statement": [written]}, kind=kind)
    given_policies = Policies(resource=policy) if kind == "function" else Policies(identity=[policy])
    return trace(Request(principal, "lambda:InvokeFunction", FUNCTION, context), given_policies)


@pytest.mark.inferred
def test_a_given_type_of_a_service_is_no_contradiction_once_the_rule_is_turned_k1() -> None:
    service = {"Principal": {"Service": "sns.amazonaws.com"}}
    condition = {"Condition": {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}}
    found = asked(Service("sns.amazonaws.com"), {**service, **condition}, {"aws:PrincipalType": "AssumedRole"})
    assert found.decision
    assert found.rests_on == ()


@pytest.mark.inferred
def test_a_spelling_that_does_not_count_is_no_contradiction_c3() -> None:
    ana = User(f"arn:aws:iam::{ACCOUNT}:user/ana")
    condition = {"Condition": {"ArnEquals": {"aws:PrincipalArn": ana.arn}}}
    found = asked(ana, condition, {"aws:PrincipalArn": ana.arn, "AWS:PrincipalArn": f"{ana.arn}x"})
    assert found.decision
    assert [rule.rule for rule in found.rests_on] == ["C3"]


def test_tags_in_a_list_are_read_as_those_in_a_tuple() -> None:
    condition = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}
    listed = User(f"arn:aws:iam::{ACCOUNT}:user/ana", tags=[("team", "blue")])  # type: ignore[arg-type]
    assert asked(listed, condition, {}).decision
