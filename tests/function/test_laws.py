"""What who-may-invoke says is what is decided, request by request: asked of the authorizer itself, by text alone."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from lampolicy import Anonymous, Authorizer, Organization, Request, RoleSession, Root, Service, User, authorize
from lampolicy.decision import Allowed, Decision
from lampolicy.function import Outsider, WhoMayInvoke
from lampolicy.request import UNKNOWN, Principal

from .cast import CALL_URL, INVOKE, A, B
from .crowd import ADDRESSES, OUTSIDE, ROLES, SERVICES, USERS, crowds

LAW = settings(max_examples=80, derandomize=True, database=None, deadline=None)
HOME = {"aws:SourceIp": "10.1.2.3", "aws:SecureTransport": "true", "aws:RequestedRegion": "eu-west-1"}
KNOWN: tuple[Principal, ...] = (*map(User, USERS), *map(RoleSession, ROLES), Root(A), Root(B))


def decided(organization: Organization, who: Principal, action: str, arn: str, **more: Any) -> Decision:
    """Ask the law itself, with nothing of Lambda's own room between."""
    owner = arn.split(":")[4]
    request = Request(who, action, arn, {**HOME, **more}, resource_account=owner)
    return authorize(request, organization.policies_for(who, arn, action=action, resource_account=owner))


def may(organization: Organization, who: Principal, arn: str) -> bool:
    return isinstance(decided(organization, who, INVOKE, arn), Allowed)


def may_call(organization: Organization, who: Principal, arn: str, auth_type: str, *, dual: bool) -> bool:
    """L8: both permissions, each with keys of its own; whoever calls an open URL is anonymous."""
    caller = Anonymous() if auth_type == "NONE" else who
    url = {"lambda:FunctionUrlAuthType": auth_type, "lambda:FunctionArn": arn}
    called = isinstance(decided(organization, caller, CALL_URL, arn, **url), Allowed)
    through = {"lambda:InvokedViaFunctionUrl": "true"}
    return called and (not dual or isinstance(decided(organization, caller, INVOKE, arn, **through), Allowed))


def listed(who: WhoMayInvoke) -> set[Principal]:
    return {known.principal for known in who.may}


@LAW
@given(crowds(), st.sampled_from(ADDRESSES))
def test_exactly_those_are_listed_who_may_invoke(organization: Organization, arn: str) -> None:
    fn = Authorizer(organization).function(arn)
    who = fn.who_may_invoke(HOME)
    allowed = {principal for principal in KNOWN if may(organization, principal, arn)}
    event(f"{len(allowed)} may")

    assert listed(who) & set(KNOWN) == allowed
    assert {known.principal for known in (*who.may, *who.hangs, *who.may_not)} >= set(KNOWN)
    assert {p for p in KNOWN if fn.may_invoke(p, context=HOME)} == allowed


@LAW
@given(crowds(), st.sampled_from(ADDRESSES), st.sampled_from(("AWS_IAM", "NONE")), st.booleans())
def test_exactly_those_are_listed_who_may_call_the_url(
    organization: Organization,
    arn: str,
    auth_type: Any,
    dual: bool,  # noqa: FBT001
) -> None:
    fn = Authorizer(organization).function(arn)
    who = fn.who_may_invoke_url(auth_type, HOME, dual_permission=dual)
    allowed = {p for p in KNOWN if may_call(organization, p, arn, auth_type, dual=dual)}
    hangs_on = arn.rpartition(":")[2] not in {"1", "$LATEST"}
    event(f"{auth_type} {dual}: {len(allowed)} may")

    assert listed(who) & set(KNOWN) == (allowed if hangs_on else set())
    assert bool(fn.may_invoke_url(KNOWN[0], auth_type, HOME, dual_permission=dual)) is (
        hangs_on and KNOWN[0] in allowed
    )


@LAW
@given(crowds(), st.sampled_from(ADDRESSES), st.sampled_from(SERVICES), st.sampled_from((None, "photos", "other")))
def test_a_service_that_may_is_listed_and_one_listed_without_condition_may(
    organization: Organization, arn: str, name: str, bucket: str | None
) -> None:
    fn = Authorizer(organization).function(arn)
    source = None if bucket is None else f"arn:aws:s3:::{bucket}"
    outside = fn.who_may_invoke(HOME).outside
    admitting = [a for a in outside if a.kind is Outsider.EVERY_SERVICE or a.who == name]
    allowed = may(organization, Service(name, source, A), arn)
    event(f"{allowed}")

    assert bool(fn.may_invoke(Service(name, source, A), context=HOME)) is allowed
    assert admitting or not allowed
    assert allowed or not any(a.when == a.unless == () for a in admitting if a.who == name)


@LAW
@given(crowds(), st.sampled_from(ADDRESSES))
def test_strangers_that_may_are_listed(organization: Organization, arn: str) -> None:
    """Their own account is taken to let them: what it says is not known here."""
    who = Authorizer(organization).function(arn).who_may_invoke(HOME)
    wide = {Outsider.EVERY_PRINCIPAL, Outsider.ORGANIZATION, Outsider.ACCOUNT}
    stranger = Root(OUTSIDE)
    allowed = may(organization, stranger, arn)
    event(f"{allowed}")

    assert not allowed or any(a.kind in wide for a in who.outside)
    assert all(a.both_sides for a in who.outside if a.kind in wide)
    named = [a for a in who.outside if a.who == OUTSIDE and a.when == a.unless == ()]
    assert allowed or not named


@LAW
@given(crowds(), st.sampled_from(ADDRESSES), st.sampled_from(KNOWN))
def test_what_hangs_on_the_call_is_decided_by_the_call(organization: Organization, arn: str, caller: Principal) -> None:
    """Whatever was open is allowed from home or from elsewhere, or neither; what was certain is so from everywhere."""
    who = Authorizer(organization).function(arn).who_may_invoke({k: v for k, v in HOME.items() if "Ip" not in k})
    assert who.context["aws:SourceIp"] is UNKNOWN
    places = {
        bool(decided(organization, caller, INVOKE, arn, **{"aws:SourceIp": ip})) for ip in ("10.1.2.3", "192.0.2.1")
    }

    if caller in listed(who):
        assert places == {True}
    if caller in {known.principal for known in who.may_not}:
        assert places == {False}


def test_every_address_has_callers_that_may_and_that_may_not() -> None:
    """The laws above would show nothing if nobody ever might."""
    seen: set[tuple[str, bool]] = set()

    @settings(max_examples=60, derandomize=True, database=None, deadline=None)
    @given(crowds())
    def look(organization: Organization) -> None:
        seen.update((arn, may(organization, User(user), arn)) for arn in ADDRESSES for user in USERS)

    look()
    assert seen == set(product(ADDRESSES, (True, False)))
