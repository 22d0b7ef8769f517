"""An explanation is a value: it does not change, and what it tells on first reading it goes on telling."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from importlib import import_module

import pytest

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed
from lampolicy.diagnostic import RequestError
from lampolicy.explain import Explanation, ExplanationRefused, explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import Request, User

USER = User("arn:aws:iam::111111111111:user/ana")
REQUEST = Request(USER, "s3:GetObject", "arn:aws:s3:::b/o")


def allowing(effect: str = "Allow", name: str = "p") -> Policies:
    statement = {"Effect": effect, "Action": "s3:*", "Resource": "*"}
    policy = Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, kind="identity", name=name)
    return Policies(identity=[policy])


@pytest.mark.parametrize("policies", [allowing(), allowing("Deny"), Policies()], ids=["allowed", "denied", "silent"])
def test_explanations_that_say_the_same_are_equal(policies: Policies) -> None:
    one, other = explain(REQUEST, policies), explain(REQUEST, policies)
    assert one.layers is one.layers
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert pickle.loads(pickle.dumps(one)) == other  # noqa: S301 - its own bytes
    assert str(pickle.loads(pickle.dumps(one))) == str(other)  # noqa: S301


def test_what_is_said_of_another_policy_is_not_equal() -> None:
    assert explain(REQUEST, allowing()) != explain(REQUEST, allowing(name="q"))
    assert explain(REQUEST, allowing()) != "Allowed."


@pytest.mark.parametrize("name", ["decision", "layers", "anything"])
def test_an_explanation_does_not_change(name: str) -> None:
    said = explain(REQUEST, allowing())
    with pytest.raises(FrozenInstanceError):
        setattr(said, name, ())
    with pytest.raises(FrozenInstanceError):
        delattr(said, name)


@pytest.mark.parametrize("policies", [allowing(), allowing("Deny"), Policies()], ids=["allowed", "denied", "silent"])
def test_a_decision_at_hand_is_explained_without_deciding_again(
    policies: Policies, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, decision = explain(REQUEST, policies), authorize(REQUEST, policies)
    monkeypatch.setattr(import_module("lampolicy.explain._explain"), "authorize", None)
    said = explain(REQUEST, policies, decision=decision)
    assert isinstance(said, Explanation)
    assert str(said) == str(expected)


def test_a_decision_made_with_other_policies_is_refused() -> None:
    with pytest.raises(RequestError, match="give those it was made with"):
        explain(REQUEST, allowing(), decision=authorize(REQUEST, allowing(name="q")))


def test_a_wrong_decision_of_the_engine_is_not_blamed_on_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = authorize(REQUEST, allowing())
    assert isinstance(wrong, Allowed)
    monkeypatch.setattr(import_module("lampolicy.explain._explain"), "authorize", lambda *_, **__: wrong)
    with pytest.raises(ExplanationRefused):
        explain(REQUEST, Policies(), decision=wrong)
