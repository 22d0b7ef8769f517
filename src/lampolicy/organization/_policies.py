"""The policies that bear on one request, in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import RequestError
from lampolicy.organization._kinds import kind_of
from lampolicy.policy import Policy, PolicyKind
from lampolicy.record import field, record

if TYPE_CHECKING:
    from typing import TypeAlias

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


@record
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
            Where it is not given either, the request's own ARN tells (`settled`).
        service_control: SCPs of the caller's account, level by level from the root down; empty if none apply.
        resource_control: RCPs of the resource's account, likewise.
        endpoint: Policies of the VPC endpoint the request came through; `None` (or empty) if it came through none.
        management_account: The organization's management account, which SCPs and RCPs do not bind (semantics E5, E6).
        facts: Condition keys the organization knows for this request, such as `aws:PrincipalOrgID`, as (key, value)
            pairs; they count like the keys AWS derives from the caller.
        kind_told: Whether `resource_kind` was given, by itself or with the resource's policy.
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
    kind_told: bool = field(compare=False, repr=False)

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
        kind_told: bool | None = None,
    ) -> None:
        """Gather the policies; raise `RequestError` if one is of a kind that does not belong where it is put."""
        put = object.__setattr__
        put(self, "identity", _checked(identity, PolicyKind.IDENTITY))
        put(self, "boundary", _optional(boundary, PolicyKind.BOUNDARY))
        put(self, "session", _optional(session, PolicyKind.SESSION))
        put(self, "resource", _resource(resource))
        put(self, "resource_kind", _kind(resource, resource_kind))
        told = resource_kind is not None if kind_told is None else kind_told
        put(self, "kind_told", resource is not None or told)
        put(self, "service_control", tuple(_checked(level, PolicyKind.SERVICE_CONTROL) for level in service_control))
        put(self, "resource_control", tuple(_checked(level, PolicyKind.RESOURCE_CONTROL) for level in resource_control))
        put(self, "endpoint", _optional(endpoint, PolicyKind.ENDPOINT))
        put(self, "management_account", management_account)
        put(self, "facts", tuple(facts))

    def settled(self, action: str, resource: str) -> Policies:
        """What of these policies takes part in a request for `action` on `resource`.

        Every key and every role has a policy of its own, so without one nothing grants there (semantics E4), told or
        not. A trust policy takes part in `sts:` actions only, a key policy only where a key is named.
        """
        kind, policy = self.resource_kind, self.resource
        if not self.kind_told:
            kind = kind_of(resource, action)
        is_sts = action[:4].lower() == "sts:"
        if (kind is PolicyKind.TRUST and not is_sts) or (kind is PolicyKind.KEY and resource == "*"):
            kind, policy = PolicyKind.RESOURCE, None
        if kind is self.resource_kind and policy is self.resource:
            return self
        return Policies(
            identity=self.identity,
            boundary=self.boundary,
            session=self.session,
            resource=policy,
            resource_kind=kind,
            service_control=self.service_control,
            resource_control=self.resource_control,
            endpoint=self.endpoint,
            management_account=self.management_account,
            facts=self.facts,
        )


def _kind(resource: Policy | None, told: PolicyKind | str | None) -> PolicyKind:
    if resource is not None:
        return resource.kind
    try:
        return PolicyKind(told or PolicyKind.RESOURCE)
    except ValueError as error:
        raise RequestError(f"`{told}` is no kind of policy: use one of {', '.join(PolicyKind)}") from error


def _are_policies(given: object) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(item, Policy) for item in given)  # pyright: ignore[reportUnknownVariableType]


def _checked(policies: Sequence[Policy], kind: PolicyKind) -> tuple[Policy, ...]:
    if not _are_policies(policies):
        raise RequestError(
            f"policies of kind `{kind}` are given as a list of `Policy`, not as {type(policies).__name__}"
        )
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
    if policy is not None and not _are_policies((policy,)):
        raise RequestError(f"the resource's policy is one `Policy`, not {type(policy).__name__}")
    if policy is not None and policy.kind not in _RESOURCE_KINDS:
        msg = f"a policy of kind `{policy.kind}` does not hang on a resource"
        raise RequestError(msg)
    return policy
