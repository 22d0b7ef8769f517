"""The elements of a plain document, each with the least that makes it plain; see `lampolicy.policy._plain`."""

from __future__ import annotations

import re
from collections.abc import Callable

from lampolicy._typing import TYPE_CHECKING, Any, cast
from lampolicy.names import read_network
from lampolicy.policy._arn_words import IAM_PATHS, NEWER_IAM_PATHS, PARTITIONS, S3_REGIONAL
from lampolicy.policy._operator_names import Family, family, read_operator
from lampolicy.policy._shape import scalar_text
from lampolicy.policy._types import AllExcept, Condition, Only, Operator, Selection
from lampolicy.policy._variable_bodies import bodies, is_variable
from lampolicy.record import maker

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_ACTIONS: Final = re.compile(r"(?:(?:[A-Za-z0-9.-]++:[A-Za-z0-9*?]++|\*)\n)++")
"""Actions without a fault (G21), each with a line end behind it."""

_ARN_PARTS: Final = 6
_PARTITIONS: Final = PARTITIONS | {"*"}
_IAM: Final = (*IAM_PATHS, *NEWER_IAM_PATHS)
_PLAIN_ARNS: Final[set[str]] = set()
"""Those met before: two of three resources in AWS's managed policies stand in another policy, too."""
_MOST_ARNS: Final = 4096
_LONG_ARN: Final = 128
_OF_ACCOUNTS: Final = "0123456789*?"
_ACCOUNTS: Final = frozenset({"", "*", "aws"})
_DATE_LENGTH: Final = 20
_DATE_DIGITS: Final = 14
_TRUTHS: Final = frozenset({"true", "false"})

class_of: Final[Callable[[object], type[object]]] = type
"""As `type`, for values declared as what they should be, which a stranger's need not be."""

_Check: TypeAlias = Callable[[str], bool]
_KNOWN: Final[dict[object, tuple[Operator, _Check]]] = {}
"""Operators that were met, with what their values must be; there are no more than 159."""


class Unusual(Exception):  # noqa: N818 - no error: the document takes the long way
    """Something is not written as nearly everybody writes it."""


def object_of(value: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """Take an object with no other keys than `keys`, which are texts."""
    if class_of(value) is not dict or not value.keys() <= keys:
        raise Unusual
    return value


def items(value: list[Any]) -> list[Any]:
    return value if class_of(value) is list else [value]


def selection(written: dict[str, Any], element: str, twin: str) -> Selection[str]:
    """Take an element, or if it is absent its `Not` twin; what its values are is not looked at."""
    value = written.get(element)
    return AllExcept(listed(written.get(twin))) if value is None else Only(listed(value))


def listed(value: str | list[str] | None) -> tuple[str, ...]:
    """Take a text or a list that is not empty; what is in the list is not looked at."""
    if class_of(value) is list and value:
        return tuple(value)
    if class_of(value) is not str:
        raise Unusual
    return (value,)  # type: ignore[return-value] # a text


def actions_are_plain(actions: list[str]) -> bool:
    """Look at all actions of a document at once, as one text with a line for each."""
    try:
        lines = "\n".join(actions) + "\n"
    except TypeError:
        return False
    return lines.count("\n") == len(actions) and _ACTIONS.fullmatch(lines) is not None


def check_arn(text: str) -> None:
    """Demand an ARN that IAM takes (G20), whose wildcards and variables do what they seem to (M8, V2)."""
    if text in _PLAIN_ARNS:
        return
    parts = text.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS:
        raise Unusual
    arn, partition, service, region, account, resource = parts
    if arn != "arn" or partition not in _PARTITIONS or not service or "*" in service or "?" in service:
        raise Unusual
    if service == "iam" and (region or not (resource == "*" or resource.startswith(_IAM))):
        raise Unusual
    if service == "s3" and region and not resource.startswith(S3_REGIONAL):
        raise Unusual
    if account not in _ACCOUNTS and account.strip(_OF_ACCOUNTS):
        raise Unusual
    if "${" in text and not ("${" not in service + region and _variables(resource)):
        raise Unusual
    if len(_PLAIN_ARNS) < _MOST_ARNS and len(text) < _LONG_ARN:
        _PLAIN_ARNS.add(text)


def _variables(text: str) -> bool:
    return "${" not in text or all(map(is_variable, bodies(text)))


def conditions(written: object) -> tuple[Condition, ...]:
    if type(written) is not dict:
        raise Unusual
    found: list[Condition] = []
    make = maker(Condition)
    for name, keys in cast("dict[object, dict[str, object]]", written).items():
        operator, well_formed = _KNOWN.get(name) or _known(name)
        if class_of(keys) is not dict or (len(keys) != 1 and not _told_apart(keys)):
            raise Unusual
        for key, values in keys.items():
            if class_of(key) is not str:
                raise Unusual
            one = type(values) is str and well_formed(values)
            found.append(make(operator, key, (values,) if one else _values(values, well_formed)))
    return tuple(found)


def _known(name: object) -> tuple[Operator, _Check]:
    """Look an operator up once; those whose values the long way has to look at are not known."""
    operator = read_operator(name) if type(name) is str else None
    well_formed = None if operator is None else _WELL_FORMED.get(family(operator.base))
    if operator is None or well_formed is None:
        raise Unusual
    return _KNOWN.setdefault(str(operator), (operator, well_formed))


def _told_apart(keys: dict[Any, Any]) -> bool:
    """Tell whether there are keys, all of them texts, and none the same as another in other letters (G18)."""
    return bool(keys) and len({key.lower() for key in keys if type(key) is str}) == len(keys)


def _values(written: object, well_formed: _Check) -> tuple[str, ...]:
    texts = cast("list[str]", written) if type(written) is list else [cast("str", written)]
    for text in texts:
        if class_of(text) is not str or not well_formed(text):
            return tuple([_value(value, well_formed) for value in texts])
    if not texts:
        raise Unusual
    return tuple(texts)


def _value(value: object, well_formed: _Check) -> str:
    text = value if type(value) is str else scalar_text(value)
    if text is None or not well_formed(text):
        raise Unusual
    return text


def _arn_pattern(text: str) -> bool:
    return text.count(":") >= _ARN_PARTS - 1 and _variables(text)


def _truth(text: str) -> bool:
    return text.lower() in _TRUTHS


def _number(text: str) -> bool:
    return text.isascii() and text[:1].isdigit() and text.replace(".", "", 1).isdigit()


def _network(text: str) -> bool:
    network = read_network(text)
    return network is not None and not network.matches_nothing


def _date(text: str) -> bool:
    """Tell whether `text` is a moment as AWS itself writes it: `2026-01-01T00:00:00Z`."""
    marked = text[4:5] == text[7:8] == "-" and text[10:11] == "T" and text[13:14] == text[16:17] == ":"
    numbers = (text[:4], text[5:7], text[8:10], text[11:13], text[14:16], text[17:19])
    if len(text) != _DATE_LENGTH or not marked or text[19] != "Z" or not _digits("".join(numbers), _DATE_DIGITS):
        return False
    _, month, day, hour, minute, second = map(int, numbers)
    return 1 <= month <= 12 and 1 <= day <= 28 and hour <= 23 and minute <= 59 and second <= 59


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


_WELL_FORMED: Final[dict[Family, _Check]] = {
    Family.STRING: _variables,
    Family.ARN: _arn_pattern,
    Family.BOOL: _truth,
    Family.NUMERIC: _number,
    Family.IP: _network,
    Family.DATE: _date,
}
"""For each family whose plain values are known here: how to tell them."""
