"""STS: assuming roles and its kin.

Sources: STS API reference; Service Authorization Reference, "AWS Security Token Service"; semantics E4, E17, E20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lampolicy.replay._asked import Asked, Rule, Table, Told, Unmapped, account_of, anything, needed, same
from lampolicy.replay._event import Event
from lampolicy.replay._json_values import object_at, objects_at, text_at, texts_at
from lampolicy.replay._services._claims import saml_claims, web_claims
from lampolicy.request import ContextValue


def _role(event: Event) -> str:
    named = event.named("AWS::IAM::Role")
    found = event.text("roleArn") or (None if named is None else named.arn)
    if found is None:
        raise Unmapped("neither `requestParameters` nor `resources` tells the role")
    return found


def _session_keys(event: Event) -> Told:
    told: dict[str, ContextValue | None] = {
        "sts:RoleSessionName": event.text("roleSessionName"),
        "sts:ExternalId": event.text("externalId"),
        "sts:SourceIdentity": event.text("sourceIdentity"),
        "sts:TransitiveTagKeys": texts_at(event.parameters, "transitiveTagKeys") or None,
    }
    seconds = event.parameters.get("durationSeconds")
    if isinstance(seconds, int | str):
        told["sts:DurationSeconds"] = seconds
    given = dict(_session_tags(event))
    told["aws:TagKeys"] = tuple(given) or None
    return told | {f"aws:RequestTag/{key}": value for key, value in given.items()}


def _session_tags(event: Event) -> Iterator[tuple[str, str]]:
    """Tags of the call itself, or those a token or assertion brought along."""
    for tag in objects_at(event.parameters, "tags"):
        key = text_at(tag, "key")
        if key is not None:
            yield key, text_at(tag, "value") or ""
    for key, value in object_at(event.parameters, "principalTags").items():
        if isinstance(value, str):
            yield key, value


def _assuming(action: str, claims: Callable[[Event], Told] | None = None) -> Rule:
    """The role, and what is passed with the session (E20), each authorized on the role's ARN."""

    def rule(event: Event) -> Iterator[Asked]:
        role = _role(event)
        told = {**_session_keys(event), **(claims(event) if claims else {})}
        yield Asked(action, role, told)
        if told["aws:TagKeys"]:
            yield Asked("sts:TagSession", role, told)
        if told["sts:SourceIdentity"]:
            yield Asked("sts:SetSourceIdentity", role, told)
        if event.parameters.get("providedContexts"):
            yield Asked("sts:SetContext", role, told)

    return rule


def _federated(event: Event) -> Iterator[Asked]:
    """The user's own account; the token's ARN is not yet anybody's."""
    name, account = needed(event, "name"), event.account
    if account is None:
        raise Unmapped("the record tells no account")
    yield Asked("sts:GetFederationToken", f"arn:{event.partition}:sts::{account}:federated-user/{name}")


def _root(event: Event) -> Iterator[Asked]:
    target = needed(event, "targetPrincipal")
    account = account_of(target)
    yield Asked("sts:AssumeRoot", f"arn:{event.partition}:iam::{account}:root" if account else target)


TABLE: Final[Table] = {
    "AssumeRole": _assuming("sts:AssumeRole"),
    "AssumeRoleWithSAML": _assuming("sts:AssumeRoleWithSAML", saml_claims),
    "AssumeRoleWithWebIdentity": _assuming("sts:AssumeRoleWithWebIdentity", web_claims),
    "GetFederationToken": _federated,
    "AssumeRoot": _root,
    **same("sts", anything, "GetCallerIdentity GetSessionToken GetAccessKeyInfo DecodeAuthorizationMessage"),
}
