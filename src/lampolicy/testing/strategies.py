"""Hypothesis strategies for policies, requests and whole worlds; the ones lampolicy's own tests use.

They take real words of AWS and damage them a little, so that hits, near misses and misses all occur. By default
policies are such as AWS would store; with `odd=True` they also hold what only a session policy may hold, or none.

    from hypothesis import given
    from lampolicy.testing import strategies as aws

    @given(aws.worlds())
    def test_my_engine_agrees(world): ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from lampolicy.organization import Organization, Policies
from lampolicy.policy import Condition, Policy, PolicyKind, Statement
from lampolicy.request import Context, Principal, Request
from lampolicy.testing._conditions import draw_condition
from lampolicy.testing._dice import Dice
from lampolicy.testing._focus import draw_worlds
from lampolicy.testing._organizations import draw_organization
from lampolicy.testing._requests import draw_asked, draw_context, draw_principal, known_keys
from lampolicy.testing._statements import Aim, aim_at, draw_policy, draw_statement
from lampolicy.testing._worlds import World, draw_bearing

T = TypeVar("T")

__all__ = [
    "World",
    "bearing_policies",
    "conditions",
    "contexts",
    "drawn",
    "organizations",
    "policies",
    "principals",
    "requests",
    "statements",
    "worlds",
]


class _Drawn(Dice):
    """Choices of hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def below(self, bound: int) -> int:
        return self._draw(_below(bound))


_BELOW: dict[int, st.SearchStrategy[int]] = {}


def _below(bound: int) -> st.SearchStrategy[int]:
    if bound not in _BELOW:
        _BELOW[bound] = st.integers(0, bound - 1)
    return _BELOW[bound]


def drawn(make: Callable[[Dice], T]) -> st.SearchStrategy[T]:
    """Anything a function makes from choices, as a strategy that hypothesis can shrink."""

    @st.composite
    def made(draw: st.DrawFn) -> T:
        return make(_Drawn(draw))

    return made()


def principals(kind: type[Principal] | None = None) -> st.SearchStrategy[Principal]:
    """Callers: of one class (`User`, `RoleSession` ...), or of any."""
    return drawn(lambda dice: draw_principal(dice, kind))


def contexts(*, unknown: bool = True) -> st.SearchStrategy[Context]:
    """Contexts with none to six condition keys in any letter case; with `unknown` some values are `UNKNOWN`."""
    return drawn(lambda dice: draw_context(dice, unknown=4 if unknown else 0))


def requests() -> st.SearchStrategy[Request]:
    """Requests of every kind of caller for every kind of resource; about half concern the caller's own account."""
    return drawn(lambda dice: draw_asked(dice).request)


def conditions(*, odd: bool = False) -> st.SearchStrategy[Condition]:
    """Conditions with every operator, aimed at the keys of some request."""
    return drawn(lambda dice: draw_condition(dice, known_keys(draw_asked(dice).request), odd=odd))


def statements(
    kind: PolicyKind | str, *, aim: Request | None = None, odd: bool = False
) -> st.SearchStrategy[Statement]:
    """Statements of one kind of policy.

    Args:
        kind: The kind of policy they stand in.
        aim: A request they should come close to; some request if not given.
        odd: Whether they may hold what AWS does not store.
    """
    return drawn(lambda dice: draw_statement(dice, PolicyKind(kind), _aim(dice, aim), odd=odd))


def policies(
    kind: PolicyKind | str | None = None, *, aim: Request | None = None, odd: bool = False
) -> st.SearchStrategy[Policy]:
    """Policies of one kind, or of any.

    Args:
        kind: The kind of policy.
        aim: A request they should come close to; some request if not given.
        odd: Whether they may hold what AWS does not store.
    """

    def make(dice: Dice) -> Policy:
        chosen = PolicyKind(kind) if kind is not None else dice.pick(tuple(PolicyKind))
        return draw_policy(dice, chosen, _aim(dice, aim), odd=odd, name=str(chosen))

    return drawn(make)


def _aim(dice: Dice, request: Request | None) -> Aim:
    return aim_at(request if request is not None else draw_asked(dice).request)


def bearing_policies(*, odd: bool = False) -> st.SearchStrategy[Policies]:
    """Everything that bears on some request: every layer, present or not, silent or speaking.

    Args:
        odd: Whether the policies may hold what AWS does not store.
    """
    return drawn(lambda dice: draw_bearing(dice, draw_asked(dice), odd=odd))


def organizations(*, odd: bool = False) -> st.SearchStrategy[Organization]:
    """Organizations of three accounts, with users, groups, roles, functions and other resources that meet each other.

    Args:
        odd: Whether the policies may hold what AWS does not store.
    """
    return drawn(lambda dice: draw_organization(dice, odd=odd))


def worlds() -> st.SearchStrategy[World]:
    """Requests with the policies that bear on them; all four decisions occur."""
    return drawn(lambda dice: draw_worlds(dice, 1)[0])
