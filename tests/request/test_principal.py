"""Callers: what tells one from another."""

from __future__ import annotations

import copy
import pickle
from itertools import product

import pytest

from lampolicy import Anonymous, FederatedUser, RoleSession, Root, Service, User, WebIdentity
from lampolicy.request import Principal, Saml

A, B = "111111111111", "222222222222"
PROVIDER = f"arn:aws:iam::{A}:saml-provider/p"
CALLERS: list[Principal] = [
    User(f"arn:aws:iam::{A}:user/ana"),
    User(f"arn:aws:iam::{A}:user/ana", "AIDAEXAMPLE"),
    User(f"arn:aws:iam::{A}:user/ana", tags=(("team", "a"),)),
    User(f"arn:aws:iam::{B}:user/ana"),
    RoleSession(f"arn:aws:iam::{A}:role/app"),
    RoleSession(f"arn:aws:iam::{A}:role/app", "s"),
    RoleSession(f"arn:aws:iam::{A}:role/app", "s", tags=(("team", "a"),)),
    RoleSession(f"arn:aws:iam::{A}:role/app", None, "AROAEXAMPLE"),
    FederatedUser(f"arn:aws:sts::{A}:federated-user/f", f"arn:aws:iam::{A}:user/ana"),
    FederatedUser(f"arn:aws:sts::{A}:federated-user/f", f"arn:aws:iam::{A}:user/ben"),
    Root(A),
    Root(A, "aws-cn"),
    Service("s3.amazonaws.com"),
    Service("s3.amazonaws.com", source_account=A),
    Service("s3.amazonaws.com", source_org=A),
    Service("s3.amazonaws.com", aliases=("s3.eu-west-1.amazonaws.com",)),
    Anonymous(),
    WebIdentity(PROVIDER),
    WebIdentity(PROVIDER, A),
    Saml(PROVIDER),
]


def test_callers_have_the_same_key_just_where_they_are_equal() -> None:
    again = copy.deepcopy(CALLERS)
    for (i, one), (j, other) in product(enumerate(CALLERS), enumerate(again)):
        assert (one.key == other.key) is (one == other) is (i == j)


@pytest.mark.parametrize("caller", CALLERS, ids=repr)
def test_a_key_survives_a_copy(caller: Principal) -> None:
    assert pickle.loads(pickle.dumps(caller)).key == caller.key  # noqa: S301 - our own


def test_no_text_is_taken_for_a_caller() -> None:
    assert not any(isinstance(caller.key, str) for caller in CALLERS)
