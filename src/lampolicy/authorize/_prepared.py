"""One caller, action and resource with everything decided but the context."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy.condition import Value, shape_of
from lampolicy.decision import Decision
from lampolicy.engine import AnyTest, Derived, Residual
from lampolicy.request import Context, checked_context


class Prepared:
    """Decides contexts for one caller, action and resource. Two that are equal decide every context alike.

    Attributes:
        keys: The condition keys the decision may hang on, in lower case: those a policy still reads, and those that
            are certain. No other key of a context changes the decision.
        certain: The keys that are certain, in lower case, with their values. A context that repeats one is decided as
            if it left it out; one that contradicts it is refused.
        tests: What is left to test of a context, each with whether its statement denies; two contexts that contradict
            nothing and for which all tests turn out alike are decided alike.
    """

    __slots__ = ("_derived", "_residual", "certain", "keys", "tests")

    def __init__(self, residual: Residual, derived: Derived) -> None:
        self._residual = residual
        self._derived = derived
        self.certain: Mapping[str, Value] = derived.fixed
        self.tests: tuple[tuple[AnyTest, bool], ...] = residual.tests_of_effects
        self.keys = frozenset(self.certain).union(*(test.keys for test, _ in self.tests))

    def decide(self, context: Context) -> Decision:
        """Decide a context; raise `RequestError` if it contradicts the caller or the resource."""
        return with_care(self._residual, self._derived, checked_context(context))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prepared) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[int, int]:
        return id(self._residual), id(self._derived)


def with_care(residual: Residual, derived: Derived, context: Context) -> Decision:
    """Decide a context test by test, whatever its values are: texts, numbers, lists, or unknown.

    Raises:
        RequestError: It contradicts what is known of the caller or the resource.
    """
    shape = shape_of(tuple(context))
    derived.checked_against(context, shape, what_if=False)
    return residual.decide(context, shape, derived.known)
