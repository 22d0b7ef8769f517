"""What AWS authorizes for each call that deploys: a table to be read beside semantics L18, L21 and L22."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from lampolicy.diagnostic import AwsError
from lampolicy.function._answer import Obstacle
from lampolicy.function._ask import Step
from lampolicy.function._deploy_keys import (
    Keys,
    function_key,
    layer_keys,
    permission_keys,
    signing_keys,
    tag_keys,
    url_keys,
    vpc_keys,
)
from lampolicy.function._deployment import Deployment, Operation
from lampolicy.function._execution import service_context
from lampolicy.function._hand_over import LAMBDA, other_account, pass_step
from lampolicy.function._poll_steps import network_steps
from lampolicy.names import Alias, Latest, Unqualified
from lampolicy.request import UNKNOWN, Principal, RoleSession, Service


@dataclass(frozen=True, slots=True)
class Asked:
    """A step, and who is asked about: the caller of the operation if nobody else."""

    step: Step
    principal: Principal | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """Here Lambda tries to assume the role that is given."""

    role: str


Ask: TypeAlias = Callable[[Deployment], Iterator[Asked | Trusted | Obstacle]]
Place: TypeAlias = Callable[[Deployment], str]
KeysOf: TypeAlias = Callable[[Deployment], Keys]

_NO_LATEST: Final = AwsError(
    "InvalidParameterValueException", "We currently do not support adding policies for $LATEST."
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an operation asks for and takes.

    Attributes:
        asks: What AWS authorizes and looks at, in order.
        needs: Parameters it cannot do without.
        takes: Parameters it may have beside them.
    """

    asks: tuple[Ask, ...]
    needs: frozenset[str]
    takes: frozenset[str]


def _on(place: Place, *keys: KeysOf) -> Ask:
    """The operation's own action on one resource, with its condition keys."""

    def ask(call: Deployment) -> Iterator[Asked]:
        context = {key: value for of in keys for key, value in of(call).items()}
        why = f"the caller calls {call.operation}"
        yield Asked(Step(f"lambda:{call.operation}", place(call), "L22", why, context))

    return ask


def _function(call: Deployment) -> str:
    return str(call.arn)


def _addressed(call: Deployment) -> str:
    return str(call.addressed)


def _layer(call: Deployment) -> str:
    return call.layer_arn


def _layer_version(call: Deployment) -> str:
    return call.layer_version_arn


def _mapping(call: Deployment) -> str:
    return call.mapping_arn


def _signing(call: Deployment) -> str:
    return str(call.code_signing)


def _anything(_: Deployment) -> str:
    return "*"


def _pass_role(call: Deployment) -> Iterator[Asked | Obstacle]:
    if call.role is not None:
        yield other_account(call.role, call.arn) or Asked(pass_step(call.role, call.arn))


def _trust(call: Deployment) -> Iterator[Trusted]:
    if call.role is not None and other_account(call.role, call.arn) is None:
        yield Trusted(call.role)


def _read_layers(call: Deployment) -> Iterator[Asked]:
    for layer in call.layers:
        yield Asked(Step("lambda:GetLayerVersion", layer, "L15", "the caller reads each layer version it names"))


def _read_code(call: Deployment) -> Iterator[Asked]:
    code = call.code
    if code is None:
        return
    action = "s3:GetObject" if code.version is None else "s3:GetObjectVersion"
    owner = call.layer_arn if call.function is None else str(call.arn)
    partition, account = owner.split(":")[1], owner.split(":")[4]
    resource = f"arn:{partition}:s3:::{code.bucket}/{code.key}"
    why = "the caller, not the role, reads the code"
    # whether S3 sees the caller's own call or one that Lambda forwards for it is not recorded
    forwarded: Keys = {"aws:ViaAWSService": UNKNOWN}
    yield Asked(Step(action, resource, "M10", why, forwarded, _no_code(code.bucket, code.key)))
    if code.mode == "REFERENCE":
        why = "Lambda itself reads code that it keeps by reference"
        yield Asked(Step(action, resource, "M10", why), Service(LAMBDA, owner, account))


def _find_network(call: Deployment) -> Iterator[Asked]:
    """What the caller needs to see of a VPC (Lambda Developer Guide, "Giving Lambda functions access to a VPC")."""
    if call.vpc is None or not call.vpc.subnets:
        return
    forwarded: Keys = {"aws:ViaAWSService": UNKNOWN}
    for name in ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"):
        why = "Lambda looks at the network for the caller"
        yield Asked(Step(f"ec2:{name}", "*", "L17", why, forwarded, AwsError("AccessDeniedException")))


def _enter_network(call: Deployment) -> Iterator[Asked]:
    """What the role needs to stand in a VPC, as far as the role is known."""
    role = call.role or (call.known.role if call.known else None)
    if call.vpc is None or not call.vpc.subnets or role is None:
        return
    session = RoleSession(role, call.arn.name)
    if not call.organization.knows(session) or other_account(role, call.arn) is not None:
        return
    for step in network_steps(call.arn, call.vpc.subnets, call.vpc.security_groups):
        context = service_context(call.arn, step.resource)
        yield Asked(Step(step.action, step.resource, step.rule, step.why, context, step.aws), session)


def _no_code(bucket: str, key: str) -> AwsError:
    return AwsError(
        "AccessDeniedException",
        "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for "
        f"{bucket}/{key}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied",
    )


def _can_have_url(call: Deployment) -> Iterator[Obstacle]:
    qualifier = call.addressed.qualifier
    if not isinstance(qualifier, Unqualified | Alias):
        message = f"a URL hangs on a function or an alias, never on `{qualifier}`"
        yield Obstacle("L8", message, "give an alias of that version a URL")


def _can_have_policy(call: Deployment) -> Iterator[Obstacle]:
    if isinstance(call.addressed.qualifier, Latest):
        message = "AddPermission takes no policy for `$LATEST`"
        yield Obstacle("L11", message, "leave the qualifier out, or name a version or alias", _NO_LATEST)


def _shape(*asks: Ask, needs: str = "function", takes: str = "") -> Shape:
    return Shape(asks, frozenset(needs.split()), frozenset(takes.split()))


_SETTINGS: Final = (layer_keys, vpc_keys)

OPERATIONS: Final[Mapping[Operation, Shape]] = {
    "CreateFunction": _shape(
        _on(_function, *_SETTINGS, signing_keys, tag_keys),
        _pass_role,
        _read_layers,
        _read_code,
        _find_network,
        _trust,
        _enter_network,
        needs="function role",
        takes="layers vpc code code_signing tags",
    ),
    "UpdateFunctionCode": _shape(_on(_function), _read_code, takes="code"),
    "UpdateFunctionConfiguration": _shape(
        _on(_function, *_SETTINGS),
        _pass_role,
        _read_layers,
        _find_network,
        _trust,
        _enter_network,
        takes="role layers vpc",
    ),
    "DeleteFunction": _shape(_on(_addressed), takes="qualifier"),
    "PublishVersion": _shape(_on(_function)),
    "CreateAlias": _shape(_on(_function), takes="qualifier"),
    "UpdateAlias": _shape(_on(_function), takes="qualifier"),
    "DeleteAlias": _shape(_on(_function), takes="qualifier"),
    "CreateFunctionUrlConfig": _shape(_on(_addressed, url_keys), _can_have_url, takes="qualifier auth_type"),
    "UpdateFunctionUrlConfig": _shape(_on(_addressed, url_keys), _can_have_url, takes="qualifier auth_type"),
    "DeleteFunctionUrlConfig": _shape(_on(_addressed, url_keys), _can_have_url, takes="qualifier auth_type"),
    "AddPermission": _shape(
        _on(_addressed, permission_keys),
        _can_have_policy,
        needs="function principal",
        takes="qualifier auth_type statement_id",
    ),
    "RemovePermission": _shape(_on(_addressed, permission_keys), takes="qualifier auth_type principal statement_id"),
    "PutResourcePolicy": _shape(_on(_addressed, permission_keys), needs="function principal", takes="qualifier"),
    "DeleteResourcePolicy": _shape(_on(_addressed, permission_keys), takes="qualifier principal"),
    "PutFunctionCodeSigningConfig": _shape(
        _on(_function, signing_keys), _on(_signing, signing_keys), needs="function code_signing"
    ),
    "PublishLayerVersion": _shape(_on(_layer), _read_code, needs="layer", takes="code"),
    "AddLayerVersionPermission": _shape(_on(_layer_version), needs="layer"),
    "RemoveLayerVersionPermission": _shape(_on(_layer_version), needs="layer"),
    "CreateEventSourceMapping": _shape(_on(_anything, function_key, tag_keys), takes="qualifier source_arn tags"),
    "GetEventSourceMapping": _shape(_on(_mapping, function_key), needs="mapping", takes="function qualifier"),
    "UpdateEventSourceMapping": _shape(_on(_mapping, function_key), needs="mapping", takes="function qualifier"),
    "DeleteEventSourceMapping": _shape(_on(_mapping, function_key), needs="mapping", takes="function qualifier"),
}
"""Every operation with its steps, in the order AWS is taken to look at them: the call itself always comes first."""
