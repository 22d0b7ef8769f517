"""Who appears in the tests of invocation: the letters of the decisive cases (semantics, section 8)."""

from __future__ import annotations

from typing import Any

from lampolicy import Authorizer, FunctionArn, Organization, Policy, RoleSession, Service, User
from lampolicy.function import FunctionView
from lampolicy.organization import Function, FunctionUrl, IamRole, IamUser, UrlAuthType

A, B, C = "111111111111", "222222222222", "333333333333"
F = f"arn:aws:lambda:eu-west-1:{A}:function:f"
G = f"arn:aws:lambda:eu-west-1:{B}:function:g"
U = User(f"arn:aws:iam::{A}:user/U")
R = f"arn:aws:iam::{A}:role/team/R"
RS = RoleSession(R, "s")
INVOKE = "lambda:InvokeFunction"
CALL_URL = "lambda:InvokeFunctionUrl"
BUCKET = "arn:aws:s3:::photos"
S3 = Service("s3.amazonaws.com", BUCKET, A)
SNS = Service("sns.amazonaws.com", f"arn:aws:sns:eu-west-1:{A}:topic", A)


def allow(action: str | list[str] = INVOKE, resource: str | list[str] = F, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str] = INVOKE, resource: str | list[str] = F, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def policy(kind: str, *statements: dict[str, Any], name: str | None = None) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=name or kind)


def user(*statements: dict[str, Any], arn: str = U.arn) -> IamUser:
    return IamUser(arn, inline=(policy("identity", *statements, name="of user"),) if statements else ())


def role(*statements: dict[str, Any], arn: str = R, trust: list[dict[str, Any]] | None = None) -> IamRole:
    inline = (policy("identity", *statements, name="of role"),) if statements else ()
    return IamRole(arn, trust=policy("trust", *trust) if trust else None, inline=inline)


def function(
    arn: str = F, *, aliases: dict[str, str] | None = None, url: UrlAuthType | None = None, **policies: dict[str, Any]
) -> Function:
    """A function with a statement in the policy of each qualifier: `unqualified`, an alias, `v3` for version 3."""
    base = FunctionArn.parse(arn)
    hung = {base if q == "unqualified" else base.qualified(q.removeprefix("v")): s for q, s in policies.items()}
    return Function(
        base,
        policies=tuple((on, policy("function", {**s, "Resource": str(on)}, name=f"of {on}")) for on, s in hung.items()),
        urls=(FunctionUrl(base, url),) if url else (),
        aliases=tuple((aliases or {}).items()),
        versions=tuple((aliases or {}).values()),
    )


def view(name: str, **there: Any) -> FunctionView:
    return Authorizer(Organization(**there)).function(name)


def from_s3(**more: Any) -> dict[str, Any]:
    condition = {"ArnLike": {"AWS:SourceArn": BUCKET}, "StringEquals": {"AWS:SourceAccount": A}}
    return allow(Sid="s3", Principal={"Service": "s3.amazonaws.com"}, Condition=condition, **more)
