"""The policies that bear on one request, in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lampolicy.diagnostic import RequestError
from lampolicy.policy import Policy, PolicyKind

Levels: TypeAlias = tuple[tuple[Policy, ...], ...]
"""Policies level by level, the organization's root first, then each OU, then the account."""

_RESOURCE_KINDS = frozenset(
    {
        PolicyKind.FUNCTION,
        PolicyKind.LAYER,
        PolicyKind.BUCKET,
        PolicyKind.QUEUE,
        PolicyKind.TOPIC,
        PolicyKind.SECRET,
        PolicyKind.RESOURCE,
        PolicyKind.KEY,
        PolicyKind.TRUST,
    }
)


@dataclass(frozen=True, slots=True, init=False)
class Policies:
    """Every policy that bears on one request.

    Attributes:
        identity: Policies of the caller: its own, inline and managed, and its groups'. For a federated user, those of
            the user who asked for the token.
        boundary: The caller's permissions boundary; `None` if it has none. A boundary that is there but silent is a
            policy that does not match.
        session: Session policies passed with the session; `None` (or empty) if none was passed.
        resource: The policy of the resource: the function's, bucket's, key's, the role's trust policy ...
        resource_kind: What the resource is where its policy is missing: `KEY` and `TRUST` resources refuse without one.
        service_control: SCPs of the caller's account, level by level from the root down; empty if none apply.
        resource_control: RCPs of the resource's account, likewise.
        endpoint: Policies of the VPC endpoint the request came through; `None` (or empty) if it came through none.
        management_account: The organization's management account, which SCPs and RCPs do not bind (semantics E5, E6).
        facts: Condition keys the organization knows for this request, such as `aws:PrincipalOrgID`, as (key, value)
            pairs; they count like the keys AWS derives from the caller.
    """

    identity: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None
    session: tuple[Policy, ...] | None
    resource: Policy | None
    resource_kind: PolicyKind
    service_control: Levels
    resource_control: Levels
    endpoint: tuple[Policy, ...] | None
    management_account: str | None
    facts: tuple[tuple[str, str | tuple[str, ...]], ...]

    def __init__(  # noqa: PLR0913 - AWS knows that many kinds of policies
        self,
        *,
        identity: Sequence[Policy] = (),
        boundary: Policy | Sequence[Policy] | None = None,
        session: Sequence[Policy] | None = None,
        resource: Policy | None = None,
        resource_kind: PolicyKind | str | None = None,
        service_control: Iterable[Sequence[Policy]] = (),
        resource_control: Iterable[Sequence[Policy]] = (),
        endpoint: Policy | Sequence[Policy] | None = None,
        management_account: str | None = None,
        facts: tuple[tuple[str, str | tuple[str, ...]], ...] = (),
    ) -> None:
        """Gather the policies; raise `RequestError` if one is of a kind that does not belong where it is put."""
        put = object.__setattr__
        put(self, "identity", _checked(identity, PolicyKind.IDENTITY))
        put(self, "boundary", _optional(boundary, PolicyKind.BOUNDARY))
        put(self, "session", _optional(session, PolicyKind.SESSION))
        put(self, "resource", _resource(resource))
        kind = resource.kind if resource is not None else PolicyKind(resource_kind or PolicyKind.RESOURCE)
        put(self, "resource_kind", kind)
        put(self, "service_control", tuple(_checked(level, PolicyKind.SERVICE_CONTROL) for level in service_control))
        put(self, "resource_control", tuple(_checked(level, PolicyKind.RESOURCE_CONTROL) for level in resource_control))
        put(self, "endpoint", _optional(endpoint, PolicyKind.ENDPOINT))
        put(self, "management_account", management_account)
        put(self, "facts", tuple(facts))


def _checked(policies: Sequence[Policy], kind: PolicyKind) -> tuple[Policy, ...]:
    for policy in policies:
        if policy.kind is not kind:
            msg = f"a policy of kind `{policy.kind}` stands where one of kind `{kind}` belongs: read it as that kind"
            raise RequestError(msg)
    return tuple(policies)


def _optional(policies: Policy | Sequence[Policy] | None, kind: PolicyKind) -> tuple[Policy, ...] | None:
    if policies is None:
        return None
    found = _checked((policies,) if isinstance(policies, Policy) else policies, kind)
    return found or None


def _resource(policy: Policy | None) -> Policy | None:
    if policy is not None and policy.kind not in _RESOURCE_KINDS:
        msg = f"a policy of kind `{policy.kind}` does not hang on a resource"
        raise RequestError(msg)
    return policy
