"""What is prepared for one caller, action and resource decides every context as the authorizer does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lampolicy import Authorizer, Decision, Organization, Request, User
from lampolicy.organization import Account, IamUser, Resource
from lampolicy.policy import Policy, PolicyKind
from lampolicy.testing._compare import Answer, answer_of
from lampolicy.testing._dice import Seeded
from lampolicy.testing._organizations import Question, draw_populated

HOME, OTHER = "111111111111", "222222222222"
ANA = User(f"arn:aws:iam::{HOME}:user/ana")


def populated(count: int) -> Iterator[tuple[Authorizer, Question]]:
    for seed in range(count):
        organization, questions = draw_populated(Seeded(seed))
        authorizer = Authorizer(organization)
        yield from ((authorizer, question) for question in questions)


def prepared_answer(authorizer: Authorizer, q: Question) -> Answer:
    return answer_of(lambda: authorizer.prepare(q.principal, q.action, q.resource).decide(q.context))


def test_it_decides_as_the_authorizer_does() -> None:
    for authorizer, question in populated(150):
        assert prepared_answer(authorizer, question) == answer_of(partial(authorizer.decide, *question))


def test_only_the_keys_it_names_change_a_decision() -> None:
    left_out = 0
    for authorizer, q in populated(150):
        prepared = authorizer.prepare(q.principal, q.action, q.resource)
        read = {key: value for key, value in q.context.items() if key.lower() in prepared.keys}
        left_out += len(q.context) - len(read)
        whole, part = (answer_of(partial(prepared.decide, context)) for context in (q.context, read))
        assert whole == part
    assert left_out > 1_000


def test_equal_ones_decide_alike_and_are_shared_by_resources_that_no_policy_tells_apart() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind="identity", name="p")
    authorizer = Authorizer(Organization(accounts=(Account(HOME),), users=(IamUser(ANA.arn, inline=(policy,)),)))
    one, two, other = (
        authorizer.prepare(ANA, "s3:GetObject", f"arn:aws:s3:::{key}") for key in ("photos/1", "photos/2", "else/1")
    )
    assert one == two
    assert hash(one) == hash(two)
    assert one != other
    assert one != "something else"


def test_the_owner_counts_where_the_organization_does_not_know_it() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind="identity", name="p")
    known = Resource("arn:aws:s3:::known", HOME, PolicyKind.RESOURCE)
    user = IamUser(ANA.arn, inline=(policy,))
    authorizer = Authorizer(Organization(accounts=(Account(HOME),), users=(user,), resources=(known,)))

    def prepared(resource: str, owner: str | None) -> Decision:
        return authorizer.prepare(ANA, "s3:GetObject", resource, owner).decide({})

    def asked(resource: str, owner: str | None) -> Decision:
        return authorizer.decide_request(Request(ANA, "s3:GetObject", resource, resource_account=owner))

    for resource in ("arn:aws:s3:::known/x", "arn:aws:s3:::elsewhere/x"):
        for owner in (None, HOME, OTHER, "no account"):
            first, second = (answer_of(partial(way, resource, owner)) for way in (prepared, asked))
            assert first == second, (resource, owner)


def test_callers_for_whom_the_same_is_left_share_it() -> None:
    """What is left is found by its statements and by how layers combine, not by who asks."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
    policy = Policy.parse({"Version": "2012-10-17", "Statement": statement}, kind="identity", name="p")
    ben, eve = User(f"arn:aws:iam::{HOME}:user/ben"), User(f"arn:aws:iam::{OTHER}:user/eve")
    users = tuple(IamUser(user.arn, inline=(policy,)) for user in (ANA, ben, eve))
    authorizer = Authorizer(Organization(accounts=(Account(HOME), Account(OTHER)), users=users))

    ana, other, stranger = (
        authorizer.prepare(user, "s3:GetObject", "arn:aws:s3:::photos/1", resource_account=HOME)
        for user in (ANA, ben, eve)
    )

    assert ana._residual is other._residual
    assert ana != other  # other keys are certain of another caller
    assert ana._residual is not stranger._residual  # across accounts, layers combine otherwise
