"""Decisions on requests of which not everything is known."""

from __future__ import annotations

from itertools import product
from typing import Any

from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied, OpenTest, Outcome, Undetermined
from lampolicy.organization import Policies
from lampolicy.policy import Policy, StatementId
from lampolicy.reference import decide
from lampolicy.request import UNKNOWN, Request, User

USER = User("arn:aws:iam::111111111111:user/ana")
OBJECT = "arn:aws:s3:::photos/ana/a.jpg"


def equals(key: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {key: "x"}}


def opened(key: str) -> OpenTest:
    return OpenTest((key.lower(),), f'StringEquals {key} ["x"]')


def statement(effect: str, condition: object = None, resource: str = "*") -> dict[str, Any]:
    written = {"Effect": effect, "Action": "s3:GetObject", "Resource": resource}
    return written if condition is None else written | {"Condition": condition}


def ask(*statements: dict[str, Any], unknown: tuple[str, ...] = ("a", "b")) -> Decision:
    identity = Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind="identity", name="i")
    context = dict.fromkeys(unknown, UNKNOWN)
    return decide(Request(USER, "s3:GetObject", OBJECT, context), Policies(identity=[identity]))


def test_one_open_test_has_two_outcomes() -> None:
    decision = ask(statement("Allow", equals("a")))
    assert isinstance(decision, Undetermined)
    assert decision.needs == ("a",)
    assert [(one.holds, type(one.decision)) for one in decision.outcomes] == [
        ((), ImplicitlyDenied),
        ((opened("a"),), Allowed),
    ]


def test_outcomes_count_in_binary_with_the_first_test_as_the_lowest_digit() -> None:
    decision = ask(statement("Allow", equals("b")), statement("Deny", equals("a")))
    assert isinstance(decision, Undetermined)
    a, b = opened("a"), opened("b")
    assert [one.holds for one in decision.outcomes] == [(), (a,), (b,), (a, b)]
    kinds = [type(one.decision) for one in decision.outcomes]
    assert kinds == [ImplicitlyDenied, ExplicitlyDenied, Allowed, ExplicitlyDenied]


def test_a_test_that_never_flips_the_answer_is_dropped() -> None:
    decision = ask(statement("Allow", equals("a")), statement("Allow", {"StringEquals": {"a": "x", "b": "x"}}))
    assert isinstance(decision, Undetermined)
    assert decision.needs == ("a",)
    assert [one.holds for one in decision.outcomes] == [(), (opened("a"),)]


def test_what_holds_either_way_is_answered_as_if_no_test_held() -> None:
    decision = ask(statement("Allow"), statement("Allow", equals("a")))
    assert isinstance(decision, Allowed)
    assert [grant.index for grant in decision.by if isinstance(grant, StatementId)] == [0]


def test_the_same_test_turns_out_the_same_everywhere() -> None:
    assert isinstance(ask(statement("Allow", equals("a")), statement("Deny", equals("a"))), ImplicitlyDenied)


def test_a_statement_that_fails_otherwise_opens_nothing() -> None:
    assert isinstance(ask(statement("Allow", {"StringEquals": {"a": "x", "c": "x"}})), ImplicitlyDenied)


def test_an_unknown_variable_opens_a_condition_and_a_resource() -> None:
    resource = "arn:aws:s3:::photos/${b}/*"
    decision = ask(statement("Allow", {"StringEquals": {"aws:username": "${a}"}}, resource))
    assert isinstance(decision, Undetermined)
    assert decision.outcomes[-1].holds == (
        OpenTest(("a",), 'StringEquals aws:username ["${a}"]'),
        OpenTest(("b",), f"Resource {resource}"),
    )


def test_variables_of_other_operators_open_nothing() -> None:
    assert isinstance(ask(statement("Allow", {"Bool": {"aws:ViaAWSService": "false"}}), unknown=("false",)), Allowed)


def test_a_closed_pattern_settles_the_resource() -> None:
    both = statement("Allow")
    both["Resource"] = ["arn:aws:s3:::photos/${b}/*", "arn:aws:s3:::photos/ana/*"]
    assert isinstance(ask(both), Allowed)


def test_an_open_not_resource_holds_if_the_resource_lies_outside() -> None:
    excluded = {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": ["arn:aws:s3:::photos/${b}/*"]}
    decision = ask(excluded)
    assert isinstance(decision, Undetermined)
    held = OpenTest(("b",), "NotResource arn:aws:s3:::photos/${b}/*")
    assert [(one.holds, bool(one.decision)) for one in decision.outcomes] == [((), False), ((held,), True)]


def test_six_tests_are_tried_in_every_way() -> None:
    names = "abcdef"
    decision = ask(statement("Allow", {"StringEquals": dict.fromkeys(names, "x")}), unknown=tuple(names))
    assert isinstance(decision, Undetermined)
    assert len(decision.outcomes) == 2**6
    assert [bool(one.decision) for one in decision.outcomes] == [all(ways) for ways in product((False, True), repeat=6)]


def test_of_seven_tests_only_the_extremes_are_tried() -> None:
    names = "abcdefg"
    decision = ask(statement("Allow", {"StringEquals": dict.fromkeys(names, "x")}), unknown=tuple(names))
    assert isinstance(decision, Undetermined)
    assert decision.needs == tuple(names)
    worst, best = decision.outcomes
    assert worst == Outcome((), worst.decision)
    assert not worst.decision
    assert best.holds == tuple(opened(name) for name in names)
    assert best.decision


def test_seven_open_denies_refuse_at_worst() -> None:
    names = "abcdefg"
    denies = [statement("Deny", equals(name)) for name in names]
    decision = ask(statement("Allow"), *denies, unknown=tuple(names))
    assert isinstance(decision, Undetermined)
    assert [type(one.decision) for one in decision.outcomes] == [ExplicitlyDenied, Allowed]


def test_seven_open_tests_that_cannot_allow_are_a_refusal() -> None:
    names = "abcdefg"
    assert isinstance(ask(*[statement("Deny", equals(n)) for n in names], unknown=tuple(names)), ExplicitlyDenied)


def test_seven_open_tests_of_a_statement_that_fails_otherwise_open_nothing() -> None:
    names = "abcdefg"
    condition = {"StringEquals": dict.fromkeys(names, "x") | {"aws:username": "bob"}}
    assert isinstance(ask(statement("Allow", condition), unknown=tuple(names)), ImplicitlyDenied)
