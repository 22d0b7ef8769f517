"""Conditions: every operator on keys the request carries, nearly carries, or does not carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.policy import BaseOperator, Condition, Operator, Quantifier
from lampolicy.request import MULTIVALUED_KEYS
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import cut, damaged, with_variable, worn
from lampolicy.testing._words import DERIVED_KEYS, KEYS, ODD_VALUES, VALUES, ValueType

_ALL_KEYS: Final = KEYS | DERIVED_KEYS
_TYPES_LOWER: Final = {key.lower(): held for key, held in _ALL_KEYS.items()}
_KEY_LIST: Final = tuple(_ALL_KEYS)
_BASES: Final = tuple(BaseOperator)
_TRUTHS: Final = ("true", "false", "TRUE")
_IAM_LETTERS: Final = frozenset(map(chr, (*range(0x20, 0x100), 0x9, 0xA, 0xD)))
_ARN_PARTS: Final = 6

_PREFIXES: Final = {
    "Numeric": ValueType.NUMBER,
    "Date": ValueType.DATE,
    "Bool": ValueType.BOOL,
    "Binary": ValueType.BINARY,
    "Ip": ValueType.IP,
    "NotIp": ValueType.IP,
    "Arn": ValueType.ARN,
    "String": ValueType.TEXT,
    "Null": ValueType.BOOL,
}
OPERAND: Final = {
    base: next(held for prefix, held in _PREFIXES.items() if base.startswith(prefix)) for base in BaseOperator
}
"""What each comparison reads its policy values as."""

_FITTING: Final = {held: tuple(base for base in _BASES if OPERAND[base] is held) for held in ValueType}


def draw_conditions(dice: Dice, known: Mapping[str, str], *, most: int, odd: bool) -> tuple[Condition, ...]:
    """Choose none to `most` conditions; equal operators side by side and no key twice under one, as JSON has it."""
    found: dict[tuple[str, str], Condition] = {}
    for _ in range(dice.below(most + 1)):
        condition = draw_condition(dice, known, odd=odd)
        found[str(condition.operator), condition.key.lower()] = condition
    order = list(dict.fromkeys(operator for operator, _ in found))
    return tuple(sorted(found.values(), key=lambda condition: order.index(str(condition.operator))))


def draw_condition(dice: Dice, known: Mapping[str, str], *, odd: bool) -> Condition:
    """Choose a condition that a request with these known keys may pass; an odd one AWS may not store."""
    key = dice.pick(tuple(known)) if known and dice.chance(50) else dice.pick(_KEY_LIST)
    return draw_condition_on(dice, key, known, odd=odd)


def draw_condition_on(dice: Dice, key: str, known: Mapping[str, str], *, odd: bool) -> Condition:
    """Choose a condition on one key."""
    held = _TYPES_LOWER.get(key.lower(), ValueType.TEXT)
    operator = _operator(dice, key, held, odd=odd)
    count = dice.pick((1, 1, 2, 3)) if not (odd and dice.chance(3)) else 0
    values = tuple(_value(dice, operator.base, known.get(key), held, known, odd=odd) for _ in range(count))
    spelled = dice.pick((key, key, key.lower(), key.upper()))
    return Condition(operator, spelled, values)


def _operator(dice: Dice, key: str, held: ValueType, *, odd: bool) -> Operator:
    base = dice.pick(_FITTING[held]) if dice.chance(60) else dice.pick(_BASES)
    if base is BaseOperator.NULL:
        return Operator(base, dice.pick(tuple(Quantifier)) if odd and dice.chance(20) else None)
    quantified = dice.chance(70 if key.lower() in MULTIVALUED_KEYS else 25)
    return Operator(base, dice.pick(tuple(Quantifier)) if quantified else None, dice.chance(20))


def _value(
    dice: Dice, base: BaseOperator, own: str | None, held: ValueType, known: Mapping[str, str], *, odd: bool
) -> str:
    operand = OPERAND[base]
    match operand:
        case ValueType.TEXT:
            text = _text(dice, base, own, held, known, odd=odd)
            return text if odd or _IAM_LETTERS.issuperset(text) else "red"
        case ValueType.ARN:
            return _arn(dice, own, known, odd=odd)
        case ValueType.BOOL:
            return dice.pick((*_TRUTHS, *ODD_VALUES[ValueType.BOOL])) if odd else dice.pick(_TRUTHS)
        case _:
            if odd and dice.chance(25):
                return dice.pick(ODD_VALUES[operand])
            usable = own is not None and (odd or own in VALUES[operand])
            return own if usable and own is not None and dice.chance(40) else dice.pick(VALUES[operand])


def _text(
    dice: Dice, base: BaseOperator, own: str | None, held: ValueType, known: Mapping[str, str], *, odd: bool
) -> str:
    word = own if own is not None and dice.chance(65) else dice.pick(VALUES[held])
    if odd and dice.chance(10):
        word = dice.pick(ODD_VALUES[held])
    if base in {BaseOperator.STRING_LIKE, BaseOperator.STRING_NOT_LIKE} and dice.chance(60):
        return dice.pick((worn, cut))(dice, word)
    if dice.chance(20):
        return with_variable(dice, word, known, odd=odd)
    return damaged(dice, word, wildcards=False) if dice.chance(15) else word


def _arn(dice: Dice, own: str | None, known: Mapping[str, str], *, odd: bool) -> str:
    if odd and dice.chance(12):
        return dice.pick(ODD_VALUES[ValueType.ARN])
    usable = own is not None and own.startswith("arn:") and own.count(":") >= _ARN_PARTS - 1
    word = own if usable and own is not None and dice.chance(65) else dice.pick(VALUES[ValueType.ARN])
    parts = word.split(":", _ARN_PARTS - 1)
    if dice.chance(25):
        part = 3 + dice.below(2)
        parts[part] = dice.pick(("*", parts[part][:-1] + "?", parts[part][:3] + "*"))
    parts[-1] = dice.pick((_same, worn, cut, worn))(dice, parts[-1])
    if dice.chance(20):
        parts[-1] = with_variable(dice, parts[-1], known, odd=odd)
    text = ":".join(parts)
    return text if odd or _IAM_LETTERS.issuperset(text) else VALUES[ValueType.ARN][0]


def _same(_dice: Dice, word: str) -> str:
    return word
