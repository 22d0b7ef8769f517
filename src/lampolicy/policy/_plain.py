"""The short way from a document to its statements: for what is written as nearly everybody writes it.

Nothing is refused and nothing is warned of here. A document is plain if the long way, which knows every fault, would
find none in it; both ways then make the same statements of it. Whatever is unusual takes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias, cast

from lampolicy.names import read_network
from lampolicy.policy._operator_names import Family, family, read_operator
from lampolicy.policy._shape import scalar_text
from lampolicy.policy._types import (
    AllExcept,
    BoundaryStatement,
    Condition,
    Effect,
    IdentityStatement,
    Only,
    Operator,
    PolicyKind,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
)
from lampolicy.policy._variable_bodies import bodies, is_variable

_DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT: Final = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_EFFECTS: Final = {str(effect): effect for effect in Effect}
_EVERY: Final = Only(("*",))
_NONE: Final[tuple[Condition, ...]] = ()
_CLASSES: Final[Mapping[PolicyKind, Callable[..., Statement]]] = MappingProxyType(
    {
        PolicyKind.IDENTITY: IdentityStatement,
        PolicyKind.BOUNDARY: BoundaryStatement,
        PolicyKind.SESSION: SessionStatement,
        PolicyKind.SERVICE_CONTROL: ServiceControlStatement,
    }
)

_ACTIONS: Final = re.compile(r"(?:(?:[A-Za-z0-9.-]++:[A-Za-z0-9*?]++|\*)\n)++")
"""Actions without a fault (G21), each with a line end behind it."""

_ARN_PARTS: Final = 6
_PARTITIONS: Final = frozenset({"aws", "aws-cn", "aws-us-gov", "*"})
_IAM_PATHS: Final = ("user/", "role/", "group/", "policy/", "instance-profile/", "mfa/")
_OF_ACCOUNTS: Final = "0123456789*?"
_ACCOUNTS: Final = frozenset({"", "*", "aws"})
_TRUTHS: Final = frozenset({"true", "false"})

_class_of: Final[Callable[[object], type[object]]] = type
"""As `type`, for values declared as what they should be, which a stranger's need not be."""

_Check: TypeAlias = Callable[[str], bool]
_KNOWN: Final[dict[object, tuple[Operator, _Check]]] = {}
"""Operators that were met, with what their values must be; there are no more than 159."""


class _Unusual(Exception):  # noqa: N818 - no error: the document takes the long way
    """Something is not written as nearly everybody writes it."""


class Plain(NamedTuple):
    """What a plain document says."""

    statements: tuple[Statement, ...]
    id: str | None


def read_plain(document: object, kind: PolicyKind) -> Plain | None:
    """Read a plain document of version 2012-10-17.

    Args:
        document: The document's value.
        kind: What it hangs on; only the kinds whose statements name no principal are read here.

    Returns:
        What it says; `None` where the long way has to look.
    """
    make = _CLASSES.get(kind)
    if make is None:
        return None
    try:
        written = _object(cast("dict[str, Any]", document), _DOCUMENT)
        return Plain(_statements(written, make, kind), written.get("Id"))
    except _Unusual:
        return None


def _object(value: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """Take an object with no other keys than `keys`, which are texts."""
    if _class_of(value) is not dict or not value.keys() <= keys:
        raise _Unusual
    return value


def _items(value: list[Any]) -> list[Any]:
    return value if _class_of(value) is list else [value]


def _statements(written: dict[str, Any], make: Callable[..., Statement], kind: PolicyKind) -> tuple[Statement, ...]:
    version = written.get("Version")
    if type(version) is not str or version != "2012-10-17" or type(written.get("Id", "")) is not str:
        raise _Unusual
    actions: list[str] = []
    statements = [_statement(_object(item, _STATEMENT), make, actions) for item in _items(written.get("Statement", []))]
    if not statements or not _well_formed(actions):
        raise _Unusual
    _sids([s.sid for s in statements if s.sid], kind)
    return tuple(statements)


def _statement(written: dict[str, Any], make: Callable[..., Statement], actions: list[str]) -> Statement:
    effect = written.get("Effect")
    sid = written.get("Sid")
    if type(effect) is not str or effect not in _EFFECTS or (type(sid) is not str and "Sid" in written):
        raise _Unusual
    acting = _selection(written, "Action", "NotAction")
    actions += acting.patterns
    conditions = _conditions(written["Condition"]) if "Condition" in written else _NONE
    return make(_EFFECTS[effect], acting, conditions, sid, resources=_resources(written))


def _selection(written: dict[str, Any], element: str, twin: str) -> Selection[str]:
    """Take an element or its `Not` twin, not both; what its values are is not looked at."""
    if element not in written:
        return AllExcept(_listed(written.get(twin, [])))
    if twin in written:
        raise _Unusual
    return Only(_listed(written[element]))


def _listed(value: str | list[str]) -> tuple[str, ...]:
    if _class_of(value) is str:
        return (value,)  # type: ignore[return-value] # a text
    if _class_of(value) is not list or not value:
        raise _Unusual
    return tuple(value)


def _well_formed(actions: list[str]) -> bool:
    """Look at all actions of a document at once, as one text with a line for each."""
    try:
        lines = "\n".join(actions) + "\n"
    except TypeError:
        return False
    return lines.count("\n") == len(actions) and _ACTIONS.fullmatch(lines) is not None


def _sids(sids: list[str], kind: PolicyKind) -> None:
    """Demand that no Sid stands twice, and of IAM's own policies that it has letters and digits only (G6)."""
    if len(set(sids)) != len(sids):
        raise _Unusual
    together = "".join(sids)
    if sids and kind is not PolicyKind.SERVICE_CONTROL and not (together.isascii() and together.isalnum()):
        raise _Unusual


def _resources(written: dict[str, Any]) -> Selection[str]:
    whole = written.get("Resource")
    if type(whole) is str and whole == "*" and "NotResource" not in written:
        return _EVERY
    found = _selection(written, "Resource", "NotResource")
    for text in found.patterns:
        if text != "*":
            _arn(text)
    return found


def _arn(text: str) -> None:
    """Demand an ARN that IAM takes (G20), whose wildcards and variables do what they seem to (M8, V2)."""
    try:
        arn, partition, service, region, account, resource = text.split(":", _ARN_PARTS - 1)
    except (AttributeError, TypeError, ValueError):
        raise _Unusual from None
    if arn != "arn" or partition not in _PARTITIONS or not service or "*" in service or "?" in service:
        raise _Unusual
    if (region and service in {"iam", "s3"}) or (service == "iam" and not resource.startswith(_IAM_PATHS)):
        raise _Unusual
    if account not in _ACCOUNTS and account.strip(_OF_ACCOUNTS):
        raise _Unusual
    if "${" in text and not ("${" not in service + region and _variables(resource)):
        raise _Unusual


def _variables(text: str) -> bool:
    return "${" not in text or all(map(is_variable, bodies(text)))


def _conditions(written: dict[object, dict[str, Any]]) -> tuple[Condition, ...]:
    if _class_of(written) is not dict:
        raise _Unusual
    found: list[Condition] = []
    for name, keys in written.items():
        operator, well_formed = _KNOWN.get(name) or _known(name)
        if _class_of(keys) is not dict or not _told_apart(list(keys)):
            raise _Unusual
        found += [Condition(operator, key, _values(keys[key], well_formed)) for key in keys]
    return tuple(found)


def _known(name: object) -> tuple[Operator, _Check]:
    """Look an operator up once; those whose values the long way has to look at are not known."""
    operator = read_operator(name) if type(name) is str else None
    well_formed = None if operator is None else _WELL_FORMED.get(family(operator.base))
    if operator is None or well_formed is None:
        raise _Unusual
    return _KNOWN.setdefault(str(operator), (operator, well_formed))


def _told_apart(keys: list[Any]) -> bool:
    """Tell whether there are keys, all of them texts, and none the same as another in other letters (G18)."""
    if len(keys) == 1:
        return type(keys[0]) is str
    return bool(keys) and len({key.lower() for key in keys if type(key) is str}) == len(keys)


def _values(written: list[object], well_formed: _Check) -> tuple[str, ...]:
    if _class_of(written) is not list:
        return (_value(written, well_formed),)
    if not written:
        raise _Unusual
    return tuple([_value(value, well_formed) for value in written])


def _value(value: object, well_formed: _Check) -> str:
    text = value if type(value) is str else scalar_text(value)
    if text is None or not well_formed(text):
        raise _Unusual
    return text


def _arn_pattern(text: str) -> bool:
    return text.count(":") >= _ARN_PARTS - 1 and _variables(text)


def _truth(text: str) -> bool:
    return text.lower() in _TRUTHS


def _whole_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _network(text: str) -> bool:
    network = read_network(text)
    return network is not None and not network.matches_nothing


_WELL_FORMED: Final[dict[Family, _Check]] = {
    Family.STRING: _variables,
    Family.ARN: _arn_pattern,
    Family.BOOL: _truth,
    Family.NUMERIC: _whole_number,
    Family.IP: _network,
}
"""For each family whose plain values are known here: how to tell them."""
