"""What a function's configuration needs and its execution role lacks for certain: `needs` without all the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import cast

from lampolicy.authorize import authorize
from lampolicy.decision import ExplicitlyDenied, ImplicitlyDenied
from lampolicy.diagnostic import IncompleteOrganization
from lampolicy.function._answer import Obstacle, Part
from lampolicy.function._execution import execution_session
from lampolicy.function._least import least_policy
from lampolicy.function._needs import decided
from lampolicy.function._needs_steps import wanted
from lampolicy.function._needs_types import Need, Setting
from lampolicy.function._view import FunctionView
from lampolicy.policy import Policy, PolicyKind
from lampolicy.request import RoleSession


@dataclass(frozen=True, slots=True)
class Lack:
    """What one setting needs and the role lacks.

    Attributes:
        setting: The setting.
        needs: What is lacking.
        statements: The statements that would grant it.
        suffices: Whether they do; another layer or account may forbid it.
    """

    setting: Setting
    needs: tuple[Need, ...]
    statements: tuple[Mapping[str, object], ...]
    suffices: bool


def lacks(view: FunctionView) -> tuple[Lack, ...]:
    """Tell what the function's configuration needs that its role is refused for certain (semantics L16, L17).

    What can be done without (`Wanted.optional`) is left out, and so is everything where the role or one of its policies
    is not known.
    """
    session = execution_session(view)
    if isinstance(session, Obstacle):
        return ()
    found = tuple(_refused(view, session))
    return tuple(_lack(setting, tuple(needs)) for setting, needs in groupby(found, key=lambda need: need.setting))


def _refused(view: FunctionView, session: RoleSession) -> Iterator[Need]:
    for want in wanted(view):
        if want.optional:
            continue
        try:
            need = Need(want, decided(view, session, want))
        except IncompleteOrganization:
            continue
        if isinstance(need.part.decision, ImplicitlyDenied | ExplicitlyDenied):
            yield need


def _lack(setting: Setting, needs: tuple[Need, ...]) -> Lack:
    document = least_policy([need.wanted for need in needs])
    policy = Policy.parse(document, kind=PolicyKind.IDENTITY, name="what is lacking")
    statements = cast("Sequence[Mapping[str, object]]", document["Statement"])
    return Lack(setting, needs, tuple(statements), all(_allowed_with(need.part, policy) for need in needs))


def _allowed_with(part: Part, policy: Policy) -> bool:
    identity = (*(part.policies.identity or ()), policy)
    return bool(authorize(part.request, replace(part.policies, identity=identity)))
