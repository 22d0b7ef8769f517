"""Requests: every kind of caller, every kind of resource, contexts in every shape."""

from __future__ import annotations

from typing import Final, NamedTuple

from lampolicy.names import Arn
from lampolicy.policy import PolicyKind
from lampolicy.request import (
    MULTIVALUED_KEYS,
    UNKNOWN,
    Anonymous,
    ContextValue,
    FederatedUser,
    Principal,
    Request,
    RoleSession,
    Root,
    Saml,
    Service,
    Tags,
    User,
    WebIdentity,
)
from lampolicy.testing._dice import Dice
from lampolicy.testing._patterns import damaged
from lampolicy.testing._words import (
    ACCOUNTS,
    DERIVED_KEYS,
    DOMAINS,
    KEYS,
    NAMES,
    ODD_VALUES,
    PARTITIONS,
    PATHS,
    PROVIDERS,
    SERVICES,
    SESSIONS,
    TAG_KEYS,
    TARGETS,
    VALUES,
    ValueType,
)

PRINCIPAL_KINDS: Final[tuple[type[Principal], ...]] = (
    User,
    RoleSession,
    RoleSession,
    User,
    FederatedUser,
    Root,
    Service,
    Anonymous,
    WebIdentity,
    Saml,
)
"""Kinds of callers; users and role sessions twice, because most rules concern them."""

_KEY_LIST: Final = tuple(KEYS)
_CLAIMS: Final = frozenset({WebIdentity, Saml})


class Asked(NamedTuple):
    """A request, and the policy kind its resource carries."""

    request: Request
    kind: PolicyKind


def draw_principal(dice: Dice, kind: type[Principal] | None = None) -> Principal:
    """Choose a caller, of the kind given or of any."""
    kind = kind or dice.pick(PRINCIPAL_KINDS)
    account, partition = dice.pick(ACCOUNTS), dice.pick(PARTITIONS)
    if kind is Anonymous:
        return Anonymous()
    if kind is Service:
        return _service(dice)
    if kind is Root:
        return Root(account, partition)
    if kind is WebIdentity:
        return _web_identity(dice, account)
    if kind is Saml:
        return Saml(f"arn:aws:iam::{account}:saml-provider/{dice.pick(('corp', 'Corp'))}")
    return _with_name(dice, kind, f"arn:{partition}:iam::{account}")


def _with_name(dice: Dice, kind: type[Principal], front: str) -> Principal:
    path, name = dice.pick(PATHS), dice.pick(NAMES)
    if kind is User:
        return User(f"{front}:user/{path}{name}", dice.pick((None, "AIDAEXAMPLE1", "AIDAEXAMPLE2")), _tags(dice))
    if kind is FederatedUser:
        session = front.replace(":iam:", ":sts:")
        return FederatedUser(f"{session}:federated-user/{dice.pick(NAMES)}", f"{front}:user/{path}{name}", _tags(dice))
    if dice.chance(8):
        path = "aws-service-role/lambda.amazonaws.com/"
    session_name = dice.pick((None, *SESSIONS))
    return RoleSession(f"{front}:role/{path}{name}", session_name, dice.pick((None, "AROAEXAMPLE1")), _tags(dice))


def _tags(dice: Dice) -> Tags:
    values = (*VALUES[ValueType.TEXT], "*", "alice", "\U00010400")
    found = {dice.pick(TAG_KEYS): dice.pick(values) for _ in range(dice.pick((0, 0, 1, 1, 2)))}
    lowered = {key.lower(): key for key in found}
    return tuple((key, found[key]) for key in lowered.values())


def _service(dice: Dice) -> Service:
    name = dice.pick(SERVICES)
    aliases = tuple(dict.fromkeys(dice.some(("sns.eu-south-1.amazonaws.com", "logs.amazonaws.com"), 1)))
    if dice.chance(30):
        return Service(name, aliases=aliases)
    return Service(
        name,
        dice.pick((*VALUES[ValueType.ARN], None)),
        dice.pick((*ACCOUNTS, None)),
        dice.pick((None, "o-1")),
        aliases,
    )


def _web_identity(dice: Dice, account: str) -> WebIdentity:
    if dice.chance(30):
        return WebIdentity(dice.pick(DOMAINS), dice.pick((None, account)))
    return WebIdentity(f"arn:aws:iam::{account}:{dice.pick(PROVIDERS)}")


def draw_scalar(dice: Dice, held: ValueType) -> str:
    """Choose a text that a key of this type may hold, or by mistake holds."""
    if dice.chance(25):
        return dice.pick(ODD_VALUES[held])
    if dice.chance(5):
        return damaged(dice, dice.pick(VALUES[held]))
    return dice.pick(VALUES[held])


def draw_value(dice: Dice, key: str, *, unknown: int) -> ContextValue:
    """Choose a context value for `key`: text, number, truth value, list, or (in `unknown` of hundred) `UNKNOWN`."""
    held = _held_by(key)
    if dice.chance(unknown):
        return UNKNOWN
    several = 85 if key.lower() in MULTIVALUED_KEYS else 7
    if dice.chance(several):
        return [draw_scalar(dice, held) for _ in range(dice.pick((1, 2, 0, 3)))]
    if held is ValueType.BOOL and dice.chance(30):
        return dice.pick((True, False))
    if held is ValueType.NUMBER and dice.chance(30):
        return dice.pick((1, 10, 0, -1, 1.5, 1e22))
    return draw_scalar(dice, held)


def draw_context(dice: Dice, *, unknown: int = 4, most: int = 6) -> dict[str, ContextValue]:
    """Choose a context: none to `most` keys, in any letter case, of which some are unknown."""
    found: dict[str, ContextValue] = {}
    if unknown and dice.chance(2):
        return dict.fromkeys(_KEY_LIST, UNKNOWN)
    unknown = 60 if unknown and dice.chance(12) else unknown
    for key in dict.fromkeys(dice.some(_KEY_LIST, most)):
        found[_spelled(dice, key)] = draw_value(dice, key, unknown=unknown)
    if found and dice.chance(3):
        twin = dice.pick(tuple(found))
        found[twin.swapcase()] = draw_value(dice, twin, unknown=0)
    return found


def _spelled(dice: Dice, key: str) -> str:
    return dice.pick((key, key, key, key.lower(), key.upper()))


def draw_asked(dice: Dice, principal: Principal | None = None) -> Asked:
    """Choose a request; the resource is the caller's own in about half of the cases."""
    principal = principal or draw_principal(dice)
    targets = TARGETS
    if type(principal) in _CLAIMS and dice.chance(85):
        targets = tuple(target for target in TARGETS if target.kind is PolicyKind.TRUST)
    target = dice.pick(targets)
    own = principal.account or ACCOUNTS[0]
    account = dice.pick(ACCOUNTS) if dice.chance(45) else own
    resource = _of_partition(dice, dice.pick(target.resources).replace(":A:", f":{account}:"), principal)
    owner = account if ":::" in resource and dice.chance(70) else None
    if resource == "*" and dice.chance(10):
        owner = account
    action = target.action if not dice.chance(8) else target.action.swapcase()
    via = tuple(dice.pick(SERVICES) for _ in range(dice.pick((1, 2)))) if dice.chance(6) else ()
    asked = Request(principal, action, resource, draw_context(dice), resource_account=owner, via=via)
    return Asked(asked, target.kind)


def _of_partition(dice: Dice, resource: str, principal: Principal) -> str:
    """Move the resource to the caller's partition, as a rule."""
    partition = partition_of(principal)
    if partition == "aws" or resource == "*" or dice.chance(30):
        return resource
    return resource.replace("arn:aws:", f"arn:{partition}:", 1)


def partition_of(principal: Principal) -> str:
    """The partition a caller belongs to."""
    arn = principal.caller_arn
    return Arn.parse(arn).partition if arn.startswith("arn:") else "aws"


def known_keys(request: Request) -> dict[str, str]:
    """What the request's condition keys hold, as far as it makes good words for patterns: a hint, not the law."""
    principal = request.principal
    found = {f"aws:PrincipalTag/{key}": value for key, value in getattr(principal, "tags", ())}
    if principal.account:
        found["aws:PrincipalAccount"] = principal.account
    found |= _hints(principal)
    if request.known_owner:
        found["aws:ResourceAccount"] = request.known_owner
    if request.via:
        found["aws:CalledViaFirst"], found["aws:CalledViaLast"] = request.via[0], request.via[-1]
        found["aws:CalledVia"], found["aws:ViaAWSService"] = request.via[-1], "true"
    for key, value in request.context.items():
        if isinstance(value, list | tuple):
            if value:
                found[key] = _text(value[-1])
        else:
            found[key] = VALUES[_held_by(key)][0] if value is UNKNOWN else _text(value)
    return found


def _held_by(key: str) -> ValueType:
    return KEYS.get(key) or DERIVED_KEYS.get(key, ValueType.TEXT)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _hints(principal: Principal) -> dict[str, str]:
    match principal:
        case User():
            name = principal.arn.rsplit("/", 1)[1]
            return {"aws:PrincipalArn": principal.arn, "aws:username": name, "aws:PrincipalType": "User"}
        case RoleSession():
            return {"aws:PrincipalArn": principal.role, "aws:PrincipalType": "AssumedRole"}
        case FederatedUser():
            name = principal.arn.rsplit("/", 1)[1]
            return {"aws:PrincipalArn": principal.arn, "aws:userid": f"{principal.account}:{name}"}
        case Root():
            return {"aws:PrincipalArn": principal.caller_arn, "aws:userid": principal.account}
        case Service():
            return _service_hints(principal)
        case Anonymous():
            return {"aws:userid": "anonymous", "aws:PrincipalType": "Anonymous"}
        case WebIdentity() | Saml():
            return {"aws:userid": principal.provider, "aws:PrincipalType": "User"}


def _service_hints(service: Service) -> dict[str, str]:
    found = {"aws:PrincipalServiceName": service.name, "aws:PrincipalIsAWSService": "true"}
    given = {"Arn": service.source_arn, "Account": service.source_account, "OrgID": service.source_org}
    return found | {f"aws:Source{key}": value for key, value in given.items() if value}
