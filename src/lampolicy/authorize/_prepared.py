"""One caller, action and resource with everything decided but the context."""

from __future__ import annotations

from lampolicy.condition import Shapes
from lampolicy.decision import Decision
from lampolicy.engine import Derived, Residual
from lampolicy.request import Context


class Prepared:
    """Decides contexts for one caller, action and resource. Two that are equal decide every context alike.

    Attributes:
        keys: The condition keys the decision may hang on, in lower case: those a policy still reads, and those that
            are certain, which a context may contradict. No other key of a context changes the decision.
    """

    __slots__ = ("_derived", "_residual", "_shapes", "keys")

    def __init__(self, residual: Residual, derived: Derived, shapes: Shapes) -> None:
        self._residual = residual
        self._derived = derived
        self._shapes = shapes
        self.keys = residual.keys | derived.fixed.keys()

    def decide(self, context: Context) -> Decision:
        """Decide a context; raise `RequestError` if it contradicts the caller or the resource."""
        shape = self._shapes.of(context)
        if not self._derived.agrees_with(context, shape):
            self._derived.checked_against(context, shape, what_if=False)
        return self._residual.decide(context, shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prepared) and self._residual is other._residual and self._derived is other._derived

    def __hash__(self) -> int:
        return hash((id(self._residual), id(self._derived)))
