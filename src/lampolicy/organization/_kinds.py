"""What kind of resource an ARN names, and which ARN its policy hangs on."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.names import Arn
from lampolicy.policy import PolicyKind

if TYPE_CHECKING:
    from typing import Final

_BY_SERVICE: Final = {
    "lambda": PolicyKind.FUNCTION,
    "s3": PolicyKind.BUCKET,
    "sqs": PolicyKind.QUEUE,
    "sns": PolicyKind.TOPIC,
    "secretsmanager": PolicyKind.SECRET,
    "kms": PolicyKind.KEY,
}


def kind_of(resource: str, action: str | None = None) -> PolicyKind:
    """Tell of which kind the policy of a resource is, whether it has one or not.

    A role's trust policy takes part in `sts:` actions only: nobody needs to be trusted to read, pass or delete a role
    (semantics E4, L18). Without an action, an `sts:` action is assumed.
    """
    if resource == "*":
        return PolicyKind.RESOURCE
    arn = Arn.parse(resource)
    if arn.service == "iam" and arn.resource.startswith("role/"):
        return PolicyKind.TRUST if action is None or action.lower().startswith("sts:") else PolicyKind.RESOURCE
    if arn.service == "lambda" and not arn.resource.startswith("function:"):
        return PolicyKind.LAYER if arn.resource.startswith("layer:") else PolicyKind.RESOURCE
    if arn.service == "kms" and not arn.resource.startswith("key/"):
        return PolicyKind.RESOURCE
    return _BY_SERVICE.get(arn.service, PolicyKind.RESOURCE)


def holder_of(resource: str) -> str:
    """Tell which ARN the policy of a resource hangs on: an object's is its bucket's, any other its own."""
    parts = resource.split(":", 5)
    if len(parts) > 5 and parts[2] == "s3" and not parts[3] and not parts[4]:
        return resource.partition("/")[0]
    return resource
