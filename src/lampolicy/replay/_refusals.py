"""Refusals that a grant of today does not explain away: what else may have refused the call then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.replay._event import Event
from lampolicy.replay._then import Refused
from lampolicy.replay._world import World

_READS_AN_OBJECT: Final = frozenset({"GetObject", "HeadObject"})


def doubts_about(event: Event, then: Refused, world: World) -> Iterator[str]:
    """Say what would have to be known to call a refused call, which policies allow now, one that would be allowed.

    Sources: S3 API reference, `GetObject` (a missing object is refused to who may not list the bucket); semantics E22
    for the layers a refusal names.
    """
    if then.action is None and event.service == "s3" and event.api in _READS_AN_OBJECT:
        yield "whether the object was there: S3 refuses a missing one to who may not list the bucket"
    if then.layer is not None and not world.holds(then.layer):
        yield f"the {then.layer} policies, of which the organization has none"
