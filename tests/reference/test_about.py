"""What is kept with a policy: which statements are about an action."""

from __future__ import annotations

import copy
import pickle

from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.reference import trace
from lampolicy.reference._about import about_action
from lampolicy.request import Request, User

USER = User("arn:aws:iam::111111111111:user/ana")


def policy(*actions: object, name: str = "p") -> Policy:
    statements = [{"Effect": "Allow", "Resource": "*", "Action": action} for action in actions]
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, kind="identity", name=name)


def test_the_statements_about_an_action_are_found_in_order() -> None:
    found = policy("s3:Get*", ["sqs:*", "S3:getobject"], "s3:PutObject", "*")
    assert about_action(found, "s3:GetObject") == (0, 1, 3)
    assert about_action(found, "s3:GetObject") == (0, 1, 3)
    assert about_action(found, "s3:PutObject") == (2, 3)


def test_what_is_kept_is_bounded() -> None:
    kept = policy("s3:Get*")
    for number in range(1_000):
        assert about_action(kept, f"s3:Get{number}") == (0,)
        (found,) = kept.studied
        assert isinstance(found, dict)
        assert len(found) <= 64


def test_what_is_kept_is_no_part_of_the_policy() -> None:
    one, other = policy("s3:*"), policy("s3:*")
    about_action(one, "s3:GetObject")
    assert one == other
    assert repr(one) == repr(other)
    assert pickle.loads(pickle.dumps(one)).studied == []  # noqa: S301 - its own bytes
    assert copy.copy(one) == one


def test_equal_policies_of_other_names_are_other_evidence() -> None:
    request = Request(USER, "s3:GetObject", "arn:aws:s3:::b/o")
    for name in ("first", "second"):
        decided = trace(request, Policies(identity=[policy("s3:*", name=name)])).decision
        assert [getattr(grant, "policy", None) for grant in getattr(decided, "by", ())] == [name]
