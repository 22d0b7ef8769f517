"""The short way from a document to its statements: for what is written as nearly everybody writes it.

Nothing is refused and nothing is warned of here. A document is plain if the long way, which knows every fault, would
find none in it; both ways then make the same statements of it. Whatever is unusual takes the long way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lampolicy._typing import TYPE_CHECKING, Any, cast
from lampolicy.policy._plain_parts import (
    Unusual,
    actions_are_plain,
    check_arn,
    class_of,
    conditions,
    items,
    listed,
    object_of,
    selection,
)
from lampolicy.policy._types import (
    BoundaryStatement,
    BucketStatement,
    Condition,
    Effect,
    EndpointStatement,
    FunctionStatement,
    IdentityStatement,
    KeyStatement,
    Only,
    PolicyKind,
    PrincipalPattern,
    PrincipalType,
    SecretStatement,
    Selection,
    ServiceControlStatement,
    SessionStatement,
    Statement,
    TopicStatement,
    TrustStatement,
)
from lampolicy.record import maker

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_Make: TypeAlias = Callable[..., Statement]
_DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
_DEMANDED: Final = 3
"""How many elements a statement of the identity side has at least: Effect, what it is about, and where."""
_RESOURCE: Final = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
_EFFECTS: Final = {str(effect): effect for effect in Effect}
_EVERY: Final = Only(("*",))
_NONE: Final[tuple[Condition, ...]] = ()
_IDENTITY_SIDE: Final[Mapping[PolicyKind, type[Statement]]] = MappingProxyType(
    {
        PolicyKind.IDENTITY: IdentityStatement,
        PolicyKind.BOUNDARY: BoundaryStatement,
        PolicyKind.SESSION: SessionStatement,
        PolicyKind.SERVICE_CONTROL: ServiceControlStatement,
    }
)
_RESOURCE_SIDE: Final[Mapping[PolicyKind, _Make]] = MappingProxyType(
    {
        PolicyKind.FUNCTION: FunctionStatement,
        PolicyKind.TRUST: TrustStatement,
        PolicyKind.BUCKET: BucketStatement,
        PolicyKind.TOPIC: TopicStatement,
        PolicyKind.SECRET: SecretStatement,
        PolicyKind.KEY: KeyStatement,
        PolicyKind.ENDPOINT: EndpointStatement,
    }
)
_SIDS_OF_IAM: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.TRUST})
_EVERYONE: Final = PrincipalPattern(PrincipalType.STAR, "*")
_PARTITIONS: Final = frozenset({"aws", "aws-cn", "aws-us-gov"})
_ACTIONS_OF_TRUST: Final = frozenset({"sts:AssumeRole", "sts:TagSession"})
_KEYS_OF_FUNCTIONS: Final = ("aws:", "lambda:")
_FUNCTION_PARTS: Final = (7, 8)


def read_plain(document: object, kind: PolicyKind) -> tuple[tuple[Statement, ...], str | None] | None:
    """Read a plain document of version 2012-10-17.

    Args:
        document: The document's value.
        kind: What it hangs on; of the kinds that have many rules of their own, none is read here.

    Returns:
        The statements and the `Id`; `None` where the long way has to look.
    """
    cls = _IDENTITY_SIDE.get(kind)
    if cls is None and kind not in _RESOURCE_SIDE:
        return None
    try:
        written = object_of(cast("dict[str, Any]", document), _DOCUMENT)
        return _statements(written, kind, cls), _id(written)
    except Unusual:
        return None


def _id(written: dict[str, Any]) -> str | None:
    if "Id" in written and type(written["Id"]) is not str:
        raise Unusual
    return cast("str | None", written.get("Id"))


def _statements(written: dict[str, Any], kind: PolicyKind, cls: type[Statement] | None) -> tuple[Statement, ...]:
    version = written.get("Version")
    if type(version) is not str or version != "2012-10-17":
        raise Unusual
    listed_ = items(written.get("Statement", []))
    actions: list[str] = []
    if cls is not None:
        make = maker(cls)
        found = [_identity_side(item, make, actions) for item in listed_]
    else:
        found = [_resource_side(object_of(item, _RESOURCE), kind, actions) for item in listed_]
    if not found or not actions_are_plain(actions):
        raise Unusual
    if cls is None:
        _own_rules(found, kind)
    _check_sids([s.sid for s in found if s.sid], kind)
    return tuple(found)


def _effect(written: dict[str, Any]) -> Effect:
    effect = written.get("Effect")
    if type(effect) is not str or effect not in _EFFECTS:
        raise Unusual
    return _EFFECTS[effect]


def _sid(written: dict[str, Any]) -> str | None:
    sid: str | None = written.get("Sid")
    if class_of(sid) is not str and "Sid" in written:
        raise Unusual
    return sid


def _check_sids(sids: list[str], kind: PolicyKind) -> None:
    """Demand that no Sid stands twice, and where IAM stores the policy, that it has letters and digits only (G6)."""
    if len(set(sids)) != len(sids):
        raise Unusual
    together = "".join(sids)
    if sids and kind in _SIDS_OF_IAM and not (together.isascii() and together.isalnum()):
        raise Unusual


def _identity_side(written: dict[str, Any], make: _Make, actions: list[str]) -> Statement:
    if class_of(written) is not dict:
        raise Unusual
    is_conditional = "Condition" in written
    # Three more are demanded below: if these are all, none has an unknown name or stands beside its `Not` twin.
    if len(written) != _DEMANDED + is_conditional + ("Sid" in written):
        raise Unusual
    acting = selection(written, "Action", "NotAction")
    actions += acting.patterns
    tests = conditions(written["Condition"]) if is_conditional else _NONE
    return make(_effect(written), acting, tests, _sid(written), resources=_resources(written))


def _resources(written: dict[str, Any]) -> Selection[str]:
    whole = written.get("Resource")
    if type(whole) is str and whole == "*":
        return _EVERY
    found = selection(written, "Resource", "NotResource")
    for text in found.patterns:
        if class_of(text) is not str:
            raise Unusual
        if text != "*":
            check_arn(text)
    return found


def _resource_side(written: dict[str, Any], kind: PolicyKind, actions: list[str]) -> Statement:
    acting = Only(listed(written.get("Action", [])))
    actions += acting.patterns
    parts: dict[str, object] = {"principals": Only(_principals(written.get("Principal")))}
    if kind is not PolicyKind.TRUST:
        parts["resources"] = _resources(written) if "Resource" in written else None
    elif "Resource" in written:
        raise Unusual
    tests = conditions(written["Condition"]) if "Condition" in written else _NONE
    return _RESOURCE_SIDE[kind](_effect(written), acting, tests, _sid(written), **parts)


def _principals(written: Any) -> tuple[PrincipalPattern, ...]:  # noqa: ANN401 - anything a document may hold
    if type(written) is str and written == "*":
        return (_EVERYONE,)
    found: list[PrincipalPattern] = []
    for key, values in object_of(cast("dict[str, Any]", written), _KEYS).items():
        type_, is_plain = _TYPES[key]
        for text in listed(values):
            if class_of(text) is not str or not is_plain(text):
                raise Unusual
            found.append(PrincipalPattern(type_, text))
    if not found:
        raise Unusual
    return tuple(found)


def _is_aws(text: str) -> bool:
    """Tell whether `text` is everyone, an account, its root, or a user or role (G10)."""
    if text == "*" or _is_account(text):
        return True
    arn, _, rest = text.partition(":")
    parts = rest.split(":", 4)
    if arn != "arn" or len(parts) != 5 or parts[0] not in _PARTITIONS or parts[1:3] != ["iam", ""]:
        return False
    entity, _, name = parts[4].partition("/")
    named = entity in {"user", "role"} and name != "" and not any(mark in name for mark in ("*", "?", "${"))
    return _is_account(parts[3]) and (parts[4] == "root" or named)


def _is_account(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _is_service(text: str) -> bool:
    name, _, rest = text.partition(".")
    return rest == "amazonaws.com" and name.isascii() and name.isalnum()


_TYPES: Final = {"AWS": (PrincipalType.AWS, _is_aws), "Service": (PrincipalType.SERVICE, _is_service)}
_KEYS: Final = frozenset(_TYPES)


def _own_rules(found: list[Statement], kind: PolicyKind) -> None:
    """Demand what single kinds demand beyond the common grammar."""
    if kind is PolicyKind.FUNCTION:
        _of_one_function(cast("list[FunctionStatement]", found))
    elif kind is PolicyKind.TRUST:
        _of_trust(cast("list[TrustStatement]", found))
    elif kind is PolicyKind.BUCKET and any(cast("BucketStatement", s).resources is None for s in found):
        raise Unusual


def _of_one_function(found: list[FunctionStatement]) -> None:
    """Lambda's own actions and condition keys, and one and the same function ARN everywhere (1.2)."""
    resources = {text for s in found if s.resources is not None for text in s.resources.patterns}
    if len(resources) > 1 or not all(map(_is_function, resources)):
        raise Unusual
    for s in found:
        if not all(action.startswith("lambda:") for action in s.actions.patterns):
            raise Unusual
        if not all(test.key.startswith(_KEYS_OF_FUNCTIONS) for test in s.conditions):
            raise Unusual


def _is_function(text: str) -> bool:
    parts = text.split(":")
    if len(parts) not in _FUNCTION_PARTS or parts[:3] != ["arn", "aws", "lambda"] or parts[5] != "function":
        return False
    words = (parts[3], *parts[6:])
    written = "".join(words).replace("-", "").replace("_", "")
    return all(words) and written.isascii() and written.isalnum() and _is_account(parts[4]) and _is_short(parts)


def _is_short(parts: list[str]) -> bool:
    return parts[3] == parts[3].lower() and "_" not in parts[3] and max(map(len, parts[6:])) <= 64


def _of_trust(found: list[TrustStatement]) -> None:
    """Actions of assuming a role by name, and no bare star (G12, G24)."""
    for s in found:
        if not _ACTIONS_OF_TRUST.issuperset(s.actions.patterns) or _EVERYONE in s.principals.patterns:
            raise Unusual
