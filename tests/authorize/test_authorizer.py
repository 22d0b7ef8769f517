"""An organization compiled once decides as its policies in hand do."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Callable

import pytest

from lampolicy import (
    Allowed,
    Anonymous,
    Authorizer,
    ExplicitlyDenied,
    FunctionArn,
    ImplicitlyDenied,
    InvalidName,
    Organization,
    Policies,
    Policy,
    Request,
    RequestError,
    RoleSession,
    Service,
    User,
    authorize,
)
from lampolicy.decision import Missing, Side
from lampolicy.organization import Account, Function, IamRole, IamUser, Resource
from lampolicy.policy import PolicyKind
from lampolicy.reference import decide

HOME, OTHER = "111111111111", "222222222222"
FUNCTION = f"arn:aws:lambda:us-east-1:{HOME}:function:f"
BOB = User(f"arn:aws:iam::{HOME}:user/bob")
APP = RoleSession(f"arn:aws:iam::{OTHER}:role/team/app", "s1")


def identity(*actions: str, resource: str = "*", effect: str = "Allow") -> Policy:
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="identity", name="+".join(actions))


def function_policy(principal: object, qualifier: str = "", **condition: object) -> Policy:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION + qualifier,
    }
    if condition:
        statement["Condition"] = condition
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="function", name="f" + qualifier)


@pytest.fixture
def organization() -> Organization:
    bucket_policy = Policy.parse(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": APP.role},
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::photos/*",
                }
            ],
        },
        kind="bucket",
        name="photos",
    )
    sns = function_policy({"Service": "sns.amazonaws.com"}, ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:alerts"})
    live = function_policy({"AWS": OTHER}, ":live")
    return Organization(
        accounts=(Account(HOME), Account(OTHER)),
        users=(IamUser(BOB.arn, inline=(identity("lambda:*", resource=FUNCTION), identity("iam:*", effect="Deny"))),),
        roles=(IamRole(APP.role, inline=(identity("lambda:InvokeFunction", "s3:GetObject"),)),),
        functions=(
            Function(
                FunctionArn.parse(FUNCTION),
                policies=((FunctionArn.parse(FUNCTION), sns), (FunctionArn.parse(FUNCTION + ":live"), live)),
            ),
        ),
        resources=(Resource("arn:aws:s3:::photos", HOME, PolicyKind.BUCKET, bucket_policy),),
    )


def test_the_policies_of_each_qualifier_are_its_own(organization: Organization) -> None:
    """L4: a grant on an alias says nothing about the function, nor the other way round."""
    authorizer = Authorizer(organization)

    assert authorizer.decide(APP, "lambda:InvokeFunction", FUNCTION + ":live")
    assert authorizer.decide(APP, "lambda:InvokeFunction", FUNCTION) == ImplicitlyDenied((Missing(Side.RESOURCE),))
    assert authorizer.decide(BOB, "lambda:InvokeFunction", FUNCTION)
    assert not authorizer.decide(BOB, "lambda:InvokeFunction", FUNCTION + ":live")


def test_a_bucket_belongs_to_its_account_though_its_arn_does_not_say(organization: Organization) -> None:
    """E16: the bucket is in another account than the role, so both sides must grant; here both do."""
    decision = Authorizer(organization).decide(APP, "s3:GetObject", "arn:aws:s3:::photos/a.png")

    assert isinstance(decision, Allowed)
    assert [grant.policy for grant in decision.by if not hasattr(grant, "rule")] == [
        "photos",
        "lambda:InvokeFunction+s3:GetObject",
    ]


def test_services_are_admitted_by_their_source(organization: Organization) -> None:
    authorizer = Authorizer(organization)
    alerts, others = (Service("sns.amazonaws.com", f"arn:aws:sns:us-east-1:{HOME}:{t}") for t in ("alerts", "others"))

    assert authorizer.decide(alerts, "lambda:InvokeFunction", FUNCTION)
    assert not authorizer.decide(others, "lambda:InvokeFunction", FUNCTION)


def test_principals_may_be_texts(organization: Organization) -> None:
    authorizer = Authorizer(organization)

    assert authorizer.allows(BOB.arn, "lambda:GetFunction", FUNCTION)
    assert authorizer.allows(f"arn:aws:sts::{OTHER}:assumed-role/app/s9", "s3:GetObject", "arn:aws:s3:::photos/x")
    assert not authorizer.allows("anonymous", "lambda:InvokeFunction", FUNCTION)


def test_a_context_that_contradicts_the_caller_is_refused_at_every_door(organization: Organization) -> None:
    authorizer = Authorizer(organization)
    lie = {"AWS:principalarn": "arn:aws:iam::111111111111:user/alice"}
    request = Request(BOB, "lambda:InvokeFunction", FUNCTION, lie)

    doors: list[Callable[[], object]] = [
        lambda: authorizer.decide(BOB, request.action, request.resource, lie),
        lambda: authorizer.decide_request(request),
        lambda: decide(request, authorizer.policies_for(request)),
    ]
    for ask in doors:
        with pytest.raises(RequestError, match=r"(?i)principalarn"):
            ask()
    assert authorizer.decide_request(request, what_if=True)


@pytest.mark.parametrize("memo_limit", [0, 1, 1000])
def test_what_is_remembered_changes_no_answer(organization: Organization, memo_limit: int) -> None:
    authorizer = Authorizer(organization, memo_limit=memo_limit, plan_limit=2)
    requests = [
        Request(caller, action, resource, context)
        for caller in (BOB, APP, Anonymous(), Service("sns.amazonaws.com"))
        for action in ("lambda:InvokeFunction", "s3:GetObject", "iam:GetRole")
        for resource in (FUNCTION, FUNCTION + ":live", "arn:aws:s3:::photos/x", "*")
        for context in ({}, {"aws:SourceArn": "arn:aws:sns:us-east-1:1:alerts"})
    ]

    for _ in range(2):
        for request, decision in zip(requests, authorizer.decide_many(requests), strict=True):
            owner = organization.owner_of(request.resource)
            asked = Request(
                request.principal, request.action, request.resource, request.context, resource_account=owner
            )
            policies = authorizer.policies_for(request)
            assert decision == authorize(asked, policies) == decide(asked, policies)


def test_session_policies_narrow(organization: Organization) -> None:
    """E8: a silent session policy leaves nothing of the identity's grants."""
    silent = Policy.parse(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}, kind="session"
    )
    request = Request(APP, "lambda:InvokeFunction", FUNCTION + ":live")

    decision = Authorizer(organization).decide_request(request, session=[silent])

    assert decision == ImplicitlyDenied((Missing(Side.SESSION),))


def test_threads_see_one_organization_or_the_other(organization: Organization) -> None:
    """Swapping the reference is the reload: no answer mixes the old policies with the new."""
    closed = Organization(
        accounts=organization.accounts,
        users=(IamUser(BOB.arn, inline=(identity("*", effect="Deny"),)),),
        functions=organization.functions,
    )
    current = [Authorizer(organization)]
    answers: set[type] = set()

    def ask() -> None:
        for _ in range(400):
            decision = current[0].decide(BOB, "lambda:InvokeFunction", FUNCTION)
            answers.add(type(decision))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        current[0] = Authorizer(closed if number % 2 == 0 else organization, memo_limit=3)
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)

    assert answers <= {Allowed, ExplicitlyDenied}
    assert answers


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", f"arn:aws:kms:us-east-1:{HOME}:key/k"),
        ("sts:AssumeRole", f"arn:aws:iam::{HOME}:role/R"),
    ],
)
def test_a_key_or_role_grants_nothing_without_its_policy_told_or_not(action: str, resource: str) -> None:
    """E4: every key and role has a policy of its own, so policies in hand without it cannot allow."""
    request, policies = Request(BOB, action, resource), Policies(identity=[identity("*")])

    assert not authorize(request, policies)
    assert not decide(request, policies)
    assert authorize(Request(BOB, "iam:GetRole", f"arn:aws:iam::{HOME}:role/R"), policies)


def test_memory_is_bounded_whatever_threads_ask(organization: Organization) -> None:
    """The limits hold for every kind of key a stranger can choose: resources, actions, keys of contexts, principals."""
    authorizer = Authorizer(organization, memo_limit=50, plan_limit=20)

    def ask(thread: int) -> None:
        for number in range(150):
            key = f"x{thread}-{number}"
            authorizer.decide(BOB, "s3:GetObject", f"arn:aws:s3:::photos/{key}")
            authorizer.decide(BOB, f"s3:{key}", "arn:aws:s3:::photos/x")
            authorizer.decide(BOB, "s3:GetObject", "arn:aws:s3:::photos/x", {key: "1"})
            authorizer.decide(f"arn:aws:iam::{HOME}:user/{key}", "s3:GetObject", "arn:aws:s3:::photos/x")
            with pytest.raises(InvalidName):
                authorizer.decide(BOB, "no action", f"arn:aws:s3:::photos/{key}")

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = [
        program
        for by_principal in authorizer._memo.values()
        for by_action in by_principal.values()
        for by_resource in by_action.values()
        for program in by_resource.values()
    ]
    assert 0 < len(kept) <= 50
    assert len(authorizer._targets) <= 20
    assert len(authorizer._askers) <= 20


def test_a_pickled_authorizer_decides_alike_and_carries_its_limits(organization: Organization) -> None:
    authorizer = Authorizer(organization, memo_limit=7, plan_limit=9)
    before = authorizer.decide(BOB, "lambda:InvokeFunction", FUNCTION)

    copy = pickle.loads(pickle.dumps(authorizer))  # noqa: S301 - our own

    assert type(copy) is Authorizer
    assert copy.organization == organization
    assert copy.decide(BOB, "lambda:InvokeFunction", FUNCTION) == before
    assert (copy._memo_limit, copy._plan_limit) == (7, 9)


@pytest.mark.parametrize("principal", [["a list"], 5, None, b"arn:aws:iam::111111111111:user/bob"])
def test_what_is_no_principal_is_refused(organization: Organization, principal: object) -> None:
    with pytest.raises(InvalidName):
        Authorizer(organization).decide(principal, "s3:GetObject", "*")  # type: ignore[arg-type]


@pytest.mark.parametrize("context", [["aws:SourceIp"], "aws:SourceIp", 5, {5: "x"}, {"aws:SourceIp": object()}])
def test_what_is_no_context_is_refused(organization: Organization, context: object) -> None:
    with pytest.raises(RequestError):
        Authorizer(organization).decide(BOB, "lambda:InvokeFunction", FUNCTION, context)  # type: ignore[arg-type]


def test_the_keys_of_a_context_count_however_they_are_spelt_and_ordered(organization: Organization) -> None:
    """C3: a program is made for keys as they are spelt, and each finds the value that any spelling names."""
    authorizer = Authorizer(organization)
    service = Service("sns.amazonaws.com")
    good, bad = f"arn:aws:sns:us-east-1:{HOME}:alerts", f"arn:aws:sns:us-east-1:{HOME}:others"
    for spelling in ("aws:SourceArn", "AWS:SourceArn", "aws:sourcearn"):
        for value, expected in ((good, True), (bad, False)):
            for context in ({spelling: value, "x": "1"}, {"x": "1", spelling: value}, {spelling: [value]}):
                request = Request(service, "lambda:InvokeFunction", FUNCTION, context)
                plain = not isinstance(context[spelling], list)
                assert bool(authorizer.decide(service, request.action, FUNCTION, context)) is (expected and plain)
                assert authorizer.decide(service, request.action, FUNCTION, context) == decide(
                    request, authorizer.policies_for(request)
                )


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "held"),
    [
        ("Bool", "true", True, True),
        ("Bool", "true", False, False),
        ("StringEquals", "true", True, True),
        ("NumericLessThan", "10", 9, True),
        ("NumericLessThan", "10", 10, False),
        ("NumericLessThan", "10", 9.5, True),
        ("StringEquals", "9.5", 9.5, True),
        ("NumericEquals", "1", True, False),
    ],
)
def test_what_json_has_for_texts_is_compared_as_its_text_the_first_time_and_again(
    operator: str, wanted: str, given: float, *, held: bool
) -> None:
    """C3: whatever JSON scalar a context holds, AWS compares texts."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {operator: {"s3:x": wanted}},
    }
    policy = Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind="identity")
    authorizer = Authorizer(Organization(accounts=(Account(HOME),), users=(IamUser(BOB.arn, inline=(policy,)),)))
    request = Request(BOB, "s3:GetObject", "arn:aws:s3:::b/k", {"s3:x": given}, resource_account=HOME)

    decided = [authorizer.decide(BOB, "s3:GetObject", "arn:aws:s3:::b/k", {"s3:x": given}) for _ in range(2)]

    assert [bool(one) for one in decided] == [held, held]
    assert decided[0] == decide(request, Policies(identity=[policy]))
