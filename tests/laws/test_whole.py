"""Laws about whole worlds: names are only names, and what is not known is never taken for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lampolicy.decision import Undetermined
from lampolicy.policy import BaseOperator, Condition, Effect, Operator, PolicyKind
from lampolicy.request import MULTIVALUED_KEYS, UNKNOWN, Request
from lampolicy.testing import World
from lampolicy.testing._dice import Dice, Seeded
from lampolicy.testing._words import ODD_VALUES, VALUES
from lampolicy.testing._worlds import layer_policies
from lampolicy.testing.worlds import worlds as seeded_worlds

from .worlds import alone, as_kind, decided, mapped, with_request

RENAMED = {"111111111111": "444444444444", "222222222222": "555555555555", "333333333333": "666666666666"}
_IDS = re.compile("|".join(RENAMED))
_PARTS = re.compile(r"1{4}|2{4}|3{4}|[:'][123]+[?*]")

_DAMAGED_WORDS = re.compile(r"us-|eas|t-1|pho|oto|tos|:us?[*?]|:ph?[*?]", re.IGNORECASE)


def renamed(text: str) -> str:
    """The text with the account ids exchanged."""
    return _IDS.sub(lambda found: RENAMED[found[0]], text)


class TestNamesAreOnlyNames:
    """Renaming accounts, regions or functions everywhere changes no decision."""

    def test_account_ids(self) -> None:
        compared = 0
        for world in seeded_worlds(2_500, seed=31):
            # a damaged id (`1111?1111111`, `111*`) is no id: it would not be renamed along
            if _PARTS.search(_IDS.sub("", repr(world))):
                continue
            compared += 1
            assert mapped(decided(world), renamed) == decided(mapped(world, renamed)), world
        assert compared > 800

    def test_functions_and_regions(self) -> None:
        words = {"us-east-1": "ap-south-9", "photos": "images"}

        def change(text: str) -> str:
            for old, new in words.items():
                text = text.replace(old, new)
            return text

        compared = 0
        for world in seeded_worlds(2_500, seed=32):
            if _DAMAGED_WORDS.search(change(repr(world))):
                continue
            compared += 1
            assert mapped(decided(world), change) == decided(mapped(world, change)), world
        assert compared > 300


class TestTheUnknownIsNeverTakenForGranted:
    """Allowed with a key unknown means allowed for every value of it, and for its absence."""

    def test_allowed_stays_allowed_for_every_value_and_without(self) -> None:
        dice, allowed, tried = Seeded("fillings"), 0, 0
        for world in seeded_worlds(12_000, seed=33):
            if UNKNOWN in world.request.context.values() and decided(world):
                allowed += 1
                for filled in _fillings(world, dice):
                    tried += 1
                    assert decided(filled), filled
        assert allowed > 50
        assert tried > 2_000

    @pytest.mark.parametrize(("count", "outcomes"), [(1, 2), (2, 4), (6, 64), (7, 2)])
    def test_up_to_six_open_tests_are_tried_in_every_way_more_only_at_both_ends(
        self, count: int, outcomes: int
    ) -> None:
        keys = [f"example:key{number}" for number in range(count)]
        request = Request(
            "arn:aws:iam::111111111111:user/u", "s3:GetObject", "arn:aws:s3:::b/k", dict.fromkeys(keys, UNKNOWN)
        )
        equals = Operator(BaseOperator.STRING_EQUALS)
        allows = [
            as_kind(PolicyKind.IDENTITY, Effect.ALLOW, conditions=(Condition(equals, key, ("x",)),)) for key in keys
        ]
        decision = decided(alone(request, *allows))
        assert isinstance(decision, Undetermined)
        assert len(decision.outcomes) == outcomes
        assert decision.needs == tuple(sorted(keys))

    def test_what_hangs_on_a_key_can_turn_out_both_ways(self) -> None:
        found = [w for w in seeded_worlds(12_000, seed=34) if isinstance(decided(w), Undetermined)]
        assert len(found) > 20
        for world in found:
            decision = decided(world)
            assert isinstance(decision, Undetermined)
            truths = {bool(outcome.decision) for outcome in decision.outcomes}
            assert truths == {True, False}
            assert decision.needs == tuple(sorted(decision.needs))


def _fillings(world: World, dice: Dice) -> Iterator[World]:
    """The world with its unknown keys absent, then with values: those the policies name, real ones, odd ones."""
    unknown = [key for key, value in world.request.context.items() if value is UNKNOWN]
    known = {key: value for key, value in world.request.context.items() if value is not UNKNOWN}
    yield with_request(world, context=known)
    words = [*_named_values(world), "", "red", "1", "true"]
    for _ in range(25):
        filled = {key: _value(key, words, dice) for key in unknown if not dice.chance(12)}
        yield with_request(world, context=known | filled)


def _value(key: str, words: list[str], dice: Dice) -> str | list[str]:
    held = dice.pick(tuple(VALUES))
    text = dice.pick(words if dice.chance(50) else [*VALUES[held], *ODD_VALUES[held]])
    return [text] if key.lower() in MULTIVALUED_KEYS or dice.chance(15) else text


def _named_values(world: World) -> list[str]:
    policies = [policy for layer in layer_policies(world.policies).values() for policy in layer]
    return [v for p in policies for s in p.statements for c in s.conditions for v in c.values]
