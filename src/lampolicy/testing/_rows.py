"""A world written as a row of conformance cases, so that what a generator finds becomes a case for good."""

from __future__ import annotations

from typing import TypeAlias

from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import UNKNOWN, FederatedUser, Principal, Request, RoleSession, Service, Tags, User, WebIdentity
from lampolicy.testing._worlds import World

Row: TypeAlias = dict[str, object]


def world_row(world: World, *, id: str, expected: str, notes: str = "") -> Row:  # noqa: A002 - the row's own word
    """Write a world as one conformance case (`lampolicy.testing.conformance.read_case` reads it back).

    Args:
        world: The request and its policies.
        id: The case's name.
        expected: `allow`, `explicit_deny`, `implicit_deny`, `deny` or `undetermined`.
        notes: What the case shows, and the rule it rests on.
    """
    row: Row = {
        "id": id,
        "how": "generated",
        "request": _request_row(world.request),
        "policies": _policies_row(world.policies),
        "expected": expected,
    }
    return {**row, "notes": notes} if notes else row


def _policies_row(policies: Policies) -> Row:
    row: Row = {
        "identity": _documents(policies.identity),
        "resource": policies.resource.to_dict() if policies.resource else None,
        "resource_kind": str(policies.resource_kind),
        "boundary": _documents(policies.boundary or ()),
        "session": _documents(policies.session or ()),
        "scps": [_documents(level) for level in policies.service_control],
        "rcps": [_documents(level) for level in policies.resource_control],
        "endpoint": _documents(policies.endpoint or ()),
    }
    extras: Row = {"management_account": policies.management_account, "facts": _facts(policies.facts)}
    return row | {key: value for key, value in extras.items() if value}


def _facts(facts: tuple[tuple[str, str | tuple[str, ...]], ...]) -> Row:
    return {key: value if isinstance(value, str) else list(value) for key, value in facts}


def _documents(policies: tuple[Policy, ...]) -> list[Row]:
    return [policy.to_dict() for policy in policies]


def _request_row(request: Request) -> Row:
    context = {key: value for key, value in request.context.items() if value is not UNKNOWN}
    row: Row = {**principal_row(request.principal), "action": request.action, "resource": request.resource}
    row["context"] = {key: list(value) if isinstance(value, tuple) else value for key, value in context.items()}
    extras: Row = {
        "resource_account": request.resource_account,
        "unknown": [key for key, value in request.context.items() if value is UNKNOWN],
        "via": list(request.via),
    }
    return row | {key: value for key, value in extras.items() if value}


def principal_row(principal: Principal) -> Row:
    """Write a caller in the fields of a case's request."""
    row: Row
    match principal:
        case Service():
            fields: Row = {
                "service": principal.name,
                "source_arn": principal.source_arn,
                "source_account": principal.source_account,
                "source_org": principal.source_org,
                "aliases": list(principal.aliases),
            }
            row = {"principal": {key: value for key, value in fields.items() if value}}
        case WebIdentity() if not principal.provider.startswith("arn:"):
            fields = {"federated": principal.provider, "account": principal.provider_account}
            row = {"principal": {key: value for key, value in fields.items() if value}}
        case RoleSession():
            row = {
                "principal": principal.caller_arn,
                "principal_role": principal.role,
                "principal_id": principal.role_id,
            }
        case User():
            row = {"principal": principal.arn, "principal_id": principal.unique_id}
        case FederatedUser():
            row = {"principal": principal.arn, "principal_issuer": principal.issuer}
        case _:
            row = {"principal": "*" if principal.caller_arn == "anonymous" else principal.caller_arn}
    tags: Tags = getattr(principal, "tags", ())
    row |= {"principal_account": principal.account, "principal_tags": dict(tags)}
    return {key: value for key, value in row.items() if value}
