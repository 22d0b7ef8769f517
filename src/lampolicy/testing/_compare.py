"""The engine's answer beside the reference's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lampolicy import authorize, reference
from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.diagnostic import LampolicyError
from lampolicy.testing._worlds import World


@dataclass(frozen=True, slots=True)
class Refused:
    """The request was not decided: it contradicts itself.

    Attributes:
        kind: The exception's class.
    """

    kind: str


Answer: TypeAlias = Decision | Refused


def by_engine(world: World) -> Answer:
    """What the engine answers."""
    return _answer(lambda: authorize.authorize(world.request, world.policies, what_if=world.what_if))


def by_reference(world: World) -> Answer:
    """What the reference answers."""
    return _answer(lambda: reference.decide(world.request, world.policies, what_if=world.what_if))


def _answer(ask: Callable[[], Decision]) -> Answer:
    try:
        return ask()
    except LampolicyError as error:
        return Refused(type(error).__name__)


def word_of(answer: Answer) -> str:
    """The answer in one word of a conformance row."""
    match answer:
        case Allowed():
            return "allow"
        case ExplicitlyDenied():
            return "explicit_deny"
        case ImplicitlyDenied():
            return "implicit_deny"
        case Refused():
            return "refused"
        case _:
            return "undetermined"
