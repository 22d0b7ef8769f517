"""Condition keys that tell how a call is made rather than who makes it: for a list of callers they are not known."""

from __future__ import annotations

from typing import Final

from lampolicy.names import FunctionArn
from lampolicy.request import UNKNOWN, Context, ContextValue

NETWORK: Final = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:Referer",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:UserAgent",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
)
SESSION: Final = (
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:SourceIdentity",
    "aws:TokenIssueTime",
    "lambda:SourceFunctionArn",
)
OF_SERVICE: Final = (
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "lambda:EventSourceToken",
)


def certain(arn: FunctionArn) -> dict[str, ContextValue]:
    """What every call of a function carries: its region, and TLS, without which Lambda takes none (semantics K2)."""
    return {"aws:RequestedRegion": arn.region, "aws:SecureTransport": "true"}


def circumstances(arn: FunctionArn, given: Context | None = None, *, signed: bool = True) -> dict[str, ContextValue]:
    """The context of a call by a user, role or root user, or of an anonymous one, of which only `given` is known."""
    unknown: dict[str, ContextValue] = dict.fromkeys((*NETWORK, *(SESSION if signed else ())), UNKNOWN)
    return overlaid({**unknown, **certain(arn)}, given)


def overlaid(context: dict[str, ContextValue], given: Context | None) -> dict[str, ContextValue]:
    """Lay given keys over others, whatever their case."""
    told = given or {}
    names = {key.lower() for key in told}
    return {**{key: value for key, value in context.items() if key.lower() not in names}, **told}
