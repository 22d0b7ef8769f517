"""A condition made ready: a test that a request's context passes, fails, or leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lampolicy.condition._context import Shape, lookup_in
from lampolicy.condition._operators import ROWS, is_true
from lampolicy.condition._values import BROKEN, NO, YES, Comparison, Verdict
from lampolicy.condition._variables import Lookup, Template, Value, fill, keys_of, template, unknown_keys
from lampolicy.decision import OpenTest, condition_text
from lampolicy.policy import BaseOperator, Condition, Quantifier, Version
from lampolicy.request import MULTIVALUED_KEYS, Context

Known: TypeAlias = Mapping[str, Value]
"""Keys in lower case that are known without looking at a request's context."""

Passes: TypeAlias = Callable[[Context, Shape], bool | None]
"""Whether a context passes; `None` if that hangs on an unknown key."""


class Test:
    """One condition for statements of one effect.

    Attributes:
        keys: The keys it reads, in lower case.
        text: The condition on one line.
    """

    __test__ = False  # not a test of pytest's
    __slots__ = ("_absent", "_compare", "_condition", "_key", "_present", "_templates", "keys", "text")

    def __init__(self, condition: Condition, version: Version, *, deny: bool) -> None:
        self._condition = condition
        self._key = condition.key.lower()
        self._templates = _templates(condition, version)
        reads = frozenset[str]().union(*map(keys_of, self._templates))
        self.keys = reads | {self._key}
        self.text = condition_text(condition)
        self._absent = _when_absent(condition)
        self._present = _present(condition, deny=deny)
        self._compare = None if reads else self._compile(lambda _: None)

    def _compile(self, lookup: Lookup) -> Comparison:
        row = ROWS.get(self._condition.operator.base)
        if row is None:
            return lambda _: NO
        filled = (fill(t, lookup) for t in self._templates)
        return row.compile([f for f in filled if f is not None])

    def holds(self, lookup: Lookup) -> bool | None:
        """Whether the condition holds for what `lookup` finds; `None` if it reads an unknown key."""
        if unknown_keys(self.keys, lookup):
            return None
        value = lookup(self._key)
        if value is None:
            return self._absent
        return self._present(value, self._compare or self._compile(lookup))

    def open_in(self, lookup: Lookup) -> OpenTest:
        """Name the test as open."""
        return OpenTest(unknown_keys(self.keys, lookup), self.text)

    def open_tests(self, lookup: Lookup) -> tuple[OpenTest, ...]:
        """The open tests this one hangs on: itself."""
        return (self.open_in(lookup),)

    def holds_if(self, lookup: Lookup, holding: frozenset[OpenTest]) -> bool:
        """Whether it would hold if just the open tests in `holding` did."""
        held = self.holds(lookup)
        return self.open_in(lookup) in holding if held is None else held

    def bind(self, known: Known) -> Passes:
        """Make the function that tests a context, in which `known` counts where the context is silent."""
        fast = _scalar_test(self._condition, self._key, self._compare, absent=self._absent)
        if fast is not None and self._key not in known:
            return fast(self)
        return lambda context, shape: self.holds(lookup_in(context, shape, known))


def _templates(condition: Condition, version: Version) -> list[Template]:
    row = ROWS.get(condition.operator.base)
    if row is None:
        return []
    language = version if row.variables else Version.V2008
    return [template(v, language, wild=row.wild) for v in condition.values]


def _when_absent(condition: Condition) -> bool:
    """Whether a condition holds when its key is absent (semantics C4, C12, C13)."""
    operator = condition.operator
    if operator.quantifier is Quantifier.FOR_ALL_VALUES:
        return True
    if operator.quantifier is Quantifier.FOR_ANY_VALUE:
        return for_any_value_if_exists_holds_when_absent() if operator.if_exists else False
    if operator.base is BaseOperator.NULL:
        return any(map(is_true, condition.values))
    return operator.if_exists or ROWS[operator.base].negated


def for_any_value_if_exists_holds_when_absent() -> bool:
    """`ForAnyValue:...IfExists` on an absent key: no recording tells; false like other engines (semantics C12)."""
    return False


_Present: TypeAlias = Callable[[Value, Comparison], bool]


def _present(condition: Condition, *, deny: bool) -> _Present:
    """How a present value is tested."""
    quantifier = condition.operator.quantifier
    if condition.operator.base is BaseOperator.NULL:
        held = _null_holds_when_present(condition)
        return lambda _value, _compare: held
    meets = _meets(negated=ROWS[condition.operator.base].negated, deny=deny)
    if quantifier is None:
        return lambda value, compare: bool(condition.values) and isinstance(value, str) and meets(compare(value)) is YES
    in_set = _for_all if quantifier is Quantifier.FOR_ALL_VALUES else _for_any
    return lambda value, compare: in_set(_listed(value), compare, meets, empty=not condition.values, deny=deny)


def _null_holds_when_present(condition: Condition) -> bool:
    """`Null` asks for presence alone; under a set operator it is a constant (semantics C13)."""
    quantifier = condition.operator.quantifier
    if quantifier is None:
        return any(not is_true(value) for value in condition.values)
    return quantifier is Quantifier.FOR_ALL_VALUES


def _meets(*, negated: bool, deny: bool) -> Callable[[Verdict], Verdict]:
    # O11: a malformed literal grants nothing but lets a Deny apply.
    broken = YES if deny else NO
    table = {YES: YES, BROKEN: broken} if not negated else {NO: YES, BROKEN: broken}
    return lambda verdict: table.get(verdict, NO)


def _listed(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def _for_all(
    values: tuple[str, ...], compare: Comparison, meets: Callable[[Verdict], Verdict], *, empty: bool, deny: bool
) -> bool:
    for value in values:
        verdict = NO if empty else compare(value)
        if verdict is BROKEN:
            return deny
        if empty or meets(verdict) is not YES:
            return False
    return True


def _for_any(
    values: tuple[str, ...], compare: Comparison, meets: Callable[[Verdict], Verdict], *, empty: bool, deny: bool
) -> bool:
    for value in values:
        verdict = NO if empty else compare(value)
        if verdict is BROKEN:
            return deny
        if not empty and meets(verdict) is YES:
            return True
    return False


def _scalar_test(
    condition: Condition, key: str, compare: Comparison | None, *, absent: bool
) -> Callable[[Test], Passes] | None:
    """The common case made short: no quantifier, no variables, a key of one value."""
    operator = condition.operator
    plain = operator.quantifier is None and operator.base in ROWS and key not in MULTIVALUED_KEYS
    if compare is None or not plain or not condition.values:
        return None
    hit = NO if ROWS[operator.base].negated else YES

    def build(test: Test) -> Passes:
        def passes(context: Context, shape: Shape) -> bool | None:
            spelt = shape.get(key)
            if spelt is None:
                return absent
            value = context[spelt]
            if isinstance(value, str):
                verdict = compare(value)
                return verdict is hit if verdict is not BROKEN else test.holds({key: value}.get)
            return test.holds(lookup_in(context, shape, {}))

        return passes

    return build
