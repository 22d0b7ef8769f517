"""Which statements of a policy are about an action: found once, since nothing else of a request has a part in it."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from lampolicy.policy import Policy
from lampolicy.reference._matching import action_matches

_MOST_ACTIONS: Final = 64
"""How many actions are kept with a policy; the next one begins anew."""

_Found: TypeAlias = dict[str, tuple[int, ...]]


def about_action(policy: Policy, action: str) -> tuple[int, ...]:
    """The places of the statements whose action matches, in document order.

    What was found is kept with the policy and goes with it: 64 actions at most, each with eight bytes a place.
    """
    found = _kept(policy)
    places = found.get(action)
    if places is None:
        if len(found) >= _MOST_ACTIONS:
            found.clear()
        places = tuple(at for at, said in enumerate(policy.statements) if action_matches(said.actions, action))
        found[action] = places
    return places


def _kept(policy: Policy) -> _Found:
    if not policy.studied:
        policy.studied[:] = [_Found()]
    return cast("_Found", policy.studied[0])
