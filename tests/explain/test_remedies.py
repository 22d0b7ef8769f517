"""Every addition that is proposed really allows the request, and nothing smaller does."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Decision, ImplicitlyDenied, Side
from lampolicy.diagnostic import RequestError
from lampolicy.explain import Addition, Explanation, ExplanationRefused, explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import Request, RoleSession, Service, User
from lampolicy.testing._worlds import World
from lampolicy.testing.conformance import read_case
from lampolicy.testing.strategies import worlds

CASES = Path(__file__).parents[1] / "conformance" / "cases.jsonl"
KINDS = {
    Side.SERVICE_CONTROL: PolicyKind.SERVICE_CONTROL,
    Side.ENDPOINT: PolicyKind.ENDPOINT,
    Side.IDENTITY: PolicyKind.IDENTITY,
    Side.BOUNDARY: PolicyKind.BOUNDARY,
    Side.SESSION: PolicyKind.SESSION,
}


def joined(old: Policy, new: Policy) -> Policy:
    return Policy(old.kind, old.statements + new.statements, old.version, name=old.name)


def put(policies: Policies, addition: Addition) -> Policies:
    """Add a statement by hand, the way its reader would: into the document, which AWS reads again."""
    side = addition.side
    if side in {Side.RESOURCE, Side.TRUST}:
        new = Policy.parse({"Version": "2012-10-17", "Statement": [addition.statement]}, kind=policies.resource_kind)
        old = policies.resource if addition.policy else None
        return replace(policies, resource=new if old is None else joined(old, new))
    new = Policy.parse({"Version": "2012-10-17", "Statement": [addition.statement]}, kind=KINDS[side])
    if side is Side.SERVICE_CONTROL:
        levels = [(*level, new) if at == addition.level else level for at, level in enumerate(policies.service_control)]
        return replace(policies, service_control=tuple(levels))
    field = {Side.ENDPOINT: "endpoint", Side.IDENTITY: "identity", Side.BOUNDARY: "boundary", Side.SESSION: "session"}[
        side
    ]
    changed: Any = {field: (*(getattr(policies, field) or ()), new)}
    return replace(policies, **changed)


def check(found: Explanation, policies: Policies, *, what_if: bool) -> None:
    str(found)
    json.dumps(found.to_dict())
    if not isinstance(found.decision, ImplicitlyDenied):
        assert found.remedies == ()
        return
    assert bool(found.remedies) is (found.no_remedy is None)
    for remedy in found.remedies:
        for left_out in range(-1, len(remedy.additions)):
            # A trust policy takes part in `sts:` actions only: what is added elsewhere is another kind of policy.
            changed = policies.settled(found.request.action, found.request.resource)
            for at, addition in enumerate(remedy.additions):
                changed = changed if at == left_out else put(changed, addition)
            decision = authorize(found.request, changed, what_if=what_if)
            assert isinstance(decision, Allowed) is (left_out < 0)


def test_in_every_case_of_the_project() -> None:
    for line in CASES.read_text("utf-8").splitlines():
        case = read_case(json.loads(line))
        check(explain(case.request, case.policies, what_if=True), case.policies, what_if=True)


def test_of_a_trust_policy_told_where_none_takes_part_nothing_is_mended() -> None:
    """E4: the policies in hand tell a trust policy for an object of a bucket, so the request has no policy there."""
    trust = {"Effect": "Allow", "Principal": {"AWS": USER.arn}, "Action": "sts:AssumeRole"}
    policies = Policies(resource=Policy.parse({"Version": "2012-10-17", "Statement": trust}, kind="trust"))
    request = Request(USER, "s3:GetObject", "arn:aws:s3:::photos/a.jpg", resource_account="222222222222")
    check(explain(request, policies), policies, what_if=False)


@settings(max_examples=60)
@given(worlds())
def test_in_every_world(world: World) -> None:
    try:
        found = explain(world.request, world.policies, what_if=world.what_if)
    except RequestError:
        return
    check(found, world.policies, what_if=world.what_if)


USER = User("arn:aws:iam::111111111111:user/ana")


def additions(request: Request, policies: Policies) -> list[list[tuple[Side, dict[str, object]]]]:
    return [[(a.side, a.statement) for a in r.additions] for r in explain(request, policies).remedies]


def test_wildcards_in_the_asked_name_are_escaped() -> None:
    request = Request(USER, "s3:GetObject", "arn:aws:s3:::b/${x}*?")
    assert additions(request, Policies()) == [
        [
            (
                Side.IDENTITY,
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${$}{x}${*}${?}"},
            )
        ]
    ]


def test_a_role_is_named_rather_than_one_session_of_it() -> None:
    role = "arn:aws:iam::111111111111:role/team/deploy"
    key = "arn:aws:kms:us-east-1:111111111111:key/k"
    found = additions(Request(RoleSession(role, "s"), "kms:Decrypt", key), Policies(resource_kind="key"))
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:Decrypt", "Resource": "*"}
    assert found == [[(Side.RESOURCE, statement)]]


def test_a_role_with_a_silent_boundary_needs_both() -> None:
    role = "arn:aws:iam::111111111111:role/deploy"
    key = "arn:aws:kms:us-east-1:111111111111:key/k"
    s3_only = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    boundary = Policy.parse(s3_only, kind="boundary")
    given_policies = Policies(resource_kind="key", boundary=boundary)
    found = additions(Request(RoleSession(role, "s"), "kms:Decrypt", key), given_policies)
    assert [[side for side, _ in remedy] for remedy in found] == [[Side.RESOURCE, Side.BOUNDARY]]


def test_what_aws_would_refuse_is_not_proposed() -> None:
    layer = "arn:aws:lambda:us-east-1:111111111111:layer:pillow:3"
    request = Request(Service("s3.amazonaws.com"), "lambda:GetLayerVersion", layer)
    found = explain(request, Policies(resource_kind="layer"))
    assert found.remedies == ()
    assert found.no_remedy is not None
    assert found.no_remedy.startswith("AWS refuses the statement it would take")


def test_it_does_not_speak_if_engine_and_reference_disagree(monkeypatch: pytest.MonkeyPatch) -> None:

    def contradict(*_: object, **__: object) -> Decision:
        return authorize(request, granted)

    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    granted = Policies(identity=[Policy.parse(everything, kind="identity")])
    request = Request(USER, "s3:GetObject", "arn:aws:s3:::b/o")
    monkeypatch.setattr(import_module("lampolicy.explain._explain"), "authorize", contradict)
    with pytest.raises(ExplanationRefused, match="please report it"):
        explain(request, Policies())
