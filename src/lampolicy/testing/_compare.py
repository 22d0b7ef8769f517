"""The engine's answer beside the reference's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lampolicy.authorize import authorize
from lampolicy.decision import Allowed, Decision, ExplicitlyDenied, ImplicitlyDenied
from lampolicy.diagnostic import LampolicyError
from lampolicy.reference import decide
from lampolicy.testing._worlds import World


@dataclass(frozen=True, slots=True)
class Refused:
    """The request was not decided: it contradicts itself.

    Attributes:
        kind: The exception's class.
    """

    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Crashed:
    """The machinery failed, which equals nothing, not even another failure.

    Attributes:
        text: The exception.
    """

    text: str


Answer: TypeAlias = Decision | Refused | Crashed


def by_engine(world: World) -> Answer:
    """What the engine answers."""
    return answer_of(lambda: authorize(world.request, world.policies, what_if=world.what_if))


def by_reference(world: World) -> Answer:
    """What the reference answers."""
    return answer_of(lambda: decide(world.request, world.policies, what_if=world.what_if))


def answer_of(ask: Callable[[], Decision]) -> Answer:
    """What is answered, refusals and failures included."""
    try:
        return ask()
    except LampolicyError as error:
        return Refused(type(error).__name__)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding, and the other worlds still count
        return Crashed(f"{type(error).__name__}: {error}")


def word_of(answer: Answer) -> str:
    """The answer in one word, as conformance rows have it."""
    match answer:
        case Allowed():
            return "allow"
        case ExplicitlyDenied():
            return "explicit_deny"
        case ImplicitlyDenied():
            return "implicit_deny"
        case Refused():
            return "refused"
        case Crashed():
            return "crashed"
        case _:
            return "undetermined"
