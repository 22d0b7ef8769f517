"""A condition made ready: a test that a request's context passes, fails, or leaves open."""

from __future__ import annotations

from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition._operators import ROWS
from lampolicy.condition._values import BROKEN, Comparison, Verdict, is_true
from lampolicy.condition._variables import Lookup, Template, Value, fill, keys_of, template, unknown_keys
from lampolicy.decision import OpenTest, condition_text
from lampolicy.policy import BaseOperator, Condition, Quantifier, Version
from lampolicy.request import MULTIVALUED_KEYS, UNKNOWN

if TYPE_CHECKING:
    from typing import TypeAlias

Scalar: TypeAlias = tuple[str, Comparison, bool]
"""The common condition made short: its key in lower case, the comparison of a text, the verdict with which it holds."""


class Test:
    """One condition for statements of one effect.

    Attributes:
        keys: The keys it reads, in lower case.
        text: The condition on one line.
        sameness: What tests for statements of one effect have in common that always turn out alike.
        scalar: The condition made short, where it has no set operator, no variables, and a key of one value.
    """

    __test__ = False  # not a test of pytest's
    __slots__ = (
        "_absent",
        "_compare",
        "_condition",
        "_key",
        "_present",
        "_templates",
        "keys",
        "sameness",
        "scalar",
        "text",
    )

    def __init__(self, condition: Condition, version: Version, *, deny: bool) -> None:
        self._condition = condition
        self._key = condition.key.lower()
        self._templates = _templates(condition, version)
        reads = frozenset[str]().union(*map(keys_of, self._templates))
        self.keys = reads | {self._key}
        self.text = condition_text(condition)
        # V3: the same text with `${` in it is two tests, one for each version of the language.
        self.sameness: object = (self.text, version) if "${" in self.text else self.text
        self._absent = _when_absent(condition)
        self._present = _present(condition, deny=deny)
        self._compare = None if reads else self._compile(lambda _: None)
        self.scalar = _scalar(condition, self._key, self._compare)

    def _compile(self, lookup: Lookup) -> Comparison:
        row = ROWS.get(self._condition.operator.base)
        if row is None:
            return lambda _: False
        filled = (fill(t, lookup) for t in self._templates)
        return row.compile([f for f in filled if f is not None])

    def holds(self, lookup: Lookup) -> bool | None:
        """Whether the condition holds for what `lookup` finds; `None` if it reads an unknown key."""
        value = lookup(self._key)
        if value is UNKNOWN or (len(self.keys) > 1 and unknown_keys(self.keys, lookup)):
            return None
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
        return lambda value, compare: bool(condition.values) and isinstance(value, str) and meets(compare(value))
    in_set = _for_all if quantifier is Quantifier.FOR_ALL_VALUES else _for_any
    return lambda value, compare: in_set(_listed(value), compare, meets, empty=not condition.values, deny=deny)


def _null_holds_when_present(condition: Condition) -> bool:
    """`Null` asks for presence alone; under a set operator it is a constant (semantics C13)."""
    quantifier = condition.operator.quantifier
    if quantifier is None:
        return any(not is_true(value) for value in condition.values)
    return quantifier is Quantifier.FOR_ALL_VALUES


def _meets(*, negated: bool, deny: bool) -> Callable[[Verdict], bool]:
    # O11: a malformed literal grants nothing but lets a Deny apply.
    hit = not negated
    return lambda verdict: verdict is hit or (deny and verdict is BROKEN)


def _listed(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def _for_all(
    values: tuple[str, ...], compare: Comparison, meets: Callable[[Verdict], bool], *, empty: bool, deny: bool
) -> bool:
    for value in values:
        verdict = False if empty else compare(value)
        if verdict is BROKEN:
            return deny
        if empty or not meets(verdict):
            return False
    return True


def _for_any(
    values: tuple[str, ...], compare: Comparison, meets: Callable[[Verdict], bool], *, empty: bool, deny: bool
) -> bool:
    for value in values:
        verdict = False if empty else compare(value)
        if verdict is BROKEN:
            return deny
        if not empty and meets(verdict):
            return True
    return False


def _scalar(condition: Condition, key: str, compare: Comparison | None) -> Scalar | None:
    operator = condition.operator
    row = ROWS.get(operator.base)
    if compare is None or row is None or operator.quantifier is not None or key in MULTIVALUED_KEYS:
        return None
    return (key, compare, not row.negated) if condition.values else None
