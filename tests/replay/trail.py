"""Writes records of CloudTrail for calls whose decision is known, in the forms CloudTrail writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lampolicy.request import (
    Anonymous,
    FederatedUser,
    Principal,
    RoleSession,
    Root,
    Saml,
    Service,
    User,
    WebIdentity,
)

A, B = "111111111111", "222222222222"
REGION = "us-east-1"
ADDRESS = "203.0.113.7"


def record(source: str, name: str, parameters: Mapping[str, Any] | None = None, /, **given: Any) -> dict[str, Any]:
    """A record of a call that succeeded, by an IAM user with a long-term key, unless something else is given."""
    found: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": user_identity(),
        "eventTime": "2026-11-02T10:00:00Z",
        "eventSource": source if "." in source else f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": ADDRESS,
        "userAgent": "aws-cli/2.31",
        "requestParameters": dict(parameters) if parameters is not None else None,
        "responseElements": None,
        "eventID": f"event-{name}",
        "eventType": "AwsApiCall",
        "recipientAccountId": A,
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }
    return found | given


def user_identity(arn: str = f"arn:aws:iam::{A}:user/ana", unique_id: str | None = "AIDAANA") -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": unique_id,
        "arn": arn,
        "accountId": arn.split(":")[4],
        "accessKeyId": "AKIAEXAMPLE",
        "userName": arn.rsplit("/", 1)[1],
    }


def session_identity(role: str, session: str, role_id: str = "AROAROLE", *, mfa: str = "false") -> dict[str, Any]:
    account, name = role.split(":")[4], role.rsplit("/", 1)[1]
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": role,
                "accountId": account,
                "userName": name,
            },
            "attributes": {"creationDate": "2026-11-02T09:00:00Z", "mfaAuthenticated": mfa},
        },
    }


def identity_of(principal: Principal) -> dict[str, Any] | None:
    """The `userIdentity` of a caller; `None` for one CloudTrail has no complete form for."""
    match principal:
        case User(arn=arn, unique_id=unique_id):
            return user_identity(arn, unique_id)
        case RoleSession(role=role, session=session, role_id=role_id):
            return session_identity(role, session or "any", role_id or "AROAOTHER")
        case Root(account=account):
            return {"type": "Root", "principalId": account, "arn": principal.caller_arn, "accountId": account}
        case Anonymous():
            return {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}
        case Service(name=name):
            return {"type": "AWSService", "invokedBy": name}
        case WebIdentity(provider=provider):
            return {
                "type": "WebIdentityUser",
                "principalId": f"{provider}:client:subject",
                "userName": "subject",
                "identityProvider": provider,
            }
        case FederatedUser() | Saml():
            return None


def documents(records: list[dict[str, Any]]) -> str:
    """A file as CloudTrail writes it: one line."""
    return json.dumps({"Records": records})


def json_lines(records: list[dict[str, Any]]) -> str:
    """One record a line."""
    return "".join(json.dumps(each) + "\n" for each in records)
