"""Conditions: how operators, set operators and `IfExists` compose (semantics C1 to C15)."""

from __future__ import annotations

from typing import Final, TypeAlias

from lampolicy.decision import OpenTest, condition_text
from lampolicy.policy import BaseOperator, Condition, Effect, Operator, Quantifier, Version
from lampolicy.reference._context import Value
from lampolicy.reference._operators import COMPARISONS, MalformedArnError
from lampolicy.reference._question import Question
from lampolicy.reference._uncertain import ANY_VALUE_IF_EXISTS
from lampolicy.reference._variables import Resolved, plain, resolve, unknown_keys
from lampolicy.request import UNKNOWN

Truth: TypeAlias = bool | OpenTest
"""Whether a condition holds, or the test that is open because a key it reads is unknown."""

_WITH_VARIABLES: Final = ("String", "Arn")
_NONE: Final = frozenset[str]()


def condition_truth(
    question: Question, condition: Condition, value: Value | None, effect: Effect, version: Version
) -> Truth:
    """Tell whether one operator on one key holds for the request, which holds `value` under the key."""
    unknown = _unknown_variables(question, condition, version)
    if value is UNKNOWN:
        return OpenTest(tuple(sorted({condition.key.lower(), *unknown})), condition_text(condition))
    if unknown:
        return OpenTest(tuple(sorted(unknown)), condition_text(condition))
    try:
        return _holds(question, condition, value, version)
    except MalformedArnError:
        return effect is Effect.DENY  # O11


def _unknown_variables(question: Question, condition: Condition, version: Version) -> frozenset[str]:
    if not _knows_variables(condition.operator.base):
        return _NONE
    texts = [text for text in condition.values if "${" in text]
    return _NONE.union(*(unknown_keys(text, version, question.value) for text in texts)) if texts else _NONE


def _knows_variables(base: BaseOperator) -> bool:
    """V2: only String and Arn operators read variables in their values."""
    return base.startswith(_WITH_VARIABLES)


def _holds(question: Question, condition: Condition, value: str | tuple[str, ...] | None, version: Version) -> bool:
    operator = condition.operator
    if operator.base is BaseOperator.NULL:
        return null_holds(condition, present=value is not None)
    if value is None:
        return missing_key_holds(question, operator)
    if operator.quantifier is None:
        return isinstance(value, str) and value_holds(question, condition, version, value)  # C5
    values = (value,) if isinstance(value, str) else value  # C6
    if operator.quantifier is Quantifier.FOR_ALL_VALUES:
        return all(value_holds(question, condition, version, one) for one in values)  # C7
    return any(value_holds(question, condition, version, one) for one in values)  # C8


def null_holds(condition: Condition, *, present: bool) -> bool:
    """C13: `true` holds if the key is absent, any other text if it is present; an empty text is present (C9)."""
    match condition.operator.quantifier:
        case Quantifier.FOR_ALL_VALUES:
            return True
        case Quantifier.FOR_ANY_VALUE:
            return False
        case None:
            return any((text.lower() == "true") != present for text in condition.values)


def missing_key_holds(question: Question, operator: Operator) -> bool:
    """C4: what a condition on a missing key is."""
    if operator.quantifier is Quantifier.FOR_ALL_VALUES:
        return True
    if operator.quantifier is Quantifier.FOR_ANY_VALUE:
        return operator.if_exists and not any_value_if_exists_is_false(question)
    return operator.if_exists or COMPARISONS[operator.base].negated


def any_value_if_exists_is_false(question: Question) -> bool:
    """C12, uncertain: `IfExists` is looked at for each value, and a missing key has none."""
    return question.reads(ANY_VALUE_IF_EXISTS)


def value_holds(question: Question, condition: Condition, version: Version, value: str) -> bool:
    """C1, C10: one value of the request against all values of the policy: any of them, or none if negated."""
    comparison = COMPARISONS[condition.operator.base]
    if not condition.values:
        return False  # C14
    if not comparison.reads(value):
        return False  # O8, O10: neither equal nor unequal
    found = any(
        comparison.meets(value, wanted)
        for text in condition.values
        if (wanted := _wanted(question, condition, version, text)) is not None  # V4
    )
    return found is not comparison.negated


def _wanted(question: Question, condition: Condition, version: Version, text: str) -> Resolved | None:
    if not _knows_variables(condition.operator.base):
        return plain(text)
    return resolve(text, version, question.value)
