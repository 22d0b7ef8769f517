"""Laws of matching one statement: actions, resources, conditions."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from lampolicy.decision import Allowed
from lampolicy.policy import AllExcept, BaseOperator, Condition, Effect, Only, Operator, PolicyKind, Quantifier
from lampolicy.request import MULTIVALUED_KEYS, Request, User
from lampolicy.testing import World
from lampolicy.testing import strategies as aws
from lampolicy.testing._conditions import draw_condition
from lampolicy.testing._patterns import action_pattern, resource_pattern
from lampolicy.testing._requests import known_keys
from lampolicy.testing._words import KEYS

from .worlds import ALWAYS, LAW, alone, as_kind, decided, own_requests, with_condition, with_request

BASES = st.sampled_from([base for base in BaseOperator if base is not BaseOperator.NULL])
ALICE = User("arn:aws:iam::111111111111:user/alice", "AIDAEXAMPLE1")


def allows(request: Request, **parts: object) -> bool:
    """Whether one identity statement alone allows a request of a user for its own account."""
    return bool(decided(alone(request, as_kind(PolicyKind.IDENTITY, Effect.ALLOW, **parts))))


class TestNotIsTheComplement:
    """`NotAction` and `NotResource` match exactly what their twins do not (semantics M11, M12)."""

    @LAW
    @given(own_requests(), st.booleans(), st.data())
    def test_not_action(self, request: Request, odd: bool, data: st.DataObject) -> None:  # noqa: FBT001
        patterns = data.draw(aws.drawn(lambda dice: (action_pattern(dice, request.action, odd=odd), "iam:Create*")))
        assert allows(request, actions=Only(patterns)) is not allows(request, actions=AllExcept(patterns))

    @LAW
    @given(own_requests(), st.booleans(), st.data())
    def test_not_resource(self, request: Request, odd: bool, data: st.DataObject) -> None:  # noqa: FBT001
        known = known_keys(request)
        pattern = data.draw(aws.drawn(lambda dice: resource_pattern(dice, request.resource, known, odd=odd)))
        patterns = (pattern, "arn:aws:s3:::nothing")
        assert allows(request, resources=Only(patterns)) is not allows(request, resources=AllExcept(patterns))


class TestCase:
    """Actions are matched without regard to case, the last part of a resource with it (semantics M2, M5)."""

    @LAW
    @given(aws.worlds())
    def test_an_actions_case_changes_nothing(self, world: World) -> None:
        assert decided(with_request(world, action=world.request.action.swapcase())) == decided(world)

    @LAW
    @given(own_requests())
    def test_a_resources_case_counts(self, request: Request) -> None:
        *head, tail = request.resource.split(":", 5)
        assume(head and tail.swapcase() != tail and "$" not in tail and "*" not in tail)
        assert allows(request, resources=Only((request.resource,)))
        assert not allows(request, resources=Only((":".join([*head, tail.swapcase()]),)))

    @LAW
    @given(own_requests())
    def test_the_case_of_the_first_parts_does_not(self, request: Request) -> None:
        *head, tail = request.resource.split(":", 5)
        assume(head and "$" not in tail)
        assert allows(request, resources=Only((":".join([*(part.upper() for part in head), tail]),)))

    @LAW
    @given(aws.worlds())
    def test_the_case_of_context_keys_changes_nothing(self, world: World) -> None:
        context = world.request.context
        assume(len({key.lower() for key in context}) == len(context))
        shouted = {key.upper(): value for key, value in context.items()}
        assert decided(with_request(world, context=shouted)) == decided(world)


class TestWildcards:
    """`?` stands for one code unit, `*` for any number, wherever they stand (semantics M1, M6)."""

    @staticmethod
    def tail_of(request: Request) -> tuple[str, str]:
        *head, tail = request.resource.split(":", 5)
        assume(head and not set("*?$") & set(tail))
        return ":".join(head), tail

    @LAW
    @given(own_requests(), st.data())
    def test_a_question_mark_for_a_letter_still_matches(self, request: Request, data: st.DataObject) -> None:
        head, tail = self.tail_of(request)
        at = data.draw(st.integers(0, len(tail) - 1))
        assert allows(request, resources=Only((f"{head}:{tail[:at]}?{tail[at + 1 :]}",)))
        assert not allows(request, resources=Only((f"{head}:{tail[:at]}?{tail[at:]}",)))

    @LAW
    @given(own_requests(), st.data())
    def test_a_star_for_any_stretch_still_matches(self, request: Request, data: st.DataObject) -> None:
        head, tail = self.tail_of(request)
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(tail))] * 2)))
        assert allows(request, resources=Only((f"{head}:{tail[:start]}*{tail[end:]}",)))

    @LAW
    @given(own_requests(), st.data())
    def test_more_stars_say_no_more_than_one(self, request: Request, data: st.DataObject) -> None:
        known = known_keys(request)
        pattern = data.draw(aws.drawn(lambda dice: resource_pattern(dice, request.resource, known, odd=False)))
        *head, tail = pattern.split(":", 5)
        assume(head and "${" not in tail)
        doubled = ":".join([*head, tail.replace("*", "***")])
        assert allows(request, resources=Only((pattern,))) is allows(request, resources=Only((doubled,)))

    def test_a_letter_outside_the_basic_plane_takes_two_question_marks(self) -> None:
        request = Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/\U00010400")
        assert not allows(request, resources=Only(("arn:aws:s3:::b/?",)))
        assert allows(request, resources=Only(("arn:aws:s3:::b/??",)))

    @LAW
    @given(own_requests())
    def test_an_action_without_resource_is_matched_by_the_bare_star_alone(self, request: Request) -> None:
        bare = Request(request.principal, request.action, "*", request.context)
        assert allows(bare, resources=Only(("*",)))
        assert not allows(bare, resources=Only(("**", "arn:*", "?", "arn:aws:*:*:*:*")))  # M9


def _holds(request: Request, condition: Condition) -> bool:
    return bool(decided(alone(request, with_condition(Effect.ALLOW, condition))))


class TestIfExistsIsWider:
    """A condition with `IfExists` holds wherever the one without it does (semantics C4, C12)."""

    @LAW
    @given(own_requests(), st.data())
    def test_it_holds_where_the_plain_one_does(self, request: Request, data: st.DataObject) -> None:
        drawn = data.draw(_conditions(request))
        assume(drawn.operator.base is not BaseOperator.NULL)  # there is no NullIfExists
        plain, wider = _with_if_exists(drawn, if_exists=False), _with_if_exists(drawn, if_exists=True)
        assert _holds(request, wider) or not _holds(request, plain)

    @LAW
    @given(own_requests(), BASES)
    def test_it_holds_on_an_absent_key(self, request: Request, base: BaseOperator) -> None:
        assert _holds(request, Condition(Operator(base, if_exists=True), "example:Absent", ("x",)))


class TestSetOperators:
    """`ForAllValues` holds on an absent key, `ForAnyValue` does not (semantics C4, C7, C8)."""

    @LAW
    @given(own_requests(), st.sampled_from(sorted(KEYS)), st.data())
    def test_an_absent_key(self, request: Request, key: str, data: st.DataObject) -> None:
        context = {name: value for name, value in request.context.items() if name.lower() != key.lower()}
        bare = Request(request.principal, request.action, request.resource, context)
        drawn = data.draw(_conditions(bare))
        for_all = Operator(drawn.operator.base, Quantifier.FOR_ALL_VALUES, drawn.operator.if_exists)
        for_any = Operator(drawn.operator.base, Quantifier.FOR_ANY_VALUE, drawn.operator.if_exists)
        assert _holds(bare, Condition(for_all, key, drawn.values))
        assert not _holds(bare, Condition(for_any, key, drawn.values))

    @LAW
    @given(own_requests(), BASES, st.data())
    def test_an_empty_list(self, request: Request, base: BaseOperator, data: st.DataObject) -> None:
        values = data.draw(_conditions(request)).values
        bare = Request(request.principal, request.action, request.resource, {"aws:TagKeys": []})
        assert _holds(bare, Condition(Operator(base, Quantifier.FOR_ALL_VALUES), "aws:TagKeys", values))
        assert not _holds(bare, Condition(Operator(base, Quantifier.FOR_ANY_VALUE), "aws:TagKeys", values))

    @LAW
    @given(own_requests(), BASES, st.booleans(), st.data())
    def test_a_plain_operator_never_matches_a_key_of_several_values(
        self,
        request: Request,
        base: BaseOperator,
        if_exists: bool,  # noqa: FBT001
        data: st.DataObject,
    ) -> None:
        values = data.draw(_conditions(request)).values
        several = Request(request.principal, request.action, request.resource, {"aws:TagKeys": ["team"]})
        assert not _holds(several, Condition(Operator(base, None, if_exists), "aws:TagKeys", values))  # C5

    @LAW
    @given(own_requests(), BASES, st.data())
    def test_any_of_one_value_is_all_of_it(self, request: Request, base: BaseOperator, data: st.DataObject) -> None:
        drawn = data.draw(_conditions(request))
        assume(drawn.values)
        one = Request(request.principal, request.action, request.resource, {"aws:TagKeys": ["team"]})
        for_all = Condition(Operator(base, Quantifier.FOR_ALL_VALUES), "aws:TagKeys", drawn.values)
        for_any = Condition(Operator(base, Quantifier.FOR_ANY_VALUE), "aws:TagKeys", drawn.values)
        assert _holds(one, for_all) is _holds(one, for_any)


class TestNegation:
    """A negated operator holds where its positive twin does not, and on an absent key (semantics C4, C10)."""

    TWINS = (
        ("StringEquals", "StringNotEquals"),
        ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        ("StringLike", "StringNotLike"),
        ("NumericEquals", "NumericNotEquals"),
        ("DateEquals", "DateNotEquals"),
    )
    """Arn and Ip are left out: on a value that is none, both twins fail (O8, O10)."""

    @pytest.mark.parametrize(("positive", "negative"), TWINS)
    @LAW
    @given(request=own_requests(), data=st.data())
    def test_exactly_one_twin_holds(self, positive: str, negative: str, request: Request, data: st.DataObject) -> None:
        drawn = data.draw(_conditions(request))
        assume(drawn.values)
        context = request.context
        assume(not any(isinstance(v, list) for k, v in context.items() if k.lower() == drawn.key.lower()))
        assume(drawn.key.lower() not in MULTIVALUED_KEYS)
        one = Condition(Operator(BaseOperator(positive)), drawn.key, drawn.values)
        other = Condition(Operator(BaseOperator(negative)), drawn.key, drawn.values)
        assert _holds(request, one) is not _holds(request, other)


def _conditions(request: Request) -> st.SearchStrategy[Condition]:
    return aws.drawn(lambda dice: draw_condition(dice, known_keys(request), odd=True))


def _with_if_exists(condition: Condition, *, if_exists: bool) -> Condition:
    operator = Operator(condition.operator.base, condition.operator.quantifier, if_exists)
    return Condition(operator, condition.key, condition.values)


def test_the_requests_of_these_laws_are_allowed_by_a_plain_allow() -> None:
    request = Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/k")
    assert request.action.lower() not in ALWAYS
    assert isinstance(decided(alone(request, as_kind(PolicyKind.IDENTITY, Effect.ALLOW))), Allowed)
