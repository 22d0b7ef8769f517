"""A caller and an action that are asked about again and again: half decided, with programs ready to run."""

from __future__ import annotations

from typing import Final

from lampolicy.authorize._half import HalfDecided, Left, is_settled
from lampolicy.condition import shape_of
from lampolicy.engine import Caller, Derived, Program, Residuals, Shared, Stack, program_of
from lampolicy.request import Context, checked_context

_LEFT_KEPT: Final = 4096
_SHAPES_KEPT: Final = 64
"""For how many shapes of contexts programs are kept, each time the same is left."""


class Primed(HalfDecided):
    """What is half decided, with the programs that were made of it."""

    __slots__ = ("_programs", "_shared", "_where_constant")

    def __init__(
        self,
        action: str,
        caller: Caller,
        derived: Derived,
        guards: Stack,
        identity: Stack,
        residuals: Residuals,
        shared: Shared,
    ) -> None:
        """Half decide, as `HalfDecided`."""
        super().__init__(action, caller, derived, guards, identity, residuals)
        self._shared = shared
        self._where_constant: dict[tuple[str, ...], Program] = {}
        self._programs: dict[Left, dict[tuple[str, ...], Program]] = {}

    def program(self, arn: str, stack: Stack | None, keys: tuple[str, ...], context: Context) -> Program:
        """What is left for one resource, made ready for contexts with the keys of this one, in their order."""
        left = self.left(arn, stack)
        kept = self._where_constant if left is self.constant else self._programs.get(left)
        found = None if kept is None else kept.get(keys)
        if found is None:
            shape = shape_of(tuple(checked_context(context)))
            found = program_of(self.residual_of(left), self.derived, shape, self._shared)
            if is_settled(left):
                self._keep(left, shape.spelt, found)
        return found

    def _keep(self, left: Left, keys: tuple[str, ...], program: Program) -> None:
        if left is self.constant:
            kept = self._where_constant
        else:
            if len(self._programs) >= _LEFT_KEPT:
                self._programs.clear()
            kept = self._programs.setdefault(left, {})
        if len(kept) >= _SHAPES_KEPT:
            kept.clear()
        kept[keys] = program
