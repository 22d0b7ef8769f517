"""What single kinds of policies demand beyond the common grammar: one function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from lampolicy.policy._delegation import check_delegation
from lampolicy.policy._draft import Draft
from lampolicy.policy._faults import Faults
from lampolicy.policy._function import check_function, check_layer
from lampolicy.policy._queue import check_queue
from lampolicy.policy._resource_control import check_resource_control
from lampolicy.policy._trust import check_trust
from lampolicy.policy._types import PolicyKind

Check: TypeAlias = Callable[[Sequence[Draft], Faults], None]

CHECKS: Final[MappingProxyType[PolicyKind, Check]] = MappingProxyType(
    {
        PolicyKind.FUNCTION: check_function,
        PolicyKind.LAYER: check_layer,
        PolicyKind.QUEUE: check_queue,
        PolicyKind.RESOURCE: check_delegation,
        PolicyKind.RESOURCE_CONTROL: check_resource_control,
        PolicyKind.TRUST: check_trust,
    }
)
"""The kinds that have rules of their own."""
