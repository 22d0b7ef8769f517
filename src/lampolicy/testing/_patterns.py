"""Patterns made from real words: hits, near misses and misses all occur, because most letters are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lampolicy.testing._dice import Dice

_VARIABLES: Final = (
    "${*}",
    "${?}",
    "${$}",
    "${example:NoSuchKey, 'red'}",
    "${aws:username, 'alice'}",
    "${aws:PrincipalTag/none}",
    "${aws:TagKeys}",
    "${aws:CalledVia, 'x'}",
)
_ODD_VARIABLES: Final = (
    "${",
    "${}",
    "${aws:username,'x'}",
    "${example:NoSuchKey,  '*'}",
    "${aws:username",
    "${ aws:username}",
    "$${*}}",
)
_EARLY: Final = 5
_NO_REGION: Final = frozenset({"s3", "iam"})


def damaged(dice: Dice, word: str, *, wildcards: bool = True) -> str:
    """Turn one letter of `word` into `*`, `?`, nothing, or its other case; without wildcards only the last two."""
    if not word:
        return "*" if wildcards else word
    at = dice.below(len(word))
    swaps = ("*", "?", "", word[at].swapcase()) if wildcards else ("", word[at].swapcase())
    return word[:at] + dice.pick(swaps) + word[at + 1 :]


def worn(dice: Dice, word: str) -> str:
    """Damage `word` in no place, one or two."""
    for _ in range(dice.pick((0, 0, 1, 1, 2))):
        word = damaged(dice, word)
    return word


def cut(dice: Dice, word: str) -> str:
    """Keep the front of `word` and put `*` behind it."""
    return word[: dice.below(len(word) + 1)] + "*"


def with_variable(dice: Dice, text: str, known: Mapping[str, str], *, odd: bool = False) -> str:
    """Write a part of `text` as the policy variable that resolves to it, where there is one; else add any variable."""
    fitting = [(key, value) for key, value in known.items() if value and value in text]
    if fitting and dice.chance(70):
        key, value = dice.pick(fitting)
        return text.replace(value, dice.pick((f"${{{key}}}", f"${{{key.upper()}}}", f"${{{key}, 'red'}}")), 1)
    if dice.chance(25):
        return text.replace(dice.pick(tuple(text) or ("",)), dice.pick(("${*}", "${?}", "${$}")), 1)
    at = dice.below(len(text) + 1)
    if known and dice.chance(30):
        return f"{text[:at]}${{{dice.pick(tuple(known))}}}{text[at:]}"
    return text[:at] + dice.pick(_VARIABLES + _ODD_VARIABLES if odd else _VARIABLES) + text[at:]


def action_pattern(dice: Dice, action: str, *, odd: bool) -> str:
    """Make a pattern of an action; an odd one may have a damaged service prefix, which AWS does not store."""
    prefix, _, name = action.partition(":")
    match dice.below(8):
        case 0:
            return action
        case 1:
            return f"{prefix}:*"
        case 2:
            return f"{prefix}:{cut(dice, name)}"
        case 3:
            return action.swapcase()
        case 4 if odd:
            return dice.pick(("*:*", f"{prefix} :{name}", f"{damaged(dice, prefix)}:{name}", f"{action} "))
        case 5:
            return "*"
        case _:
            return f"{prefix}:{worn(dice, name)}"


def resource_pattern(dice: Dice, resource: str, known: Mapping[str, str], *, odd: bool) -> str:
    """Make a pattern of a resource; an odd one may be what no service stores."""
    parts = resource.split(":", _EARLY)
    if len(parts) <= _EARLY:
        stars: tuple[str, ...] = ("**", "${*}") if odd else ("*",)
        return dice.pick(("*", "arn:aws:lambda:us-east-1:111111111111:function:*", *stars))
    if dice.chance(15):
        return "*"
    if odd and dice.chance(10):
        return _odd_resource(dice, resource, known)
    whole = not odd and parts[2] in _NO_REGION
    if dice.chance(25):
        return _early_star(dice, parts) if whole or dice.chance(50) else _short(dice, parts, odd=odd)
    kept, slash, rest = parts[_EARLY].rpartition("/") if whole and parts[2] == "iam" else ("", "", parts[_EARLY])
    return _with_tail(parts, kept + slash + _tail(dice, rest, known, odd=odd))


def _tail(dice: Dice, tail: str, known: Mapping[str, str], *, odd: bool) -> str:
    match dice.below(7):
        case 0:
            return tail
        case 1 | 2:
            return cut(dice, tail)
        case 3 | 4:
            return with_variable(dice, tail, known, odd=odd)
        case 5:
            return tail.swapcase()
        case _:
            return worn(dice, tail)


def _odd_resource(dice: Dice, resource: str, known: Mapping[str, str]) -> str:
    shapes = (
        damaged(dice, resource),
        resource.upper(),
        with_variable(dice, resource, known, odd=True),
        cut(dice, resource),
    )
    return dice.pick(shapes)


def _with_tail(parts: list[str], tail: str) -> str:
    return ":".join([*parts[:_EARLY], tail])


def _early_star(dice: Dice, parts: list[str]) -> str:
    """Put wildcards into region and account, or let a star swallow parts (semantics M7)."""
    partition, service, region, account, tail = parts[1:]
    blank = "" if service in _NO_REGION else "*"
    return dice.pick(
        (
            f"arn:{partition}:{service}:{blank}:*:{tail}",
            f"arn:*:{service}:{region}:{account}:{tail}",
            f"arn:{partition}:{service}:{_blurred(region)}:{_blurred(account)}:{tail}",
            f"arn:{partition}:{service}:*:{tail}" if blank else f"arn:{partition}:{service}::*:{tail}",
            f"arn:{partition}:{service}:{region[:3]}{blank}:{account}:{tail}",
            f"arn:{partition}:{service}:{region}:{account[:4]}*:{tail}",
        )
    )


def _blurred(text: str) -> str:
    return text[:-1] + "?" if text else text


def _short(dice: Dice, parts: list[str], *, odd: bool) -> str:
    """Leave parts out at the end (semantics M8)."""
    kept = ":".join(parts[: (3 if odd else 4) + dice.below(2)])
    return dice.pick((f"{kept}:*", f"{kept}*", kept, _blurred(kept) if odd else kept))
